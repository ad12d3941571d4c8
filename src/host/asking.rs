//! Questions to a person at the terminal. A signal ends a question as Ctrl-C does: nothing was answered, and the terminal is
//! as it was.

use super::{Host, Stage};
use crate::domain::hidden::is_hidden;
use crate::error::{Error, Kind, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag::register_conditional_default;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

impl Host {
    /// Whether a question reaches a person: input and talk both on a terminal.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        !self.silent && self.stdin_is_terminal && self.stderr_is_terminal && matches!(self.stage, Stage::Real)
    }

    /// Asks yes or no; the answer when just Enter is pressed is no.
    pub fn confirm(&self, question: &str) -> Result<bool> {
        self.confirmed(question, false)
    }

    /// Asks yes or no; the answer when just Enter is pressed is yes.
    pub fn confirm_yes(&self, question: &str) -> Result<bool> {
        self.confirmed(question, true)
    }

    fn confirmed(&self, question: &str, by_enter: bool) -> Result<bool> {
        let prompt = dialoguer::Confirm::new().with_prompt(guarded(question)).default(by_enter);
        self.answered(|| prompt.interact_opt()).map(|answer| answer == Some(true))
    }

    /// Asks for a line of text.
    pub fn ask(&self, question: &str, proposal: &str) -> Result<String> {
        let prompt = dialoguer::Input::<String>::new().with_prompt(guarded(question)).allow_empty(true);
        let prompt = if proposal.is_empty() { prompt } else { prompt.default(proposal.to_owned()) };
        self.answered(|| prompt.interact_text())
    }

    /// Says between two questions why an answer will not do.
    pub fn complain(&self, why: &str) {
        if matches!(self.stage, Stage::Real) {
            drop(writeln!(std::io::stderr().lock(), "{}", guarded(why)));
        }
    }

    /// The answer. While it is waited for, a signal only ends the waiting.
    fn answered<T>(&self, question: impl FnOnce() -> dialoguer::Result<T>) -> Result<T> {
        let mut deadly = vec![nobody_is_asked()];
        deadly.extend(self.keys.as_ref().map(super::keys::Keys::given));
        let before: Vec<bool> = deadly.iter().map(|flag| flag.swap(false, Ordering::SeqCst)).collect();
        let answer = question();
        for (flag, before) in deadly.iter().zip(before) {
            flag.store(before, Ordering::SeqCst);
        }
        answer.map_err(|dialoguer::Error::IO(e)| {
            // The cursor was hidden for the question.
            drop(std::io::stderr().lock().write_all(b"\x1b[?25h\n"));
            match e.kind() {
                std::io::ErrorKind::Interrupted => Error::new(Kind::Interrupted, "interrupted"),
                _ => Error::usage("the terminal gives no answer").because(e),
            }
        })
    }
}

/// Set while nobody is asked: then a signal does what it does everywhere.
fn nobody_is_asked() -> &'static Arc<AtomicBool> {
    static MARK: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    MARK.get_or_init(|| {
        let mark = Arc::new(AtomicBool::new(true));
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            // Where nothing can be registered, it always does that.
            drop(register_conditional_default(signal, Arc::clone(&mark)));
        }
        mark
    })
}

/// A question steers nothing and hides nothing, whatever text of others stands in it.
pub(super) fn guarded(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}
