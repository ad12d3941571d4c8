//! `examples/okdesk.sh` against a small server with an invented account: pages, a server that is too busy, what is broken off
//! and goes on, and that the token is shown nowhere. Without curl or jq the tests say so in one line and leave themselves out;
//! with `DESK_TEST_SERVERS=required` that is a failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::print_stderr, reason = "what is left out is said")]
#![expect(clippy::disallowed_methods, reason = "a test asks the machine it runs on")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use frontdesk::domain::incoming::What;
use frontdesk::domain::mapping::Dates;
use frontdesk::domain::zone::Zone;
use frontdesk::formats::foreign::{Reader, called};
use frontdesk::formats::records::open;
use serde_json::{Value, json};

const ABSENT: &str = "curl or jq not found, the tests of examples/okdesk.sh are left out";
const TOKEN: &str = "s3cretT0ken";

/// An account: what it is asked, how often, and whether it works.
#[derive(Default)]
struct Account {
    asked: Mutex<Vec<String>>,
    busy: AtomicUsize,
    broken: AtomicBool,
    shifted: AtomicBool,
    stopped: AtomicBool,
}

/// The account on a free port, until it is dropped.
struct Server {
    account: Arc<Account>,
    address: String,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let account = Arc::new(Account::default());
        let own = Arc::clone(&account);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if own.stopped.load(Ordering::SeqCst) {
                    return;
                }
                // Who hangs up early has only himself to blame.
                let _ = own.serve(&stream.unwrap());
            }
        });
        Server { account, address, thread: Some(thread) }
    }

    fn asked(&self, path: &str) -> usize {
        self.account.asked.lock().unwrap().iter().filter(|asked| asked.as_str() == path).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.account.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(&self.address);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Account {
    fn serve(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let line = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let target = line.split(' ').nth(1).unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.replace("%5B", "[").replace("%5D", "]");
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let number = |name: &str| value(name).and_then(|text| text.parse::<i64>().ok());
        self.asked.lock().unwrap().push(path.to_owned());
        let (status, more, body) = if value("api_token") == Some(TOKEN) {
            self.answer(path.trim_start_matches("/api/v1/"), number("page[from_id]"), number("page[number]"))
        } else {
            (401, "", json!({"errors": "token"}))
        };
        let body = body.to_string();
        let length = body.len();
        write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n{body}")
    }

    fn answer(&self, path: &str, from: Option<i64>, page: Option<i64>) -> (u16, &'static str, Value) {
        let page_of =
            |ids: Vec<i64>, of: &dyn Fn(i64) -> Value| json!(ids.into_iter().take(2).map(of).collect::<Vec<_>>());
        match path {
            // One list begins behind the number that it is given, the other with it: both are met.
            "companies/list" => {
                let ids = (1..=5).filter(|id| from.is_none_or(|from| *id > from)).collect();
                (200, "", page_of(ids, &|id| json!({"id": id, "name": format!("Firm {id}")})))
            }
            "contacts/list" => {
                let ids = (10..=13).filter(|id| from.is_none_or(|from| *id >= from)).collect();
                (
                    200,
                    "",
                    page_of(
                        ids,
                        &|id| json!({"id": id, "first_name": "Анна", "last_name": format!("{id}"), "company_id": 1}),
                    ),
                )
            }
            // All at once, in the order of their names.
            "employees/list" => (
                200,
                "",
                json!([{"id": 9, "first_name": "A", "last_name": "B"}, {"id": 3, "first_name": "C", "last_name": "D"}]),
            ),
            "issues/list" => (200, "", self.issues(page.unwrap_or(1))),
            "issues/1/time_entries" => (
                200,
                "",
                json!({"time_entries": [{"id": 70, "spent_time": 1.5, "logged_at": "2026-11-16T10:00:00.000+03:00", "employee": {"id": 3}}]}),
            ),
            "issues/3" | "issues/3/comments" => (404, "", json!({})),
            "issues/4/comments" if self.busy.fetch_add(1, Ordering::SeqCst) < 1 => {
                (429, "Retry-After: 0\r\n", json!({}))
            }
            "issues/2/comments" if self.broken.load(Ordering::SeqCst) => (503, "retry-after: 0\r\n", json!({})),
            "issues/5" => (
                200,
                "",
                json!({"id": 5, "title": "Issue 5", "description": "<p>from its own page</p>", "status": {"code": "opened", "name": "Открыта"}}),
            ),
            _ if path.ends_with("/comments") => (
                200,
                "",
                json!([{"id": 100, "content": "<p>Да</p>", "public": true, "author": {"id": 3, "type": "employee", "name": "C D"}}]),
            ),
            _ => (404, "", json!({})),
        }
    }

    /// Two to a page, the newest first; a sixth is opened while the second page is fetched for the first time.
    fn issues(&self, page: i64) -> Value {
        let shifted = if page == 1 {
            self.shifted.load(Ordering::SeqCst)
        } else {
            self.shifted.swap(true, Ordering::SeqCst) || page > 2
        };
        let newest = if shifted { 6 } else { 5 };
        let issue = |id: i64| {
            let mut issue = json!({"id": id, "title": format!("Issue {id}"), "status": {"code": "opened", "name": "Открыта"}, "comments": {"count": 1}});
            if id != 5 {
                issue["description"] = json!("<p>text</p>");
            }
            if id == 1 {
                issue["spent_time_total"] = json!(1.5);
            }
            issue
        };
        let from = newest - (page - 1) * 2;
        json!((from - 1..=from).rev().filter(|id| (1..=newest).contains(id)).map(issue).collect::<Vec<_>>())
    }
}

/// A folder, with a curl in it that notes what it was called with.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let folder = std::env::temp_dir().join(format!("desk-okdesk-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("bin")).unwrap();
        let curl = folder.join("bin/curl");
        let real = found("curl").unwrap();
        let text =
            format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\nexec '{real}' \"$@\"\n", folder.join("argv").display());
        fs::write(&curl, text).unwrap();
        fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).unwrap();
        Place(folder)
    }

    fn run(&self, address: &str, token: &str, tries: &str) -> Output {
        let path = format!("{}:{}", self.0.join("bin").display(), std::env::var("PATH").unwrap());
        Command::new("sh")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/okdesk.sh"))
            .arg(self.0.join("out"))
            .env("PATH", path)
            .env("OKDESK_URL", format!("http://{address}/"))
            .env("OKDESK_TOKEN", token)
            .env("OKDESK_TRIES", tries)
            .env("TMPDIR", &self.0)
            .env("no_proxy", "127.0.0.1")
            .output()
            .unwrap()
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.0.join("out").join(name)).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn found(tool: &str) -> Option<String> {
    let said = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
    said.status.success().then(|| String::from_utf8(said.stdout).unwrap().trim().to_owned())
}

