//! What the desk knows of mail: its mailboxes, how it sends and signs, and the passwords of this user.

use super::Desk;
use crate::domain::mail::Address;
use crate::error::{Error, Kind, Result};
use crate::host::{Host, Secret};
use crate::post::Login;
use crate::settings::mail::{self, Mailbox, Smtp};
use crate::settings::{Own, Source};
use std::path::{Path, PathBuf};

impl Desk {
    /// The mailboxes that mail is fetched from, in the order of the settings.
    ///
    /// # Errors
    /// Where the desk cannot be read, or a path begins with `~` and this user has no home.
    pub fn mailboxes(&mut self) -> Result<Vec<Mailbox>> {
        mail::mailboxes(&self.setting("mailbox")?, self.host.variable("HOME").as_deref())
    }

    /// How mail is sent; none where nobody said so.
    ///
    /// # Errors
    /// As [`Desk::mailboxes`]; and where the settings name no server and this user no program.
    pub fn smtp(&mut self) -> Result<Option<Smtp>> {
        let found = mail::smtp(&self.setting("smtp")?, self.host.variable("HOME").as_deref())?;
        if found.as_ref().is_some_and(|s| s.account.is_none()) && self.own.sendmail.is_none() {
            return Err(Error::refused("it is not known through what mail is sent: smtp.url is not set")
                .hint("desk config set smtp.url smtps://support%40acme.test@mail.acme.test; or, with a program of this machine: desk config set sendmail /usr/sbin/sendmail"));
        }
        Ok(found)
    }

    /// Whom mail comes from; none where nobody said so.
    pub fn sender(&mut self) -> Result<Option<Address>> {
        Ok(mail::smtp(&self.setting("smtp")?, Some(""))?.map(|s| s.from))
    }

    /// The program that mail is given to instead of a server, where this user has named one.
    pub fn sendmail(&self) -> Result<Option<PathBuf>> {
        let home = self.host.variable("HOME");
        self.own.sendmail.as_ref().map(|program| mail::at_home(Path::new(program), home.as_deref())).transpose()
    }

    /// The signature of an agent, names filled in; none where neither he nor all have one.
    pub fn signature(&mut self, agent: &str) -> Result<Option<String>> {
        let name = self.setting("name")?;
        Ok(mail::signature(&self.setting("signatures")?, agent, name.as_str().unwrap_or_default()))
    }

    /// Whether a setting that is on or off is on: `receipts`, `quote`.
    pub fn flag(&mut self, key: &str) -> Result<bool> {
        let value = self.setting(key)?;
        value.as_bool().ok_or_else(|| Error::bug(format!("the setting {key} is not on or off")))
    }

    /// The password of what is called so: a mailbox, `smtp`, a desk. None where this user has named no place for it.
    ///
    /// # Errors
    /// Where the place gives none: named by its key, with the way out, and never what it gave.
    pub fn secret(&self, name: &str) -> Result<Secret> {
        secret(&self.host, &self.own, name)
    }
}

impl From<Secret> for Login {
    fn from(secret: Secret) -> Login {
        match secret {
            Secret::None => Login::None,
            Secret::Password(password) => Login::Password(password),
            Secret::Bearer(token) => Login::Bearer(token),
        }
    }
}

