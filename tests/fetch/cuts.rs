//! Lines that break: at every line of the protocol, at random bytes, with garbage in between. Whatever happens, each mail
//! comes in once.

use crate::dovecot::{Dovecot, USER};
use crate::post::{Dice, Post, arrives, deliver_all, numbered};
use crate::proxy::{Proxy, Side, Turn};
use frontdesk::domain::time::Moment;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[test]
fn a_hundred_cuts_at_random_bytes_and_each_mail_is_there_once() {
    let Some(dovecot) = Dovecot::start() else { return };
    let mut dice = Dice::new(42);
    // After so many bytes of one side the line is cut; the next connection gets others.
    let plan = Arc::new(Mutex::new((Side::Server, usize::MAX)));
    let planned = Arc::clone(&plan);
    let proxy = Proxy::between(dovecot.plain_address(), move |side, _, line| {
        let mut plan = planned.lock().unwrap();
        if plan.0 != side {
            return Turn::Pass;
        }
        if plan.1 <= line.len() {
            return Turn::CutAfter(plan.1);
        }
        plan.1 -= line.len();
        Turn::Pass
    });
    let post = Post::on(&proxy.url(USER));
    let (mut delivered, mut tries) = (0, 0);
    while proxy.cuts() < 100 {
        tries += 1;
        assert!(tries < 400, "too few cuts: {}", proxy.cuts());
        let new = dice.below(4);
        deliver_all(&dovecot, delivered..delivered + new);
        delivered += new;
        *plan.lock().unwrap() = match dice.below(4) {
            0 => (Side::Client, dice.below(400)),
            _ => (Side::Server, dice.below(2500)),
        };
        post.tries();
    }
    *plan.lock().unwrap() = (Side::Server, usize::MAX);
    post.fetch();
    post.holds_each_once(0..delivered);
    assert_eq!(dovecot.count(USER, "INBOX"), (delivered, 0));
}

#[test]
fn a_cut_after_each_line_in_turn_and_each_mail_is_there_once() {
    let Some(dovecot) = Dovecot::start() else { return };
    for cut in [Side::Server, Side::Client] {
        let last = Arc::new(AtomicUsize::new(0));
        let allowed = Arc::clone(&last);
        let proxy = Proxy::between(dovecot.plain_address(), move |side, at, line| {
            let cuts = side == cut && at >= allowed.load(Ordering::Relaxed);
            if cuts { Turn::CutAfter(line.len()) } else { Turn::Pass }
        });
        let post = Post::on(&proxy.url(USER));
        let already = dovecot.count(USER, "INBOX").0;
        deliver_all(&dovecot, already..already + 3);
        let mut whole = 0;
        for line in 1..300 {
            last.store(line, Ordering::Relaxed);
            let before = proxy.cuts();
            // Something is always there to be read.
            let already = dovecot.count(USER, "INBOX").0;
            if line % 4 == 0 {
                deliver_all(&dovecot, already..already + 1);
            }
            post.tries();
            whole += usize::from(proxy.cuts() == before);
            if whole > 2 {
                break;
            }
        }
        assert!(whole > 2, "it never comes to an end");
        post.holds_each_once(0..dovecot.count(USER, "INBOX").0);
    }
}

#[test]
fn garbled_lines_are_an_error_and_then_all_is_right() {
    let Some(dovecot) = Dovecot::start() else { return };
    let dice = Arc::new(Mutex::new((Dice::new(3), 0)));
    let thrown = Arc::clone(&dice);
    // Only what the protocol says is changed: nobody could tell in the midst of a mail.
    let proxy = Proxy::between(dovecot.plain_address(), move |side, _, line| {
        let mut dice = thrown.lock().unwrap();
        let own = line.starts_with(b"* ") || line.starts_with(b"D") || line.starts_with(b"+") || line.starts_with(b")");
        if side == Side::Client || dice.1 == 0 || !own {
            return Turn::Pass;
        }
        dice.1 -= 1;
        if dice.1 > 0 {
            return Turn::Pass;
        }
        let place = dice.0.below(line.len());
        match dice.0.below(4) {
            0 => line[place] = b'\0',
            1 => line[place] ^= 0x55,
            2 => *line = b"* 1 FETCH (\r\n".to_vec(),
            _ => drop(line.splice(place..place, std::iter::repeat_n(b'(', 300))),
        }
        Turn::Pass
    });
    let post = Post::on(&proxy.url(USER));
    let mut delivered = 0;
    for round in 0..60 {
        deliver_all(&dovecot, delivered..delivered + 2);
        delivered += 2;
        dice.lock().unwrap().1 = 1 + round % 20;
        let said = post.stage.desk("fetch");
        assert!(matches!(said.exit, 0 | 1 | 75) && !said.talk.contains("bug"), "{round}: {said:?}");
        assert!(said.exit != 75 || said.talk.contains("hint: "), "{round}: {said:?}");
    }
    dice.lock().unwrap().1 = 0;
    post.fetch();
    post.holds_each_once(0..delivered);
}

#[test]
fn a_line_that_drips_is_slow_and_nothing_else() {
    let Some(dovecot) = Dovecot::start() else { return };
    let proxy = Proxy::between(dovecot.plain_address(), |side, _, _| match side {
        Side::Server => Turn::Drip(Duration::from_micros(200)),
        Side::Client => Turn::Pass,
    });
    let post = Post::on(&proxy.url(USER));
    deliver_all(&dovecot, 0..3);
    let began = Instant::now();
    post.fetch();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    post.holds_each_once(0..3);
    assert_eq!(numbered(0).lines().count(), 6);
}

#[test]
fn a_first_look_that_breaks_off_is_still_the_first() {
    let Some(dovecot) = Dovecot::start() else { return };
    deliver_all(&dovecot, 0..60);
    for entry in std::fs::read_dir(dovecot.maildir(USER, "INBOX").join("new")).unwrap() {
        arrives(&entry.unwrap().path(), Moment(1_600_000_000));
    }
    deliver_all(&dovecot, 60..62);
    let lines = Arc::new(AtomicUsize::new(0));
    let allowed = Arc::clone(&lines);
    let proxy = Proxy::between(dovecot.plain_address(), move |side, _, line| {
        let left = allowed.load(Ordering::Relaxed);
        allowed.store(left.saturating_sub(1), Ordering::Relaxed);
        if side == Side::Server && left == 1 { Turn::CutAfter(line.len() / 2) } else { Turn::Pass }
    });
    let post = Post::on(&proxy.url(USER));
    lines.store(300, Ordering::Relaxed);
    assert_eq!(post.tries().exit, 75);
    let some = post.mails().len();
    assert!((10..60).contains(&some), "{some}");
    lines.store(0, Ordering::Relaxed);
    post.fetch();
    post.holds_each_once(0..62);
    assert_eq!(post.stage.json("ls").as_array().unwrap().len(), 2);
}
