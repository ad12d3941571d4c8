//! What is new in a mail: its text told apart from quotes, attribution lines, signatures, notices and forwards.
//! Nothing is thrown away here: the pieces cover the whole text, and who shows it may fold what is not new.
//! Works on plain text; where a mail is read and its HTML turned into text is the business of `formats`.
//!
//! The rules look at lines, not at languages: a rule asks for a *shape* (a quote mark, a date with an author and a
//! verb before a colon, a block of headers) and the words of some thirty languages fill it, see `marks`.

mod attribution;
mod headers;
mod lines;
mod marks;
mod signature;
mod thanks;

use headers::Title;
use lines::Line;
pub use thanks::only_thanks;

/// What a piece of a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Written now.
    New,
    /// A quote with an answer below it: repeated, but the answer needs it.
    Context,
    /// Repeated.
    Quote,
    /// The line that says who wrote the quote below it.
    Attribution,
    /// A signature or the line of a phone.
    Signature,
    /// A legal notice, the mark of a virus filter.
    Disclaimer,
    /// A mail passed on, with its headers.
    Forward,
}

/// A stretch of whole lines of the same kind: the bytes `from..to` of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Piece {
    /// The first byte.
    pub from: usize,
    /// The byte after the last.
    pub to: usize,
    /// What it is.
    pub kind: Kind,
}

/// The text split into what its author wrote now and what he repeats. The pieces cover the text in order.
///
/// ```
/// use frontdesk::domain::quote::{Kind, split};
/// let text = "It prints again.\n\nOn Fri, 20 Nov 2026 at 10:00, Ann <ann@a.test> wrote:\n> Is it plugged in?\n";
/// let kinds: Vec<Kind> = split(text).iter().map(|piece| piece.kind).collect();
/// assert_eq!(kinds, [Kind::New, Kind::Attribution, Kind::Quote]);
/// ```
#[must_use]
pub fn split(text: &str) -> Vec<Piece> {
    pieces(&Reading::of(text))
}

/// Only what is new, with the quotes that are answered line by line, trimmed; lines end in LF.
///
/// A mail that only repeats (a forward without a word, a quote alone) is taken whole; empty is the text of a mail
/// without text, or with nothing but attribution lines.
///
/// ```
/// use frontdesk::domain::quote::new_text;
/// assert_eq!(new_text("Да, всё верно.\n\nпт, 20 нояб. 2026 г. в 10:12, Анна <a@a.test>:\n> Верно ли?"), "Да, всё верно.");
/// assert_eq!(new_text("> Верно ли?\n\nДа."), "> Верно ли?\n\nДа.");
/// assert_eq!(new_text("> Верно ли?"), "> Верно ли?");
/// ```
#[must_use]
pub fn new_text(text: &str) -> String {
    let reading = Reading::of(text);
    let shown = |kind: &Kind| matches!(kind, Kind::New | Kind::Context);
    let says = |(line, kind): (&Line<'_>, &Kind)| shown(kind) && !line.body.is_empty();
    let whole = !reading.lines.iter().zip(&reading.kinds).any(says);
    if whole && reading.names_only_authors() {
        return String::new();
    }
    let mut new = String::with_capacity(text.len());
    for (line, _) in reading.lines.iter().zip(&reading.kinds).filter(|(_, kind)| whole || shown(kind)) {
        new.push_str(line.raw);
        new.push('\n');
    }
    lines::trim(&new).to_owned()
}

fn pieces(reading: &Reading<'_>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (line, kind) in reading.lines.iter().zip(&reading.kinds) {
        match pieces.last_mut() {
            Some(piece) if piece.kind == *kind || line.body.is_empty() && line.depth == 0 => piece.to = line.to,
            _ => pieces.push(Piece { from: line.from, to: line.to, kind: *kind }),
        }
    }
    pieces
}

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Blank,
    Text,
    /// Text between fences, which says nothing about the mail.
    Code,
    Quoted,
    Attribution,
    Title(Title),
    Headers,
    /// `-- `
    Parting,
    Rule(char),
}

/// The lines of a text and what each is.
struct Reading<'a> {
    lines: Vec<Line<'a>>,
    shapes: Vec<Shape>,
    kinds: Vec<Kind>,
    /// For each line the first at or after it that is not blank; `lines.len()` when there is none.
    next: Vec<usize>,
}

impl<'a> Reading<'a> {
    fn of(text: &'a str) -> Reading<'a> {
        let lines = lines::lines(text);
        let mut next = vec![lines.len(); lines.len() + 1];
        for (i, line) in lines.iter().enumerate().rev() {
            let blank = line.body.is_empty() && line.depth == 0;
            let said = if blank { at(&next, i + 1, lines.len()) } else { i };
            set(&mut next, i, said);
        }
        let kinds = vec![Kind::New; lines.len()];
        let shapes = vec![Shape::Text; lines.len()];
        let mut reading = Reading { lines, shapes, kinds, next };
        reading.see_shapes();
        reading.see_wrapped_quotes();
        reading.see_attributions();
        reading.tell_kinds();
        reading.tell_context();
        reading.tell_feet();
        reading
    }

    fn shape(&self, i: usize) -> Shape {
        at(&self.shapes, i, Shape::Blank)
    }

    fn kind(&self, i: usize) -> Kind {
        at(&self.kinds, i, Kind::Quote)
    }

    fn next(&self, i: usize) -> usize {
        at(&self.next, i, self.lines.len())
    }

    fn body(&self, i: usize) -> &'a str {
        self.lines.get(i).map_or("", |line| line.body)
    }

