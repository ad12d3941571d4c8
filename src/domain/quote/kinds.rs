//! What the lines of a text are, told from their shapes: new, repeated, signature or notice.

use super::headers::Title;
use super::reading::{Reading, Shape};
use super::{Kind, signature};

impl Reading<'_> {
    /// Tells the kind of every line.
    pub(super) fn tell(&mut self) {
        self.tell_kinds();
        self.tell_phones();
        self.tell_context();
        self.tell_feet();
        self.tell_banners();
    }

    /// Goes down the text once. A title, a header block, and an attribution with no quote marks under it repeat
    /// everything to the end.
    fn tell_kinds(&mut self) {
        let count = self.count();
        let (mut i, mut fresh) = (0, false);
        while i < count {
            let step = match self.shape(i) {
                Shape::Title(Title::Forwarded) => Some(Kind::Forward),
                Shape::Title(Title::Original) | Shape::Headers => Some(Kind::Quote),
                Shape::Attribution => {
                    self.mark(i..i + 1, Kind::Attribution);
                    let below = self.next_shape(i + 1);
                    let answered = matches!(below, Some(Shape::Quoted | Shape::Attribution) | None);
                    if fresh && !answered {
                        i += 1;
                        Some(Kind::Quote)
                    } else {
                        None
                    }
                }
                Shape::Quoted => {
                    self.mark(i..i + 1, Kind::Quote);
                    None
                }
                Shape::Parting | Shape::Rule(_) if self.opens_signature(i) => {
                    let end = self.region_end(i + 1);
                    self.mark(i..end, Kind::Signature);
                    i = end;
                    continue;
                }
                Shape::Text | Shape::Code | Shape::Parting | Shape::Rule(_) => {
                    fresh = true;
                    None
                }
                Shape::Blank => None,
            };
            if let Some(kind) = step {
                self.mark(self.title_over(i)..count, kind);
                break;
            }
            i += 1;
        }
    }

    /// Where the repeated mail at `i` begins: a title in an unknown language may stand right over its headers.
    fn title_over(&self, i: usize) -> usize {
        let above = i.saturating_sub(1);
        let ornate = self.body(above).starts_with("--") && self.body(above).ends_with("--");
        if self.shape(i) == Shape::Headers && self.shape(above) == Shape::Text && ornate { above } else { i }
    }

    /// The end of what stands under a signature's mark: where something repeated begins.
    fn region_end(&self, from: usize) -> usize {
        let repeats =
            |shape: &Shape| matches!(shape, Shape::Quoted | Shape::Attribution | Shape::Title(_) | Shape::Headers);
        let rest = self.shapes.get(from..).unwrap_or_default();
        from + rest.iter().position(repeats).unwrap_or(rest.len())
    }

    /// Whether the mark or the rule at `i` parts the text from what is none. A mark does unless much follows; a rule
    /// does when a foot follows, up to the next rule, and it does not underline a heading.
    fn opens_signature(&self, i: usize) -> bool {
        const LONGEST: usize = 30;
        let mark = self.shape(i) == Shape::Parting;
        let mut bodies = Vec::new();
        let mut j = self.next(i + 1);
        while matches!(self.shape(j), Shape::Text | Shape::Code) || (mark && self.parts(j)) {
            bodies.push(self.body(j));
            if bodies.len() > LONGEST {
                return false;
            }
            j = self.next(j + 1);
        }
        let underlines = i > 0 && self.shape(i - 1) == Shape::Text;
        match self.shape(i) {
            Shape::Parting => true,
            Shape::Rule('_') => bodies.len() <= 12 || signature::foot(bodies.into_iter()),
            _ if bodies.is_empty() => !self.parts(j),
            _ => !underlines && signature::foot(bodies.into_iter()),
        }
    }

    fn parts(&self, i: usize) -> bool {
        matches!(self.shape(i), Shape::Parting | Shape::Rule(_))
    }

    /// Lines of phones and mail programs where a text ends.
    fn tell_phones(&mut self) {
        let mut closes = true;
        for i in (0..self.count()).rev() {
            if self.shape(i) == Shape::Blank {
                continue;
            }
            if self.kind(i) != Kind::New {
                closes = true;
                continue;
            }
            closes = closes && signature::sent_from(self.body(i));
            if closes {
                self.mark(i..i + 1, Kind::Signature);
            }
        }
    }

    /// Quotes above an answer stay with it, unless the mail opens with its one quote and the answer follows.
    fn tell_context(&mut self) {
        let says = |reading: &Self, i: &usize| reading.kind(*i) == Kind::New && reading.shape(*i) != Shape::Blank;
        let first = (0..self.count()).find(|i| says(self, i));
        let last = (0..self.count()).rev().find(|i| says(self, i));
        let (Some(first), Some(last)) = (first, last) else { return };
        let quoted = |i: &usize| self.shape(*i) == Shape::Quoted && self.kind(*i) == Kind::Quote;
        let named = self.next_shape(0) == Some(Shape::Attribution);
        if named && (0..first).any(|i| quoted(&i)) && !(first..last).any(|i| quoted(&i)) {
            return;
        }
        for i in 0..last {
            if self.shape(i) == Shape::Quoted && self.kind(i) == Kind::Quote {
                self.mark(i..i + 1, Kind::Context);
            }
        }
    }

    /// Legal notices and marks of filters, paragraph by paragraph from the end of what is new.
    fn tell_feet(&mut self) {
        const MOST: usize = 6;
        let says = |reading: &Self, i: usize| reading.kind(i) == Kind::New && reading.shape(i) == Shape::Text;
        let mut end = self.count();
        let mut found = false;
        for _ in 0..MOST {
            while end > 0 && !says(self, end - 1) {
                if self.kind(end - 1) == Kind::Context {
                    return;
                }
                end -= 1;
            }
            let mut start = end;
            while start > 0 && says(self, start - 1) {
                start -= 1;
            }
            let bodies = self.lines.get(start..end).unwrap_or_default().iter().map(|line| line.body);
            let paragraph = bodies.collect::<Vec<_>>().join(" ");
            if start == 0 || !(signature::notice(&paragraph) || found && signature::notice_heading(&paragraph)) {
                return;
            }
            found = true;
            self.mark(start..end, Kind::Disclaimer);
            end = start;
        }
    }
    /// Warnings that a gateway puts over a mail from outside, where something is said below them.
    fn tell_banners(&mut self) {
        const MOST: usize = 3;
        let mut start = self.next(0);
        for _ in 0..MOST {
            let mut end = start;
            while self.kind(end) == Kind::New && self.shape(end) == Shape::Text {
                end += 1;
            }
            let bodies = self.lines.get(start..end).unwrap_or_default().iter().map(|line| line.body);
            let banner = end > start && signature::banner(&bodies.collect::<Vec<_>>().join(" "));
            let below = self.next(end);
            let more = (below..self.count()).any(|i| self.kind(i) == Kind::New && !self.body(i).is_empty());
            if !banner || !more {
                return;
            }
            self.mark(start..below, Kind::Disclaimer);
            start = below;
        }
    }
}