/// The password of what is called so, from the place that the own settings name.
pub(super) fn secret(host: &Host, own: &Own, name: &str) -> Result<Secret> {
    let Some(source) = own.passwords.get(name) else { return Ok(Secret::None) };
    let given = match source {
        Source::Command(command) => host.first_line_of(command).map(Secret::Password),
        Source::Bearer(command) => host.first_line_of(command).map(Secret::Bearer),
        Source::Env(variable) => host.secret_variable(variable).map(Secret::Password),
        Source::Keyring => host.from_keyring(name).map(Secret::Password),
    };
    given.map_err(|e| {
        let key = format!("passwords.{name}.{}", source.said().0);
        let hint = match source {
            _ if e.kind == Kind::Temporary => "try again; what it waits for, it may ask on a terminal only".to_owned(),
            Source::Command(_) | Source::Bearer(_) => {
                format!("run the command yourself, its first line is taken: desk config get {key}")
            }
            Source::Env(variable) => {
                format!("set {variable}, or name another place: desk config set passwords.{name}.command …")
            }
            Source::Keyring => format!(
                "{}; or name another place: desk config set passwords.{name}.command …",
                Host::keyring_store(name)
            ),
        };
        Error { hint: Some(hint), ..e.doing(key) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Wanted;
    use crate::domain::event::{Event, Noun};
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt;

    /// A desk of somebody with this own file, these variables, and these programs.
    fn desk(folder: &Path, own: &str, programs: &[(&str, &str)]) -> Desk {
        std::fs::create_dir_all(folder.join("desk")).unwrap();
        std::fs::create_dir_all(folder.join("bin")).unwrap();
        std::fs::write(folder.join("desk/config.toml"), own).unwrap();
        for (name, text) in programs {
            let file = folder.join("bin").join(name);
            std::fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", folder.join("bin").display());
        let home = folder.display().to_string();
        let set = [("HOME", home.as_str()), ("XDG_CONFIG_HOME", &home), ("XDG_DATA_HOME", &home), ("PATH", &path)];
        let set: BTreeMap<_, _> = set
            .into_iter()
            .chain([("SET", "hunter2"), ("USER", "mila")])
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        Desk::new(Host::staged(set, b""), Wanted::default(), String::new()).map_err(|e| e.1).unwrap()
    }

    #[test]
    fn a_password_is_had_from_where_the_own_file_says() {
        let folder = tempfile::tempdir().unwrap();
        let own = "[passwords]\na = { command = \"printf 'hunter2\\\\r\\\\nlogin: x\\\\n'\" }\nb = { env = \"SET\" }\nc = { keyring = true }\nd = { bearer = \"echo ya29\" }\n";
        let keyring = "[ \"$*\" = 'lookup service frontdesk account c' ] && printf hunter2";
        let desk = desk(folder.path(), own, &[("secret-tool", keyring)]);
        let hunter = || Secret::Password("hunter2".to_owned());
        for name in ["a", "b", "c"] {
            assert_eq!(desk.secret(name).unwrap(), hunter(), "{name}");
        }
        assert_eq!(desk.secret("d").unwrap(), Secret::Bearer("ya29".to_owned()));
        assert_eq!(desk.secret("e").unwrap(), Secret::None);
        assert_eq!(Login::from(hunter()), Login::Password("hunter2".to_owned()));
        assert!(!format!("{:?}", hunter()).contains("hunter2"));
    }

    #[test]
    fn a_place_that_gives_nothing_is_named_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let own = "[passwords]\na = { command = \"true\" }\nb = { env = \"ABSENT\" }\nc = { keyring = true }\nd = { command = \"echo hunter2; exit 3\" }\ne = { command = \"yes hunter2\" }\nf = { command = \"printf '\\\\377\\\\n'\" }\n";
        let keyring = &[("secret-tool", "exit 1")][..];
        for (tools, name, what, hint) in [
            (keyring, "a", "passwords.a.command: it gives nothing", "run the command yourself"),
            (keyring, "b", "passwords.b.env: the variable ABSENT is not set", "set ABSENT"),
            (keyring, "c", "passwords.c.keyring: the keyring has nothing", "secret-tool store --label"),
            (keyring, "d", "passwords.d.command: the command failed", "desk config get passwords.d.command"),
            (keyring, "e", "passwords.e.command: it prints more than 64 KiB", "run the command"),
            (keyring, "f", "passwords.f.command: what it prints is not", "run the command"),
        ] {
            let e = desk(folder.path(), own, tools).secret(name).unwrap_err();
            assert!(e.what.starts_with(what) && e.hint.clone().unwrap().contains(hint), "{e:?}");
            assert!(!format!("{e:?}").contains("hunter2"), "{e:?}");
        }
    }

    #[test]
    fn what_we_send_from_is_ours() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = desk(folder.path(), "", &[]);
        let set = [
            ("addresses", serde_json::json!(["help@acme.test"])),
            ("smtp", serde_json::json!({ "from": "Acme <Support@acme.test>" })),
            ("signatures", serde_json::json!({ "default": "{agent}, {desk}" })),
        ];
        assert_eq!((desk.flag("quote").unwrap(), desk.flag("receipts").unwrap()), (true, false));
        assert_eq!((desk.mailboxes().unwrap().len(), desk.smtp().unwrap()), (0, None));
        desk.write(|tx| {
            let at = tx.at;
            let event = |(key, value): &(&str, Value)| Event::about(Noun::Setting, 0, key, &Value::Null, value, at);
            tx.apply(set.iter().map(event))
        })
        .unwrap();
        let mut desk = self::desk(folder.path(), "", &[]);
        assert_eq!(desk.own_addresses().unwrap(), ["help@acme.test", "support@acme.test"]);
        assert_eq!(desk.signature("mila").unwrap().as_deref(), Some("mila, desk"));
        assert_eq!(desk.sender().unwrap().map(|a| a.name).as_deref(), Some("Acme"));
        assert!(desk.smtp().unwrap_err().hint.unwrap().contains("config set sendmail"));
        let mut desk = self::desk(folder.path(), "sendmail = \"~/bin/sendmail\"\n", &[]);
        assert_eq!(desk.smtp().unwrap().map(|s| s.account), Some(None));
        assert_eq!(desk.sendmail().unwrap(), Some(folder.path().join("bin/sendmail")));
    }
}
