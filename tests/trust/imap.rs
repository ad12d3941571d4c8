//! Mail comes in exactly once, whatever the server or the line to it does, and wherever the program is killed: a real server,
//! and somebody between it and the program who follows a script.

mod scripts;

use crate::dovecot::Dovecot;
use crate::proxy::Proxy;
use crate::stage::{Fault, Said, Stage, finish, until};
use crate::{Outcome, Plan};
use rustix::process::{Pid, Signal};
use scripts::{Around, Mischief, SCRIPTS, Script};
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Follows every script, and kills at every line.
pub fn imap(plan: &Plan) -> Outcome {
    let Some(dovecot) = Dovecot::start() else {
        return plan.leave_out("reading from a mail server is left out: Dovecot cannot be run here");
    };
    let dovecot = Arc::new(dovecot);
    let mischief = Arc::new(Mutex::new(Mischief::new(plan.dice("imap"))));
    let decides = Arc::clone(&mischief);
    let proxy = Proxy::between(dovecot.plain_address(), move |side, n, line| {
        decides.lock().expect("a script").turn(side, n, line)
    });
    let stage = plan.stage("play");
    let mut post = Post { dovecot, mischief, proxy, stage, user: String::new(), delivered: 0, now: String::new() };
    for line in ["config set addresses support@acme.test", "config set passwords.support.env SESAME"] {
        post.done(line).expect("the desk of a trial is furnished");
    }
    post.stage.freeze("before");

    let (scripts, seeds) = plan.pick((&SCRIPTS[..12], 1), (SCRIPTS, 25));
    let (mut tried, mut struck, mut mails) = (0_usize, 0, 0);
    for script in scripts {
        let mut seen = (0, 0);
        for seed in 0..seeds as u64 {
            let result = post.follows(plan, script, seed);
            let times = post.mischief().struck;
            seen = (seen.0 + times, seen.1 + post.delivered);
            let done = if times == 0 && script.around != Around::NewEpoch { "nothing was done" } else { "" };
            if let Err(fault) = result.and_then(|()| if done.is_empty() { Ok(()) } else { Err(done.to_owned()) }) {
                plan.fault(&post.stage, &format!("{}, time {seed}", script.name), &fault);
            }
        }
        plan.tell(script.name, &format!("{seeds} times, struck {}, {} mails", seen.0, seen.1));
        (tried, struck, mails) = (tried + seeds, struck + seen.0, mails + seen.1);
    }
    let mut kills = 0;
    for seed in 0..plan.pick(1, 25) {
        match post.killed_at_each_line(plan, seed) {
            Ok(times) => kills += times,
            Err(fault) => plan.fault(&post.stage, &format!("killed at each line, time {seed}"), &fault),
        }
        mails += post.delivered;
    }
    plan.tell("killed at each line", &format!("{kills} times"));
    let seen = format!("{} scripts, {kills} kills between lines: {mails} mails, each there once", scripts.len());
    plan.tell("all", &format!("something was done {struck} times"));
    Outcome { tried: tried + kills, seen, left_out: None }
}

/// A mailbox on the server, a desk that reads it, and who stands between.
struct Post {
    dovecot: Arc<Dovecot>,
    mischief: Arc<Mutex<Mischief>>,
    proxy: Proxy,
    stage: Stage,
    user: String,
    delivered: usize,
    /// What the program takes for now; empty: what it is.
    now: String,
}

/// A mail, of some lines.
fn letter(n: usize) -> String {
    format!(
        "From: Ann {n} <ann{n}@x{n}.test>\nTo: support@acme.test\nMessage-ID: <m{n}@x.test>\nSubject: Question {n}\n\n{}",
        text(n)
    )
}

fn text(n: usize) -> String {
    format!("Text {n}.\n").repeat(1 + n % 3)
}

