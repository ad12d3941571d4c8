//! What the lines of a text look like: shapes that a line, or a few lines together, show by themselves. What they
//! mean for the text is told in `kinds`.

use super::headers::{self, Title};
use super::lines::{self, Line};
use super::{Kind, attribution};

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Blank,
    /// Anything that is no other shape.
    Text,
    /// Text between fences, which says nothing about the mail.
    Code,
    Quoted,
    Attribution,
    Title(Title),
    /// A line of the block of headers over a mail.
    Headers,
    /// `-- `
    Parting,
    /// A line of one character repeated.
    Rule(char),
}

/// The lines of a text and what each is.
pub(super) struct Reading<'a> {
    pub(super) lines: Vec<Line<'a>>,
    pub(super) shapes: Vec<Shape>,
    pub(super) kinds: Vec<Kind>,
    /// For each line the first at or after it that is not blank; `lines.len()` when there is none.
    next: Vec<usize>,
}

impl<'a> Reading<'a> {
    /// Reads a text and tells what every line is.
    pub(super) fn of(text: &'a str) -> Reading<'a> {
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
        reading.tell();
        reading
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        self.lines.len()
    }

    /// What line `i` looks like; blank beyond the end.
    pub(super) fn shape(&self, i: usize) -> Shape {
        at(&self.shapes, i, Shape::Blank)
    }

    /// What line `i` is; beyond the end nothing new.
    pub(super) fn kind(&self, i: usize) -> Kind {
        at(&self.kinds, i, Kind::Quote)
    }

    /// The line at or after `i` that is not blank; the count of lines when there is none.
    pub(super) fn next(&self, i: usize) -> usize {
        at(&self.next, i, self.lines.len())
    }

    /// What line `i` says.
    pub(super) fn body(&self, i: usize) -> &'a str {
        self.lines.get(i).map_or("", |line| line.body)
    }

    /// The line at or after `i` that says something, when there is one.
    pub(super) fn next_shape(&self, i: usize) -> Option<Shape> {
        self.shapes.get(self.next(i)).copied()
    }

    /// Sets the kind of lines.
    pub(super) fn mark(&mut self, range: std::ops::Range<usize>, kind: Kind) {
        if let Some(kinds) = self.kinds.get_mut(range) {
            kinds.fill(kind);
        }
    }

    /// Everything that one line, or a block of headers, shows by itself.
    fn see_shapes(&mut self) {
        let fences = self.lines.iter().filter(|line| is_fence(line)).count();
        let mut fenced = false;
        // Where the block of headers ends, and how far lines have been read as headers.
        let (mut block_end, mut read) = (0, 0);
        for i in 0..self.lines.len() {
            let Some(line) = self.lines.get(i) else { break };
            if is_fence(line) && fences % 2 == 0 {
                fenced = !fenced;
            }
            let mut shape = self.own_shape(i);
            if fenced && shape != Shape::Blank {
                shape = Shape::Code;
            } else if shape == Shape::Text
                && i >= read
                && let Some((end, head)) = headers::block(&self.lines, i)
            {
                read = end;
                block_end = if head { end } else { block_end };
            }
            set(&mut self.shapes, i, if i < block_end && shape != Shape::Blank { Shape::Headers } else { shape });
        }
    }

    /// What a line shows by itself.
    fn own_shape(&self, i: usize) -> Shape {
        let Some(line) = self.lines.get(i) else { return Shape::Blank };
        let below = || self.lines.get(self.next(i + 1)).map(|line| line.body);
        if line.depth > 0 {
            Shape::Quoted
        } else if line.body.is_empty() {
            Shape::Blank
        } else if lines::parts_signature(line.body) {
            Shape::Parting
        } else if let Some(c) = lines::rule(line.body) {
            Shape::Rule(c)
        } else if let Some(title) = headers::title(line.body, below()) {
            Shape::Title(title)
        } else {
            Shape::Text
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
            if (self.shape(end) != Shape::Text && !torn) || attribution::is_torn(&self.lines, end + 1) {
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

    /// Where a mail that only repeats begins to say something: under its titles, headers and attribution lines.
    pub(super) fn repeated_body(&self) -> usize {
        let above = |i: &usize| {
            let named = matches!(self.shape(*i), Shape::Title(_) | Shape::Headers | Shape::Attribution);
            named || self.shape(*i) == Shape::Blank || self.kind(*i) == Kind::Signature
        };
        (0..self.count()).find(|i| !above(i)).unwrap_or(0)
    }

    /// True when all that is said is who wrote: attribution lines, however deep, over empty quotes.
    pub(super) fn names_only_authors(&self) -> bool {
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