    /// The line at or after `i` that says something, when there is one.
    fn next_shape(&self, i: usize) -> Option<Shape> {
        self.shapes.get(self.next(i)).copied()
    }

    fn mark(&mut self, range: std::ops::Range<usize>, kind: Kind) {
        if let Some(kinds) = self.kinds.get_mut(range) {
            kinds.fill(kind);
        }
    }

    /// Everything that one line, or a block of headers, shows by itself.
    fn see_shapes(&mut self) {
        let fences = self.lines.iter().filter(|line| is_fence(line)).count();
        let (mut fenced, mut headers_end) = (false, 0);
        for i in 0..self.lines.len() {
            let Some(&line) = self.lines.get(i) else { break };
            if is_fence(&line) && fences % 2 == 0 {
                fenced = !fenced;
            }
            let shape = if line.depth > 0 {
                Shape::Quoted
            } else if line.body.is_empty() {
                Shape::Blank
            } else if i < headers_end {
                Shape::Headers
            } else if fenced {
                Shape::Code
            } else if lines::parts_signature(line.body) {
                Shape::Parting
            } else if let Some(c) = lines::rule(line.body) {
                Shape::Rule(c)
            } else if let Some(title) = headers::title(line.body, self.lines.get(self.next(i + 1)).map(|l| l.body)) {
                Shape::Title(title)
            } else if let Some(end) = headers::block_end(&self.lines, i) {
                headers_end = end;
                Shape::Headers
            } else {
                Shape::Text
            };
            set(&mut self.shapes, i, shape);
        }
    }

    /// A quoted line that a program broke in two leaves its end without a mark.
    fn see_wrapped_quotes(&mut self) {
        for i in 1..self.lines.len() {
            let around = self.shape(i - 1) == Shape::Quoted && self.shape(i + 1) == Shape::Quoted;
            if self.shape(i) == Shape::Text && around {
                let above = self.body(i - 1);
                let open = above.len() >= 60 && !above.ends_with(['?', ':']);
                if open && self.body(i).starts_with(char::is_lowercase) {
                    set(&mut self.shapes, i, Shape::Quoted);
                }
            }
        }
    }

    fn see_attributions(&mut self) {
        for end in 0..self.lines.len() {
            let torn = self.shape(end) == Shape::Quoted && end > 0 && self.shape(end - 1) == Shape::Text;
            if self.shape(end) != Shape::Text && !torn {
                continue;
            }
            let below = self.below(end);
            let Some(start) = attribution::start(&self.lines, end, below) else { continue };
            if let Some(shapes) = self.shapes.get_mut(start..=end) {
                shapes.fill(Shape::Attribution);
            }
            // Some programs draw a bar before the lines they repeat.
            let mut bar = self.next(end + 1);
            while self.shape(bar) == Shape::Text && self.body(bar).starts_with('|') {
                set(&mut self.shapes, bar, Shape::Quoted);
                bar += 1;
            }
        }
    }

    fn below(&self, end: usize) -> attribution::Below {
        let next = self.next(end + 1);
        if self.shape(next) == Shape::Quoted || self.body(next).starts_with('|') {
            attribution::Below::Quote
        } else if next == end + 1 && next < self.lines.len() {
            attribution::Below::Text
        } else {
            attribution::Below::Gap
        }
    }

    /// Goes down the text once. A title, a header block, and an attribution with no quote marks under it repeat
    /// everything to the end.
    fn tell_kinds(&mut self) {
        let count = self.lines.len();
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
        self.tell_phones();
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

    fn opens_signature(&self, i: usize) -> bool {
        // A longer tail is text somebody set off with dashes.
        const LONGEST: usize = 40;
        let mut bodies = Vec::new();
        let mut j = self.next(i + 1);
        while matches!(self.shape(j), Shape::Text | Shape::Code | Shape::Parting | Shape::Rule(_)) {
            bodies.push(self.body(j));
            if bodies.len() > LONGEST {
                return false;
            }
            j = self.next(j + 1);
        }
        match self.shape(i) {
            Shape::Parting => true,
            Shape::Rule('_') if bodies.len() <= 12 => true,
            _ => bodies.is_empty() || signature::foot(bodies.into_iter()),
        }
    }

    /// Lines of phones and mail programs where a text ends.
    fn tell_phones(&mut self) {
        let mut closes = true;
        for i in (0..self.lines.len()).rev() {
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
        let first = (0..self.lines.len()).find(|i| says(self, i));
        let last = (0..self.lines.len()).rev().find(|i| says(self, i));
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
        let mut end = self.lines.len();
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

    /// True when all that is said is who wrote: attribution lines, however deep, over empty quotes.
    fn names_only_authors(&self) -> bool {
        let mut i = self.lines.len();
        while let Some(end) = i.checked_sub(1) {
            i = match attribution::start(&self.lines, end, attribution::Below::Text) {
                Some(start) => start,
                None if self.body(end).is_empty() => end,
                None => return false,
            };
        }
        !self.lines.is_empty()
    }
}

fn is_fence(line: &Line<'_>) -> bool {
    line.depth == 0 && line.body.starts_with("```")
}

fn at<T: Copy>(items: &[T], i: usize, otherwise: T) -> T {
    items.get(i).copied().unwrap_or(otherwise)
}

fn set<T>(items: &mut [T], i: usize, value: T) {
    if let Some(item) = items.get_mut(i) {
        *item = value;
    }
}

#[cfg(test)]
mod tests;
