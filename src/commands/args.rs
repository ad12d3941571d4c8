//! What every command understands: the global flags, lists of ticket numbers, texts from flags, files and editors.

use crate::desk::Desk;
use crate::domain::mail::{Part, media_type};
use crate::domain::ticket::Ticket;
use crate::error::{Error, Kind, Result};
use crate::formats::limits::Limits;
use crate::render::Format;
use crate::report::Report;
use crate::store::bookmark::Before;
use std::path::Path;

/// Flags that every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Which desk: a name from your settings, a file, or postgres://… [env: DESK_FILE]
    #[arg(long, global = true, value_name = "NAME|PATH|URL")]
    pub desk: Option<String>,
    /// Who you are [env: DESK_AGENT]
    #[arg(long = "as", global = true, value_name = "AGENT")]
    pub agent: Option<String>,
    /// text, json, ndjson, csv, md or html
    #[arg(long, global = true, value_name = "FORMAT")]
    pub format: Option<String>,
    /// JSON; --json=number,subject picks keys
    #[arg(long, global = true, value_name = "KEYS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Write the answer to a file
    #[arg(short = 'o', long = "output", global = true, value_name = "FILE")]
    pub output: Option<String>,
    /// Say nothing but the answer
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show what would be done, and do nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
    /// Answer questions with yes
    #[arg(short = 'y', long, global = true)]
    pub yes: bool,
    /// Never ask: fail where an answer is needed
    #[arg(long, global = true)]
    pub no_input: bool,
    /// auto, always or never
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<String>,
}

/// What a command gives back.
#[derive(Debug)]
pub struct Answer {
    /// What is printed.
    pub body: Body,
    /// The exit code.
    pub exit: u8,
    /// Whether a terminal shows it through a pager.
    pub page: bool,
    /// Bookmarks to move once it has been given, where that can be: a desk that can only be read is read all the same.
    pub seen: Vec<(String, i64)>,
    /// Bookmarks that moved with it, as they were: put back where it cannot be given.
    pub told: Before,
}

/// What is printed.
#[derive(Debug)]
pub enum Body {
    /// A report, in any format.
    Report(Report),
    /// A report for programs, and for people a paper in the words of whom it is for.
    Paper(Report, Words),
    /// Bytes as they are.
    Bytes(Vec<u8>),
    /// Bytes as they are, more than fit into memory.
    Stream(Stream),
}

/// What writes a paper: text, Markdown or HTML.
pub struct Words(pub Box<dyn FnOnce(Format) -> Result<String>>);

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

/// What writes an answer piece by piece.
pub struct Stream(pub Box<Written>);

/// Writes; given the desk and where to.
pub type Written = dyn FnOnce(&mut Desk, &mut dyn std::io::Write) -> Result<()>;

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stream")
    }
}

impl From<Report> for Answer {
    fn from(report: Report) -> Answer {
        Answer { body: Body::Report(report), exit: 0, page: false, seen: Vec::new(), told: Before::new() }
    }
}

impl Answer {
    /// An answer that a terminal shows through a pager.
    #[must_use]
    pub fn paged(mut self) -> Answer {
        self.page = true;
        self
    }

    /// An answer that ends with this kind of exit.
    #[must_use]
    pub fn ending(mut self, kind: Kind) -> Answer {
        self.exit = kind.exit_code();
        self
    }

    /// An answer after which bookmarks are moved.
    #[must_use]
    pub fn seen(mut self, marks: Vec<(String, i64)>) -> Answer {
        self.seen = marks;
        self
    }

    /// An answer with which bookmarks were moved; `before` is how they were.
    #[must_use]
    pub fn told(mut self, before: Before) -> Answer {
        self.told = before;
        self
    }

    /// A paper: for programs the report, for people what `words` writes.
    #[must_use]
    pub fn paper(report: Report, words: impl FnOnce(Format) -> Result<String> + 'static) -> Answer {
        Answer {
            body: Body::Paper(report, Words(Box::new(words))),
            exit: 0,
            page: true,
            seen: Vec::new(),
            told: Before::new(),
        }
    }

    /// Bytes as they are, written piece by piece.
    #[must_use]
    pub fn stream(write: impl FnOnce(&mut Desk, &mut dyn std::io::Write) -> Result<()> + 'static) -> Answer {
        Answer {
            body: Body::Stream(Stream(Box::new(write))),
            exit: 0,
            page: false,
            seen: Vec::new(),
            told: Before::new(),
        }
    }

    /// Bytes as they are.
    #[must_use]
    pub fn bytes(bytes: Vec<u8>) -> Answer {
        Answer { body: Body::Bytes(bytes), exit: 0, page: false, seen: Vec::new(), told: Before::new() }
    }
}

