//! Waiting for news: IDLE where the server has it, else asking now and then.

use super::Imap;
use super::answer;
use super::line::{Answer, Caps};
use crate::error::Result;
use imap_proto::Response;
use std::time::{Duration, Instant};

/// A server may hang up on who has been idle for half an hour (RFC 2177).
const LONGEST: Duration = Duration::from_secs(24 * 60);

/// Between two looks where the server does not call.
const BETWEEN: Duration = Duration::from_secs(30);

/// So many lines without news may come while we wait.
const CHATTER: usize = 20_000;

impl Imap {
    /// Whether the server calls when mail comes; without it, a look is taken every half minute.
    #[must_use]
    pub fn can_idle(&self) -> bool {
        self.talk.can("IDLE") && !self.polls
    }

    /// Waits until there is more mail in the open folder (true) or the time is over (false). Mail that came since the last
    /// [`Imap::uids_after`] counts.
    ///
    /// # Errors
    /// Temporary where the connection breaks.
    pub fn wait(&mut self, at_most: Duration) -> Result<bool> {
        let end = Instant::now() + at_most.min(Duration::from_secs(365 * 24 * 60 * 60));
        let mut slept = false;
        while !self.talk.news {
            let left = end.saturating_duration_since(Instant::now());
            if self.can_idle() {
                if left.is_zero() {
                    return Ok(false);
                }
                self.idle(left.min(LONGEST))?;
                continue;
            }
            self.talk.tell("NOOP")?;
            if !self.talk.news {
                if left.is_zero() && slept {
                    return Ok(false);
                }
                std::thread::sleep(left.min(BETWEEN));
                slept = true;
            }
        }
        self.talk.news = false;
        Ok(true)
    }

    /// One IDLE, ended by news, by the time, or by the server itself: such a one is asked now and then instead.
    fn idle(&mut self, at_most: Duration) -> Result<()> {
        let end = Instant::now() + at_most;
        let tag = self.talk.begin(b"IDLE")?;
        let mut heeded = false;
        for _ in 0..CHATTER {
            if heeded && (self.talk.news || !self.talk.await_line(end)?) {
                self.talk.start_clock();
                self.talk.say(&[b"DONE\r\n"])?;
                let ending = self.talk.hear(&tag, Caps::SHORT, &mut |_, _, _| Ok(false))?;
                self.polls |= !ending.fine;
                return Ok(());
            }
            self.talk.start_clock();
            let Answer { mut text, .. } = self.talk.next(Caps::SHORT)?;
            match answer::read(&mut text) {
                None => self.talk.pass_over(&text)?,
                Some(Response::Continue(_)) => heeded = true,
                Some(Response::Done { .. }) => {
                    self.polls = true;
                    return Ok(());
                }
                Some(other) => self.talk.notice(&other)?,
            }
        }
        Err(self.talk.give_up_for("it talks without end"))
    }
}
