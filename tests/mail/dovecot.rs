//! A Dovecot for one test: its own folder and ports, Maildirs that the test can write to, any user with the password
//! [`PASSWORD`]. It is gone when the test is over, however it ends.

use crate::certificate::Authority;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// What the tests say where there is no Dovecot.
const ABSENT: &str = "Dovecot not found, its tests are left out";

/// The password of every user.
pub(crate) const PASSWORD: &str = "sesame";

/// The user whose mailbox is meant where none is named.
pub(crate) const USER: &str = "support@acme.test";

/// Where the plain port listens: an address of this machine for which the server offers no TLS.
const PLAIN: &str = "127.0.0.2";

/// Runs the server until its input ends, which is when the process that holds the other end is gone.
const KEEPER: &str = r#"
"$1" -F -c "$2/dovecot.conf" </dev/null >"$2/out" 2>&1 &
server=$!
cat >/dev/null
kill -TERM $server
wait $server
rm -rf "$2"
"#;

/// A running server.
pub(crate) struct Dovecot {
    folder: PathBuf,
    /// Plain, STARTTLS, TLS.
    ports: [u16; 3],
    /// Their inputs are the lines that the keepers hold on to; the last one keeps the server that runs now.
    keepers: Vec<Child>,
    /// Whom the mail belongs to: user and group.
    owner: Option<(u32, u32)>,
}

impl Dovecot {
    /// Starts a server; none where none is installed.
    pub(crate) fn start() -> Option<Dovecot> {
        let Some(program) = program() else {
            // Not by a macro: those lines are kept from everybody as long as the tests succeed.
            std::io::stderr().write_all(format!("{ABSENT}\n").as_bytes()).unwrap();
            return None;
        };
        // Another program may take a port between its being found and its use.
        (0..5).find_map(|_| start_once(&program)).or_else(|| panic!("Dovecot does not start"))
    }

    /// The port without TLS, on an address of its own.
    pub(crate) fn port(&self) -> u16 {
        self.ports[0]
    }

    /// The port of 127.0.0.1 that becomes private after STARTTLS.
    pub(crate) fn starttls_port(&self) -> u16 {
        self.ports[1]
    }

    /// The port of 127.0.0.1 that is private from the first byte.
    pub(crate) fn tls_port(&self) -> u16 {
        self.ports[2]
    }

