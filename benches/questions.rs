//! What is asked: the commands, and beside them the statements that give the `sqlite3` shell the same work. Nothing here
//! runs anything.

use super::corpus::{BEGINNING, COMMON, NOW, RARE, client_of};
use std::path::Path;

/// A command to measure.
#[derive(Debug)]
pub struct Question {
    /// As the table calls it.
    pub name: String,
    /// The arguments of `desk`.
    pub words: Vec<String>,
    /// The same of the `sqlite3` shell, where it can.
    pub shell: Option<Shell>,
    /// A command that follows each run of it, with figures of its own.
    pub after: Option<(String, Vec<String>)>,
}

/// What the shell is asked.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The file: the desk, a copy of it to write into, or the bare full-text table.
    pub file: &'static str,
    /// The statements.
    pub sql: String,
}

/// The file that `desk backup` writes.
pub const BACKUP: &str = "backup.db";

const LISTED: &str = "SELECT t.id, t.subject, t.status, t.priority, t.opened_at, t.updated_at, t.waiting_since, t.due_at, \
     t.replies, c.name, (SELECT p.value FROM contact_point AS p WHERE p.contact_id = t.requester_id AND p.kind = 'email' \
     ORDER BY p.n LIMIT 1), k.handle, a.name, \
     (SELECT group_concat(g.tag, ' ') FROM ticket_tag AS g WHERE g.ticket_id = t.id) \
     FROM ticket AS t LEFT JOIN contact AS c ON c.id = t.requester_id LEFT JOIN client AS k ON k.id = t.client_id \
     LEFT JOIN agent AS a ON a.id = t.assignee_id";

/// Every question, in the order of the table. Those that write come last.
pub fn all(size: u64) -> Vec<Question> {
    let number = size / 2;
    let client = client_of(number, size);
    let queued = format!("t.queued = 1 AND (t.snoozed_until IS NULL OR t.snoozed_until <= {NOW})");
    let desk = |sql: String| Some(Shell { file: "desk.db", sql });
    let index = |query: String| {
        let sql = "SELECT rowid, snippet(mail, 1, '[', ']', '…', 16) FROM mail WHERE mail MATCH";
        Some(Shell { file: "bare.db", sql: format!("{sql} '{query}' ORDER BY rowid DESC LIMIT 50") })
    };
    let [one, other] = COMMON;
    let mut all = vec![
        Question { name: "desk".to_owned(), words: Vec::new(), shell: None, after: None },
        ask("ls --count", desk(format!("SELECT count(*) FROM ticket AS t WHERE {queued}"))),
        ask("ls -l 50", desk(format!("{LISTED} WHERE {queued} ORDER BY t.rank, t.queue_at, t.id LIMIT 50"))),
        ask("ls", desk(format!("{LISTED} WHERE {queued} ORDER BY t.rank, t.queue_at, t.id"))),
        named(
            "ls client:NAME status:all",
            &format!("ls client:{client} status:all"),
            desk(format!(
                "{LISTED} WHERE t.client_id = (SELECT d.client_id FROM client_domain AS d WHERE d.domain = '{client}')"
            )),
        ),
        ask(
            "ls +vip status:all",
            desk(format!("{LISTED} JOIN ticket_tag AS w ON w.ticket_id = t.id WHERE w.tag = 'vip'")),
        ),
        named(
            "show N",
            &format!("show {number}"),
            desk(format!(
                "{LISTED} WHERE t.id = {number}; SELECT m.*, b.text FROM message AS m JOIN body AS b ON b.message_id = m.id \
                 WHERE m.ticket_id = {number} ORDER BY m.at, m.id"
            )),
        ),
        ask(&format!("find {RARE}"), index(RARE.to_owned())),
        ask(&format!("find {one} {other} -l 50"), index(format!("{one} AND {other}"))),
        ask(&format!("find {BEGINNING}* -l 50"), index(format!("{BEGINNING}*"))),
        ask(&format!("find {one}"), None),
        ask("history", None),
        ask("stats", None),
        ask("recap", None),
    ];
    let mut opened = ask("open", Some(Shell { file: "copy.db", sql: insert() }));
    opened.words.extend(["Принтер снова не печатает", "-f", "new@c1.test", "-m", TEXT].map(str::to_owned));
    let mut noted = named("note N", &format!("note {number}"), None);
    noted.words.push(TEXT.to_owned());
    let mut closed = named("close N", &format!("close {}", size - 1), None);
    closed.after = Some(("undo".to_owned(), vec!["undo".to_owned()]));
    let mut logged = named("log N 15m", &format!("log {number} 15m"), None);
    logged.words.push("cache cleared".to_owned());
    all.extend([opened, noted, closed, logged, ask(&format!("backup {BACKUP}"), None)]);
    all
}

const TEXT: &str =
    "С утра не печатает второй принтер, после обновления сервера. Please help: the invoices must go out today.";

fn ask(line: &str, shell: Option<Shell>) -> Question {
    named(line, line, shell)
}

/// A question whose line depends on the size of the desk.
fn named(name: &str, line: &str, shell: Option<Shell>) -> Question {
    Question { name: name.to_owned(), words: line.split(' ').map(str::to_owned).collect(), shell, after: None }
}

/// One ticket with one message in one transaction, as safe as the desk makes it. It keeps no history and no full text.
fn insert() -> String {
    format!(
        "PRAGMA synchronous=FULL; BEGIN IMMEDIATE; \
         INSERT INTO ticket (id, subject, status, priority, requester_id, client_id, channel, opened_at, automatic, muted, \
         operation_id, first_status, updated_at, waiting_since, replies, reopens, logged_minutes, queued, rank, queue_at) \
         SELECT max(id) + 1, 'Принтер снова не печатает', 'new', 1, requester_id, client_id, 'email', {NOW}, 0, 0, 2, 'new', \
         {NOW}, {NOW}, 0, 0, 0, 1, rank, {NOW} FROM ticket; \
         INSERT INTO message (id, ticket_id, operation_id, direction, author, email, at, counts, attachments) \
         SELECT max(id) + 1, (SELECT max(id) FROM ticket), 2, 'in', 'new', 'new@c1.test', {NOW}, 1, 0 FROM message; \
         INSERT INTO body (message_id, text) SELECT max(id), '{TEXT}' FROM message; COMMIT"
    )
}

/// Fills a bare full-text table from the desk: subjects and texts, nothing else.
pub fn bare_index(desk: &Path) -> String {
    format!(
        "CREATE VIRTUAL TABLE mail USING fts5(subject, text); ATTACH '{}' AS d; \
         INSERT INTO mail (rowid, subject, text) SELECT m.id, t.subject, b.text FROM d.message AS m \
         JOIN d.body AS b ON b.message_id = m.id JOIN d.ticket AS t ON t.id = m.ticket_id ORDER BY m.id",
        desk.display()
    )
}
