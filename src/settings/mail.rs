//! The settings of mail: where it is fetched, how it is sent, how an answer is signed. What may stand in their sections,
//! and the form in which the rest of the program has them. Nothing is connected here, and no password stands here.

use super::check::{should_be, typed};
use super::places::{Step, Wrong};
use crate::domain::account::{Account, Spot};
use crate::domain::contact::{PointKind, read_person};
use crate::domain::mail::Address;
use crate::domain::nearest::nearest;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// A mailbox that mail is fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// What it is called; its password is called the same.
    pub name: String,
    /// Where it is.
    pub spot: Spot,
    /// The folder of what was sent; none: the one that the server calls so.
    pub sent: Option<String>,
    /// Whether that folder is read, too: then answers written elsewhere come in.
    pub reads_sent: bool,
    /// Where mails are moved once they are kept; none: the mailbox stays untouched.
    pub done: Option<String>,
    /// The server (authserv-id) whose `Authentication-Results` are believed.
    pub authserv: Option<String>,
    /// Whether only a signed token ties an answer to its ticket.
    pub strict: bool,
    /// Certificates (PEM) that are trusted besides those of the machine.
    pub ca: Option<PathBuf>,
    /// Mail from before this day is left alone.
    pub since: Option<Date>,
}

/// How mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// The server; none where the team names none, and each gives mail to a program of his own.
    pub account: Option<Account>,
    /// Whom mail comes from.
    pub from: Address,
    /// Certificates (PEM) that are trusted besides those of the machine.
    pub ca: Option<PathBuf>,
    /// Whether a copy is put into the Sent folder of the first mailbox on a server.
    pub sent_copy: bool,
    /// Whether Reply-To carries the signed token of the ticket: `support+…@acme.test`.
    pub plus: bool,
}

/// A key of a section.
struct Field {
    key: &'static str,
    needed: bool,
    fits: fn(&str, &Value) -> Result<()>,
}

const MAILBOX: &[Field] = &[
    Field { key: "name", needed: true, fits: plain_name },
    Field { key: "imap", needed: true, fits: fetching },
    Field { key: "sent", needed: false, fits: folder_or_false },
    Field { key: "done", needed: false, fits: folder },
    Field { key: "authserv", needed: false, fits: word },
    Field { key: "threading", needed: false, fits: threading },
    Field { key: "ca", needed: false, fits: file },
    Field { key: "since", needed: false, fits: day },
];

const SMTP: &[Field] = &[
    Field { key: "url", needed: false, fits: sending },
    Field { key: "from", needed: true, fits: sender },
    Field { key: "ca", needed: false, fits: file },
    Field { key: "sent_copy", needed: false, fits: flag },
    Field { key: "plus", needed: false, fits: flag },
];

/// Keys of a section in their order; none where the user chooses the keys.
pub(super) fn keys_of(section: &str) -> Option<Vec<&'static str>> {
    let fields = match section {
        "mailbox" => MAILBOX,
        "smtp" => SMTP,
        _ => return None,
    };
    Some(fields.iter().map(|f| f.key).collect())
}

type Checked = std::result::Result<(), Wrong>;

/// A section: known keys, those that it needs, each with what fits.
fn check_section(called: &str, key: &str, section: &Map<String, Value>, fields: &[Field]) -> Checked {
    for (name, value) in section {
        let Some(field) = fields.iter().find(|f| f.key == name) else {
            return Err(Wrong::key(name, no_such(called, name, fields)));
        };
        let wrong = |error| Wrong { path: vec![Step::Key(name.clone())], on_key: false, error };
        (field.fits)(&format!("{key}.{name}"), value).map_err(wrong)?;
    }
    match fields.iter().find(|f| f.needed && !section.contains_key(f.key)) {
        Some(lacking) => {
            let example =
                if lacking.key == "imap" { "imaps://support%40acme.test@mail.acme.test/INBOX" } else { "…" };
            let example = if lacking.key == "from" { "\"Acme support <support@acme.test>\"" } else { example };
            Err(Wrong::value(
                Error::usage(format!("{called} has no {}", lacking.key))
                    .hint(format!("desk config set {key}.{} {example}, or {0} = … in the file", lacking.key)),
            ))
        }
        None => Ok(()),
    }
}

