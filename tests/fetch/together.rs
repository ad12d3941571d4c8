//! Several that fetch from one mailbox at once, ends that come suddenly, and a holder who does not let go.

use crate::dovecot::{Dovecot, USER};
use crate::post::{Dice, Post, deliver_all, numbered};
use crate::stage::{finish, said};
use rustix::process::{Pid, Signal, kill_process};
use std::process::Child;
use std::time::{Duration, Instant};

fn spawn(post: &Post) -> Child {
    post.stage.program(&["fetch", "-q"]).spawn().unwrap()
}

fn wait(child: Child) -> (i32, String, String) {
    said(&child.wait_with_output().unwrap())
}

/// The folder is held by this one for so many seconds from now.
fn held(post: &Post, by: &str, seconds: i64) {
    let until = post.now().plus(seconds).0;
    let desk = rusqlite::Connection::open(post.stage.path("desk.db")).unwrap();
    desk.busy_timeout(Duration::from_secs(10)).unwrap();
    desk.execute("UPDATE source SET holder = ?1, held_until = ?2", (by, until)).unwrap();
}

#[test]
fn of_several_that_fetch_at_once_each_mail_comes_in_once() {
    let Some(dovecot) = Dovecot::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    for round in 0..3 {
        deliver_all(&dovecot, round * 20..round * 20 + 10);
        let children: Vec<Child> = (0..3).map(|_| spawn(&post)).collect();
        for n in round * 20 + 10..round * 20 + 20 {
            dovecot.deliver("INBOX", numbered(n));
            std::thread::sleep(Duration::from_millis(5));
        }
        for child in children {
            let said = wait(child);
            assert_eq!(said.0, 0, "{said:?}");
        }
    }
    post.fetch();
    post.holds_each_once(0..60);
}

#[test]
fn whoever_is_killed_hinders_nobody_and_nothing_is_lost_or_doubled() {
    let Some(dovecot) = Dovecot::start() else { return };
    let post = Post::on(&dovecot.url(USER));
    let mut dice = Dice::new(7);
    let (mut delivered, mut ends) = (0, [0, 0]);
    for round in 0..35 {
        deliver_all(&dovecot, delivered..delivered + 10);
        delivered += 10;
        let child = spawn(&post);
        std::thread::sleep(Duration::from_millis(u64::try_from(dice.below(45)).unwrap()));
        let signal = if round % 7 == 6 { Signal::INT } else { Signal::KILL };
        let _ = kill_process(Pid::from_child(&child), signal);
        let said = wait(child);
        ends[usize::from(said.0 == 0)] += 1;
        assert!(!said.2.contains("panicked") && !said.2.contains("error"), "{said:?}");
    }
    let began = Instant::now();
    let output = said(&finish(&mut post.stage.program(&["fetch"])));
    assert_eq!(output.0, 0, "{output:?}");
    assert!(began.elapsed() < Duration::from_secs(20), "whoever is gone holds nothing: {:?}", began.elapsed());
    assert!(ends[0] >= 8, "many must end before they are done: {ends:?}");
    post.holds_each_once(0..delivered);
}

#[test]
fn a_holder_elsewhere_is_waited_for_until_his_time_is_over() {
    let post = Post::today();
    post.deliver(numbered(0));
    post.fetch();
    post.deliver(numbered(1));
    held(&post, "elsewhere:1:abc", 100);
    let blocked = spawn(&post);
    // Meanwhile: one on this machine who is there no more is not waited for at all.
    let other = Post::new();
    other.deliver(numbered(0));
    other.fetch();
    other.deliver(numbered(1));
    let gone = std::process::Command::new("true").spawn().unwrap();
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let pid = gone.id();
    drop(gone.wait_with_output());
    held(&other, &format!("{machine}:{pid}:abc"), 100);
    let began = Instant::now();
    assert_eq!(other.fetch()["read"], 1);
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    other.holds_each_once(0..2);
    // One elsewhere whose time is soon over is waited for.
    let third = Post::today();
    third.deliver(numbered(0));
    third.fetch();
    third.deliver(numbered(1));
    held(&third, "elsewhere:1:abc", 2);
    assert_eq!(third.fetch()["read"], 1);
    third.holds_each_once(0..2);

    let (exit, out, talk) = wait(blocked);
    assert_eq!(exit, 75, "{out}{talk}");
    let all = post.stage.desk("fetch --check");
    assert!(all.exit == 4 && all.out.contains("1 unaccounted"), "{all:?}");
    held(&post, "elsewhere:1:abc", -1);
    post.fetch();
    post.holds_each_once(0..2);
}

#[test]
fn whoever_is_killed_while_mails_move_away_leaves_none_behind_twice() {
    let post = Post::today();
    post.stage.ok("config set mailbox.support.done Done");
    let mut dice = Dice::new(11);
    for round in 0..12 {
        (round * 12..round * 12 + 12).for_each(|n| drop(post.deliver(numbered(n))));
        let child = spawn(&post);
        std::thread::sleep(Duration::from_millis(u64::try_from(25 + dice.below(80)).unwrap()));
        let _ = kill_process(Pid::from_child(&child), Signal::KILL);
        drop(wait(child));
    }
    post.fetch();
    let there = |folder: &str| std::fs::read_dir(post.stage.path(folder)).map_or(0, Iterator::count);
    assert_eq!((there("mail/new") + there("mail/cur"), there("mail/.Done/cur")), (0, 144));
    post.holds_each_once(0..144);
}

#[test]
fn an_archive_and_a_mailbox_that_come_in_at_once_are_one() {
    let post = Post::today();
    let archive: String = (0..150).map(|n| format!("From a@b Fri Nov 20 12:00:00 2026\n{}\n", numbered(n))).collect();
    std::fs::write(post.stage.path("some.mbox"), archive).unwrap();
    (0..150).for_each(|n| drop(post.deliver(numbered(n))));
    let children = [vec!["fetch", "-q"], vec!["import", "some.mbox"], vec!["fetch", "-q"]];
    let children = children.map(|words| post.stage.program(&words).spawn().unwrap());
    for child in children {
        let said = wait(child);
        assert_eq!(said.0, 0, "{said:?}");
    }
    post.holds_each_once(0..150);
}

/// PostgreSQL as the desk: the same, from several machines as it were.
#[cfg(feature = "postgres")]
#[test]
fn on_a_server_too_each_mail_comes_in_once() {
    let Some(url) = crate::cluster::schema() else { return };
    let post = Post::new().on_server(&url);
    for round in 0..3 {
        (round * 10..round * 10 + 10).for_each(|n| drop(post.deliver(numbered(n))));
        let mut children: Vec<Child> = (0..3).map(|_| spawn(&post)).collect();
        if round == 1 {
            std::thread::sleep(Duration::from_millis(120));
            let _ = kill_process(Pid::from_child(&children[0]), Signal::KILL);
            drop(wait(children.remove(0)));
        }
        for child in children {
            let said = wait(child);
            assert_eq!(said.0, 0, "{said:?}");
        }
    }
    post.fetch();
    let mut client = crate::cluster::connect(&url).unwrap();
    let rows = client.query("SELECT message_id FROM message WHERE ticket_id IS NOT NULL ORDER BY 1", &[]).unwrap();
    let mut found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let all = found.len();
    found.dedup();
    assert_eq!((all, found.len()), (30, 30));
    post.is_sound();
}
