//! Where a password comes from, as it is asked and typed; and the keyring, which is filled by its own tool.

use super::asked;
use super::plan::Plan;
use crate::desk::Desk;
use crate::domain::provider::Provider;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::Source;

/// Says what the provider wants as a password.
pub(super) fn explain(desk: &mut Desk, provider: Option<Provider>) {
    if let Some(p) = provider.filter(|_| desk.host.can_ask()) {
        desk.host.talk(&format!("{}: {}.\n{}", p.name, p.password, p.page));
    }
}

/// Asks where the password comes from.
pub(super) fn ask(desk: &Desk, plan: &Plan) -> Result<Source> {
    let tokens = plan.provider.is_some_and(|p| p.tokens_only);
    let usual = match (&plan.source, desk.own.passwords.get(&plan.name)) {
        (Some(source), _) | (None, Some(source)) => typed(source),
        (None, None) if desk.host.has_keyring() && !tokens => "keyring".to_owned(),
        (None, None) => String::new(),
    };
    let question = match tokens {
        true => "3/5 A command that prints an access token",
        false => "3/5 Where the password comes from, not the password: a command that prints it, $VARIABLE, or keyring",
    };
    asked(desk, question, &usual, &|text| read_source(text, tokens))
}

/// A place of a password as it is typed.
fn typed(source: &Source) -> String {
    match source {
        Source::Keyring => "keyring".to_owned(),
        Source::Env(variable) => format!("${variable}"),
        Source::Command(command) | Source::Bearer(command) => command.clone(),
    }
}

fn read_source(text: &str, tokens: bool) -> Result<Source> {
    match text.strip_prefix('$') {
        _ if text.is_empty() => Err(Error::usage("a command, $VARIABLE or keyring; for example: pass show support")),
        Some(name) if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') => {
            Ok(Source::Env(name.to_owned()))
        }
        None if text == "keyring" && !tokens => Ok(Source::Keyring),
        _ if tokens => Ok(Source::Bearer(text.to_owned())),
        _ => Ok(Source::Command(text.to_owned())),
    }
}

/// Offers to put the password into the keyring where it is not there, or, when the one there was of no use, `again`; all
/// names get the same one.
pub(super) fn fill_keyring(desk: &Desk, names: &[&str], again: bool) -> Result<()> {
    let Some((first, others)) = names.split_first() else { return Ok(()) };
    let there = desk.host.from_keyring(first).is_ok();
    let question = match there {
        true => format!("Put another password for {first} into the keyring?"),
        false => format!("The keyring has no password for {first} yet. Put it in now?"),
    };
    let asks = desk.host.has_keyring() && (again || !there);
    let new = asks && desk.host.confirm(&question)?;
    if new {
        desk.host.ask_into_keyring(first)?;
    } else if !there {
        let error = Error::refused(format!("the keyring has no password for {first}"));
        return Err(error.hint(Host::keyring_store(first)));
    }
    let lacking = |name: &&&str| new || desk.host.from_keyring(name).is_err();
    others.iter().filter(lacking).try_for_each(|name| desk.host.copy_in_keyring(first, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_a_password_is_read_as_it_is_typed() {
        assert_eq!(read_source("keyring", false).unwrap(), Source::Keyring);
        assert_eq!(read_source("$MAIL_PASSWORD", false).unwrap(), Source::Env("MAIL_PASSWORD".into()));
        assert_eq!(read_source("pass show $X", false).unwrap(), Source::Command("pass show $X".into()));
        assert_eq!(read_source("oauth2 token", true).unwrap(), Source::Bearer("oauth2 token".into()));
        assert!(read_source("", false).is_err());
        for source in [Source::Keyring, Source::Env("X".into()), Source::Command("pass show x".into())] {
            assert_eq!(read_source(&typed(&source), false).unwrap(), source);
        }
    }
}