/// Tickets that were named, in the order they were named.
#[derive(Debug, Clone)]
pub struct Named {
    /// The tickets.
    pub tickets: Vec<Ticket>,
    /// Whether `.` named one: then it is always said which one that is.
    pub by_dot: bool,
}

/// Reads words like `42`, `42,45`, `40-45`, `.`, `-`, `okdesk:1834` and loads the tickets. In a range, numbers without a
/// ticket are left out as long as one is there.
pub fn tickets(desk: &mut Desk, words: &[String]) -> Result<Named> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for word in words {
        if word == "-" {
            let bytes = desk.host.input("ticket numbers, one per line")?;
            for line in String::from_utf8_lossy(&bytes).lines().map(str::trim).filter(|l| !l.is_empty()) {
                wanted.push(wanted_of(line.strip_prefix('#').unwrap_or(line))?);
            }
            continue;
        }
        for piece in word.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            wanted.push(wanted_of(piece)?);
        }
    }
    if wanted.is_empty() && !words.iter().any(|w| w == "-") {
        return Err(Error::usage("no ticket is named").hint("write 42, not #42: # starts a shell comment"));
    }
    let me = desk.me.clone();
    desk.read(|r| {
        let mut named = Named { tickets: Vec::new(), by_dot: false };
        for want in &wanted {
            let before = named.tickets.len();
            let ids = match want {
                Wanted::One(id) => vec![*id],
                Wanted::Range(a, b) => (*a..=*b).collect(),
                Wanted::Last => {
                    named.by_dot = true;
                    let agent = r.agent_named(&me)?;
                    let last = agent.map(|a| r.last_touched(a.id)).transpose()?.flatten();
                    vec![last.ok_or_else(|| {
                        Error::missing(format!("{me} has not changed any ticket yet")).hint("name a number: desk ls")
                    })?]
                }
                Wanted::External(source, number) => {
                    let found = r.ticket_by_external(source, number)?;
                    vec![found.ok_or_else(|| Error::missing(format!("no ticket was imported as {source}:{number}")))?]
                }
            };
            for id in ids {
                if let Some(t) = r.ticket(id)?
                    && !named.tickets.iter().any(|n| n.id == t.id)
                {
                    named.tickets.push(t);
                } else if matches!(want, Wanted::One(_)) && !named.tickets.iter().any(|n| n.id == id) {
                    let error = Error::missing(format!("ticket {id} does not exist"));
                    return Err(match r.tickets_by_number_elsewhere(&id.to_string())?.as_slice() {
                        [here] => error.hint(format!("what was {id} where it came from is ticket {here} here")),
                        _ => error.hint("desk ls status:all"),
                    });
                }
            }
            if let (Wanted::Range(a, b), true) = (want, named.tickets.len() == before) {
                return Err(
                    Error::missing(format!("no ticket has a number from {a} to {b}")).hint("desk ls status:all")
                );
            }
        }
        Ok(named)
    })
}

/// The one ticket that a word names.
pub fn ticket(desk: &mut Desk, word: &str) -> Result<Ticket> {
    let mut named = tickets(desk, &[word.to_owned()])?.tickets;
    match (named.pop(), named.is_empty()) {
        (Some(t), true) => Ok(t),
        _ => Err(Error::usage(format!("{word} should name one ticket"))),
    }
}

enum Wanted {
    One(i64),
    Range(i64, i64),
    Last,
    External(String, String),
}

fn wanted_of(word: &str) -> Result<Wanted> {
    let bad = |hint: &str| Err(Error::usage(format!("{word:?} is no ticket number")).hint(hint));
    if word == "." {
        return Ok(Wanted::Last);
    }
    if let Some(rest) = word.strip_prefix('#') {
        return bad(&format!("write {rest}, not #{rest}: # starts a shell comment"));
    }
    if let Some((source, number)) = word.split_once(':') {
        let fine = !source.is_empty() && !number.is_empty();
        return if fine { Ok(Wanted::External(source.to_owned(), number.to_owned())) } else { bad("okdesk:1834") };
    }
    let number = |t: &str| t.parse::<i64>().ok().filter(|n| *n > 0 && t.bytes().all(|b| b.is_ascii_digit()));
    if let Some((a, b)) = word.split_once('-') {
        return match (number(a), number(b)) {
            (Some(a), Some(b)) if a <= b && b - a < 100_000 => Ok(Wanted::Range(a, b)),
            (Some(a), Some(b)) if a > b => bad(&format!("{b}-{a}")),
            _ => bad("a range is written 40-45"),
        };
    }
    match number(word) {
        Some(id) => Ok(Wanted::One(id)),
        None => bad("a number like 42, several like 42,45 or 40-45, the last one you changed: ."),
    }
}

