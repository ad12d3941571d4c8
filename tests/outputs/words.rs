//! Every word of the command line, and how its outputs are asked for.

use crate::table::{count, held, mark};

/// How a word is tried.
#[derive(Clone, Copy)]
pub enum Way {
    /// It tells something: these lines are asked in every format.
    Tells(&'static [&'static str]),
    /// It does something and says so: these lines are asked in every format, as a dry run.
    Does(&'static [&'static str]),
    /// It has a trial of its own, or puts out nothing that somebody else wrote.
    Apart,
}

use Way::{Apart, Does, Tells};

/// In a line, `·` is a blank within a word, and `%field` is what stands in that field: the line is asked once for each text. `%n` is the number of its ticket.
pub const WORDS: &[(&str, Way)] = &[
    ("", Tells(&[""])),
    ("open", Does(&["open %subject -m %body -f %mail@%domain.test --channel %channel --once new"])),
    (
        "ls",
        Tells(&[
            "ls",
            "ls status:all",
            "ls -c number,subject,requester,tags,client,channel,assignee",
            "ls client:%handle",
            "ls +%tag",
        ]),
    ),
    ("show", Tells(&["show 1-33", "show 1-33 --raw"])),
    ("find", Tells(&["find declined", "find evil", "find onload", "find passwd", "find %note"])),
    ("fetch", Apart), // mails come in as a table of hostile mails: trust, fetch
    ("take", Does(&["take 1-33"])),
    ("reply", Does(&["reply %n --said -m %reply"])),
    ("note", Does(&["note 1-33 text", "note %n %note"])),
    ("close", Does(&["close 1-33", "close %n -m %note"])),
    ("log", Does(&["log %handle 5m %work --activity call"])),
    ("triage", Apart), // on a terminal: a_terminal_is_painted_without_what_steers_it
    (
        "recap",
        Tells(&[
            "recap in:2026-W46",
            "recap in:2026-W46 --all",
            "recap --handover",
            "recap --lang ru --all in:2026-11",
        ]),
    ),
    ("undo", Does(&["undo"])),
    ("release", Does(&["release 1-33"])),
    ("assign", Does(&["assign 1-33 mila", "assign %n %agent"])),
    ("tag", Does(&["tag 1-33 new", "tag %n %tag"])),
    ("untag", Does(&["untag %n %tag"])),
    ("link", Tells(&["link http://%url.test/a?b=%path", "link 1 http://x.test/ -n"])),
    ("unlink", Does(&["unlink %n http://%url.test/a?b=%path"])),
    ("prio", Does(&["prio 1-33 high"])),
    ("due", Does(&["due 1-33 fri"])),
    ("edit", Does(&["edit %n --subject %client", "edit 1 --client %handle", "edit 1 --from %mail@%domain.test"])),
    ("pending", Does(&["pending 1-33 --until 2026-12-01"])),
    ("hold", Does(&["hold 1-33 -m text"])),
    ("snooze", Does(&["snooze 1-33 2026-12-01"])),
    ("spam", Does(&["spam 1-33"])),
    ("reopen", Does(&["reopen 46"])),
    ("merge", Does(&["merge 2-33 --into 1"])),
    ("split", Does(&["split 1 MESSAGE"])),
    ("mute", Does(&["mute", "mute %mute@mute.test"])),
    ("unmute", Does(&["unmute %mute@mute.test"])),
    ("redo", Does(&["redo"])),
    ("outbox", Tells(&["outbox", "outbox --all"])),
    ("outbox ls", Tells(&["outbox ls --all"])),
    ("outbox send", Apart), // mails leave in a trial of their own: letters
    ("outbox discard", Does(&["outbox discard OUTBOX"])),
    ("outbox resume", Does(&["outbox resume"])),
    ("history", Tells(&["history", "history %n"])),
    ("news", Tells(&["news --since 2026-11-01"])),
    ("watch", Apart), // on a terminal: a_terminal_is_painted_without_what_steers_it
    ("start", Does(&["start 2", "start %note"])),
    ("stop", Does(&["stop %work"])),
    ("timer", Tells(&["timer"])),
    (
        "time",
        Tells(&[
            "time in:2026",
            "time in:2026 --by client",
            "time in:2026 --by agent",
            "time in:2026 --by tag",
            "time in:2026 --by activity",
            "time in:2026 --by day",
        ]),
    ),
    ("time ls", Tells(&["time ls in:2026", "time ls in:2026 client:%handle"])),
    ("time edit", Does(&["time edit t1 5m %work"])),
    ("time void", Does(&["time void t1 t2"])),
    ("statement", Tells(&["statement %handle in:2026-10"])),
    ("invoice", Does(&["invoice %handle in:2026-09"])),
    ("invoice ls", Tells(&["invoice ls"])),
    ("invoice show", Tells(&["invoice show %n", "invoice show DRAFT"])),
    ("invoice issue", Does(&["invoice issue DRAFT"])),
    ("invoice credit", Does(&["invoice credit %n"])),
    ("invoice drop", Does(&["invoice drop DRAFT"])),
    ("invoice paid", Does(&["invoice paid %n 1"])),
    ("invoice payments", Tells(&["invoice payments", "invoice payments %handle"])),
    ("invoice template", Apart), // a text of the program
    ("act", Tells(&["act %n"])),
    ("margin", Tells(&["margin in:2026-10", "margin in:2026-11"])),
    (
        "why",
        Tells(&["why 1-33", "why t1", "why opened in:2026-11", "why csat in:2026-11", "why first_response in:2026-11"]),
    ),
    ("estimate", Does(&["estimate 1", "estimate %n 4h %note"])),
    ("approve", Does(&["approve %n"])),
    ("sla", Tells(&["sla", "sla --check"])),
    ("sla simulate", Tells(&["sla simulate FOLDER/policy.toml in:2026-11"])),
    (
        "stats",
        Tells(&[
            "stats in:2026-11",
            "stats in:2026-11 --by agent",
            "stats in:2026-11 --by client",
            "stats in:2026-11 --by tag",
            "stats in:2026-11 --by topic",
            "stats in:2026-11 --by channel",
            "stats in:2026-11 --by plan",
            "stats in:2026-11 --by week",
            "stats in:2026-11 --by hour",
        ]),
    ),
    ("csat", Tells(&["csat", "csat %n 1 -m %csat -n"])),
    ("csat ls", Tells(&["csat ls in:2026"])),
    ("csat template", Apart), // a text of the program
    ("nps", Tells(&["nps", "nps %contact 1 -m %nps -n"])),
    ("nps ls", Tells(&["nps ls in:2026"])),
    ("topics", Tells(&["topics in:2026-11 --all"])),
    ("topic", Tells(&["topic"])),
    ("topic ls", Tells(&["topic ls"])),
    ("topic show", Tells(&["topic show 1 in:2026-11", "topic show 2 in:2026-11"])),
    ("topic name", Does(&["topic name 1 %topic in:2026-11"])),
    ("topic pin", Does(&["topic pin 1 in:2026-11"])),
    ("topic unpin", Does(&["topic unpin 2"])),
    ("topic plan", Does(&["topic plan 1 %topic in:2026-11"])),
    ("topic fixed", Does(&["topic fixed 1 in:2026-11", "topic fixed 1 --in %topic in:2026-11"])),
    ("topic answer", Does(&["topic answer 1 %answer in:2026-11"])),
    ("topic merge", Does(&["topic merge 2 --into 1 --of in:2026-11"])),
    ("topic split", Does(&["topic split 1 --tickets 34 --name %topic --of in:2026-11"])),
    ("topic forget", Does(&["topic forget 1"])),
    ("contract", Tells(&["contract"])),
    ("contract add", Does(&["contract add %handle --hourly 10 --name %contract"])),
    ("contract ls", Tells(&["contract ls"])),
    ("contract show", Tells(&["contract show %handle"])),
    ("contract edit", Does(&["contract edit %handle %contract --from 2026-12-01 --price 5"])),
    ("contract end", Does(&["contract end %handle %contract --on 2026-12-31"])),
    ("contract renew", Does(&["contract renew %handle %contract"])),
    ("contract try", Tells(&["contract try --client %handle --hourly 10 in:2026-10"])),
    ("calendar", Tells(&["calendar"])),
    ("calendar between", Tells(&["calendar between 2026-11-02 2026-11-03"])),
    ("calendar after", Tells(&["calendar after 2026-11-02 4h"])),
    ("calendar show", Tells(&["calendar show"])),
    ("client", Tells(&["client"])),
    ("client add", Does(&["client add new %client --note %cnote --plan %plan --detail a=%detail"])),
    ("client ls", Tells(&["client ls"])),
    ("client show", Tells(&["client show %handle"])),
    ("client edit", Does(&["client edit %handle --name new --note none --plan none"])),
    ("client merge", Does(&["client merge %handle --into x.test"])),
    ("client note", Does(&["client note %handle %cnote"])),
    ("client page", Tells(&["client page %handle"])),
    ("contact", Tells(&["contact"])),
    ("contact add", Does(&["contact add %contact new@new.test --client %handle"])),
    ("contact ls", Tells(&["contact ls", "contact ls %contact"])),
    ("contact show", Tells(&["contact show %contact", "contact show %mail@%domain.test"])),
    ("contact edit", Does(&["contact edit %contact --name new --client none"])),
    ("contact merge", Does(&["contact merge %contact --into joe@x.test"])),
    ("contact export", Apart), // it writes a folder: what_is_written_lies_where_it_was_told
    ("contact erase", Does(&["contact erase %contact"])),
    ("agent", Tells(&["agent"])),
    ("agent add", Does(&["agent add %agent", "agent add new"])),
    ("agent ls", Tells(&["agent ls"])),
    ("agent edit", Does(&["agent edit %agent --email a@a.test"])),
    ("agent cost", Does(&["agent cost %agent 20"])),
    ("agent off", Does(&["agent off %agent"])),
    ("agent on", Does(&["agent on %agent"])),
    ("agent away", Does(&["agent away %agent 2026-12-24"])),
    ("agent back", Does(&["agent back %agent"])),
    ("agent rota", Tells(&["agent rota 30d", "agent rota 30d --format ics"])),
    ("tags", Tells(&["tags"])),
    ("tags ls", Tells(&["tags ls"])),
    ("tags rename", Does(&["tags rename %tag new"])),
    ("tags merge", Does(&["tags merge %tag --into new"])),
    ("tags rm", Does(&["tags rm %tag"])),
    ("answer", Tells(&["answer"])),
    ("answer add", Does(&["answer add %answer -m %atext", "answer add new -m %atext"])),
    ("answer ls", Tells(&["answer ls"])),
    ("answer show", Tells(&["answer show %answer"])),
    ("answer edit", Does(&["answer edit %answer --title %title"])),
    ("answer rm", Does(&["answer rm %answer"])),
    ("answer suggest", Tells(&["answer suggest 1", "answer suggest 34"])),
    ("answer export", Apart),   // it writes files: what_is_written_lies_where_it_was_told
    ("attachment", Apart),      // a word before others
    ("attachment save", Apart), // it writes files: what_is_written_lies_where_it_was_told
    ("attachment open", Apart), // it starts another program; names of files: attachment save
    ("parked", Tells(&["parked"])),
    ("parked ls", Tells(&["parked ls"])),
    ("parked show", Tells(&["parked show PARKED", "parked show PARKED --raw"])),
    ("parked take", Does(&["parked take PARKED"])),
    ("parked drop", Does(&["parked drop PARKED"])),
    ("import", Apart), // errors of files: what_was_typed_or_read_is_said_back_without_harm
    ("export", Tells(&["export --format csv", "export --format ndjson"])),
    (
        "sql",
        Tells(&[
            "sql SELECT·*·FROM·tickets",
            "sql SELECT·*·FROM·messages",
            "sql SELECT·*·FROM·time",
            "sql SELECT·*·FROM·invoices",
            "sql SELECT·*·FROM·payments",
            "sql SELECT·*·FROM·ratings",
            "sql SELECT·*·FROM·origins",
            "sql SELECT·*·FROM·clients",
            "sql SELECT·*·FROM·contacts",
            "sql SELECT·*·FROM·events",
            "sql SELECT·*·FROM·agents",
            "sql SELECT·*·FROM·tags",
        ]),
    ),
    ("backup", Apart),  // says a path and figures
    ("restore", Apart), // says a path and figures
    ("doctor", Tells(&["doctor --deep"])),
    ("config", Tells(&["config"])),
    ("config ls", Tells(&["config ls"])),
    (
        "config get",
        Tells(&[
            "config get name",
            "config get details",
            "config get signatures",
            "config get plan",
            "config get %handle",
        ]),
    ),
    ("config set", Does(&["config set name %deskname", "config set signatures.mila %sign"])),
    ("config edit", Apart), // an editor shows it
    ("config path", Tells(&["config path"])),
    ("config apply", Apart), // errors of files: what_was_typed_or_read_is_said_back_without_harm
    ("init", Apart),         // says what was typed: what_was_typed_or_read_is_said_back_without_harm
    ("init mail", Apart),    // says what was typed
    ("completions", Apart),  // a text of the program
    ("man", Apart),          // a text of the program
    (
        "__complete",
        Tells(&[
            "__complete zsh -- show %n",
            "__complete ids 1",
            "__complete tags a",
            "__complete people z",
            "__complete clients z",
            "__complete agents z",
            "__complete fish -- client show %handle",
            "__complete elvish -- assign 1 z",
        ]),
    ),
];