/// Whether the tools are there.
fn ready() -> bool {
    let ready = found("curl").is_some() && found("jq").is_some();
    assert!(ready || std::env::var_os("DESK_TEST_SERVERS").is_none_or(|v| v != *"required"), "{ABSENT}");
    if !ready {
        eprintln!("{ABSENT}");
    }
    ready
}

fn ids(text: &str) -> Vec<i64> {
    text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_i64().unwrap()).collect()
}

#[test]
fn an_account_is_fetched_whole_also_in_two_goes() {
    if !ready() {
        return;
    }
    let (server, place) = (Server::start(), Place::new("whole"));
    server.account.broken.store(true, Ordering::SeqCst);
    let first = place.run(&server.address, TOKEN, "2");
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert_eq!(first.status.code(), Some(75), "{said}");
    assert!(said.contains("issues/2/comments: no answer after"), "{said}");
    assert!(place.0.join("out/issues.ndjson.part").exists() && !place.0.join("out/issues.ndjson").exists());
    // As if the machine had stopped within a line.
    let part = place.file("issues.ndjson.part");
    fs::write(place.0.join("out/issues.ndjson.part"), format!("{part}{{\"id\":2,\"ti")).unwrap();

    server.account.broken.store(false, Ordering::SeqCst);
    let second = place.run(&server.address, TOKEN, "3");
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    assert_eq!(ids(&place.file("companies.ndjson")), [1, 2, 3, 4, 5]);
    assert_eq!(ids(&place.file("contacts.ndjson")), [10, 11, 12, 13]);
    assert_eq!(ids(&place.file("employees.ndjson")), [9, 3]);
    let issues = ids(&place.file("issues.ndjson"));
    assert_eq!(issues.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from([1, 2, 4, 5, 6]));
    assert_eq!(issues.len(), 5, "{issues:?}");
    assert_eq!(fs::read_dir(place.0.join("out")).unwrap().count(), 4);
    // What was fetched in the first go was not asked for again.
    assert_eq!((server.asked("/api/v1/issues/5/comments"), server.asked("/api/v1/employees/list")), (1, 2));

    let argv = fs::read_to_string(place.0.join("argv")).unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned() + &said;
    assert!(!argv.is_empty() && !argv.contains(TOKEN) && !said.contains(TOKEN));
    assert!(said.contains("429, again in 0 s") && said.contains("issue 3 is gone"), "{said}");
    let mode = |name: &str| fs::metadata(place.0.join("out").join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("contacts.ndjson"), 0o600);
    comes_in(&place.0.join("out"));
}