/// Before more than five tickets change at once on a terminal, they are listed and confirmed.
pub fn sure_of_many(desk: &mut Desk, tickets: &[Ticket], deed: &str) -> Result<()> {
    if tickets.len() <= 5 || desk.yes || desk.dry || !desk.host.can_ask() {
        return Ok(());
    }
    for t in tickets.iter().take(20) {
        let line = format!("{:>6}  {}", t.id, t.subject);
        desk.host.talk(&crate::render::guard::line(&line));
    }
    if tickets.len() > 20 {
        let rest = tickets.len() - 20;
        desk.host.talk(&format!("        and {rest} more"));
    }
    if desk.host.confirm(&format!("{deed} these {} tickets?", tickets.len()))? {
        Ok(())
    } else {
        Err(Error::refused("nothing was changed"))
    }
}

/// Where a text comes from: a flag, a file, standard input, or the editor.
#[derive(Debug, Clone, Default)]
pub struct TextFrom<'a> {
    /// `-m`
    pub flag: Option<&'a str>,
    /// `--file`
    pub file: Option<&'a str>,
    /// `-e`
    pub editor: bool,
    /// A bare `-`
    pub stdin: bool,
}

impl TextFrom<'_> {
    /// The text, or none where nobody gave one.
    pub fn read(&self, desk: &mut Desk, what: &str) -> Result<Option<String>> {
        let given =
            [self.flag.is_some(), self.file.is_some(), self.editor, self.stdin].into_iter().filter(|g| *g).count();
        if given > 1 {
            return Err(Error::usage("a text comes from one place").hint("one of -m TEXT, --file FILE, -e or -"));
        }
        if let Some(text) = self.flag {
            return Ok(Some(text.to_owned()));
        }
        if let Some(file) = self.file.filter(|f| *f != "-") {
            let bytes = std::fs::read(file).map_err(|e| Error::from(e).doing(format!("reading {file}")))?;
            return text_of(bytes, file).map(Some);
        }
        if self.stdin || self.file.is_some() {
            let bytes = desk.host.input(what)?;
            return text_of(bytes, "standard input").map(Some);
        }
        if self.editor {
            let text = desk.host.edit("", ".md")?;
            return text.map(Some).ok_or_else(|| Error::refused("the text was not saved; nothing was changed"));
        }
        Ok(None)
    }
}

fn text_of(bytes: Vec<u8>, place: &str) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Error::usage(format!("{place}:{at}: this is not UTF-8 text")).hint("save it as UTF-8")
    })?;
    Ok(text.trim_end().to_owned())
}

/// Words of a command with `+tag` words among them: the tags, and the rest. After `--` nothing is a tag.
pub fn tags_and_text(words: &[String], after_dashes: &[String]) -> Result<(Vec<String>, Vec<String>)> {
    let mut tags = Vec::new();
    let mut rest = Vec::new();
    for word in words {
        if let Some(text) = word.strip_prefix('+') {
            tags.push(tag(text)?);
            continue;
        }
        rest.push(word.clone());
    }
    rest.extend(after_dashes.iter().cloned());
    Ok((tags, rest))
}

/// A tag as typed, or the error that says what a tag is.
pub fn tag(text: &str) -> Result<String> {
    crate::domain::tag::tag(text).map_err(|why| Error::usage(format!("{text:?} is no tag: {why}")))
}

/// A file of this machine as it is kept with a message.
pub fn attached(path: &str) -> Result<Part> {
    let limit = Limits::default().attachment;
    let failed = |e: std::io::Error| Error::from(e).doing(format!("reading {path}"));
    if std::fs::metadata(path).map_err(failed)?.len() > limit {
        return Err(Error::refused(format!("{path} is larger than {} MiB", limit >> 20))
            .hint("put it somewhere and note where"));
    }
    let content = std::fs::read(path).map_err(failed)?;
    let name = Path::new(path).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let media_type = media_type(&name).to_owned();
    Ok(Part { name, media_type, content })
}

/// Keeps a text that somebody typed in an editor when the command fails, and says where it is.
pub fn keep_draft(desk: &Desk, text: &str, error: Error) -> Error {
    keep_text(desk, text, "md", error)
}

/// The same for a text that is no Markdown.
pub fn keep_text(desk: &Desk, text: &str, extension: &str, mut error: Error) -> Error {
    let kept = desk.host.state_folder().and_then(|folder| {
        crate::host::make_folder(&folder)?;
        let file = folder.join(format!("draft-{}.{extension}", desk.host.unique_word(4)?));
        crate::host::write_file(&file, text.as_bytes())?;
        Ok(file)
    });
    if let Ok(file) = kept {
        let hint = error.hint.take().map(|h| format!("{h}; ")).unwrap_or_default();
        error.hint = Some(format!("{hint}your text is kept in {}", file.display()));
    }
    error
}
