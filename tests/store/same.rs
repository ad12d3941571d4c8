//! The same deeds leave the same rows on both engines, and every look at them tells the same.

#![cfg(feature = "postgres")]

use super::list::{ask, furnished};
use super::stand::{NOON, Stand, rows_at};
use frontdesk::domain::contact::Point;
use frontdesk::domain::search::Query;
use frontdesk::store::{Place, Reader};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::process::Command;

const DAY: i64 = 86_400;

/// What every look at the desk tells, in words.
fn looks(stand: &mut Stand) -> BTreeMap<&'static str, String> {
    let ask = ask(stand, NOON);
    let all = Query::default();
    let (first, last) = ("2026-10-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    let (from, to) = (NOON.plus(-40 * DAY), NOON.plus(40 * DAY));
    let ids: Vec<i64> = (1..=14).collect();
    let mut told = BTreeMap::new();
    stand.sees(|r: &mut Reader<'_>| {
        let mut tell =
            |name, answer: &dyn Debug| assert!(told.insert(name, format!("{answer:?}")).is_none(), "{name} twice");
        tell("agents", &r.agents()?);
        tell("agent_loads", &r.agent_loads()?);
        tell("agent_minutes", &r.agent_minutes(first, last)?);
        tell("has_done_anything", &(r.has_done_anything(1)?, r.has_done_anything(4242)?));
        tell("clients", &r.clients()?);
        tell("client_line", &r.client_line(2)?);
        tell("client_words", &r.client_words()?);
        tell("client_handles", &r.client_handles()?);
        tell("client_minutes", &r.client_minutes(2, first, last)?);
        tell("contacts", &r.contacts()?);
        tell("contact_names", &r.contact_names()?);
        tell("contact_lines_of", &r.contact_lines_of(2)?);
        let anna = r.contact_at(&Point::read("anna@acme.test").unwrap())?.unwrap().id;
        tell("contact_line", &r.contact_line(anna)?);
        tell("of a contact", &(r.tickets_of_contact(anna)?, r.messages_of_contact(anna)?));
        tell("addresses", &r.addresses(3)?);
        tell("settings", &(r.settings()?, r.mutes()?, r.muted_patterns()?, r.muted_tickets()?));
        tell("worked", &r.worked(&all, &ask, first, last)?);
        tell("worked_in", &r.worked_in(&[1, 2])?);
        tell("struck_out", &r.struck_out(&all, &ask, first, last)?);
        tell("timers", &r.timers()?);
        tell("list", &r.list(&all, &ask)?);
        tell("listed_among", &r.listed_among(&[14, 1, 7], &all, &ask)?);
        tell("numbers", &r.numbers(&all, &ask)?);
        tell("queue_counts", &r.queue_counts(ask.me, NOON)?);
        tell("cases", &r.cases(from, to)?);
        tell("cases of a day", &r.cases(NOON.plus(-DAY), NOON)?);
        tell("left_out", &r.left_out(from, to)?);
        tell("waiting", &r.waiting(NOON)?);
        tell("operations", &(r.operations(i64::MAX, 100)?, r.operations_of_ticket(1, 10)?, r.operations_since(3)?));
        tell("operations_of_window", &r.operations_of_window(2, from, to)?);
        tell("ticket_deeds", &r.ticket_deeds(1)?);
        tell("came_in", &(r.came_in(1)?, r.arrived(1)?));
        tell("broken_promises", &r.broken_promises(from, NOON)?);
        tell("all_tags", &r.all_tags()?);
        tell("subjects", &r.subjects(5)?);
        for id in &ids {
            let ticket = r.ticket(*id)?.unwrap();
            let history: Vec<_> = r.events_of_ticket(*id)?;
            assert!(
                told.insert(
                    HISTORIES[usize::try_from(*id).unwrap()],
                    format!("{:?} {history:?} {:?}", r.messages(*id)?, r.timeline(&ticket)?)
                )
                .is_none()
            );
        }
        Ok(())
    });
    told
}

const HISTORIES: [&str; 15] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"];