impl Post {
    fn mischief(&self) -> MutexGuard<'_, Mischief> {
        self.mischief.lock().expect("a script")
    }

    /// A mailbox and a desk that nobody has used.
    fn anew(&mut self, plan: &Plan, name: &str, seed: u64) -> Result<(), Fault> {
        self.stage.thaw("before");
        self.user =
            format!("{}{seed}@acme.test", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_lowercase());
        (self.delivered, self.now) = (0, String::new());
        *self.mischief() = Mischief::new(plan.dice(&self.user));
        self.done(&format!("config set mailbox.support.imap {}", self.proxy.url(&self.user))).map(drop)
    }

    fn deliver(&mut self, count: usize) {
        for n in self.delivered..self.delivered + count {
            self.dovecot.deliver_to(&self.user, "INBOX", letter(n));
        }
        self.delivered += count;
    }

    fn command(&self, line: &str) -> Command {
        let mut command = self.stage.command(line);
        command.env("SESAME", crate::dovecot::PASSWORD).env("DESK_NOW", &self.now);
        command
    }

    /// Runs a line that must succeed; gives its output.
    fn done(&self, line: &str) -> Result<String, Fault> {
        let said = finish(&mut self.command(line));
        if said.exit == Some(0) { Ok(said.out) } else { Err(format!("desk {line}: {said}")) }
    }

    /// Fetches; whoever stands between may kill it.
    fn fetch(&self) -> Said {
        let mut mischief = self.mischief();
        let child = self.command("fetch").process_group(0).spawn().expect("a process is started");
        mischief.victim = Some(Pid::from_child(&child));
        drop(mischief);
        let said = until(child, Instant::now() + Duration::from_secs(100), Signal::KILL).0;
        self.mischief().victim = None;
        said
    }

    /// Fetches under a script. It ends as it says it may, in words.
    fn tries(&self) -> Result<(), Fault> {
        let said = self.fetch();
        let in_words = match said.exit {
            Some(0) | None => true,
            Some(1) => said.talk.contains("error: ") || said.out.contains("support"),
            Some(75) => said.talk.contains("hint: ") || said.out.contains("hint: "),
            _ => false,
        };
        let broke = ["panicked", "bug in desk"].iter().any(|word| said.talk.contains(word));
        if in_words && !broke { Ok(()) } else { Err(format!("desk fetch: {said}")) }
    }

    /// Several fetches to which the script is done, then one to which nothing is.
    fn follows(&mut self, plan: &Plan, script: &'static Script, seed: u64) -> Result<(), Fault> {
        self.anew(plan, script.name, seed)?;
        // How many lines there are is seen once.
        self.deliver(2);
        self.mischief().begin(None, [0; 2]);
        self.tries()?;
        let lines = self.mischief().lines;
        if script.around == Around::Moving {
            self.done("config set mailbox.support.done Done")?;
        }
        let (extra, dovecot, user, next) =
            (Arc::new(Mutex::new(0)), Arc::clone(&self.dovecot), self.user.clone(), Arc::new(Mutex::new(1_000)));
        let counted = Arc::clone(&extra);
        self.mischief().deliver = Some(Box::new(move || {
            let mut next = next.lock().expect("a number");
            dovecot.deliver_to(&user, "INBOX", letter(*next));
            *next += 1;
            *counted.lock().expect("a count") += 1;
        }));
        for _ in 0..plan.pick(2, 3) {
            let more = 1 + usize::try_from(self.mischief().dice.below(4)).unwrap_or(0);
            self.deliver(more);
            if script.around == Around::NewEpoch {
                self.dovecot.new_epoch_of(&self.user, "INBOX");
                self.mischief().struck += 1;
            }
            let at = {
                let dice = &mut self.mischief().dice;
                lines.map(|lines| 1 + usize::try_from(dice.below(lines as u64)).unwrap_or(0))
            };
            self.mischief().begin(Some(script), at);
            if script.around == Around::Two {
                std::thread::scope(|scope| {
                    let other = scope.spawn(|| finish(&mut self.command("fetch")));
                    let one = self.tries();
                    drop(other.join().expect("a thread ends"));
                    one
                })?;
            } else {
                self.tries()?;
            }
        }
        self.mischief().begin(None, [0; 2]);
        self.mischief().deliver = None;
        if script.around == Around::NextDay {
            self.now = tomorrow();
        }
        let extra = *extra.lock().expect("a count");
        self.comes_out_even(extra, script.around == Around::Moving)
    }

    /// Killed before each line of a fetch in turn, until one gets through.
    fn killed_at_each_line(&mut self, plan: &Plan, seed: u64) -> Result<usize, Fault> {
        let [before, _, later, ..] = &SCRIPTS[2..] else { return Err("there are no scripts to kill".to_owned()) };
        let before = if seed.is_multiple_of(2) { before } else { later };
        self.anew(plan, "each line", seed)?;
        self.deliver(3);
        let (mut kills, mut through) = (0, 0);
        let step = plan.pick(3, 1);
        for line in (1..1_000).step_by(step) {
            self.mischief().begin(Some(before), [line; 2]);
            // Something is always there to be read, and what there is comes to an end.
            if line % 20 < step {
                self.deliver(1);
            }
            let struck = self.mischief().struck;
            self.tries()?;
            if self.mischief().struck > struck {
                kills += 1;
            } else {
                through += 1;
            }
            if through > 2 {
                break;
            }
        }
        if through <= 2 {
            return Err("it never comes to an end".to_owned());
        }
        self.mischief().begin(None, [0; 2]);
        self.comes_out_even(0, false)?;
        Ok(kills)
    }

    /// Nothing hinders it now: each mail is there once and whole, the server's mails are as they were, and all is sound.
    fn comes_out_even(&self, extra: usize, moved: bool) -> Result<(), Fault> {
        for time in ["first", "second"] {
            let said = self.fetch();
            if said.exit != Some(0) {
                return Err(format!("nothing hinders it, the {time} time: {said}"));
            }
        }
        let all: Vec<usize> = (0..self.delivered).chain(1_000..1_000 + extra).collect();
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in self.done("export --format ndjson")?.lines().filter(|l| l.starts_with("{\"kind\":\"ticket\"")) {
            let ticket: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
            for message in ticket["messages"].as_array().ok_or("a ticket without messages")? {
                let id = message["message_id"].as_str().unwrap_or_default().trim_matches(['<', '>']).to_owned();
                found.entry(id).or_default().push(message["text"].as_str().unwrap_or_default().to_owned());
            }
        }
        for n in &all {
            match found.remove(&format!("m{n}@x.test")).as_deref() {
                None => return Err(format!("mail {n} of {} is lost", all.len())),
                Some([one]) if one.trim_end() == text(*n).trim_end() => {}
                Some([one]) => return Err(format!("mail {n} is another: {one:?}")),
                Some(more) => return Err(format!("mail {n} is there {} times", more.len())),
            }
        }
        if !found.is_empty() {
            return Err(format!("nobody sent {found:?}"));
        }
        let folder = if moved { "Done" } else { "INBOX" };
        let there = self.dovecot.count(&self.user, folder);
        if there.0 != all.len() || (!moved && there.1 > 0) {
            return Err(format!("of {} mails {there:?} (all, marked as read) are in {folder}", all.len()));
        }
        let check = finish(&mut self.command("fetch --check"));
        if check.exit != Some(0) || !check.out.contains(" 0 unaccounted") {
            return Err(format!("desk fetch --check: {check}"));
        }
        self.done("doctor --deep").map(drop)
    }
}

/// An instant in two days, as the program reads it.
fn tomorrow() -> String {
    let later = std::time::SystemTime::now() + Duration::from_secs(2 * 86_400);
    let seconds = later.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let moment = frontdesk::domain::time::Moment(i64::try_from(seconds).unwrap_or(0));
    moment.rfc3339()
}
