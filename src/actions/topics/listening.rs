//! What customers said in a period and in the one before it, mined beside whatever else is done meanwhile.

use crate::domain::insight::topics::Ticket;
use crate::domain::topic::{Found, Known};
use crate::store::topic::{Said, Told};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

/// What was said in a period, and which issues that is.
pub(super) type Heard = (Vec<Said>, Found);

/// What was said in a period, while it is mined.
#[derive(Debug)]
pub(super) enum Listening {
    /// In a thread of its own.
    Beside(JoinHandle<Heard>),
    /// When it is asked for.
    Waiting(Arc<Vec<Told>>, Arc<Vec<Known>>),
}

impl Listening {
    /// Begins to listen to these tickets; in a thread where there are so many of them.
    pub(super) fn to(told: Vec<Told>, known: &Arc<Vec<Known>>, worth_a_thread: usize) -> Listening {
        let (told, known) = (Arc::new(told), Arc::clone(known));
        let own = (Arc::clone(&told), Arc::clone(&known));
        let thread = Builder::new().name("topics".to_owned());
        let begun = (told.len() >= worth_a_thread).then(|| thread.spawn(move || heard(&own.0, &own.1)));
        // Where no thread is to be had, it takes longer.
        begun.and_then(Result::ok).map_or(Listening::Waiting(told, known), Listening::Beside)
    }

    /// What was heard.
    pub(super) fn heard(self) -> Heard {
        match self {
            Listening::Beside(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Listening::Waiting(told, known) => heard(&told, &known),
        }
    }
}

fn heard(told: &[Told], known: &[Known]) -> Heard {
    let said: Vec<Said> = told.iter().map(Told::said).collect();
    let found = found(&said, known);
    (said, found)
}

/// The issues of tickets.
pub(super) fn found(said: &[Said], known: &[Known]) -> Found {
    let tickets: Vec<Ticket<'_>> = said.iter().map(Said::mined).collect();
    Found::of(&tickets, known)
}
