//! What is done to the ticket: each wish becomes the words of a command, which runs as if it had been typed.

use super::keys::Wish;
use super::session::{Session, Step};
use crate::actions::{hours, outbox, similar};
use crate::commands::{self, args::Answer, args::Body, ls, show};
use crate::domain::client::domain_of;
use crate::domain::listed::Listed;
use crate::domain::search::Query;
use crate::error::{Error, Kind, Result};
use crate::render::screen::{Row, Tone};
use crate::render::{Dress, Format, render};
use crate::report::Part;
use crate::report::ticket::short_name;

/// A deed on tickets: the words before and after their numbers.
struct Deed {
    before: &'static str,
    after: Vec<String>,
}

impl Deed {
    fn of(before: &'static str, after: &[&str]) -> Deed {
        Deed { before, after: after.iter().map(|w| (*w).to_owned()).collect() }
    }

    /// With words that somebody typed; none of them is a flag.
    fn typed(before: &'static str, text: &str) -> Deed {
        let mut after: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if let Some(at) = after.iter().position(|w| w.starts_with('-')) {
            after.insert(at, "--".to_owned());
        }
        Deed { before, after }
    }

    /// In words: `merge into 3`, `close as workaround`.
    fn said(&self) -> String {
        let word = |w: &str| match w {
            "--reason" => "as".to_owned(),
            flag => flag.trim_start_matches("--").to_owned(),
        };
        std::iter::once(self.before.to_owned()).chain(self.after.iter().map(|w| word(w))).collect::<Vec<_>>().join(" ")
    }

    fn on(&self, ids: &str) -> Vec<String> {
        [self.before, ids].into_iter().map(str::to_owned).chain(self.after.iter().cloned()).collect()
    }
}

/// Whether the ticket is done with then.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Stay,
    Leave,
}

