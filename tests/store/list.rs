//! Lists: every word of the query language finds its tickets, and the queue is in the order of `now`.

use super::stand::{NOON, Stand, of};
use frontdesk::actions::ticket::{self, Author, NewTicket};
use frontdesk::actions::{hours, people};
use frontdesk::domain::event::{Event, Noun};
use frontdesk::domain::message::Direction;
use frontdesk::domain::search;
use frontdesk::domain::ticket::{Priority, Reason, Standing, Status};
use frontdesk::domain::time::Moment;
use frontdesk::domain::zone::Zone;
use frontdesk::store::bulk::Came;
use frontdesk::store::list::{Ask, Counts, Listing};
use frontdesk::store::message::NewMessage;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

pub(crate) fn ask(stand: &mut Stand, now: Moment) -> Ask {
    let me = stand.sees(|r| r.agent_named("mila")).map(|a| a.id);
    let midnight = Moment(now.0 - now.0.rem_euclid(DAY) + DAY);
    Ask { now, me, today_ends: midnight, week_ends: midnight.plus(2 * DAY), limit: None }
}

fn listing(stand: &mut Stand, words: &[&str], now: Moment, limit: Option<i64>) -> Listing {
    let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    let query = search::parse(&words, false, now, &Zone::utc()).unwrap();
    let ask = Ask { limit, ..ask(stand, now) };
    let listing = stand.sees(|r| r.list(&query, &ask));
    assert_eq!(stand.sees(|r| r.count(&query, &ask)), listing.total, "{words:?}");
    let ids: Vec<i64> = listing.rows.iter().map(|l| l.ticket.id).collect();
    let mut again: Vec<i64> = stand.sees(|r| r.listed_among(&ids, &query, &ask)).iter().map(|l| l.ticket.id).collect();
    assert_eq!(again, ids, "{words:?}: each row alone meets the query too");
    again.dedup();
    assert_eq!(again, ids, "{words:?}: each once");
    listing
}

fn list_at(stand: &mut Stand, words: &[&str], now: Moment) -> Vec<i64> {
    let listing = listing(stand, words, now, None);
    assert_eq!(usize::try_from(listing.total).unwrap(), listing.rows.len());
    listing.rows.iter().map(|l| l.ticket.id).collect()
}

/// The tickets of a query, by number.
fn found(stand: &mut Stand, words: &[&str]) -> Vec<i64> {
    let mut ids = list_at(stand, words, NOON);
    ids.sort_unstable();
    ids
}

fn ago(seconds: i64) -> Option<Moment> {
    Some(NOON.plus(-seconds))
}

