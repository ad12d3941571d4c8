//! What the fields of a ticket were at an instant: those of today, and every change since taken back. Which fields choose
//! what is told by whoever asks.

use super::Case;
use crate::domain::ticket::Priority;
use crate::domain::time::Moment;
use crate::domain::timeline::Timeline;
use std::borrow::Cow;

/// A field of a ticket took another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// Which field, and what it was before.
    pub was: Was,
}

/// What a field was before it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Was {
    /// How much it hurt.
    Priority(Priority),
    /// Who had it.
    Assignee(Option<String>),
    /// The client's handle, and the plan that he has today.
    Client(Option<(String, Option<String>)>),
    /// The channel it came by.
    Channel(String),
    /// Whether it had the tag.
    Tag(String, bool),
}

impl Case {
    /// Whether a field changed after an instant.
    #[must_use]
    pub fn changed_after(&self, at: Moment) -> bool {
        self.changes.last().is_some_and(|change| change.at > at)
    }

    /// The ticket with the fields that it had at an instant, what changed at that instant included. Where they are not those of
    /// today, its life is left out.
    ///
    /// ```
    /// use frontdesk::domain::{insight::metrics::{Case, Change, Was}, ticket::*, time::Moment, timeline::Timeline};
    /// let life = Timeline { opened_at: Moment(0), outbound: false, first: Standing::of(Status::New), first_closed_at: None, deeds: vec![] };
    /// let raised = Change { at: Moment(50), was: Was::Priority(Priority::Low) };
    /// let case = Case { number: 1, life, standing_now: Standing::of(Status::New), priority: Priority::Urgent, client: None,
    ///     assignee: None, tags: vec![], channel: "email".into(), plan: None, out: false, changes: vec![raised] };
    /// assert_eq!(case.then(Moment(49)).priority, Priority::Low);
    /// assert_eq!(case.then(Moment(50)).priority, Priority::Urgent);
    /// ```
    #[must_use]
    pub fn then(&self, at: Moment) -> Cow<'_, Case> {
        if !self.changed_after(at) {
            return Cow::Borrowed(self);
        }
        let mut then = Case {
            number: self.number,
            life: Timeline { deeds: Vec::new(), ..self.life },
            standing_now: self.standing_now,
            priority: self.priority,
            client: self.client.clone(),
            assignee: self.assignee.clone(),
            tags: self.tags.clone(),
            channel: self.channel.clone(),
            plan: self.plan.clone(),
            out: self.out,
            changes: Vec::new(),
        };
        for change in self.changes.iter().rev().take_while(|change| change.at > at) {
            then.take_back(&change.was);
        }
        Cow::Owned(then)
    }

    fn take_back(&mut self, was: &Was) {
        match was.clone() {
            Was::Priority(priority) => self.priority = priority,
            Was::Assignee(name) => self.assignee = name,
            Was::Client(client) => (self.client, self.plan) = client.map_or((None, None), |(c, plan)| (Some(c), plan)),
            Was::Channel(channel) => self.channel = channel,
            Was::Tag(tag, had) => {
                self.tags.retain(|t| *t != tag);
                if had {
                    self.tags.push(tag);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ticket::{Standing, Status};

    fn change(at: i64, was: Was) -> Change {
        Change { at: Moment(at), was }
    }

    fn case() -> Case {
        let life = Timeline {
            opened_at: Moment(0),
            outbound: false,
            first: Standing::of(Status::New),
            first_closed_at: None,
            deeds: vec![],
        };
        Case {
            number: 1,
            life,
            standing_now: Standing::of(Status::New),
            priority: Priority::Normal,
            client: Some("acme".to_owned()),
            assignee: Some("ana".to_owned()),
            tags: vec!["vip".to_owned()],
            channel: "phone".to_owned(),
            plan: Some("pro".to_owned()),
            out: false,
            changes: vec![],
        }
    }

    #[test]
    fn fields_go_back_change_by_change() {
        let case = Case {
            changes: vec![
                change(10, Was::Tag("vip".to_owned(), false)),
                change(20, Was::Assignee(None)),
                change(20, Was::Assignee(Some("bob".to_owned()))),
                change(30, Was::Client(Some(("umbra".to_owned(), None)))),
                change(40, Was::Tag("old".to_owned(), true)),
                change(50, Was::Channel("email".to_owned())),
                change(60, Was::Client(None)),
            ],
            ..case()
        };
        let told = |at: i64| {
            let then = case.then(Moment(at)).into_owned();
            (then.assignee, then.client, then.plan, then.channel, then.tags.join(" "))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(told(60), (some("ana"), some("acme"), some("pro"), "phone".to_owned(), "vip".to_owned()));
        assert_eq!(told(59), (some("ana"), None, None, "phone".to_owned(), "vip".to_owned()));
        assert_eq!(told(39), (some("ana"), None, None, "email".to_owned(), "vip old".to_owned()));
        assert_eq!(told(29).1, some("umbra"));
        assert_eq!((told(19).0, told(9).4), (None, "old".to_owned()), "of one instant, the first was before all");
        assert!(!case.changed_after(Moment(60)) && case.changed_after(Moment(59)));
    }
}