    /// The certificate (PEM) of the authority that vouches for this server, as `localhost` and as 127.0.0.1.
    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The address of a user's INBOX, plain: nothing more need be known to read it.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("imap://{}@{PLAIN}:{}/INBOX", user.replace('@', "%40"), self.port())
    }

    /// The same, private after STARTTLS; wants [`Dovecot::ca`].
    pub(crate) fn starttls_url(&self, user: &str) -> String {
        format!("imap://{}@localhost:{}/INBOX", user.replace('@', "%40"), self.starttls_port())
    }

    /// The same, private from the first byte; wants [`Dovecot::ca`].
    pub(crate) fn tls_url(&self, user: &str) -> String {
        format!("imaps://{}@localhost:{}/INBOX", user.replace('@', "%40"), self.tls_port())
    }

    /// Where the plain port is to be found, for a proxy.
    pub(crate) fn plain_address(&self) -> (&'static str, u16) {
        (PLAIN, self.port())
    }

    /// The Maildir of a folder, which may not be there yet. The folders of a folder: `Clients/Acme`.
    pub(crate) fn maildir(&self, user: &str, folder: &str) -> PathBuf {
        let root = self.home().join(user).join("Maildir");
        if folder == "INBOX" { root } else { root.join(format!(".{}", folder.replace('/', "."))) }
    }

    /// Delivers a mail into a folder of [`USER`].
    pub(crate) fn deliver(&self, folder: &str, mail: impl AsRef<[u8]>) {
        self.deliver_to(USER, folder, mail);
    }

    /// Delivers a mail as every program does that knows Maildir: written apart, then moved to where the new ones are.
    pub(crate) fn deliver_to(&self, user: &str, folder: &str, mail: impl AsRef<[u8]>) {
        static MAILS: AtomicU32 = AtomicU32::new(1);
        let maildir = self.maildir(user, folder);
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(part)).unwrap();
            self.give(&maildir.join(part));
        }
        self.give_below_home(&maildir);
        // The server numbers new mails in the order of their names.
        let name = format!("1700000000.M{:06}P{}.test", MAILS.fetch_add(1, Ordering::Relaxed), std::process::id());
        let apart = maildir.join("tmp").join(&name);
        fs::write(&apart, mail).unwrap();
        self.give(&apart);
        fs::rename(apart, maildir.join("new").join(name)).unwrap();
    }

    /// How many mails a Maildir holds, and how many of them are marked as seen.
    pub(crate) fn count(&self, user: &str, folder: &str) -> (usize, usize) {
        let maildir = self.maildir(user, folder);
        let names = |part: &str| {
            let entries = fs::read_dir(maildir.join(part)).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let all = [names("new"), names("cur")].concat();
        let seen = all.iter().filter(|name| name.split_once(":2,").is_some_and(|(_, flags)| flags.contains('S')));
        (all.len(), seen.count())
    }

    /// Makes the server number a folder of [`USER`] anew, under another UIDVALIDITY. Nobody may have it open.
    pub(crate) fn new_epoch(&self, folder: &str) {
        self.new_epoch_of(USER, folder);
    }

    /// The same for a folder of somebody else.
    pub(crate) fn new_epoch_of(&self, user: &str, folder: &str) {
        for entry in fs::read_dir(self.maildir(user, folder)).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if name == "dovecot-uidlist" || name.starts_with("dovecot.index") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// Ends the server and starts it anew, on the same ports and with the same mail.
    pub(crate) fn restart(&mut self) {
        let file = self.folder.join("run/master.pid");
        let number = fs::read_to_string(&file).unwrap();
        let server = rustix::process::Pid::from_raw(number.trim().parse().unwrap()).unwrap();
        rustix::process::kill_process(server, rustix::process::Signal::TERM).unwrap();
        // It answers no more before it is gone, and while it is there no other one starts on its folder.
        let gone = (0..400).any(|_| !file.exists() || pause());
        assert!(gone && self.comes_to(false), "it does not end: {}", self.told());
        // Its ports are free meanwhile, and another program may use one for a moment.
        let again = (0..10).any(|_| {
            self.keepers.push(keep(&program().unwrap(), &self.folder));
            self.comes_to(true)
        });
        assert!(again, "it does not start again: {}", self.told());
    }

    /// What the server noted down, to be shown when a test fails.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Where its users live.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// Makes a file or a folder its users' own, and the folders that it lies in.
    pub(crate) fn give_below_home(&self, path: &Path) {
        path.ancestors().take_while(|above| **above != self.home()).for_each(|above| self.give(above));
    }

    fn give(&self, path: &Path) {
        if let Some((user, group)) = self.owner {
            std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
        }
    }

    /// Waits until the server answers, or does so no more.
    fn comes_to(&self, answers: bool) -> bool {
        (0..200).any(|_| self.answers() == answers || pause())
    }

    /// What the server wrote before it could note anything down, and what it noted down.
    fn told(&self) -> String {
        fs::read_to_string(self.folder.join("out")).unwrap_or_default() + &self.log()
    }

    fn answers(&self) -> bool {
        let Ok(stream) = TcpStream::connect(self.plain_address()) else { return false };
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut greeting = String::new();
        BufReader::new(stream).read_line(&mut greeting).is_ok() && greeting.starts_with("* OK")
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        while let Some(mut keeper) = self.keepers.pop() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests are told by the environment what must be there")]
fn program() -> Option<PathBuf> {
    let usual = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/usr/local/opt/dovecot/sbin"];
    let found = usual.iter().map(|folder| Path::new(folder).join("dovecot")).find(|program| program.is_file());
    assert!(found.is_some() || std::env::var_os("DESK_TEST_SERVERS").is_none_or(|v| v != *"required"), "{ABSENT}");
    found
}

fn start_once(program: &Path) -> Option<Dovecot> {
    // The path of a socket is at most about a hundred bytes long, so the folder lies high up.
    let folder = tempfile::Builder::new().prefix("desk-mail-").tempdir_in("/tmp").unwrap().keep();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let owner = somebody_else();
    for inner in ["home", "state"] {
        fs::create_dir(folder.join(inner)).unwrap();
    }
    let authority = Authority::new();
    let signed = authority.sign(&["localhost", "127.0.0.1"], 2020..2100);
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    fs::write(folder.join("cert.pem"), signed.certificate).unwrap();
    fs::write(folder.join("key.pem"), signed.key).unwrap();
    let ports = free_ports();
    fs::write(folder.join("dovecot.conf"), config(&folder, ports, owner)).unwrap();
    let keepers = vec![keep(program, &folder)];
    let dovecot = Dovecot { folder, ports, keepers, owner };
    dovecot.give(&dovecot.home());
    if dovecot.comes_to(true) {
        return Some(dovecot);
    }
    std::io::stderr().write_all(format!("{}\n", dovecot.told()).as_bytes()).unwrap();
    None
}

/// Waits a little; never the answer that was waited for.
fn pause() -> bool {
    std::thread::sleep(Duration::from_millis(25));
    false
}

fn keep(program: &Path, folder: &Path) -> Child {
    Command::new("/bin/sh")
        .args([OsStr::new("-c"), OsStr::new(KEEPER), OsStr::new("keeper"), program.as_os_str(), folder.as_os_str()])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn free_ports() -> [u16; 3] {
    // All at once, so that they differ.
    let taken = ["127.0.0.1"; 3].map(|address| TcpListener::bind((address, 0)).unwrap());
    taken.map(|listener| listener.local_addr().unwrap().port())
}

fn config(folder: &Path, [plain, starttls, tls]: [u16; 3], owner: Option<(u32, u32)>) -> String {
    let folder = folder.to_str().unwrap();
    let said = |what: &str| {
        let said = Command::new("id").arg(what).output().unwrap().stdout;
        String::from_utf8(said).unwrap().trim().to_owned()
    };
    // A server that was not started by root can become nobody else and lock itself in nowhere.
    let (rights, (user, group)) = match owner {
        Some((user, group)) => (String::new(), (user.to_string(), group.to_string())),
        None => {
            let (user, group) = (said("-un"), said("-gn"));
            let names = format!(
                "default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n"
            );
            let free = ["anvil", "imap-login", "stats"].map(|service| format!("service {service} {{\n chroot =\n}}\n"));
            (names + &free.concat(), (said("-u"), said("-g")))
        }
    };
    format!(
        r#"
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
{rights}
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~/Maildir:UTF-8
mail_fsync = never
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \Sent
    auto = create
  }}
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    address = {PLAIN}
    port = {plain}
  }}
  inet_listener imap-starttls {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
local {PLAIN} {{
  ssl = no
}}
"#
    )
}

/// Whom the mail belongs to where the tests run as root, which the server never acts for: user and group.
fn somebody_else() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("nobody:")).expect("a user without rights");
    let mut fields = line.split(':').skip(2).map(|field| field.parse().ok());
    Some((fields.next()??, fields.next()??))
}
