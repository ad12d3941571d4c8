//! Settings in two scopes. Own ones (who I am, which desk, aliases, where passwords come from) stand in `config.toml` of
//! this user; shared ones are kept in the desk, so that all see the same. Each key belongs to one scope. Here is what keys
//! there are; what may stand in them is in `check`, `mail`, `money`, `calendar`, `sla`, `rota` and `plan`, their files in `own` and `shared`. Where
//! they are kept is not known here.

pub mod calendar;
mod check;
pub mod contract;
pub mod mail;
pub mod money;
mod own;
mod places;
pub mod plan;
pub mod rota;
mod shared;
pub mod sla;

use crate::domain::nearest::nearest;
use crate::error::{Error, Result};
use serde_json::Value;

pub use check::{check, read_value};
pub use own::{Own, Source, put_own};
pub use shared::{
    LARGEST, agree, agree_with_team, as_toml, at, changed, differences, flat, known, placed, read_shared, write_shared,
};

/// Keys of the own file that hold one word each.
pub const OWN_KEYS: &[&str] = &["me", "desk", "color", "sendmail"];

/// Tables of the own file: their keys are chosen by the user, `desks.work`.
pub const OWN_TABLES: &[&str] = &["desks", "passwords", "alias"];

/// Words that no shared setting may hold: a colleague must not run a command on my machine.
const SECRETS: &[&str] = &["command", "password", "passwords", "sendmail"];

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The own file.
    File,
    /// The desk, where all see it.
    Desk,
    /// Nobody set it.
    Default,
}

impl Origin {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::Desk => "desk",
            Origin::Default => "default",
        }
    }
}

/// A shared setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// Its key.
    pub key: &'static str,
    /// What it is for.
    pub about: &'static str,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Zone,
    Currency,
    Hours,
    Invoice,
    Lang,
    Star,
    Addresses,
    Days,
    Flag,
    Free,
    Signatures,
    Maps,
    Smtp,
    Mailboxes,
    Calendars,
    Policies,
    Rota,
    Plans,
}

/// Every shared setting there is; those that are sections of a file come last, as TOML wants it.
pub const SHARED: &[Shared] = &[
    Shared { key: "name", about: "what the desk is called", form: Form::Text },
    Shared { key: "zone", about: "time zone of days, weeks and reports", form: Form::Zone },
    Shared { key: "addresses", about: "mail from these is ours: direction out", form: Form::Addresses },
    Shared {
        key: "reopen_days",
        about: "fetched mail to a ticket closed for longer opens a new one; an import goes by headers alone",
        form: Form::Days,
    },
    Shared { key: "currency", about: "three letters: of rates and prices", form: Form::Currency },
    Shared { key: "lang", about: "language of what customers get: en or ru", form: Form::Lang },
    Shared {
        key: "star",
        about: "the one figure that the recap shows first: waiting, csat, first_response …",
        form: Form::Star,
    },
    Shared { key: "details", about: "name, address, account… of the team, for documents", form: Form::Free },
    Shared {
        key: "templates",
        about: "papers and mails for clients in your own words: invoice-html-ru, survey-en …; the built-in ones: desk invoice template, desk csat template",
        form: Form::Free,
    },
    Shared {
        key: "default_calendar",
        about: "whose hours count where none are named; an only calendar needs no name",
        form: Form::Text,
    },
    Shared { key: "receipts", about: "who writes first is told by mail that it came", form: Form::Flag },
    Shared {
        key: "ask_after_close",
        about: "who had a ticket solved is asked by mail how it was; --no-ask leaves it",
        form: Form::Flag,
    },
    Shared { key: "quote", about: "an answer quotes the mail it answers", form: Form::Flag },
    Shared {
        key: "hours",
        about: "how worked time is rounded where a contract says nothing: round = \"15m up per entry\"",
        form: Form::Hours,
    },
    Shared { key: "invoice", about: "of invoices: tax, tax_note, due, prefix, first, note", form: Form::Invoice },
    Shared {
        key: "signatures",
        about: "what ends an answer, by agent; default is for all others; {agent} and {desk} are filled in",
        form: Form::Signatures,
    },
    Shared {
        key: "maps",
        about: "how columns of imported files go to fields, by name: tickets, clients, contacts or time, then a --map a line",
        form: Form::Maps,
    },
    Shared {
        key: "calendar",
        about: "working hours, holidays and days of their own, a section for each; without one every hour counts",
        form: Form::Calendars,
    },
    Shared {
        key: "sla",
        about: "what is promised to whom, a section for each; the first that matches a ticket holds",
        form: Form::Policies,
    },
    Shared {
        key: "rota",
        about: "who has duty, by weekday or week by week; who is away; how many open tickets each gets at most",
        form: Form::Rota,
    },
    Shared {
        key: "plan",
        about: "what clients with a plan have bought, a section for each: agents, channels, about",
        form: Form::Plans,
    },
    Shared { key: "smtp", about: "how mail is sent", form: Form::Smtp },
    Shared { key: "mailbox", about: "where mail is fetched from, a section for each", form: Form::Mailboxes },
];

