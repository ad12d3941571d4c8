//! What a desk must be like after a command was cut off on it: as before or as after, nothing acknowledged lost, nothing twice,
//! sound, and completed by the same command.

use crate::deeds::{Deed, Kind};
use crate::stage::{Fault, Stage, shortened};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// A deed on a stage, ready to be done again and again: the folder `before`, and what the desk is after each command.
pub struct Scene {
    pub deed: &'static Deed,
    pub stage: Stage,
    pub steps: Vec<String>,
    /// The whole desk before the first command, and after each.
    states: Vec<String>,
    /// What the last one holds, in the eyes of a person.
    holds: Vec<String>,
}

/// How far a deed came.
#[derive(Debug, Clone, Copy)]
pub struct Reached {
    /// So many commands said that they were done.
    pub acknowledged: usize,
    /// So many commands were begun.
    pub begun: usize,
}

impl Scene {
    /// Furnishes the stage and does the deed once.
    pub fn new(deed: &'static Deed, stage: Stage, size: usize) -> Scene {
        (deed.furnish)(&stage, size);
        stage.freeze("before");
        let steps = (deed.steps)(&stage);
        stage.thaw("before");
        let mut scene = Scene { deed, stage, steps, states: Vec::new(), holds: Vec::new() };
        if !matches!(deed.kind, Kind::Edition(_)) {
            scene.states.push(scene.whole("desk.db").expect("a desk before it"));
        }
        for step in &scene.steps {
            scene.stage.all(&[step]);
            let state = scene.whole("desk.db").expect("a desk after it");
            scene.states.push(state);
        }
        scene.holds = holds(scene.states.last().map_or("", String::as_str)).expect("tickets");
        scene.stage.thaw("before");
        scene
    }

    /// Judges the desk as it lies there and completes the deed.
    pub fn judge(&self, reached: Reached) -> Result<(), Fault> {
        if let Kind::Edition(edition) = self.deed.kind {
            return self.judge_edition(i64::from(edition));
        }
        self.is_sound(self.deed.kind == Kind::Erase)?;
        match self.deed.kind {
            Kind::Whole | Kind::Erase => self.judge_whole(reached)?,
            Kind::Mails => self.judge_mails(reached)?,
            Kind::Reply => self.judge_reply(reached)?,
            Kind::Backup => self.judge_backup(reached)?,
            Kind::Export => self.judge_export(reached)?,
            Kind::Edition(_) => {}
        }
        self.is_sound(false)
    }

    /// The desk is one of those that the commands leave, and the rest of them leads to the last one.
    fn judge_whole(&self, reached: Reached) -> Result<(), Fault> {
        let mut is = self.whole("desk.db")?;
        if self.states[0].is_empty() && !is.contains("{\"kind\":\"operation\"") {
            // The desk is made before the first command is done on it.
            is.clear();
        }
        let at = self.states.iter().position(|state| self.is_same(state, &is));
        let at = at.ok_or_else(|| format!("half done: {}", difference(&self.states[reached.acknowledged], &is)))?;
        if at < reached.acknowledged {
            return Err(format!("lost: {reached:?}, but the desk is as after {at}"));
        }
        if at > reached.begun {
            return Err(format!("{reached:?}, but the desk is as after {at}"));
        }
        // Erasing is repeated where it was done, for its scrubbing.
        let again = if self.deed.kind == Kind::Erase && at == 1 && self.stage.run("doctor").exit == Some(4) {
            let erased = self.stage.json("contact ls erased")?[0]["id"].to_string();
            vec![format!("contact erase id:{erased} -y")]
        } else {
            self.steps[at..].to_vec()
        };
        self.goes_on(&again)?;
        let is = self.whole("desk.db")?;
        let last = &self.states[self.states.len() - 1];
        if self.is_same(last, &is) { Ok(()) } else { Err(format!("not completed: {}", difference(last, &is))) }
    }

    /// Writing over freed places is a change that shows in the count of changes alone.
    fn is_same(&self, one: &str, other: &str) -> bool {
        let rest = |state: &str| state.split_once('\n').map(|(_, rest)| rest.to_owned());
        one == other || (self.deed.kind == Kind::Erase && rest(one) == rest(other))
    }

