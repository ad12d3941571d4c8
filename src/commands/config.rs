//! `desk config`: settings in two scopes, own ones in a file and shared ones in the desk. What keys there are is in
//! `settings`; here they are listed, changed and edited.

mod holidays;
mod rows;
mod team;
mod templates;

use super::args::{Answer, keep_text};
use crate::actions;
use crate::desk::{Desk, agent_name};
use crate::error::{Error, Kind, Result};
use crate::host;
use crate::report::{Audience, Cell, Fact, Facts, Part, Report, setting};
use crate::settings::{self, Own};
use crate::store::Written;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Settings: your own, and those that all of a desk share
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Your own settings (who you are, which desk, aliases) stand in a file of yours; shared ones (zone, addresses, …) in the
desk, so that all see the same, and each change of one can be undone. A key belongs to one scope, so set knows where it goes.

Examples:
  desk config                                   # every key, its value and where it comes from
  desk config set zone Europe/Moscow
  desk config set addresses support@acme.test,help@acme.test
  desk config set mailbox.support.imap imaps://support%40acme.test@mail.acme.test/INBOX
  desk config set smtp.from \"Acme support <support@acme.test>\"
  desk config set calendar.office.mon 09:00-13:00,14:00-18:00      # see desk calendar
  desk config set rota.mon mila,oleg            # see desk agent rota
  desk config set plan.pro.channels email,phone # what else comes of a client with this plan is marked: outside
  desk config set passwords.support.command \"pass show support\"   # or .env VARIABLE, or .keyring true; never the password
  desk config set desks.work ~/support/desk.db  # then: desk --desk work, or desk config set desk work
  desk config set alias.mine \"ls who:me\"        # then: desk mine
  desk config apply team.toml                   # all of it or nothing"
)]
pub struct Config {
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// Every key with value, scope and origin
    Ls,
    /// One value, bare
    Get {
        /// The key, for example zone or details.name
        #[arg(value_name = "SETTING")]
        key: String,
    },
    /// Set a value
    Set {
        /// The key, for example zone, desks.work or details.name
        #[arg(value_name = "SETTING")]
        key: String,
        /// The value, as a word or as TOML
        #[arg(value_name = "VALUE", required_unless_present = "default")]
        value: Vec<String>,
        /// Take it out again: the default holds
        #[arg(long, conflicts_with = "value")]
        default: bool,
    },
    /// Edit your own file, or the shared settings, in your editor
    Edit {
        /// The shared settings of the desk
        #[arg(long)]
        shared: bool,
    },
    /// Where your own file is
    Path,
    /// Take over a file of shared settings: all of it, or nothing where anything in it is wrong
    #[command(
        after_help = "What stands in the file is set, what is absent stays: a [calendar.office] leaves other calendars alone. Applying a file twice changes nothing.\n\nExamples:\n  desk config apply team.toml\n  desk config apply team.toml -n     # what would change\n  desk config apply - < team.toml"
    )]
    Apply {
        /// A TOML file; - reads standard input
        #[arg(value_name = "FILE")]
        file: String,
    },
}

impl Config {
    /// Whether own settings that cannot be read must not be in the way.
    pub(super) fn mends_own_file(&self) -> bool {
        matches!(self.word, Some(Word::Path | Word::Edit { shared: false }))
    }

    /// Shows or changes.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        Ok(match self.word {
            None | Some(Word::Ls) => setting::list(&rows::all(desk)?).into(),
            Some(Word::Get { key }) => setting::one(&rows::one(desk, &key)?).into(),
            Some(Word::Set { key, value, .. }) => {
                let value = Some(value.join(" ")).filter(|_| !value.is_empty());
                if settings::is_own(&key) {
                    set_own(desk, &key, value.as_deref())?
                } else {
                    set_shared(desk, &key, value.as_deref())?
                }
                .into()
            }
            Some(Word::Edit { shared: true }) => edit_shared(desk)?.into(),
            Some(Word::Edit { shared: false }) => edit_own(desk)?.into(),
            Some(Word::Path) => path(desk)?.into(),
            Some(Word::Apply { file }) => apply_file(desk, &file)?.into(),
        })
    }
}

