//! The one error of the program: what went wrong, the way out, and the exit code it ends with.
//! What the desk itself refuses, and why, is in `domain::refusal`.

use crate::domain::refusal::Refusal;
use std::fmt;

/// What sort of failure it is; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request was refused or did not work out: exit 1.
    Refused,
    /// The words of the command are wrong, or input is needed and there is no terminal: exit 2.
    Usage,
    /// The named thing does not exist: exit 3.
    Missing,
    /// A check found its condition: exit 4.
    Found,
    /// An import finished with rejected rows: exit 5.
    Rejected,
    /// A bug in this program: exit 70.
    Bug,
    /// Try again later (network, lock): exit 75.
    Temporary,
    /// Interrupted by the user: exit 130.
    Interrupted,
    /// The reader of our output went away: exit 0, silently.
    ClosedPipe,
}

impl Kind {
    /// The exit code of the process.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::ClosedPipe => 0,
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::Missing => 3,
            Kind::Found => 4,
            Kind::Rejected => 5,
            Kind::Bug => 70,
            Kind::Temporary => 75,
            Kind::Interrupted => 130,
        }
    }
}

/// A failure as the user sees it: `error: …`, `cause: …`, `hint: …`.
#[derive(Debug)]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// One sentence, lower-case, without a full stop.
    pub what: String,
    /// The way out.
    pub hint: Option<String>,
    /// What the outside said.
    pub cause: Option<String>,
}

/// The result of everything that may fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure of `kind`.
    pub fn new(kind: Kind, what: impl Into<String>) -> Error {
        Error { kind, what: what.into(), hint: None, cause: None }
    }

    /// Wrong words: exit 2.
    pub fn usage(what: impl Into<String>) -> Error {
        Error::new(Kind::Usage, what)
    }

    /// Refused: exit 1.
    pub fn refused(what: impl Into<String>) -> Error {
        Error::new(Kind::Refused, what)
    }

    /// Not there: exit 3.
    pub fn missing(what: impl Into<String>) -> Error {
        Error::new(Kind::Missing, what)
    }

    /// A bug: exit 70.
    pub fn bug(what: impl Into<String>) -> Error {
        Error::new(Kind::Bug, what)
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what the outside said.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Error {
        self.cause = Some(cause.to_string());
        self
    }

    /// Puts what was being done in front: `reading /x/desk.db: permission denied`.
    #[must_use]
    pub fn doing(mut self, deed: impl fmt::Display) -> Error {
        self.what = format!("{deed}: {}", self.what);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        let kind = match &refusal {
            Refusal::Unreadable { .. }
            | Refusal::Impossible { .. }
            | Refusal::UnknownKey { .. }
            | Refusal::UnknownValue { .. }
            | Refusal::Misused { .. } => Kind::Usage,
        };
        Error { kind, what: refusal.to_string(), hint: refusal.hint(), cause: None }
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Error {
        match e.kind() {
            std::io::ErrorKind::BrokenPipe => Error::new(Kind::ClosedPipe, "the reader of the output went away"),
            std::io::ErrorKind::Interrupted => Error::new(Kind::Interrupted, "interrupted"),
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                let quota = e.kind() == std::io::ErrorKind::QuotaExceeded;
                Error::refused(if quota { "your share of the disk is full (quota)" } else { "the disk is full" })
                    .hint("free some space and run the command again: nothing was half done")
            }
            _ => {
                // Where a draft cannot be made its name by chance is told, too, which helps nobody.
                let told = e.to_string();
                Error::refused(told.split_once(" at path ").map_or(told.as_str(), |(what, _)| what))
            }
        }
    }
}