fn no_such(called: &str, name: &str, fields: &[Field]) -> Error {
    let keys = || fields.iter().map(|f| f.key);
    let hint = nearest(name, keys()).map_or_else(
        || format!("known are: {}", keys().collect::<Vec<_>>().join(" ")),
        |n| format!("did you mean {n}?"),
    );
    Error::usage(format!("there is no key {name} in {called}")).hint(hint)
}

/// Whether this can be the mailboxes of a desk.
pub(super) fn check_mailboxes(value: &Value) -> Checked {
    let Some(list) = value.as_array() else {
        return Err(Wrong::value(should_be("mailbox", "sections that begin with [[mailbox]]", value)));
    };
    let mut seen: Vec<String> = Vec::new();
    for (n, item) in list.iter().enumerate() {
        let inside = |w: Wrong| w.inside(Step::Item(n));
        let Some(section) = item.as_object() else {
            return Err(inside(Wrong::value(should_be("mailbox", "sections that begin with [[mailbox]]", item))));
        };
        let name = section.get("name").and_then(Value::as_str).unwrap_or_default();
        let called = if name.is_empty() { "a mailbox".to_owned() } else { format!("the mailbox {name}") };
        let key = format!("mailbox.{}", if name.is_empty() { "NAME" } else { name });
        check_section(&called, &key, section, MAILBOX).and_then(|()| fits_together(&key, section)).map_err(inside)?;
        let folded = name.to_lowercase();
        if seen.contains(&folded) {
            let error = Error::usage(format!("two mailboxes are called {name}")).hint("give each a name of its own");
            return Err(inside(Wrong { path: vec![Step::Key("name".to_owned())], on_key: false, error }));
        }
        seen.push(folded);
    }
    Ok(())
}

/// Mails are moved to another folder, and only where there are folders.
fn fits_together(key: &str, section: &Map<String, Value>) -> Checked {
    let text = |name: &str| section.get(name).and_then(Value::as_str).unwrap_or_default();
    let why = match Spot::read(text("imap")) {
        Ok(Spot::Mbox(_)) if !text("done").is_empty() => "an mbox file has no folders: it is only read",
        Ok(Spot::Imap(account)) if account.folder == text("done") => "mails are there already: name another folder",
        _ => return Ok(()),
    };
    let error = Error::usage(format!("{key}.done: {why}")).hint(format!("desk config set {key}.done --default"));
    Err(Wrong { path: vec![Step::Key("done".to_owned())], on_key: false, error })
}

/// Whether this can be the way that mail is sent.
pub(super) fn check_smtp(value: &Value) -> Checked {
    match value.as_object() {
        Some(section) => check_section("smtp", "smtp", section, SMTP),
        None => Err(Wrong::value(should_be("smtp", "a section: url = \"smtps://…\", from = \"…\"", value))),
    }
}

/// Whether these can be the signatures of agents.
pub(super) fn check_signatures(value: &Value) -> Checked {
    let Some(table) = value.as_object() else {
        return Err(Wrong::value(should_be("signatures", "texts by agent: default = \"{agent}, {desk}\"", value)));
    };
    for (agent, text) in table {
        let fine = |t: &str| t.len() <= 10_000 && !t.chars().any(|c| c.is_control() && !"\n\r\t".contains(c));
        if !text.as_str().is_some_and(fine) {
            let error = should_be(&format!("signatures.{agent}"), "a text of some lines", text);
            return Err(Wrong { path: vec![Step::Key(agent.clone())], on_key: false, error });
        }
    }
    Ok(())
}