/// Where the own file is; behind a link, where it really is, so that the link stays one.
pub(super) fn own_file(desk: &Desk) -> Result<PathBuf> {
    let file = desk.host.config_folder()?.join("config.toml");
    Ok(std::fs::canonicalize(&file).unwrap_or(file))
}

fn own_text(file: &Path) -> Result<String> {
    match std::fs::read_to_string(file) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|e| Error::from(e).doing(format!("reading {}", file.display()))),
    }
}

fn keep_own(desk: &Desk, file: &Path, text: &str) -> Result<()> {
    if desk.dry {
        return Ok(());
    }
    host::make_folder(file.parent().unwrap_or(Path::new(".")))?;
    host::write_file(file, text.as_bytes())
}

/// Sets a key of the own file, or takes it out.
pub(super) fn set_own(desk: &mut Desk, key: &str, value: Option<&str>) -> Result<Report> {
    match (key.split_once('.'), value) {
        (None, Some(name)) if key == "me" => drop(agent_name(name)?),
        (None, Some(when)) if key == "color" && !matches!(when, "auto" | "always" | "never") => {
            return Err(Error::usage("color is auto, always or never"));
        }
        (Some(("alias", word)), Some(_)) if super::is_word(word) => {
            return Err(Error::refused(format!("{word} is a word of desk itself: the alias would never be used"))
                .hint("choose another word"));
        }
        _ => {}
    }
    let file = own_file(desk)?;
    let name = file.display().to_string();
    let before = own_text(&file)?;
    let text = settings::put_own(&before, key, value, &name)?;
    if text == before {
        return Ok(nothing_to_change());
    }
    let from = rows::one(desk, key).map(|s| s.value).unwrap_or_default();
    keep_own(desk, &file, &text)?;
    let mut report = setting::changed(&[(key.to_owned(), from, value.map_or(Value::Null, Value::from))], None);
    report.notes.push(format!("in {name}"));
    Ok(report)
}

fn set_shared(desk: &mut Desk, key: &str, value: Option<&str>) -> Result<Report> {
    // Looked at before anything is made or written, and once more inside the operation: another part may have changed.
    let set = if desk.exists()? { desk.read(|r| r.settings())? } else { Vec::new() };
    let value = holidays::typed(desk, key, value)?;
    let value = value.as_deref();
    let (section, wanted) = settings::changed(key, value, &set, &|zone| desk.host.zone(zone).is_some())?;
    if key.split('.').next() == Some("rota") {
        settings::rota::team(&wanted, &team::stranger(desk)?)?;
    }
    if value.is_some() {
        templates::fit(&[(section, wanted)]).map_err(|(_, e)| e)?;
    }
    let written = desk.write(|tx| {
        let set = tx.settings()?;
        let wanted = [settings::changed(key, value, &set, &|_| true)?];
        settings::calendar::agree(&set, &wanted)?;
        settings::sla::agree(&set, &wanted)?;
        actions::settings::put(tx, &wanted)
    })?;
    told(desk, &written)
}

fn put(desk: &mut Desk, wanted: &[(String, Value)]) -> Result<Report> {
    let written = desk.write(|tx| {
        let set = tx.settings()?;
        let wanted = settings::calendar::joined(&set, wanted);
        settings::calendar::agree(&set, &wanted)?;
        settings::sla::agree(&set, &wanted)?;
        actions::settings::put(tx, &wanted)
    })?;
    told(desk, &written)
}

fn told(desk: &mut Desk, written: &Written<Vec<actions::settings::Change>>) -> Result<Report> {
    if written.value.is_empty() {
        return Ok(nothing_to_change());
    }
    let parts = written.value.iter().flat_map(|c| settings::differences(&c.key, &c.from, &c.to));
    let mut report = setting::changed(&parts.collect::<Vec<_>>(), written.operation.filter(|_| !desk.dry));
    let named: Vec<String> = written.value.iter().flat_map(|c| team::named(&c.key, &c.to)).collect();
    report.notes.extend(team::unknown(desk, &named)?);
    Ok(report)
}

fn nothing_to_change() -> Report {
    let mut report = setting::changed(&[], None);
    report.notes.push("nothing to change: it is like that already".to_owned());
    report
}