impl Session<'_> {
    /// Does what was wished for; false where there is nothing more to do.
    pub(super) fn deed(&mut self, wish: Wish) -> Result<bool> {
        if !matches!(wish, Wish::Undo | Wish::Whole) && !self.is_as_painted()? {
            return Ok(true);
        }
        match wish {
            Wish::Take => self.single(&Deed::of("take", &[]), Then::Stay),
            Wish::Spam => self.with_others(&Deed::of("spam", &[]), Then::Leave, |_| true),
            Wish::Close { reason: false } => self.close("solved"),
            Wish::Close { reason: true } => self.close_as(),
            Wish::Wait { until: false } => self.single(&Deed::of("pending", &[]), Then::Leave),
            Wish::Hold { until: false } => self.single(&Deed::of("hold", &[]), Then::Leave),
            Wish::Wait { .. } => self.until("wait until:", "pending"),
            Wish::Hold { .. } => self.until("hold until:", "hold"),
            Wish::Snooze => self.line("out of sight until:", "tomorrow", "snooze", Then::Leave),
            Wish::Due => self.line("promised until (or none):", "", "due", Then::Stay),
            Wish::Log => self.line("log (15m called him):", "", "log", Then::Stay),
            Wish::Note => self.note(),
            Wish::Tag => self.tag(),
            Wish::Priority => self.priority(),
            Wish::Assign => self.assign(),
            Wish::Merge => self.merge(),
            Wish::Mute => self.mute(),
            Wish::Reply => self.reply(),
            Wish::Undo => self.undo(),
            Wish::Whole => self.whole(),
            _ => Ok(true),
        }
    }

    /// Does it to the ticket alone.
    fn single(&mut self, deed: &Deed, then: Then) -> Result<bool> {
        self.carry_out(deed, then, &[])
    }

    /// Does it to the ticket, and, where somebody agrees, to those that say the same and fit.
    fn with_others(&mut self, deed: &Deed, then: Then, fits: impl Fn(&Listed) -> bool) -> Result<bool> {
        // Once it is merged it says nothing any more that others could be like.
        let mut others = self.alike()?;
        others.retain(fits);
        if others.iter().all(|l| self.declined.contains(&l.ticket.id)) {
            others.clear();
        }
        self.carry_out(deed, then, &others)
    }

    fn carry_out(&mut self, deed: &Deed, then: Then, others: &[Listed]) -> Result<bool> {
        let id = self.number()?;
        self.desk.as_seen = Some(self.page()?.as_seen.clone());
        let done = self.typed(&deed.on(&id.to_string()), &[id]);
        self.desk.as_seen = None;
        if !done? {
            return self.refused();
        }
        if !others.is_empty() && self.agreed(deed, others)? {
            let first = std::mem::take(&mut self.told);
            let ids: Vec<i64> = others.iter().map(|l| l.ticket.id).collect();
            let list = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            let sure = std::mem::replace(&mut self.desk.yes, true);
            let done = self.typed(&deed.on(&list), &ids);
            self.desk.yes = sure;
            if done? {
                self.told = vec![format!("and {} more like it: {list}", ids.len())];
            }
            self.told.splice(0..0, first);
        }
        if then == Then::Leave { self.forward() } else { self.stay() }
    }

    /// What was refused stays; where it was because of what others did, that is shown.
    fn refused(&mut self) -> Result<bool> {
        let why = std::mem::take(&mut self.told);
        if self.is_as_painted()? {
            self.told = why;
        }
        Ok(true)
    }

    /// Runs a command as if it had been typed, and tells what came of it; false where it was refused.
    fn typed(&mut self, words: &[String], tickets: &[i64]) -> Result<bool> {
        let before = self.desk.done();
        let mut answer = self.command(words);
        if let Err(e) = &answer
            && e.hint.as_ref().is_some_and(|hint| hint.ends_with(hours::IF_RIGHT))
            && let Some('y') = self.choose(&format!("{}: is that right?  y yes  n no", e.what), "yn", None)?
        {
            let sure = std::mem::replace(&mut self.desk.yes, true);
            answer = self.command(words);
            self.desk.yes = sure;
        }
        let mut notes = std::mem::take(&mut self.desk.notes);
        let answer = match answer {
            Ok(answer) => answer,
            Err(e) if e.kind == Kind::Interrupted => return Err(e),
            Err(e) => {
                self.told = vec![one_sentence(&e)];
                return Ok(false);
            }
        };
        self.told.clear();
        if let Body::Report(report) = answer.body {
            let said = report.parts.into_iter().filter_map(|part| match part {
                Part::Prose(text) => Some(text),
                _ => None,
            });
            self.told.extend(said.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()));
            // Here u takes it back.
            notes.extend(report.notes.into_iter().filter(|n| !n.starts_with("operation ") && !n.starts_with("to turn that round")));
        }
        self.told.extend(notes.iter().filter_map(|note| in_keys(note)));
        if let Some(operation) = self.desk.done().filter(|done| Some(*done) != before) {
            let ticket = self.number()?;
            self.steps.push(Step { operation, ticket, tickets: tickets.to_vec() });
            self.queue.done.extend(tickets);
        }
        Ok(true)
    }

    fn command(&mut self, words: &[String]) -> Result<Answer> {
        self.desk.now = self.desk.host.now()?;
        self.desk.command = commands::for_the_record(words);
        let (_, command) = commands::parse(words).map_err(|e| {
            let said = e.render().to_string();
            let first = said.lines().next().unwrap_or_default();
            Error::usage(first.trim_start_matches("error: ").to_owned())
        })?;
        command.ok_or_else(|| Error::bug("a deed without a command"))?.run(self.desk)
    }

    /// The tickets in the queue that say nearly the same.
    fn alike(&mut self) -> Result<Vec<Listed>> {
        let id = self.number()?;
        let ask = ls::ask(self.desk, None)?;
        self.desk.read(|r| {
            let queue = r.numbers(&Query::default(), &ask)?;
            let alike = similar::more_like(r, id, &queue)?;
            r.listed_among(&alike, &show::every(), &ask)
        })
    }

    /// Shows the others, and asks whether they are to have the same done to them.
    fn agreed(&mut self, deed: &Deed, others: &[Listed]) -> Result<bool> {
        let rows: Vec<Row> = others.iter().map(listed).collect();
        let question = format!("{} more like this: same action ({})?  y yes  l list  n no", others.len(), deed.said());
        self.scroll_up();
        let agreed = loop {
            match self.choose(&question, "yln\n ", Some(&rows))? {
                Some('y') => break true,
                Some('l') => self.read_in_full(&others.iter().map(|l| format!("{:>6}  {}\n", l.ticket.id, l.ticket.subject)).collect::<String>())?,
                _ => break false,
            }
        };
        if !agreed {
            self.declined.extend(others.iter().map(|l| l.ticket.id));
        }
        self.scroll_up();
        Ok(agreed)
    }

    fn close(&mut self, reason: &str) -> Result<bool> {
        let flags: &[&str] = if reason == "solved" { &[] } else { &["--reason", reason] };
        self.with_others(&Deed::of("close", flags), Then::Leave, |_| true)
    }

    fn close_as(&mut self) -> Result<bool> {
        const QUESTION: &str = "close as:  s solved  w workaround  n no-reply  d duplicate  x wontfix  Esc";
        match self.choose(QUESTION, "swndx", None)? {
            Some('s') => self.close("solved"),
            Some('w') => self.close("workaround"),
            Some('n') => self.close("no-reply"),
            Some('d') => self.close("duplicate"),
            Some('x') => self.close("wontfix"),
            _ => Ok(true),
        }
    }

    fn until(&mut self, question: &str, deed: &'static str) -> Result<bool> {
        let Some(when) = self.ask(question, "", Vec::new())? else { return Ok(true) };
        self.single(&Deed::of(deed, &[&format!("--until={when}")]), Then::Leave)
    }

    /// A deed with words.
    fn line(&mut self, question: &str, by_enter: &str, deed: &'static str, then: Then) -> Result<bool> {
        let Some(text) = self.ask(question, by_enter, Vec::new())? else { return Ok(true) };
        self.single(&Deed::typed(deed, &text), then)
    }

    fn note(&mut self) -> Result<bool> {
        let Some(text) = self.ask("note (internal):", "", Vec::new())? else { return Ok(true) };
        self.single(&Deed::of("note", &["--", &text]), Then::Stay)
    }

    fn tag(&mut self) -> Result<bool> {
        let mut known: Vec<String> = self.desk.read(|r| r.all_tags())?.into_iter().map(|(tag, ..)| tag).collect();
        let has = self.page()?.listed.tags.clone();
        let suggested = self.page()?.advice.tags.iter().find(|t| !has.contains(t)).cloned().unwrap_or_default();
        known.retain(|t| !has.contains(t));
        let Some(text) = self.ask("tag:", &suggested, known)? else { return Ok(true) };
        let tags: Vec<String> = text.split([' ', ',']).filter(|t| !t.is_empty()).map(|t| t.trim_start_matches('+').to_owned()).collect();
        let words: Vec<String> = tags.iter().map(|t| format!("+{t}")).collect();
        let deed = Deed { before: "tag", after: words };
        self.with_others(&deed, Then::Stay, |l| !tags.iter().all(|t| l.tags.contains(t)))
    }

    fn priority(&mut self) -> Result<bool> {
        let word = match self.choose("priority:  l low  n normal  h high  u urgent  Esc", "lnhu", None)? {
            Some('l') => "low",
            Some('n') => "normal",
            Some('h') => "high",
            Some('u') => "urgent",
            _ => return Ok(true),
        };
        self.single(&Deed::of("prio", &[word]), Then::Stay)
    }

    fn assign(&mut self) -> Result<bool> {
        let agents = self.desk.read(|r| r.agents())?;
        let names = agents.into_iter().filter(|a| a.active).map(|a| a.name).chain(["next".to_owned()]).collect();
        let l = &self.page()?.listed;
        let suggested = self.page()?.advice.assignee.clone().filter(|a| l.assignee.as_ref() != Some(a)).unwrap_or_default();
        let Some(who) = self.ask("assign to:", &suggested, names)? else { return Ok(true) };
        let who = who.trim_start_matches('@').to_owned();
        let mine = who == "me" || who.to_lowercase() == self.desk.me.to_lowercase();
        let his = who.to_lowercase();
        let others = |l: &Listed| l.assignee.as_ref().is_none_or(|a| a.to_lowercase() != his);
        let then = if mine { Then::Stay } else { Then::Leave };
        self.with_others(&Deed::of("assign", &[&who]), then, others)
    }

    /// The suggestion is the oldest of those that say the same, of the same person before others.
    fn merge(&mut self) -> Result<bool> {
        let requester = self.page()?.listed.ticket.requester;
        let mut alike = self.alike()?;
        alike.sort_by_key(|l| (l.ticket.requester != requester, l.ticket.id));
        let suggested = alike.first().map(|l| l.ticket.id.to_string()).unwrap_or_default();
        let Some(into) = self.ask("merge into:", &suggested, Vec::new())? else { return Ok(true) };
        let into = into.trim_start_matches('#').to_owned();
        let deed = Deed::of("merge", &["--into", &into]);
        self.with_others(&deed, Then::Leave, |l| l.ticket.id.to_string() != into)
    }

    fn mute(&mut self) -> Result<bool> {
        let email = self.page()?.listed.requester.as_ref().and_then(|p| p.email.clone());
        let Some(email) = email else {
            self.told = vec!["the requester has no mail address: nobody can be muted".to_owned()];
            return Ok(true);
        };
        let domain = domain_of(&email).map(|d| format!("@{d}"));
        let mut count = |pattern: &str| self.desk.read(|r| Ok(r.tickets_of_pattern(pattern)?.len()));
        let his = format!("mute:  a {email} ({})", tickets(count(&email)?));
        let question = match &domain {
            Some(d) => format!("{his}  d everybody {d} ({})  Esc", tickets(count(d)?)),
            None => format!("{his}  Esc"),
        };
        let pattern = match (self.choose(&question, "ad", None)?, domain) {
            (Some('a'), _) => email,
            (Some('d'), Some(domain)) => domain,
            _ => return Ok(true),
        };
        if !self.is_as_painted()? {
            return Ok(true);
        }
        let (id, sure) = (self.number()?, std::mem::replace(&mut self.desk.yes, true));
        let done = self.typed(&["mute".to_owned(), pattern], &[id]);
        self.desk.yes = sure;
        if done? { self.forward() } else { Ok(true) }
    }

    /// The road of `desk reply`, which asks before anything leaves, and looks itself at what others did.
    fn reply(&mut self) -> Result<bool> {
        let id = self.number()?;
        if let Err(e) = outbox::can_send(self.desk) {
            self.told = vec![one_sentence(&e)];
            return Ok(true);
        }
        let mut names = self.page()?.advice.answers.clone();
        let known = self.desk.read(|r| r.answers())?.into_iter().map(|a| a.name);
        names.extend(known.filter(|n| !names.contains(n)).collect::<Vec<_>>());
        let mut words = vec!["reply".to_owned(), id.to_string()];
        if !names.is_empty() {
            let written = "write it";
            let Some(name) = self.ask("saved answer (Tab):", written, names)? else { return Ok(true) };
            words.extend((name != written).then(|| format!("--answer={name}")));
        }
        const QUESTION: &str = "then:  w wait for the customer  c close  Enter leave it open  Esc";
        match self.choose(QUESTION, "wc\n", None)? {
            Some('w') => words.push("--pending".to_owned()),
            Some('c') => words.push("--close".to_owned()),
            Some(_) => {}
            None => return Ok(true),
        }
        let done = self.lending(|s| s.typed(&words, &[id]))?;
        if done { self.forward() } else { self.stay() }
    }

    /// Takes the last deed of this session back, and shows its ticket.
    fn undo(&mut self) -> Result<bool> {
        let Some(step) = self.steps.pop() else {
            self.told = vec!["nothing was done yet that could be taken back; what was done before: desk undo".to_owned()];
            return Ok(true);
        };
        let before = self.steps.len();
        let done = self.typed(&["undo".to_owned(), step.operation.to_string()], &[])?;
        // An undo is no deed to be taken back.
        self.steps.truncate(before);
        if !done {
            self.steps.push(step);
            return Ok(true);
        }
        for ticket in &step.tickets {
            if !self.steps.iter().any(|s| s.tickets.contains(ticket)) {
                self.queue.done.remove(ticket);
            }
        }
        self.queue.go_to(step.ticket);
        if self.open(step.ticket)? { Ok(true) } else { self.forward() }
    }

    /// The ticket with every message unfolded, in the pager.
    fn whole(&mut self) -> Result<bool> {
        let id = self.number()?.to_string();
        match self.command(&["show".to_owned(), id, "--raw".to_owned()]) {
            Ok(Answer { body: Body::Report(report), .. }) => {
                let zone = self.desk.zone()?;
                let dress = Dress {
                    width: self.desk.host.width(),
                    colour: self.desk.host.colour(true),
                    now: self.desk.now,
                    local: Box::new(move |m| zone.local(m)),
                    ascii: self.desk.host.is_ascii(),
                };
                let text = render(&report, Format::Text, None, &dress)?;
                self.read_in_full(&text)?;
            }
            Ok(_) => {}
            Err(e) => self.told = vec![one_sentence(&e)],
        }
        Ok(true)
    }

    /// Shows a long text until its reader has done with it.
    fn read_in_full(&mut self, text: &str) -> Result<()> {
        self.lending(|s| {
            if !s.desk.host.page(text) {
                s.desk.host.say(text.as_bytes())?;
                s.desk.host.wait_for_enter("Enter goes back");
            }
            Ok(())
        })
    }
}