fn fit(key: &str, should: &str, value: &Value, fits: impl Fn(&str) -> bool) -> Result<()> {
    if value.as_str().is_some_and(fits) { Ok(()) } else { Err(should_be(key, should, value)) }
}

fn plain_name(key: &str, value: &Value) -> Result<()> {
    let letters = |t: &str| t.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    let fine = |t: &str| !t.is_empty() && t.chars().count() <= 40 && !t.starts_with('-') && letters(t) && t != "smtp";
    fit(key, "a plain word other than smtp, like \"support\"", value, fine)
}

fn one_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 1000 && !text.chars().any(char::is_control)
}

fn folder(key: &str, value: &Value) -> Result<()> {
    fit(key, "the name of a folder, like \"Done\"", value, one_line)
}

fn folder_or_false(key: &str, value: &Value) -> Result<()> {
    if value.as_bool() == Some(false) {
        return Ok(());
    }
    fit(key, "the name of a folder, like \"Sent\", or false", value, one_line)
}

fn word(key: &str, value: &Value) -> Result<()> {
    let fine = |t: &str| one_line(t) && !t.contains(|c: char| c.is_whitespace() || "\"();,<>".contains(c));
    fit(key, "the name of a server, like \"mx.acme.test\"", value, fine)
}

fn threading(key: &str, value: &Value) -> Result<()> {
    fit(key, "\"usual\" or \"strict\"", value, |t| matches!(t, "usual" | "strict"))
}

fn file(key: &str, value: &Value) -> Result<()> {
    let fine = |t: &str| one_line(t) && (t.starts_with('/') || t.starts_with("~/"));
    fit(key, "the path of a PEM file, from / or ~/", value, fine)
}

fn day(key: &str, value: &Value) -> Result<()> {
    fit(key, "a day, like \"2026-11-01\"", value, |t| day_of(t).is_some())
}

fn day_of(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse().ok().filter(|_| plain)
}

fn flag(key: &str, value: &Value) -> Result<()> {
    if value.is_boolean() { Ok(()) } else { Err(should_be(key, "true or false", value)) }
}

fn fetching(key: &str, value: &Value) -> Result<()> {
    let name = key.strip_prefix("mailbox.").and_then(|k| k.split('.').next()).unwrap_or("NAME");
    match place(key, name, value)? {
        Spot::Smtp(_) => Err(Error::usage(format!("{key}: mail is sent through smtp, not fetched"))
            .hint("imaps://support%40acme.test@mail.acme.test/INBOX, or maildir:/path, or mbox:/path")),
        _ => Ok(()),
    }
}

fn sending(key: &str, value: &Value) -> Result<()> {
    match place(key, "smtp", value)? {
        Spot::Smtp(_) => Ok(()),
        _ => Err(Error::usage(format!("{key}: mail is fetched from there, not sent"))
            .hint("smtps://support%40acme.test@mail.acme.test, or smtp:// for a server that begins with STARTTLS")),
    }
}

/// An address, which is never repeated where a password may be in it.
fn place(key: &str, name: &str, value: &Value) -> Result<Spot> {
    let Some(text) = value.as_str().filter(|t| one_line(t)) else {
        return Err(Error::usage(format!("{key} should be an address, like imaps:// or smtps://")));
    };
    Spot::read(text).map_err(|why| {
        let inside = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'));
        if inside.is_some_and(|(who, _)| who.contains(':')) {
            let what = format!("{key}: a password has no place in an address: all of the desk would see it");
            let way = format!("take it out, and then: desk config set passwords.{name}.command \"pass show {name}\"");
            return Error::usage(what).hint(way);
        }
        Error::usage(format!("{key}: {why}"))
    })
}

fn sender(key: &str, value: &Value) -> Result<()> {
    fit(key, "a name and an address, like \"Acme support <support@acme.test>\"", value, |t| read_sender(t).is_some())
}