fn apply_file(desk: &mut Desk, file: &str) -> Result<Report> {
    let (bytes, name) = if file == "-" {
        (desk.host.input("shared settings as TOML")?, "standard input")
    } else {
        (beginning_of(file).map_err(|e| unreadable(e, file))?, file)
    };
    let text = String::from_utf8(bytes).map_err(|e| not_text(&e, name))?;
    let text = text.trim_start_matches('\u{feff}');
    let wanted = read_shared(desk, text, name)?;
    let folder = if file == "-" { None } else { Path::new(file).parent() };
    let wanted = holidays::read_in(desk, wanted, folder.unwrap_or(Path::new("")))?;
    put(desk, &wanted)
}

/// Reads shared settings and looks whether they go together with those of the desk, while it is known where they stand.
fn read_shared(desk: &mut Desk, text: &str, name: &str) -> Result<Vec<(String, Value)>> {
    let wanted = settings::read_shared(text, name, &|zone| desk.host.zone(zone).is_some())?;
    templates::fit(&wanted).map_err(|(key, e)| settings::placed(e, &["templates", &key], text, name))?;
    let set = if desk.exists()? { desk.read(|r| r.settings())? } else { Vec::new() };
    settings::agree(text, name, &set, &settings::calendar::joined(&set, &wanted))?;
    settings::agree_with_team(text, name, &wanted, &team::stranger(desk)?)?;
    Ok(wanted)
}

/// A file, as much of it as settings may have and a byte more: that is refused.
fn beginning_of(file: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(settings::LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(e: std::io::Error, file: &str) -> Error {
    let kind = if e.kind() == std::io::ErrorKind::NotFound { Kind::Missing } else { Kind::Refused };
    Error { kind, ..Error::from(e).doing(format!("reading {file}")) }
}

fn not_text(e: &std::string::FromUtf8Error, name: &str) -> Error {
    let good = e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default();
    let line = good.split(|b| *b == b'\n').count();
    let column = String::from_utf8_lossy(good.rsplit(|b| *b == b'\n').next().unwrap_or_default()).chars().count() + 1;
    Error::usage(format!("{name}:{line}:{column}: this is not UTF-8 text")).hint("save it as UTF-8")
}

const OWN_BEGINNING: &str = "# Your own settings. What all of a desk share: desk config edit --shared

# me = \"mila\"              # who you are; else DESK_AGENT, else your login name
# desk = \"work\"            # the desk to use: a name below, a file or postgres://…

# [desks]
# work = \"~/support/desk.db\"

# [alias]
# mine = \"ls who:me\"
";

fn edit_own(desk: &mut Desk) -> Result<Report> {
    let file = own_file(desk)?;
    let name = file.display().to_string();
    let before = match own_text(&file)? {
        empty if empty.trim().is_empty() => OWN_BEGINNING.to_owned(),
        text => text,
    };
    let Some(text) = desk.host.edit(&before, ".toml")? else { return Ok(nothing_to_change()) };
    let kept = Own::read(&text, &name).and_then(|_| keep_own(desk, &file, &text));
    kept.map_err(|e| keep_text(desk, &text, "toml", e))?;
    let mut report = setting::changed(&[], None);
    report.notes.push(format!("saved {name}"));
    Ok(report)
}

fn edit_shared(desk: &mut Desk) -> Result<Report> {
    let set = desk.read(|r| r.settings())?;
    let Some(text) = desk.host.edit(&settings::write_shared(&set), ".toml")? else { return Ok(nothing_to_change()) };
    let wanted = read_shared(desk, &text, "the text");
    let wanted = wanted.and_then(|wanted| holidays::read_in(desk, wanted, Path::new("")));
    wanted.and_then(|wanted| put(desk, &wanted)).map_err(|e| keep_text(desk, &text, "toml", e))
}

fn path(desk: &Desk) -> Result<Report> {
    let file = own_file(desk)?.display().to_string();
    let rows = vec![
        Fact::data("path", Cell::Text(file.clone())),
        Fact::data("exists", Cell::Flag(Path::new(&file).exists())),
        Fact::data("desk", Cell::Text(desk.where_it_is())),
    ];
    let facts = Facts { audience: Audience::Data, rows, ..Facts::default() };
    Ok(Report { parts: vec![Part::Facts(facts), Part::Prose(file)], ..Report::default() })
}