/// One ticket of each sort. Everything happened long before noon.
#[expect(clippy::too_many_lines, reason = "a list of tickets, one after the other")]
pub(crate) fn furnished(stand: &mut Stand) {
    stand.now = NOON.plus(-30 * DAY);
    let acme = stand.does(|tx| people::add_client(tx, "acme", "Acme GmbH", &["acme.test"]));
    let boris = stand.does(|tx| tx.add_agent("boris", None)).id;
    let new = |n: &str, at: i64, from: &str| NewTicket {
        subject: format!("ticket {n}"),
        from: Some(from.to_owned()),
        at: ago(at),
        ..NewTicket::default()
    };
    let plans: Vec<NewTicket> = vec![
        NewTicket { tags: vec!["vip".into(), "счёт".into()], ..new("1", 10 * DAY, "Anna <anna@acme.test>") },
        NewTicket {
            assignee: Some("mila".into()),
            priority: Some(Priority::High),
            ..new("2", 9 * DAY, "+7 921 555-01-02")
        },
        new("3", 8 * DAY, "Anna <anna@acme.test>"),
        new("4", 7 * DAY, "telegram:petr"),
        NewTicket { assignee: Some("boris".into()), ..new("5", 6 * DAY, "Пётр Иванов") },
        new("6", 5 * DAY, "bob@other.test"),
        NewTicket { due_at: ago(HOUR), tags: vec!["vip".into()], ..new("7", 4 * DAY, "bob@other.test") },
        new("8", 3 * DAY, "Anna <anna@acme.test>"),
        new("9", 2 * DAY, "spam@spam.test"),
        NewTicket { due_at: Some(NOON.plus(HOUR)), ..new("10", 2 * HOUR, "bob@other.test") },
        NewTicket {
            due_at: Some(NOON.plus(30 * HOUR)),
            priority: Some(Priority::Urgent),
            ..new("11", HOUR, "nobody@mail.ru")
        },
        NewTicket { priority: Some(Priority::Low), channel: Some("form".into()), ..new("12", HOUR, "nobody@mail.ru") },
        new("13", HOUR, "robot@robots.test"),
        NewTicket { priority: Some(Priority::Urgent), ..new("14", 20 * DAY, "bob@other.test") },
    ];
    for plan in &plans {
        stand.does(|tx| ticket::open(tx, plan));
    }
    stand.does(|tx| {
        let t = of(tx, 3)?;
        ticket::close(tx, &t, Reason::Solved)
    });
    stand.does(|tx| {
        let t = of(tx, 4)?;
        ticket::stand(tx, &t, Standing { until: Some(NOON.plus(HOUR)), ..Standing::of(Status::Pending) })
    });
    stand.does(|tx| {
        let t = of(tx, 5)?;
        ticket::stand(tx, &t, Standing::of(Status::Hold))
    });
    stand.does(|tx| {
        let t = of(tx, 6)?;
        ticket::set(tx, &t, "snoozed_until", &None, &Some(NOON.plus(2 * HOUR)))
    });
    stand.does(|tx| {
        let (a, b) = (of(tx, 8)?, of(tx, 1)?);
        ticket::merge(tx, &a, &b)
    });
    stand.does(|tx| {
        let at = tx.at;
        tx.apply([Event::about(Noun::Mute, 0, "@spam.test", &false, &true, at)])
    });
    stand.does(|tx| {
        let id = tx.next_ids(1)?;
        let (at, subject_terms) = (tx.at, "");
        tx.put_message(&NewMessage {
            id,
            ticket: Some(13),
            direction: Some(Direction::In),
            at,
            text: "out of office",
            automatic: Some("auto-reply"),
            subject_terms,
            ..NewMessage::default()
        })?;
        tx.touch(13);
        tx.put_origin(Came::Ticket, "okdesk", "1834", 2, None)?;
        tx.apply([Event::about(Noun::Client, acme.id, "plan", &(), &"gold", at)])
    });
    stand.does(|tx| {
        let t = of(tx, 14)?;
        let author = Author { agent: Some(boris), name: "boris", ..Author::default() };
        ticket::write(tx, &t, Direction::Out, &author, "answered", NOON.plus(-DAY))?;
        hours::log(
            tx,
            &hours::Work {
                ticket: Some(14),
                client: None,
                minutes: 5,
                day: "2026-11-19".parse().unwrap(),
                billable: true,
                text: String::new(),
                activity: None,
                began: None,
                contract: None,
                corrects: None,
            },
        )
    });
    stand.has_not_drifted();
}