/// The name and address that mail comes from.
///
/// ```
/// use frontdesk::settings::mail::read_sender;
/// let from = read_sender("Acme support <support@acme.test>").unwrap();
/// assert_eq!((from.name.as_str(), from.email.as_str()), ("Acme support", "support@acme.test"));
/// assert!(read_sender("Acme support").is_none() && read_sender("a@x.test, b@x.test").is_none());
/// ```
#[must_use]
pub fn read_sender(text: &str) -> Option<Address> {
    let (name, point) = read_person(text);
    let point = point.filter(|p| p.kind == PointKind::Email && !p.value.starts_with('-') && one_line(text))?;
    let fine = name.chars().count() <= 200 && !name.contains(['<', '>', '@', '"']);
    let one = point.value.matches('@').count() == 1;
    (fine && one).then_some(Address { name, email: point.value })
}

/// A value that was typed for a key of a section: `false` is no text where a switch is meant.
pub(super) fn typed_field(section: &str, name: &str, text: &str) -> Value {
    let fields = if section == "smtp" { SMTP } else { MAILBOX };
    let field = fields.iter().find(|f| f.key == name);
    let fits = |value: &Value| field.is_some_and(|f| (f.fits)(name, value).is_ok());
    typed(text).filter(fits).unwrap_or_else(|| text.into())
}

/// The mailboxes of a kept setting. `home` is what `~` means.
///
/// # Errors
/// Where a newer version has set what this one does not understand, or `~` means nothing.
pub fn mailboxes(value: &Value, home: Option<&str>) -> Result<Vec<Mailbox>> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|section| mailbox(section, home)).collect()
}

fn mailbox(section: &Value, home: Option<&str>) -> Result<Mailbox> {
    let text = |key: &str| section.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text("name").unwrap_or_default();
    let spot = Spot::read(&text("imap").unwrap_or_default()).map_err(|why| {
        Error::refused(format!("mailbox.{name}.imap: {why}")).hint(format!("desk config set mailbox.{name}.imap …"))
    })?;
    let spot = match spot {
        Spot::Maildir(path) => Spot::Maildir(at_home(&path, home)?),
        Spot::Mbox(path) => Spot::Mbox(at_home(&path, home)?),
        server => server,
    };
    Ok(Mailbox {
        spot,
        sent: text("sent"),
        reads_sent: section.get("sent") != Some(&Value::Bool(false)),
        done: text("done"),
        authserv: text("authserv"),
        strict: text("threading").as_deref() == Some("strict"),
        ca: text("ca").map(|ca| at_home(Path::new(&ca), home)).transpose()?,
        since: text("since").and_then(|day| day_of(&day)),
        name,
    })
}

/// The way that mail is sent, of a kept setting; none where nobody set it. `home` is what `~` means.
///
/// # Errors
/// Where a newer version has set what this one does not understand, or `~` means nothing.
pub fn smtp(value: &Value, home: Option<&str>) -> Result<Option<Smtp>> {
    if value.is_null() {
        return Ok(None);
    }
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let on = |key: &str| value.get(key) == Some(&Value::Bool(true));
    let odd = |why: &str| Error::refused(format!("smtp: {why}")).hint("desk config get smtp");
    let account = match text("url").map(Spot::read).transpose().map_err(|why| odd(&why))? {
        Some(Spot::Smtp(account)) => Some(account),
        None => None,
        Some(_) => return Err(odd("the address is none for sending")),
    };
    Ok(Some(Smtp {
        account,
        from: text("from").and_then(read_sender).ok_or_else(|| odd("it is not known whom mail comes from"))?,
        ca: text("ca").map(|ca| at_home(Path::new(ca), home)).transpose()?,
        sent_copy: on("sent_copy"),
        plus: on("plus"),
    }))
}