    /// Each mail that is there is there once and in its ticket; the same command brings the rest.
    fn judge_mails(&self, reached: Reached) -> Result<(), Fault> {
        let found = mails(&self.whole("desk.db")?)?;
        let all: BTreeSet<String> = self.holds.iter().flat_map(|t| t.lines().skip(1).map(str::to_owned)).collect();
        let once: BTreeSet<&String> = found.iter().collect();
        if once.len() < found.len() {
            return Err("a mail is there twice".to_owned());
        }
        if let Some(odd) = found.iter().find(|mail| !all.contains(*mail)) {
            return Err(format!("a mail is there half: {}", shortened(odd)));
        }
        if reached.acknowledged == 1 && found.len() < all.len() {
            return Err(format!("lost: acknowledged were {} mails, {} are there", all.len(), found.len()));
        }
        self.goes_on(&self.steps)?;
        let is = holds(&self.whole("desk.db")?)?;
        let other = is.iter().zip(&self.holds).find(|(is, should)| is != should);
        match other {
            Some((is, should)) => Err(format!("not completed: {} instead of {}", shortened(is), shortened(should))),
            None if is.len() != self.holds.len() => {
                Err(format!("{} tickets instead of {}", is.len(), self.holds.len()))
            }
            None => Ok(()),
        }
    }

    /// What left is what the desk says that left; what did not leave, leaves.
    fn judge_reply(&self, reached: Reached) -> Result<(), Fault> {
        let begun = holds(&self.whole("desk.db")?)? == self.holds;
        let sent = || fs::read_dir(self.stage.path("sent")).map_or(0, |dir| dir.flatten().count());
        let state = || -> Result<String, Fault> {
            let all = self.stage.json("outbox --all")?;
            let all = all.as_array().ok_or("no outbox")?;
            match all.as_slice() {
                [] => Ok("none".to_owned()),
                [one] => Ok(one["state"].as_str().unwrap_or_default().to_owned()),
                _ => Err("two mails are in the outbox".to_owned()),
            }
        };
        let was = state()?;
        if sent() > 1 {
            return Err(format!("{} mails left", sent()));
        }
        let fits = match was.as_str() {
            "none" => !begun && sent() == 0 && reached.acknowledged == 0,
            "waiting" => sent() == 0 && reached.acknowledged == 0,
            "sent" => sent() == 1,
            "sending" | "unknown" => reached.acknowledged == 0,
            _ => false,
        };
        if !fits || (was != "none") != begun {
            return Err(format!("the mail is {was}, {} left, the answer is there: {begun}, {reached:?}", sent()));
        }
        match was.as_str() {
            "none" => self.goes_on(&self.steps)?,
            "waiting" => self.goes_on(&["outbox send".to_owned()])?,
            _ => drop(self.stage.run("outbox send")),
        }
        if sent() > 1 || (was != "unknown" && was != "sending" && sent() != 1) {
            return Err(format!("the mail was {was}, and in the end {} left", sent()));
        }
        match holds(&self.whole("desk.db")?)? {
            is if is == self.holds => Ok(()),
            is => Err(format!("not completed: {}", shortened(&is.join("; ")))),
        }
    }

    /// The copy is not there, or it is the desk.
    fn judge_backup(&self, reached: Reached) -> Result<(), Fault> {
        if self.whole("desk.db")? != self.states[0] {
            return Err("the desk itself changed".to_owned());
        }
        let copied = self.stage.path("copy.db").exists();
        if !copied {
            if reached.acknowledged == 1 {
                return Err("lost: the backup was acknowledged and is not there".to_owned());
            }
            self.goes_on(&self.steps)?;
        }
        if self.whole("copy.db")? == self.states[0] { Ok(()) } else { Err("the copy is not the desk".to_owned()) }
    }

    /// The file is not there, or it is all that the desk holds.
    fn judge_export(&self, reached: Reached) -> Result<(), Fault> {
        let is_there = || self.stage.path("copy.ndjson").exists();
        if !is_there() {
            if reached.acknowledged == 1 {
                return Err("lost: the export was acknowledged and is not there".to_owned());
            }
            self.goes_on(&self.steps)?;
        }
        let copy = fs::read_to_string(self.stage.path("copy.ndjson")).map_err(|e| e.to_string())?;
        if copy == self.stage.done("export --format ndjson")? { Ok(()) } else { Err("the file is cut off".to_owned()) }
    }