both! {
    fn every_word_of_a_query_finds_its_tickets(stand) {
        furnished(stand);
        let visible = [1, 2, 4, 5, 7, 10, 11, 12, 14];
        let all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
        let cases: &[(&[&str], &[i64])] = &[
            (&[], &visible),
            (&["+vip"], &[1, 7]),
            (&["+vip,счёт"], &[1, 7]),
            (&["+vip", "+счёт"], &[1]),
            (&["not:+vip"], &[2, 4, 5, 10, 11, 12, 14]),
            (&["+none"], &[]),
            (&["@me"], &[2]),
            (&["who:me,boris"], &[2, 5]),
            (&["who:none"], &[1, 4, 7, 10, 11, 12, 14]),
            (&["not:who:none"], &[2, 5]),
            (&["@Boris"], &[5]),
            (&["from:anna@acme.test"], &[1]),
            (&["from:ANNA@acme.test", "status:all"], &[1, 3, 8]),
            (&["from:8 (921) 555-01-02"], &[2]),
            (&["from:telegram:petr"], &[4]),
            (&["from:петр иванов"], &[5]),
            (&["from:bob@other.test"], &[7, 10, 14]),
            (&["from:who@knows.test"], &[]),
            (&["not:from:who@knows.test"], &visible),
            (&["client:acme"], &[1]),
            (&["client:Acme GmbH"], &[1]),
            (&["client:acme.test"], &[1]),
            (&["client:other.test"], &[7, 10, 14]),
            (&["client:none"], &[2, 4, 5, 11, 12]),
            (&["not:client:acme,none"], &[7, 10, 14]),
            (&["status:all"], &all),
            (&["status:new"], &[1, 6, 7, 10, 11, 12, 13, 14]),
            (&["status:open"], &[2]),
            (&["status:pending"], &[4]),
            (&["status:hold"], &[5]),
            (&["status:closed"], &[3]),
            (&["status:closed,hold"], &[3, 5]),
            (&["not:status:new"], &[2, 4, 5]),
            (&["reason:solved"], &[3]),
            (&["reason:duplicate", "status:all"], &[8]),
            (&["reason:spam"], &[]),
            (&["prio:high"], &[2]),
            (&["prio:urgent,low"], &[11, 12, 14]),
            (&["channel:phone"], &[2]),
            (&["channel:form,chat"], &[4, 12]),
            (&["due:late"], &[7]),
            (&["due:today"], &[7, 10]),
            (&["due:week"], &[7, 10, 11]),
            (&["due:none"], &[1, 2, 4, 5, 12, 14]),
            (&["not:due:late,none"], &[10, 11]),
            (&["waiting:1d"], &[1, 2, 7]),
            (&["not:waiting:1h"], &[4, 5, 14]),
            (&["older:7d"], &[1, 2, 4, 14]),
            (&["opened:2026-11-20"], &[10, 11, 12]),
            (&["opened:2026-11-10..2026-11-11"], &[1, 2]),
            (&["in:2026-11-20"], &[10, 11, 12]),
            (&["updated:2026-11-19"], &[14]),
            (&["closed:2026-10-21"], &[3]),
            (&["closed:today"], &[]),
            (&["plan:gold"], &[1]),
            (&["plan:gold", "status:all"], &[1, 3, 8]),
            (&["not:plan:gold", "+vip"], &[7]),
            (&["ext:1834"], &[2]),
            (&["ext:1835"], &[]),
            (&["+vip", "prio:normal", "client:acme,none", "not:due:late", "older:1d", "who:none", "channel:email"], &[1]),
        ];
        for (words, ids) in cases {
            assert_eq!(&found(stand, words), ids, "{words:?}");
        }
        for words in [&["@nobody"], &["client:unknown"]] {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            let query = search::parse(&words, false, NOON, &Zone::utc()).unwrap();
            let ask = ask(stand, NOON);
            let no = stand.store.read(|r| r.list(&query, &ask)).unwrap_err();
            assert!(no.hint.is_some(), "{no}");
        }
    }

    fn the_queue_is_in_the_order_of_now(stand) {
        furnished(stand);
        // Promises that are broken or near; then those that wait for us, more urgent before less, longest waiting first, who was answered last;
        // then those that wait for others.
        assert_eq!(list_at(stand, &[], NOON), [7, 10, 11, 14, 2, 1, 12, 4, 5]);
        // An hour later the pause of 4 is over: it waits since then.
        assert_eq!(list_at(stand, &[], NOON.plus(HOUR)), [7, 10, 11, 14, 2, 1, 4, 12, 5]);
        // Another hour later 6 has woken up; in the evening the promise of 11 is near.
        assert_eq!(list_at(stand, &[], NOON.plus(2 * HOUR)), [7, 10, 11, 14, 2, 1, 4, 6, 12, 5]);
        assert_eq!(list_at(stand, &[], NOON.plus(8 * HOUR)), [7, 10, 11, 14, 2, 1, 4, 6, 12, 5]);
    }

    fn a_limit_cuts_the_end_off_and_nothing_else(stand) {
        furnished(stand);
        for now in [NOON, NOON.plus(HOUR), NOON.plus(3 * HOUR), NOON.plus(40 * HOUR)] {
            for words in [&[][..], &["sort:-opened"], &["status:all"], &["client:none"]] {
                let whole = list_at(stand, words, now);
                for limit in 0..=whole.len() + 1 {
                    let part = listing(stand, words, now, Some(i64::try_from(limit).unwrap()));
                    assert_eq!(usize::try_from(part.total).unwrap(), whole.len());
                    let ids: Vec<i64> = part.rows.iter().map(|l| l.ticket.id).collect();
                    assert_eq!(ids, whole[..limit.min(whole.len())], "{words:?} at {now:?}, {limit}");
                }
            }
        }
    }

    fn every_order_is_kept(stand) {
        furnished(stand);
        let cases: &[(&str, &[i64])] = &[
            ("sort:number", &[1, 2, 4, 5, 7, 10, 11, 12, 14]),
            ("sort:-number", &[14, 12, 11, 10, 7, 5, 4, 2, 1]),
            ("sort:opened", &[14, 1, 2, 4, 5, 7, 10, 11, 12]),
            ("sort:-opened", &[12, 11, 10, 7, 5, 4, 2, 1, 14]),
            ("sort:-age", &[14, 1, 2, 4, 5, 7, 10, 11, 12]),
            ("sort:due", &[7, 10, 11, 1, 2, 4, 5, 12, 14]),
            ("sort:-due", &[11, 10, 7, 14, 12, 5, 4, 2, 1]),
            ("sort:priority", &[12, 1, 4, 5, 7, 10, 2, 11, 14]),
            ("sort:-priority", &[14, 11, 2, 10, 7, 5, 4, 1, 12]),
            ("sort:-waiting", &[1, 2, 7, 10, 11, 12, 4, 5, 14]),
            ("sort:client", &[1, 7, 10, 14, 2, 4, 5, 11, 12]),
            ("sort:-replies", &[14, 12, 11, 10, 7, 5, 4, 2, 1]),
        ];
        for (word, ids) in cases {
            assert_eq!(&list_at(stand, &[word], NOON), ids, "{word}");
        }
        for word in ["sort:urgency", "sort:-urgency", "sort:closed", "sort:-closed", "sort:updated", "sort:age", "sort:waiting", "sort:replies"] {
            assert_eq!(list_at(stand, &[word, "status:all"], NOON).len(), 14, "{word}");
        }
        assert_eq!(list_at(stand, &["status:all", "sort:closed"], NOON)[..2], [3, 8], "what is not closed comes last");
    }

    fn a_row_tells_everything_about_its_ticket(stand) {
        furnished(stand);
        let rows = listing(stand, &["status:all", "sort:number"], NOON.plus(HOUR), None).rows;
        let one = &rows[0];
        assert_eq!(one.tags, ["vip", "счёт"]);
        let who = one.requester.as_ref().unwrap();
        assert_eq!((who.name.as_str(), who.email.as_deref(), who.phone.as_deref()), ("Anna", Some("anna@acme.test"), None));
        assert_eq!((one.client.as_deref(), one.assignee.as_deref(), &one.external), (Some("acme"), None, &None));
        assert_eq!((one.ticket.opened_at, one.state.waiting_since), (NOON.plus(-10 * DAY), ago(10 * DAY)));
        let two = &rows[1];
        assert_eq!(two.requester.as_ref().unwrap().phone.as_deref(), Some("+7 921 555-01-02"));
        assert_eq!((two.assignee.as_deref(), two.external.clone()), (Some("mila"), Some(("okdesk".to_owned(), "1834".to_owned()))));
        let four = &rows[3];
        assert_eq!((four.ticket.standing.status, four.state.waiting_since), (Status::Open, Some(NOON.plus(HOUR))), "its pause is over");
        assert!(rows[8].muted && rows[12].automatic && !rows[0].muted && !rows[0].automatic);
        assert_eq!((rows[13].state.replies, rows[13].state.logged_minutes, rows[13].state.waiting_since), (1, 5, None));
        assert_eq!(stand.sees(|r| r.subjects(2)).len(), 2);
    }

    fn sizes_of_the_queue_are_counted(stand) {
        let empty = stand.sees(|r| r.queue_counts(None, NOON));
        assert_eq!(empty, Counts::default());
        furnished(stand);
        let me = ask(stand, NOON).me;
        let c = stand.sees(|r| r.queue_counts(me, NOON));
        assert_eq!(c, Counts { waiting: 7, paused: 2, unassigned: 7, mine: 1, snoozed: 1, late: 1, automatic: 1 });
        let c = stand.sees(|r| r.queue_counts(me, NOON.plus(2 * HOUR)));
        assert_eq!((c.waiting, c.paused, c.snoozed, c.late), (9, 1, 0, 2), "a pause and a snooze are over, a promise is broken");
        let clients = stand.sees(|r| r.clients());
        let acme = clients.iter().find(|c| c.client.handle == "acme").unwrap();
        assert_eq!((acme.contacts, acme.tickets, acme.queued, acme.minutes), (1, 3, 1, 0));
        let contacts = stand.sees(|r| r.contacts());
        assert_eq!(contacts.iter().find(|c| c.name == "Anna").map(|c| c.tickets), Some(3));
        assert!(stand.sees(|r| r.addresses(2)).is_sorted());
    }

    fn the_figures_are_read_from_the_same_facts(stand) {
        furnished(stand);
        let cases = stand.sees(|r| r.cases(NOON.plus(-40 * DAY), NOON.plus(DAY)));
        assert_eq!(cases.iter().map(|c| c.number).collect::<Vec<_>>(), (1..=14).collect::<Vec<_>>());
        assert_eq!((cases[0].client.as_deref(), cases[0].plan.as_deref(), cases[0].tags.len()), (Some("acme"), Some("gold"), 2));
        assert_eq!(cases.iter().filter(|c| c.out).map(|c| c.number).collect::<Vec<_>>(), [8, 9, 13]);
        assert_eq!(cases[2].standing_now.reason, Some(Reason::Solved));
        assert!(cases.iter().all(|c| c.life.deeds.is_sorted_by_key(|d| d.at)));
        assert!(stand.sees(|r| r.cases(NOON.plus(-50 * DAY), NOON.plus(-40 * DAY))).is_empty());
    }
}

#[test]
fn where_a_ticket_came_from_is_looked_up_by_the_ticket_however_many_came() {
    let mut stand = Stand::on_file();
    let asked = "SELECT x.source FROM origin AS x WHERE x.kind = 'ticket' AND x.thing_id = 7 ORDER BY x.source, x.number LIMIT 1";
    let plan = stand.rows(&format!("EXPLAIN QUERY PLAN {asked}"));
    assert!(plan.len() == 1 && plan[0].contains("origin_thing (kind=? AND thing_id=?)"), "{plan:?}");
}