/// The folder is what the reader of Okdesk's files takes.
fn comes_in(folder: &Path) {
    let dates = Dates { zone: Zone::bundled("UTC").unwrap(), order: None, serials: false };
    let mut reader = Reader::new(called("okdesk").unwrap(), dates);
    let mut found = Vec::new();
    for name in ["companies", "contacts", "employees", "issues"] {
        for record in open(&folder.join(format!("{name}.ndjson")), None).unwrap() {
            found.extend(reader.read(&record.unwrap()).unwrap());
        }
    }
    let count = |which: fn(&What) -> bool| found.iter().filter(|one| which(&one.what)).count();
    let clients = count(|what| matches!(what, What::Client(_)));
    let agents = count(|what| matches!(what, What::Contact(person) if person.agent));
    let contacts = count(|what| matches!(what, What::Contact(person) if person.client.as_deref() == Some("Firm 1")));
    let times =
        count(|what| matches!(what, What::Time(time) if time.minutes == 90 && time.agent.as_deref() == Some("C D")));
    assert_eq!((clients, contacts, agents, times), (5, 4, 2, 1));
    let five = found.iter().find_map(|one| match &one.what {
        What::Ticket(ticket) if ticket.external.as_deref() == Some("5") => Some(ticket),
        _ => None,
    });
    let five = five.unwrap();
    assert_eq!(
        five.messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(),
        ["from its own page", "Да"]
    );
    assert!(five.url.as_ref().is_some_and(|url| url.ends_with("/issues/5")));
}

#[test]
fn what_cannot_be_fetched_is_said_aloud() {
    if !ready() {
        return;
    }
    let (server, place) = (Server::start(), Place::new("aloud"));
    let refused = place.run(&server.address, "wrong", "3");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("the token is not taken (401)") && !said.contains("wrong"), "{said}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/okdesk.sh");
    for (name, value) in [("OKDESK_TOKEN", "a b"), ("OKDESK_URL", "http://acme.test"), ("OKDESK_URL", "https://a\"b")] {
        let ended = Command::new("sh")
            .args([script, "/nowhere"])
            .env("OKDESK_TOKEN", TOKEN)
            .env("OKDESK_ACCOUNT", "acme")
            .env(name, value)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{name}={value}: {said}");
    }
    let address = server.address.clone();
    drop(server);
    let nobody = place.run(&address, TOKEN, "1");
    assert_eq!(nobody.status.code(), Some(75), "{}", String::from_utf8_lossy(&nobody.stderr));
}