    /// Old or new before anybody mends it, and the same command brings it up.
    fn judge_edition(&self, edition: i64) -> Result<(), Fault> {
        let (is, integrity) = {
            let desk = rusqlite::Connection::open(self.stage.desk()).map_err(|e| e.to_string())?;
            let ask = |what: &str| desk.query_row(what, [], |r| r.get::<_, rusqlite::types::Value>(0));
            let is = (ask("PRAGMA user_version"), ask("SELECT schema FROM desk"));
            let integrity: Result<String, _> = desk.query_row("PRAGMA integrity_check", [], |r| r.get(0));
            (is, integrity.map_err(|e| e.to_string())?)
        };
        let today = frontdesk::store::health::edition();
        match is {
            (Ok(a), Ok(b)) if a == b && (a == edition.into() || a == today.into()) => {}
            other => return Err(format!("between the editions: {other:?}")),
        }
        if integrity != "ok" {
            return Err(format!("damaged: {integrity}"));
        }
        self.goes_on(&self.steps)?;
        if self.whole("desk.db")? != self.states[0] {
            return Err("brought up, it is not what it should be".to_owned());
        }
        let copy = self.stage.path(&format!("desk.db.edition-{edition}.bak"));
        if !copy.exists() {
            return Err("no copy of the old one is left".to_owned());
        }
        self.is_sound(false)
    }

    /// Nobody has a complaint.
    fn is_sound(&self, erasing: bool) -> Result<(), Fault> {
        if !self.stage.desk().exists() {
            return Ok(());
        }
        let said = self.stage.run("doctor --deep");
        let all_right = said.exit == Some(0)
            || (said.exit == Some(4) && erasing && said.out.contains("freed places"))
            || (said.exit == Some(4) && self.deed.kind == Kind::Reply && said.out.contains("outbox"));
        if all_right { Ok(()) } else { Err(format!("desk doctor --deep: {said}")) }
    }

    fn goes_on(&self, lines: &[String]) -> Result<(), Fault> {
        lines.iter().try_for_each(|line| self.stage.done(line).map(drop).map_err(|e| format!("to complete it: {e}")))
    }

    /// All that a desk holds, without what no two runs have in common.
    fn whole(&self, desk: &str) -> Result<String, Fault> {
        if !self.stage.path(desk).exists() {
            return Ok(String::new());
        }
        let mut told = String::new();
        for line in self.stage.done(&format!("--desk {desk} export --format ndjson"))?.lines() {
            // Each operation has a key of its own, and the seal at the end depends on them.
            if line.starts_with("{\"kind\":\"end\"") {
                continue;
            }
            match line.split_once("\",\"events\":[").filter(|_| line.starts_with("{\"kind\":\"operation\"")) {
                Some((head, events)) => {
                    told.push_str(head.rsplit_once("\"key\":\"").map_or(head, |(head, _)| head));
                    told.push_str(events);
                }
                None => told.push_str(line),
            }
            told.push('\n');
        }
        Ok(told)
    }
}

/// The tickets in the eyes of a person, whatever their numbers: a line for the ticket and one for each of its messages.
fn holds(whole: &str) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for line in whole.lines().filter(|line| line.starts_with("{\"kind\":\"ticket\"")) {
        let ticket: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
        let text = |of: &Value, key: &str| of[key].to_string();
        let mut messages: Vec<String> = ticket["messages"]
            .as_array()
            .ok_or("a ticket without messages")?
            .iter()
            .map(|m| format!("\n{} {} in {}", text(m, "message_id"), text(m, "text"), text(&ticket, "subject")))
            .collect();
        messages.sort();
        let head =
            ["subject", "status", "closed_as", "requester", "logged_minutes"].map(|key| text(&ticket, key)).join(" ");
        found.push(head + &messages.concat());
    }
    found.sort();
    Ok(found)
}

/// Every mail, as its ticket holds it.
fn mails(whole: &str) -> Result<Vec<String>, Fault> {
    Ok(holds(whole)?.iter().flat_map(|t| t.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()).collect())
}

/// The first line in which two states differ.
fn difference(should: &str, is: &str) -> String {
    let line = should.lines().zip(is.lines()).find(|(a, b)| a != b);
    line.map_or("one is longer".to_owned(), |(a, b)| format!("{} instead of {}", shortened(b), shortened(a)))
}
