//! A PostgreSQL cluster for one run of the tests: found, made in a folder of its own, reachable by a socket in that folder
//! alone, and gone when the run is over, however it ends.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// What the tests say where there is no PostgreSQL.
const ABSENT: &str = "PostgreSQL not found, 1 of 2 engines tested";

/// Runs the server until its input ends, which is when the process that holds the other end is gone: after the last test, a
/// panic, or a kill.
const KEEPER: &str = r#"
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
    -c max_connections=80 -c shared_buffers=32MB -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off </dev/null >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$2"
"#;

/// The running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: PathBuf,
    /// Its input is the line that the keeper holds on to.
    _keeper: Child,
}

/// The address of a new, empty schema in the cluster of this run; none where PostgreSQL is not installed.
pub(crate) fn schema() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static SCHEMAS: AtomicU32 = AtomicU32::new(1);
    let cluster = CLUSTER.get_or_init(start).as_ref()?;
    let name = format!("t{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
    connect(&cluster.address()).unwrap().batch_execute(&format!("CREATE SCHEMA {name}")).unwrap();
    Some(format!("{}?options=-c%20search_path%3D{name}", cluster.address()))
}

/// A connection of the tests' own, for looking at what the store wrote.
pub(crate) fn connect(address: &str) -> Result<postgres::Client, postgres::Error> {
    postgres::Client::connect(address, postgres::NoTls)
}

impl Cluster {
    fn address(&self) -> String {
        format!("postgres://desk@{}/postgres", self.folder.to_str().unwrap().replace('/', "%2F"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests are told by the environment what must be there")]
fn start() -> Option<Cluster> {
    let wanted = std::env::var_os("DESK_TEST_PG").map(PathBuf::from);
    let Some(programs) = find(wanted.as_deref()) else {
        assert!(std::env::var_os("DESK_TEST_SERVERS").is_none_or(|v| v != *"required"), "{ABSENT}");
        // Not by a macro: those lines are kept from everybody as long as the tests succeed.
        std::io::stderr().write_all(format!("{ABSENT}\n").as_bytes()).unwrap();
        return None;
    };
    Some(start_with(&programs))
}

/// The folder with the server's programs: the one that is asked for, else the newest of the usual places.
fn find(wanted: Option<&Path>) -> Option<PathBuf> {
    let whole = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    if let Some(wanted) = wanted {
        return Some(wanted.to_owned()).filter(whole);
    }
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local/pgsql", "/usr/pgsql"] {
        let inside = fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
        for folder in inside.filter(|path| whole(&path.join("bin"))) {
            let name = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
            let version = name.trim_start_matches("postgresql").trim_start_matches('@').parse().unwrap_or(0);
            found.push((version, folder.join("bin")));
        }
    }
    found.sort();
    let asked = || {
        let said = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(said.stdout).ok()?.trim()))
    };
    found.pop().map(|(_, folder)| folder).or_else(asked).filter(whole)
}

fn start_with(programs: &Path) -> Cluster {
    let folder = tempfile::Builder::new().prefix("desk-pg-").tempdir_in(place()).unwrap().keep();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let owner = somebody_else();
    if let Some((user, group)) = owner {
        std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
    }
    let as_owner = |program: &OsStr| {
        let mut command = Command::new(program);
        command.current_dir(&folder).env("LC_ALL", "C").process_group(0);
        if let Some((user, group)) = owner {
            command.gid(group).uid(user);
        }
        command
    };
    let made = as_owner(programs.join("initdb").as_os_str())
        .args(["--username=desk", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(folder.join("data"))
        .output()
        .unwrap();
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let keeper = as_owner(OsStr::new("/bin/sh"))
        .args(["-c", KEEPER, "keeper"])
        .arg(programs.join("postgres"))
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let cluster = Cluster { folder, _keeper: keeper };
    for _ in 0..600 {
        if connect(&cluster.address()).is_ok() {
            return cluster;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL does not start: {}", fs::read_to_string(cluster.folder.join("log")).unwrap_or_default());
}

/// Where the cluster lies: in memory where there is plenty, for what thousands of its files cost a disk. High up in any case,
/// since the path of a socket is at most about a hundred bytes long.
fn place() -> &'static str {
    let memory = "/dev/shm";
    let free = rustix::fs::statvfs(memory).map_or(0, |it| it.f_bavail.saturating_mul(it.f_frsize));
    if free > 8 << 30 { memory } else { "/tmp" }
}

/// Whom the server runs as where the tests run as root, which it refuses: user and group.
fn somebody_else() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(|field| field.parse().ok());
        Some((fields.next()??, fields.next()??))
    };
    Some(of("postgres").or_else(|| of("nobody")).expect("a user without rights"))
}