/// What is asked of the lines of a word.
#[derive(Clone, Copy)]
pub struct Ask {
    /// Also what does something.
    pub deeds: bool,
    /// Texts that stand in a line: all of them, or the first so many.
    pub texts: usize,
    /// With nothing but their marks.
    pub harmless: bool,
}

impl Ask {
    /// Everything.
    pub fn all() -> Ask {
        Ask { deeds: true, texts: count(), harmless: false }
    }

    /// What tells something.
    pub fn what_tells() -> Ask {
        Ask { deeds: false, ..Ask::all() }
    }
}

/// The lines of a word as words; each with `%field` once for each text. `places` say what stands for a word in capitals.
pub fn lines(way: Way, ask: Ask, places: &[(&str, String)]) -> Vec<Vec<String>> {
    let (asked, dry) = match way {
        Tells(lines) => (lines, false),
        Does(lines) if ask.deeds => (lines, true),
        Does(_) | Apart => return Vec::new(),
    };
    let mut out = Vec::new();
    for line in asked {
        let times = if line.contains('%') { ask.texts } else { 1 };
        for n in 0..times {
            let placed = |word: &str| {
                places.iter().fold(word.replace('·', " "), |word, (name, place)| word.replace(name, place))
            };
            let filled = |word: &str| filled(&placed(word), n, if ask.harmless { mark } else { held });
            let mut words: Vec<String> = line.split_whitespace().map(filled).collect();
            words.extend(dry.then(|| "-n".to_owned()));
            out.push(words);
        }
    }
    out
}

/// A word with `%field` as what stands in that field.
pub fn filled(word: &str, n: usize, text: fn(&str, usize) -> String) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('%') {
        let letters = behind.bytes().take_while(u8::is_ascii_lowercase).count();
        let (field, after) = behind.split_at(letters);
        out.push_str(before);
        out.push_str(&if field == "n" { (n + 1).to_string() } else { text(field, n) });
        rest = after;
    }
    out + rest
}

#[test]
fn every_word_of_the_command_line_is_named_here() {
    fn paths(command: &clap::Command, before: &str, out: &mut Vec<String>) {
        for below in command.get_subcommands() {
            let path = format!("{before} {}", below.get_name()).trim().to_owned();
            out.push(path.clone());
            paths(below, &path, out);
        }
    }
    let mut there = vec![String::new()];
    paths(&frontdesk::commands::whole(), "", &mut there);
    let mut named: Vec<String> = WORDS.iter().map(|(path, _)| (*path).to_owned()).collect();
    there.sort();
    named.sort();
    assert_eq!(there, named, "how is its output tried? say it in the table above");
}
