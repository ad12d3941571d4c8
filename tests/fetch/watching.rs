//! `fetch --watch`: mail comes in as it arrives, whatever becomes of the line and of the server.

use crate::dovecot::{Dovecot, USER};
use crate::post::{Post, deliver_all, numbered};
use crate::proxy::{Proxy, Side, Turn};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Somebody who watches; ended when the test is.
struct Watch(Child);

impl Watch {
    fn on(post: &Post) -> Watch {
        let said = fs::File::create(post.stage.path("said")).unwrap();
        let mut program = post.stage.program(&["fetch", "--watch"]);
        Watch(program.stdout(said.try_clone().unwrap()).stderr(said).spawn().unwrap())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Waits until so many mails are in the desk; how long that took.
fn comes(post: &Post, mails: usize, at_most: Duration) -> Duration {
    let began = Instant::now();
    while post.mails().len() < mails {
        let said = || fs::read_to_string(post.stage.path("said")).unwrap();
        assert!(began.elapsed() < at_most, "{} of {mails} mails after {at_most:?}: {}", post.mails().len(), said());
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}

#[test]
fn a_mail_is_in_the_desk_at_once_also_after_the_line_and_the_server_broke() {
    let Some(mut dovecot) = Dovecot::start() else { return };
    let cut = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&cut);
    let proxy = Proxy::between(dovecot.plain_address(), move |side, _, line| {
        // The line on which somebody listens is cut when the server calls.
        let calls = side == Side::Server && line.ends_with(b"EXISTS\r\n");
        if calls && told.swap(false, Ordering::Relaxed) { Turn::CutAfter(0) } else { Turn::Pass }
    });
    let post = Post::on(&proxy.url(USER));
    deliver_all(&dovecot, 0..2);
    let mut watch = Watch::on(&post);
    comes(&post, 2, Duration::from_secs(30));
    for n in 2..5 {
        deliver_all(&dovecot, n..n + 1);
        let took = comes(&post, n + 1, Duration::from_secs(30));
        assert!(took < Duration::from_secs(15), "{took:?}");
        // Sooner than a human, also right after the last one.
        std::thread::sleep(Duration::from_millis(if n == 3 { 600 } else { 0 }));
    }
    cut.store(true, Ordering::Relaxed);
    deliver_all(&dovecot, 5..6);
    comes(&post, 6, Duration::from_secs(30));
    dovecot.restart();
    deliver_all(&dovecot, 6..7);
    comes(&post, 7, Duration::from_secs(30));
    deliver_all(&dovecot, 7..8);
    comes(&post, 8, Duration::from_secs(30));
    // Somebody else may fetch meanwhile: who listens holds nothing.
    assert_eq!(post.fetch()["read"], 0);
    assert!(watch.0.try_wait().unwrap().is_none());
    let (signal, number) = ctrl_c();
    kill_process(Pid::from_child(&watch.0), signal).unwrap();
    let ended = watch.0.wait().unwrap();
    assert!(ended.code() == Some(128 + number) || ended.signal() == Some(number), "{ended:?}");
    deliver_all(&dovecot, 8..9);
    let began = Instant::now();
    post.fetch();
    assert!(began.elapsed() < Duration::from_secs(15));
    post.holds_each_once(0..9);
}

/// What Ctrl-C sends, and its number; where these tests run in the background of a shell, which has it ignored by all that
/// they start, what ends a program there.
fn ctrl_c() -> (Signal, i32) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).unwrap_or(0);
    if ignored & 0b10 == 0 { (Signal::INT, 2) } else { (Signal::TERM, 15) }
}

#[test]
fn a_maildir_is_watched_too() {
    let post = Post::today();
    post.deliver(numbered(0));
    let _watch = Watch::on(&post);
    comes(&post, 1, Duration::from_secs(30));
    post.deliver(numbered(1));
    comes(&post, 2, Duration::from_secs(30));
}