#[test]
fn every_look_tells_the_same_on_both_engines() {
    let Some(mut server) = Stand::on_server() else { return };
    let mut file = Stand::on_file();
    furnished(&mut file);
    furnished(&mut server);
    assert_eq!(file.state(), server.state());
    for facts in [
        "SELECT id, agent_id, at, kind FROM operation ORDER BY id",
        "SELECT * FROM event ORDER BY operation_id, seq",
        "SELECT * FROM agent ORDER BY id",
    ] {
        assert_eq!(file.rows(facts), server.rows(facts), "{facts}");
    }
    let (here, there) = (looks(&mut file), looks(&mut server));
    assert!(here.values().filter(|told| told.len() > 2).count() > 40);
    for (name, told) in &here {
        assert_eq!(told, &there[name], "{name}");
    }
}

const BOX: &str = "From anna@acme.test Mon Nov 16 10:00:00 2026\nFrom: =?utf-8?B?0JDQvdC90LA=?= <anna@acme.test>\nTo: help@us.test\n\
Subject: =?utf-8?B?0J/RgNC40L3RgtC10YAg8J+WqA==?=\nMessage-ID: <1@acme.test>\nDate: Mon, 16 Nov 2026 10:00:00 +0000\n\
Content-Type: text/plain; charset=utf-8\n\nНе печатает, ёлки\n\n\
From help@us.test Mon Nov 16 11:00:00 2026\nFrom: Help <help@us.test>\nTo: anna@acme.test\nSubject: Re: printer\nIn-Reply-To: <1@acme.test>\n\
Message-ID: <2@us.test>\nDate: Mon, 16 Nov 2026 11:00:00 +0000\n\nTry again\n\n\
From robot@shop.test Mon Nov 16 12:00:00 2026\nFrom: robot@shop.test\nTo: help@us.test\nSubject: out of office\nAuto-Submitted: auto-replied\n\
Message-ID: <3@shop.test>\nDate: Mon, 16 Nov 2026 12:00:00 +0000\n\nI am away\n";

/// Takes an archive in, changes something, and takes it all back, with the real program.
fn import_there(place: &Place, word: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("box.mbox"), BOX).unwrap();
    let desk = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command
            .args(words)
            .env_clear()
            .env("HOME", home.path())
            .env("DESK_FILE", word)
            .env("DESK_AGENT", "mila")
            .current_dir(home.path());
        let done = command.env("DESK_NOW", "2026-11-20T12:00:00Z").env("DESK_ZONE", "UTC").output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let state = || {
        let tables = [
            "client",
            "client_domain",
            "contact",
            "contact_point",
            "ticket",
            "message",
            "body",
            "raw",
            "attachment",
            "blob",
            "thread",
            "origin",
            "rating",
        ];
        tables
            .iter()
            .flat_map(|table| rows_at(place, &format!("SELECT * FROM {table} ORDER BY 1, 2")))
            .collect::<Vec<_>>()
    };
    let mut states = Vec::new();
    let mut said = Vec::new();
    desk(&["open", "before", "-f", "bob@other.test"]);
    states.push(state());
    said.push(desk(&["import", "box.mbox", "--json"]));
    states.push(state());
    assert_ne!(states[0], states[1]);
    desk(&["import", "box.mbox"]);
    states.push(state());
    assert_eq!(states[1], states[2], "the same archive again adds nothing");
    for words in [&["find", "печать", "--json"][..], &["ls", "status:all", "--json"]] {
        said.push(desk(words));
    }
    desk(&["undo"]);
    states.push(state());
    assert_eq!(states[0], states[3], "the undo of an import");
    desk(&["import", "box.mbox"]);
    states.push(state());
    (states, said)
}

#[test]
fn an_import_leaves_the_same_on_both_engines() {
    let Some(url) = super::cluster::schema() else { return };
    let there = import_there(&Place::Server { url: url.clone(), password: None }, &url);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let here = import_there(&Place::File(path.clone()), path.to_str().unwrap());
    for (here, there) in here.0.iter().zip(&there.0) {
        assert_eq!(here, there);
    }
    assert_eq!(here.1, there.1);
}