/// The signature of an agent, with names filled in; none where neither he nor all have one.
///
/// ```
/// use frontdesk::settings::mail::signature;
/// let set = serde_json::json!({ "default": "{agent}\n{desk}", "oleg": "O." });
/// assert_eq!(signature(&set, "mila", "Acme").as_deref(), Some("mila\nAcme"));
/// assert_eq!(signature(&set, "Oleg", "Acme").as_deref(), Some("O."));
/// ```
#[must_use]
pub fn signature(value: &Value, agent: &str, desk: &str) -> Option<String> {
    let table = value.as_object()?;
    let folded = agent.to_lowercase();
    let his = table.iter().find(|(name, _)| name.to_lowercase() == folded).map(|(_, text)| text);
    let text = his.or_else(|| table.get("default"))?.as_str().filter(|t| !t.trim().is_empty())?;
    // Names are put in side by side, so that one that holds braces is not read again.
    let filled: Vec<String> = text.split("{agent}").map(|piece| piece.replace("{desk}", desk)).collect();
    Some(filled.join(agent))
}

/// A path with `~` as the home folder of whoever runs the program.
pub fn at_home(path: &Path, home: Option<&str>) -> Result<PathBuf> {
    match (path.strip_prefix("~"), home) {
        (Err(_), _) => Ok(path.to_owned()),
        (Ok(rest), Some(home)) => Ok(Path::new(home).join(rest)),
        (Ok(_), None) => {
            Err(Error::usage(format!("{}: this user has no home folder", path.display())).hint("set HOME"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::check;
    use serde_json::json;

    fn why(key: &str, value: Value) -> String {
        check(key, value, &|_| true)
            .map_or_else(|e| format!("{} / {}", e.what, e.hint.unwrap_or_default()), |_| String::new())
    }

    #[test]
    fn a_mailbox_says_what_it_lacks_and_what_nobody_knows() {
        let imap = "imaps://joe@mail.b.test/INBOX";
        for (section, said) in [
            (json!({ "imap": imap }), "a mailbox has no name"),
            (json!({ "name": "a" }), "the mailbox a has no imap / desk config set mailbox.a.imap imaps://"),
            (json!({ "name": "a b", "imap": imap }), "should be a plain word"),
            (json!({ "name": "smtp", "imap": imap }), "other than smtp"),
            (
                json!({ "name": "a", "imap": imap, "imp": 1 }),
                "there is no key imp in the mailbox a / did you mean imap?",
            ),
            (json!({ "name": "a", "imap": imap, "colour": 1 }), "known are: name imap sent"),
            (json!({ "name": "a", "imap": 993 }), "mailbox.a.imap should be an address"),
            (json!({ "name": "a", "imap": "smtps://joe@b.test" }), "sent through smtp, not fetched"),
            (json!({ "name": "a", "imap": imap, "sent": true }), "mailbox.a.sent should be the name of a folder"),
            (json!({ "name": "a", "imap": imap, "done": "INBOX" }), "mails are there already"),
            (json!({ "name": "a", "imap": "mbox:/x", "done": "Done" }), "an mbox file has no folders"),
            (json!({ "name": "a", "imap": imap, "done": "a\r\nb" }), "mailbox.a.done should be"),
            (json!({ "name": "a", "imap": imap, "threading": "loose" }), "\"usual\" or \"strict\""),
            (json!({ "name": "a", "imap": imap, "ca": "ca.pem" }), "from / or ~/"),
            (json!({ "name": "a", "imap": imap, "since": "2026-02-30" }), "should be a day"),
            (json!({ "name": "a", "imap": imap, "since": 2026 }), "should be a day"),
            (json!({ "name": "a", "imap": imap, "authserv": "a b" }), "the name of a server"),
            (json!({ "name": "a", "imap": imap, "command": "rm" }), "command is refused"),
        ] {
            let said_was = why("mailbox", json!([section]));
            assert!(said_was.contains(said), "{section}: {said_was}");
        }
        let twice = json!([{ "name": "a", "imap": imap }, { "name": "A", "imap": imap }]);
        assert!(why("mailbox", twice).starts_with("two mailboxes are called A"));
        assert!(
            why("mailbox", json!({})).contains("[[mailbox]]") && why("mailbox", json!(["x"])).contains("[[mailbox]]")
        );
        assert_eq!(why("mailbox", json!([])), "");
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for url in ["imaps://joe:hunter2@b.test/", "imaps://joe:hun/ter2@b.test/", "imaps://joe:hun@ter2@b.test/INBOX"]
        {
            let said = why("mailbox", json!([{ "name": "support", "imap": url }]));
            assert!(said.contains("password has no place") && said.contains("passwords.support.command"), "{said}");
            assert!(!said.contains("hun"), "{said}");
        }
        let said = why("smtp", json!({ "url": "smtps://joe:hunter2@b.test", "from": "a@b.test" }));
        assert!(said.contains("passwords.smtp.command") && !said.contains("hunter2"), "{said}");
    }

    #[test]
    fn sending_needs_somebody_it_comes_from() {
        let url = "smtps://joe@b.test";
        assert!(why("smtp", json!({ "url": url })).starts_with("smtp has no from / desk config set smtp.from"));
        assert_eq!(why("smtp", json!({ "from": "Acme <a@b.test>" })), "");
        for from in [
            "Acme",
            "a@b.test, c@b.test",
            "A <a@b.test>, C <c@b.test>",
            "-oQ@b.test",
            "A\r\nBcc: x <a@b.test>",
            "a@b@c",
        ] {
            assert!(why("smtp", json!({ "url": url, "from": from })).contains("a name and an address"), "{from}");
        }
        assert!(why("smtp", json!({ "url": "imaps://a@b/", "from": "a@b.test" })).contains("not sent"));
        assert!(why("smtp", json!({ "from": "a@b.test", "plus": "yes" })).contains("true or false"));
        assert!(why("smtp", json!("x")).contains("a section"));
    }

    #[test]
    fn what_is_kept_is_read_back_in_its_form() {
        let set = json!([
            { "name": "a", "imap": "maildir:~/Mail", "sent": false, "threading": "strict", "ca": "~/ca.pem", "since": "2026-11-01" },
            { "name": "b", "imap": "imaps://joe@b.test/", "done": "Done" },
        ]);
        assert_eq!(why("mailbox", set.clone()), "");
        let read = mailboxes(&set, Some("/home/mila")).unwrap();
        assert_eq!(read[0].spot, Spot::Maildir("/home/mila/Mail".into()));
        assert_eq!(
            (read[0].reads_sent, read[0].strict, read[0].ca.clone()),
            (false, true, Some("/home/mila/ca.pem".into()))
        );
        assert_eq!(read[0].since.map(|d| d.to_string()).as_deref(), Some("2026-11-01"));
        assert_eq!((read[1].reads_sent, read[1].sent.clone(), read[1].done.as_deref()), (true, None, Some("Done")));
        assert!(mailboxes(&set, None).unwrap_err().what.contains("no home folder"));
        let sends =
            smtp(&json!({ "url": "smtp://127.0.0.1:2525", "from": "Acme <a@b.test>", "plus": true }), None).unwrap();
        let sends = sends.unwrap();
        assert_eq!((sends.account.map(|a| a.port), sends.plus, sends.sent_copy), (Some(2525), true, false));
        assert_eq!(smtp(&Value::Null, None).unwrap(), None);
    }

    #[test]
    fn a_name_with_braces_is_not_filled_in_again() {
        let set = json!({ "default": "{agent} of {desk}, {agent}" });
        assert_eq!(signature(&set, "{desk}", "{agent}").as_deref(), Some("{desk} of {agent}, {desk}"));
        assert_eq!(signature(&json!({ "default": " " }), "a", "b"), None);
    }
}