/// The shared setting of this key.
#[must_use]
pub fn shared(key: &str) -> Option<&'static Shared> {
    SHARED.iter().find(|s| s.key == key)
}

/// Whether the key belongs to the own file.
///
/// ```
/// use frontdesk::settings::is_own;
/// assert!(is_own("me") && is_own("desks.work") && is_own("passwords.work.command"));
/// assert!(!is_own("zone") && !is_own("desks.") && !is_own("me.name"));
/// ```
#[must_use]
pub fn is_own(key: &str) -> bool {
    let in_table = |(table, name): (&str, &str)| OWN_TABLES.contains(&table) && !name.is_empty();
    OWN_KEYS.contains(&key) || key.split_once('.').is_some_and(in_table)
}

/// The error for a key that nobody knows, with the nearest one.
#[must_use]
pub fn unknown(key: &str) -> Error {
    let known = SHARED.iter().map(|s| s.key).chain(OWN_KEYS.iter().copied()).chain(OWN_TABLES.iter().copied());
    let near = nearest(key, known.clone());
    Error::usage(format!("there is no setting {key}")).hint(near.map_or_else(
        || format!("the settings are: {}", known.collect::<Vec<_>>().join(" ")),
        |n| format!("did you mean {n}?"),
    ))
}

/// The default of a shared setting.
#[must_use]
pub fn default_of(key: &str) -> Value {
    match key {
        "name" => "desk".into(),
        "zone" => "UTC".into(),
        "addresses" | "mailbox" | "sla" => Value::Array(Vec::new()),
        "reopen_days" => 30.into(),
        "lang" => "en".into(),
        "star" => "waiting".into(),
        "receipts" | "ask_after_close" => false.into(),
        "quote" => true.into(),
        _ => Value::Null,
    }
}

/// Whether the key is that of a shared setting; else why not.
///
/// # Errors
/// Where it is an own one, a secret, or nobody knows it.
pub fn belongs_to_all(key: &str) -> Result<()> {
    if SECRETS.contains(&key) {
        return Err(secret(key));
    }
    if OWN_KEYS.contains(&key) || OWN_TABLES.contains(&key) {
        return Err(Error::usage(format!("{key} is a setting of your own, not one of all"))
            .hint(format!("desk config set {key} …, or desk config edit")));
    }
    shared(key).map(drop).ok_or_else(|| unknown(key))
}

fn secret(key: &str) -> Error {
    let why = format!("{key} is refused in shared settings: nobody runs a command on a colleague's machine");
    Error::usage(why).hint(match key {
        "sendmail" => "it belongs into your own file: desk config set sendmail /usr/sbin/sendmail",
        "command" => "it belongs into your own file: desk config edit",
        _ => "each has it from a place of his own, named in his own file: desk config set passwords.NAME.command …",
    })
}

/// An address without the password that somebody may have put into it.
///
/// ```
/// use frontdesk::settings::without_password;
/// assert_eq!(without_password("postgres://mila:s@cr:et@db/desk"), "postgres://mila:…@db/desk");
/// assert_eq!(without_password("postgres://mila@db/desk"), "postgres://mila@db/desk");
/// assert_eq!(without_password("postgres://mila@db/desk?password=s&sslmode=disable"), "postgres://mila@db/desk?password=…&sslmode=disable");
/// assert_eq!(without_password("~/a:b@c.db"), "~/a:b@c.db");
/// ```
#[must_use]
pub fn without_password(place: &str) -> String {
    let shown = || {
        let (scheme, rest) = place.split_once("://")?;
        let (who, host) = rest.rsplit_once('@')?;
        let (name, _) = who.split_once(':')?;
        Some(format!("{scheme}://{name}:…@{host}"))
    };
    let shown = shown().unwrap_or_else(|| place.to_owned());
    // A server of PostgreSQL takes it as an option, too.
    let Some((address, options)) = shown.split_once('?').filter(|_| shown.contains("://")) else { return shown };
    let option = |option: &str| if option.starts_with("password=") { "password=…" } else { option }.to_owned();
    format!("{address}?{}", options.split('&').map(option).collect::<Vec<_>>().join("&"))
}
