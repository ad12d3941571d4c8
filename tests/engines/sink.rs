//! A server that mails are sent to, with a second one for the second desk: what leaves by both must be the same.

use super::smtp_server::{Accepted, Behaviour, Setup, SmtpServer};
use super::stage::mirror::{OUTSIDE, Outside, asked};
use std::cell::Cell;
use std::rc::Rc;

/// The first server; the second behaves as this one does.
pub struct Sink(Rc<Two>);

struct Two {
    ours: SmtpServer,
    theirs: Option<SmtpServer>,
    /// How many mails each had before the command.
    had: Cell<[usize; 2]>,
}

impl Sink {
    /// Plain servers that take everything.
    pub fn start() -> Sink {
        let ours = SmtpServer::start_as(Setup::default());
        let digits = |server: &SmtpServer| server.port().to_string().len();
        let start_second = || (0..100).map(|_| SmtpServer::start()).find(|other| digits(other) == digits(&ours));
        // A port of as many digits, so that lines break alike.
        let theirs = asked("DESK_TEST_ENGINES").map(|_| start_second().unwrap());
        let two: Rc<Two> = Rc::new(Two { ours, theirs, had: Cell::default() });
        if let Some(theirs) = &two.theirs {
            let name = |server: &SmtpServer| format!("127.0.0.1:{}", server.port());
            let (names, known): (_, Rc<dyn Outside>) = (vec![(name(&two.ours), name(theirs))], two.clone());
            OUTSIDE.with_borrow_mut(|all| all.push((names, Rc::downgrade(&known))));
        }
        Sink(two)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.0.ours.port()
    }

    /// The mails it took, oldest first.
    pub fn mails(&self) -> Vec<Accepted> {
        self.0.ours.mails()
    }

    /// From now on it behaves so.
    pub fn behave(&self, behaviour: Behaviour) {
        if let Some(theirs) = &self.0.theirs {
            theirs.behave(behaviour.clone());
        }
        self.0.ours.behave(behaviour);
    }
}

impl Outside for Two {
    fn furnish(&self) {
        let count = |server: &SmtpServer| server.mails().len();
        self.had.set([count(&self.ours), self.theirs.as_ref().map_or(0, count)]);
    }

    fn done(&self) -> [String; 2] {
        let [ours, theirs] = self.had.get();
        let new = |server: &SmtpServer, had: usize| {
            let new = server.mails().split_off(had);
            let told = new.iter().map(|mail| {
                format!("from {} to {}\n{}", mail.from, mail.to.join(", "), String::from_utf8_lossy(&mail.bytes))
            });
            told.collect::<Vec<_>>().join("\n")
        };
        let first = new(&self.ours, ours);
        let second = self.theirs.as_ref().map_or_else(|| first.clone(), |server| new(server, theirs));
        [first, second]
    }
}