/// A ticket among those that are alike.
fn listed(l: &Listed) -> Row {
    let who = l.requester.as_ref().map(short_name).unwrap_or_default();
    let whose = l.assignee.as_ref().map(|a| format!(" [{a}]")).unwrap_or_default();
    Row::of(format!("{:>6}  ", l.ticket.id), Tone::Strong).and(l.ticket.subject.clone(), Tone::Plain).and(format!("  {who}{whose}"), Tone::Faint)
}

fn tickets(n: usize) -> String {
    if n == 1 { "1 ticket".to_owned() } else { format!("{n} tickets") }
}

/// An error on one line: what, why, the way out.
fn one_sentence(e: &Error) -> String {
    let cause = e.cause.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
    let hint = e.hint.as_deref().and_then(in_keys).map(|h| format!("; {h}")).unwrap_or_default();
    format!("{}{cause}{hint}", e.what)
}

/// The way out that somebody has here: what is typed at a question has no flag before it, and what only another command line
/// can do is left out.
fn in_keys(hint: &str) -> Option<String> {
    let typed = ["--until ", "desk snooze 42 "].iter().find_map(|before| hint.strip_prefix(before));
    if let Some(typed) = typed {
        return Some(format!("write for example {typed}"));
    }
    let ways = hint.split("; ").filter(|way| !way.split_whitespace().any(|w| w.len() > 1 && w.starts_with('-')));
    Some(ways.collect::<Vec<_>>().join("; ")).filter(|hint| !hint.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_out_is_one_that_keys_have() {
        assert_eq!(in_keys("--until tomorrow").as_deref(), Some("write for example tomorrow"));
        assert_eq!(in_keys("desk reply 4 … --force"), None);
        assert_eq!(in_keys("45m or 45h?; if it is right, say so with -y").as_deref(), Some("45m or 45h?"));
        assert_eq!(Deed::of("close", &["--reason", "workaround"]).said(), "close as workaround");
        assert_eq!(Deed::of("merge", &["--into", "3"]).said(), "merge into 3");
    }

    #[test]
    fn words_that_were_typed_are_never_flags() {
        assert_eq!(Deed::typed("log", "15m -v was the culprit").on("42"), ["log", "42", "15m", "--", "-v", "was", "the", "culprit"]);
        assert_eq!(Deed::typed("snooze", "через 2 часа").on("42"), ["snooze", "42", "через", "2", "часа"]);
    }
}
