//! Which ticket a fetched mail belongs to, how far it may be trusted, and what it may set going. One pure rule: who calls
//! it looks the facts up and obeys. Marks are read in `token`; who takes part in a ticket is in `recipients`.
//!
//! | the mail has | written by | then |
//! |---|---|---|
//! | a mark of ours | who takes part | joins |
//! | a mark of ours | anybody else | joins as third party: wakes and counts nothing |
//! | a reference, or `[#42]` in the subject | who takes part | joins, unverified unless the sender is verified; with `strict` a new ticket beside the old |
//! | a reference, or `[#42]` | anybody else | a new ticket, linked to the other for us alone |
//! | a forged mark | | as if it had none, and it is recorded |
//! | nothing | | a new ticket |
//!
//! Who answers our question how it was by a rating joins as above, and wakes and counts nothing, however long the ticket is
//! closed; `survey` tells what is one.
//! Machines join by a mark or a reference and never wake or count anything; `[#42]` alone is not enough for a stranger's.
//! On a ticket closed for longer than `reopen_days` whatever would have woken it makes a new ticket beside it.

use super::mail::Class;
use super::message::Direction;
use super::ticket::TicketId;
use super::time::Moment;

/// A ticket that something in the mail points to; where it was merged, the ticket it was merged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub ticket: TicketId,
    /// The author of the mail takes part in it (`recipients::participants`).
    pub participant: bool,
    /// Since when it is closed.
    pub closed_since: Option<Moment>,
    /// It was closed as spam.
    pub spam: bool,
}

/// The mark in the newest reference, or in the address the mail was delivered to, that has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// No mark of this desk, or one whose ticket is gone.
    No,
    /// It looks like ours and is not.
    Forged,
    /// It is ours, for this ticket.
    By(Known),
}

/// Whether the mail is from us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    /// It is not.
    No,
    /// It lies in our folder of sent mail: one of us wrote it.
    Sent,
    /// It came in and says that it is from an address of ours, which anybody can write.
    Claimed,
}

/// A mail that has the Message-ID of a stored one and another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reused {
    /// The ticket of the stored one.
    pub known: Known,
    /// Both have the same author's address.
    pub same_sender: bool,
}

/// What is known of a mail when it comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// Its mark.
    pub signed: Signed,
    /// The ticket that References, In-Reply-To or Thread-Index lead to. Ids that several mails have lead nowhere.
    pub named: Option<Known>,
    /// The ticket whose number is in the subject (`subject::number_in`).
    pub in_subject: Option<Known>,
    /// Its own Message-ID is taken.
    pub reused: Option<Reused>,
    /// Who or what wrote it.
    pub class: Class,
    /// It says no more than thanks.
    pub thanks: bool,
    /// It is a rating in answer to our question, and asks nothing.
    pub rated: bool,
    /// Whether it is from us.
    pub ours: Ours,
    /// A server of ours vouches for the author's address.
    pub verified: bool,
    /// When it reached us. Not the date that its author wrote, by which he could choose.
    pub at: Moment,
    /// For how many days after its close a ticket reopens.
    pub reopen_days: i64,
    /// Only marks join; a reference or a number makes a new ticket beside the old.
    pub strict: bool,
}

/// Where a mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To this ticket.
    Join(TicketId),
    /// To a new one.
    Open {
        /// The ticket that it may have to do with: a link for us alone. Nothing of it is shown to the author.
        related: Option<TicketId>,
    },
}

/// How far the author's word is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Nothing to say.
    Plain,
    /// Whoever wrote it knows the conversation and names an address that takes part; nothing proves that it is his.
    Unverified,
    /// Somebody who does not take part answers a mail of ours.
    ThirdParty,
    /// It has the Message-ID of another mail.
    IdReused,
}

impl Trust {
    /// The word kept with the message; none where there is nothing to say.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Trust::Plain => None,
            Trust::Unverified => Some("unverified"),
            Trust::ThirdParty => Some("third-party"),
            Trust::IdReused => Some("id-reused"),
        }
    }
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The ticket.
    pub place: Place,
    /// In, or out where it is from us. An opening that goes out is towards a customer.
    pub direction: Direction,
    /// How it is marked. Of what goes out only `Plain` may add people to a ticket.
    pub trust: Trust,
    /// The ticket it joins becomes open again, from whatever it was.
    pub wakes: bool,
    /// It starts or stops a clock.
    pub counts: bool,
    /// It may be acknowledged, where that is switched on.
    pub receipt: bool,
    /// It had a forged mark, which is to be recorded.
    pub forged: bool,
}

impl Evidence {
    /// What becomes of the mail.
    ///
    /// ```
    /// use frontdesk::domain::{intake::*, mail::Class, time::Moment};
    /// let known = Known { ticket: 42, participant: true, closed_since: None, spam: false };
    /// let mail = Evidence { signed: Signed::No, named: None, in_subject: None, reused: None, class: Class::Person, thanks: false,
    ///     rated: false, ours: Ours::No, verified: false, at: Moment(0), reopen_days: 30, strict: false };
    /// assert_eq!(mail.verdict().place, Place::Open { related: None });
    /// let answer = Evidence { signed: Signed::By(known), ..mail }.verdict();
    /// assert_eq!((answer.place, answer.trust, answer.wakes), (Place::Join(42), Trust::Plain, true));
    /// let stranger = Evidence { in_subject: Some(Known { participant: false, ..known }), ..mail }.verdict();
    /// assert_eq!(stranger.place, Place::Open { related: Some(42) });
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let settled = match (self.ours, self.is_machine()) {
            (Ours::Sent, _) => self.sent(),
            (Ours::Claimed, _) => self.claimed(),
            (Ours::No, true) => self.reported(),
            (Ours::No, false) => self.written(),
        };
        let trust =
            if self.reused.is_some() && settled.trust != Trust::ThirdParty { Trust::IdReused } else { settled.trust };
        let forged = self.signed == Signed::Forged;
        let receipt = settled.receipt && !forged && self.reused.is_none();
        Verdict { trust, forged, receipt, ..settled }
    }

    /// A person's mail from outside; a list's too.
    fn written(&self) -> Verdict {
        if let Some(known) = self.proven() {
            return if known.participant { self.answer(known, Trust::Plain) } else { self.third_party(known.ticket) };
        }
        let mut hits = [self.named, self.in_subject, self.same_again()].into_iter().flatten();
        match hits.clone().find(|known| known.participant) {
            Some(known) if self.strict => self.open(Some(known.ticket)),
            Some(known) => self.answer(known, if self.verified { Trust::Plain } else { Trust::Unverified }),
            None => self.open(hits.next().map(|known| known.ticket)),
        }
    }

    /// From who takes part in the ticket.
    fn answer(&self, known: Known, trust: Trust) -> Verdict {
        let closed = known.closed_since.is_some();
        // A list is heard while the ticket is not closed, but reopens nothing.
        let sleeps = known.spam || self.thanks || self.rated || (closed && self.class == Class::Bulk);
        let wakes = !sleeps;
        let limit = self.reopen_days.saturating_mul(24 * 60 * 60);
        if wakes && known.closed_since.is_some_and(|since| self.at.since(since) > limit) {
            return self.open(Some(known.ticket));
        }
        let counts = !self.thanks && !self.rated && (wakes || !closed);
        Verdict { trust, wakes, counts, ..joined(known.ticket, Direction::In) }
    }

    /// From somebody else, in answer to a mail of ours.
    fn third_party(&self, ticket: TicketId) -> Verdict {
        Verdict { trust: Trust::ThirdParty, ..joined(ticket, Direction::In) }
    }

    /// From a machine: part of the conversation at most.
    fn reported(&self) -> Verdict {
        if let Some(known) = self.proven() {
            return joined(known.ticket, Direction::In);
        }
        let own = |known: &Known| known.participant;
        match self.named.or(self.in_subject.filter(own)).or(self.same_again().filter(own)) {
            Some(known) if self.strict => self.open(Some(known.ticket)),
            Some(known) if known.participant => joined(known.ticket, Direction::In),
            Some(known) => self.third_party(known.ticket),
            None => self.open(self.in_subject.map(|known| known.ticket)),
        }
    }

    /// From our folder of sent mail.
    fn sent(&self) -> Verdict {
        let counts = !self.is_machine();
        match self.proven().or(self.named).or(self.in_subject) {
            Some(known) => Verdict { counts, ..joined(known.ticket, Direction::Out) },
            None => Verdict { direction: Direction::Out, counts, receipt: false, ..self.open(None) },
        }
    }

    /// From an address of ours, by its own word. It stops no clock and opens nothing by that word alone, for a customer who
    /// is left without an answer would not be seen any more.
    fn claimed(&self) -> Verdict {
        let hit = self.proven().or(self.named.filter(|_| !self.strict));
        let Some(known) = hit else {
            let related = self.named.or(self.in_subject).map(|known| known.ticket);
            return Verdict { receipt: false, ..self.open(related) };
        };
        let trust = if self.verified { Trust::Plain } else { Trust::Unverified };
        let counts = self.verified && !self.is_machine();
        Verdict { trust, counts, ..joined(known.ticket, Direction::Out) }
    }

    fn open(&self, related: Option<TicketId>) -> Verdict {
        Verdict {
            place: Place::Open { related },
            direction: Direction::In,
            trust: Trust::Plain,
            wakes: false,
            counts: !self.is_machine() && !self.thanks,
            receipt: self.class == Class::Person,
            forged: false,
        }
    }

    fn proven(&self) -> Option<Known> {
        match self.signed {
            Signed::By(known) => Some(known),
            Signed::No | Signed::Forged => None,
        }
    }

    /// The ticket of the mail whose Message-ID this one has too, where one author wrote both.
    fn same_again(&self) -> Option<Known> {
        self.reused.filter(|reused| reused.same_sender).map(|reused| reused.known)
    }

    fn is_machine(&self) -> bool {
        matches!(self.class, Class::AutoReply | Class::Bounce)
    }
}

/// Part of the ticket, and no more.
fn joined(ticket: TicketId, direction: Direction) -> Verdict {
    let place = Place::Join(ticket);
    Verdict { place, direction, trust: Trust::Plain, wakes: false, counts: false, receipt: false, forged: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 24 * 60 * 60;
    const NOW: Moment = Moment(1_000 * DAY);

    const TAKES_PART: Known = Known { ticket: 42, participant: true, closed_since: None, spam: false };
    const STRANGER: Known = Known { participant: false, ..TAKES_PART };

    fn closed(known: Known, days: i64) -> Known {
        Known { closed_since: Some(NOW.plus(-days * DAY)), ..known }
    }

    fn mail() -> Evidence {
        Evidence {
            signed: Signed::No,
            named: None,
            in_subject: None,
            reused: None,
            class: Class::Person,
            thanks: false,
            rated: false,
            ours: Ours::No,
            verified: false,
            at: NOW,
            reopen_days: 30,
            strict: false,
        }
    }

    fn signed(known: Known) -> Evidence {
        Evidence { signed: Signed::By(known), ..mail() }
    }

    fn named(known: Known) -> Evidence {
        Evidence { named: Some(known), ..mail() }
    }

    fn in_subject(known: Known) -> Evidence {
        Evidence { in_subject: Some(known), ..mail() }
    }

    fn reused(known: Known, same_sender: bool) -> Evidence {
        Evidence { reused: Some(Reused { known, same_sender }), ..mail() }
    }

    /// The verdict in a line: where, marked how, what it sets going.
    fn said(mail: Evidence) -> String {
        let v = mail.verdict();
        let place = match v.place {
            Place::Join(ticket) => format!("join {ticket}"),
            Place::Open { related: Some(ticket) } => format!("open beside {ticket}"),
            Place::Open { related: None } => "open".to_owned(),
        };
        let direction = if v.direction == Direction::Out { " out" } else { "" };
        let trust = v.trust.word().map(|word| format!(" {word}")).unwrap_or_default();
        let flags = [(v.wakes, " wakes"), (v.counts, " counts"), (v.receipt, " receipt"), (v.forged, " forged")];
        let flags: String = flags.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect();
        format!("{place}{direction}{trust}{flags}")
    }

    fn check(rows: &[(Evidence, &str)]) {
        for (row, (mail, expected)) in rows.iter().enumerate() {
            assert_eq!(said(*mail), *expected, "row {row}: {mail:?}");
        }
    }

    #[test]
    fn a_mark_joins_who_takes_part_fully_and_anybody_else_as_a_third_party() {
        check(&[
            (mail(), "open counts receipt"),
            (signed(TAKES_PART), "join 42 wakes counts"),
            (signed(closed(TAKES_PART, 30)), "join 42 wakes counts"),
            (signed(closed(TAKES_PART, 31)), "open beside 42 counts receipt"),
            (Evidence { strict: true, ..signed(TAKES_PART) }, "join 42 wakes counts"),
            (signed(STRANGER), "join 42 third-party"),
            (signed(closed(STRANGER, 300)), "join 42 third-party"),
            (Evidence { verified: true, ..signed(STRANGER) }, "join 42 third-party"),
            (Evidence { named: Some(Known { ticket: 7, ..TAKES_PART }), ..signed(TAKES_PART) }, "join 42 wakes counts"),
        ]);
    }

    #[test]
    fn a_reference_or_a_number_joins_only_who_takes_part() {
        for hit in [named, in_subject] {
            check(&[
                (hit(TAKES_PART), "join 42 unverified wakes counts"),
                (Evidence { verified: true, ..hit(TAKES_PART) }, "join 42 wakes counts"),
                (hit(closed(TAKES_PART, 5)), "join 42 unverified wakes counts"),
                (hit(closed(TAKES_PART, 31)), "open beside 42 counts receipt"),
                (Evidence { strict: true, ..hit(TAKES_PART) }, "open beside 42 counts receipt"),
                (hit(STRANGER), "open beside 42 counts receipt"),
                (Evidence { verified: true, ..hit(STRANGER) }, "open beside 42 counts receipt"),
            ]);
        }
        let other = Known { ticket: 7, ..TAKES_PART };
        check(&[
            (Evidence { in_subject: Some(other), ..named(STRANGER) }, "join 7 unverified wakes counts"),
            (Evidence { in_subject: Some(other), ..named(TAKES_PART) }, "join 42 unverified wakes counts"),
        ]);
    }

    #[test]
    fn a_forged_mark_is_as_if_absent_and_recorded() {
        let forged = |mail: Evidence| Evidence { signed: Signed::Forged, ..mail };
        check(&[
            (forged(mail()), "open counts forged"),
            (forged(named(TAKES_PART)), "join 42 unverified wakes counts forged"),
            (forged(named(STRANGER)), "open beside 42 counts forged"),
            (forged(in_subject(STRANGER)), "open beside 42 counts forged"),
        ]);
    }

    #[test]
    fn machines_join_and_set_nothing_going() {
        for class in [Class::AutoReply, Class::Bounce] {
            let by = |mail: Evidence| Evidence { class, ..mail };
            check(&[
                (by(mail()), "open"),
                (by(signed(TAKES_PART)), "join 42"),
                (by(signed(closed(STRANGER, 1))), "join 42"),
                (by(signed(closed(TAKES_PART, 300))), "join 42"),
                (by(named(TAKES_PART)), "join 42"),
                (by(named(STRANGER)), "join 42 third-party"),
                (by(in_subject(TAKES_PART)), "join 42"),
                (by(in_subject(STRANGER)), "open beside 42"),
                (Evidence { strict: true, ..by(named(TAKES_PART)) }, "open beside 42"),
                (Evidence { strict: true, ..by(signed(STRANGER)) }, "join 42"),
                (by(reused(TAKES_PART, true)), "join 42 id-reused"),
                (by(reused(TAKES_PART, false)), "open id-reused"),
            ]);
        }
    }

    #[test]
    fn a_rating_joins_and_sets_nothing_going_however_long_it_took() {
        let rated = |mail: Evidence| Evidence { rated: true, ..mail };
        check(&[
            (rated(signed(TAKES_PART)), "join 42"),
            (rated(signed(closed(TAKES_PART, 1))), "join 42"),
            (rated(signed(closed(TAKES_PART, 300))), "join 42"),
            (rated(in_subject(closed(TAKES_PART, 1))), "join 42 unverified"),
            (rated(signed(closed(STRANGER, 1))), "join 42 third-party"),
            (rated(in_subject(closed(STRANGER, 1))), "open beside 42 counts receipt"),
        ]);
    }

    #[test]
    fn a_list_is_heard_and_reopens_nothing() {
        let by = |mail: Evidence| Evidence { class: Class::Bulk, ..mail };
        check(&[
            (by(mail()), "open counts"),
            (by(signed(TAKES_PART)), "join 42 wakes counts"),
            (by(signed(closed(TAKES_PART, 1))), "join 42"),
            (by(named(closed(TAKES_PART, 300))), "join 42 unverified"),
            (by(named(STRANGER)), "open beside 42 counts"),
        ]);
    }

    #[test]
    fn thanks_and_spam_wake_nothing() {
        let spam = Known { spam: true, ..closed(TAKES_PART, 1) };
        check(&[
            (Evidence { thanks: true, ..signed(TAKES_PART) }, "join 42"),
            (Evidence { thanks: true, ..signed(closed(TAKES_PART, 1)) }, "join 42"),
            (Evidence { thanks: true, ..named(closed(TAKES_PART, 300)) }, "join 42 unverified"),
            (Evidence { thanks: true, ..mail() }, "open receipt"),
            (signed(spam), "join 42"),
            (named(spam), "join 42 unverified"),
            (named(Known { spam: true, ..closed(TAKES_PART, 300) }), "join 42 unverified"),
        ]);
    }

    #[test]
    fn what_lies_in_our_sent_folder_is_ours() {
        let sent = |mail: Evidence| Evidence { ours: Ours::Sent, ..mail };
        check(&[
            (sent(mail()), "open out counts"),
            (sent(named(STRANGER)), "join 42 out counts"),
            (sent(signed(STRANGER)), "join 42 out counts"),
            (sent(in_subject(STRANGER)), "join 42 out counts"),
            (sent(named(closed(STRANGER, 300))), "join 42 out counts"),
            (Evidence { strict: true, ..sent(named(STRANGER)) }, "join 42 out counts"),
            (Evidence { class: Class::AutoReply, ..sent(named(STRANGER)) }, "join 42 out"),
        ]);
    }

    #[test]
    fn an_address_of_ours_in_the_inbox_is_a_claim() {
        let claimed = |mail: Evidence| Evidence { ours: Ours::Claimed, ..mail };
        check(&[
            (claimed(mail()), "open counts"),
            (claimed(named(STRANGER)), "join 42 out unverified"),
            (Evidence { verified: true, ..claimed(named(STRANGER)) }, "join 42 out counts"),
            (claimed(signed(STRANGER)), "join 42 out unverified"),
            (claimed(in_subject(TAKES_PART)), "open beside 42 counts"),
            (Evidence { strict: true, ..claimed(named(STRANGER)) }, "open beside 42 counts"),
            (Evidence { class: Class::AutoReply, ..claimed(mail()) }, "open"),
            (Evidence { class: Class::AutoReply, verified: true, ..claimed(named(STRANGER)) }, "join 42 out"),
        ]);
    }

    #[test]
    fn a_message_id_that_is_taken_leads_only_its_own_author_back() {
        check(&[
            (reused(TAKES_PART, true), "join 42 id-reused wakes counts"),
            (reused(TAKES_PART, false), "open id-reused counts"),
            (reused(STRANGER, true), "open beside 42 id-reused counts"),
            (Evidence { strict: true, ..reused(TAKES_PART, true) }, "open beside 42 id-reused counts"),
            (
                Evidence { signed: Signed::By(TAKES_PART), ..reused(Known { ticket: 7, ..STRANGER }, false) },
                "join 42 id-reused wakes counts",
            ),
            (Evidence { signed: Signed::By(STRANGER), ..reused(STRANGER, false) }, "join 42 third-party"),
        ]);
    }

    fn known() -> impl Strategy<Value = Known> {
        (1_i64..4, any::<bool>(), proptest::option::of(0_i64..2000), any::<bool>()).prop_map(
            |(ticket, participant, day, spam)| Known {
                ticket,
                participant,
                closed_since: day.map(|day| Moment(day * DAY)),
                spam: spam && day.is_some(),
            },
        )
    }

    fn evidence() -> impl Strategy<Value = Evidence> {
        let mark = prop_oneof![Just(Signed::No), Just(Signed::Forged), known().prop_map(Signed::By)];
        let maybe = || proptest::option::of(known());
        let reused = proptest::option::of((known(), any::<bool>()));
        let class = prop_oneof![Just(Class::Person), Just(Class::Bulk), Just(Class::AutoReply), Just(Class::Bounce)];
        let ours = prop_oneof![Just(Ours::No), Just(Ours::Sent), Just(Ours::Claimed)];
        let flags = (any::<[bool; 2]>(), any::<bool>(), any::<bool>(), -5_i64..i64::MAX);
        (mark, maybe(), maybe(), reused, class, ours, flags).prop_map(
            |(signed, named, in_subject, reused, class, ours, ([thanks, rated], verified, strict, reopen_days))| {
                Evidence {
                    signed,
                    named,
                    in_subject,
                    reused: reused.map(|(known, same_sender)| Reused { known, same_sender }),
                    class,
                    thanks,
                    rated,
                    ours,
                    verified,
                    at: NOW,
                    reopen_days,
                    strict,
                }
            },
        )
    }

    fn opens(mail: &Evidence) -> bool {
        matches!(mail.verdict().place, Place::Open { .. })
    }

    fn all(mail: &Evidence) -> Vec<Known> {
        let proven = mail.proven();
        [proven, mail.named, mail.in_subject, mail.reused.map(|r| r.known)].into_iter().flatten().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn machines_wake_count_and_are_acknowledged_never(mail in evidence()) {
            let v = mail.verdict();
            if mail.is_machine() {
                prop_assert!(!v.wakes && !v.counts && !v.receipt);
            }
        }

        #[test]
        fn a_stranger_joins_by_a_mark_alone_and_then_sets_nothing_going(mail in evidence()) {
            let v = mail.verdict();
            let stranger = mail.ours == Ours::No && all(&mail).iter().all(|known| !known.participant);
            if let (true, Place::Join(_), false) = (stranger, v.place, mail.is_machine()) {
                prop_assert!(mail.proven().is_some());
                prop_assert_eq!(v.trust, Trust::ThirdParty);
            }
            if v.trust == Trust::ThirdParty {
                prop_assert!(!v.wakes && !v.counts && !v.receipt);
            }
        }

        #[test]
        fn a_number_in_the_subject_alone_lets_nobody_in_who_does_not_take_part(mut mail in evidence()) {
            mail.named = None;
            mail.reused = None;
            mail.ours = if mail.ours == Ours::Sent { Ours::No } else { mail.ours };
            mail.in_subject = mail.in_subject.map(|known| Known { participant: false, ..known });
            if mail.proven().is_none() {
                prop_assert!(opens(&mail));
            }
        }

        #[test]
        fn a_mail_goes_only_where_something_in_it_points(mail in evidence()) {
            let (Place::Join(ticket) | Place::Open { related: Some(ticket) }) = mail.verdict().place else { return Ok(()) };
            prop_assert!(all(&mail).iter().any(|known| known.ticket == ticket));
        }

        #[test]
        fn only_a_person_who_takes_part_reopens_and_never_spam(mail in evidence()) {
            let v = mail.verdict();
            if let (true, Place::Join(ticket)) = (v.wakes, v.place) {
                let hit = all(&mail).into_iter().find(|known| known.ticket == ticket && known.participant);
                prop_assert!(hit.is_some() && !mail.thanks && v.direction == Direction::In);
                let reopened = all(&mail).into_iter().filter(|k| k.ticket == ticket && k.participant);
                prop_assert!(reopened.clone().any(|known| !known.spam));
                prop_assert!(mail.class == Class::Person || reopened.clone().any(|k| k.closed_since.is_none()));
            }
        }

        #[test]
        fn who_claims_to_be_us_stops_no_clock(mail in evidence()) {
            let v = mail.verdict();
            if v.direction == Direction::Out && v.counts {
                prop_assert!(mail.ours == Ours::Sent || (mail.ours == Ours::Claimed && mail.verified));
            }
            prop_assert!(v.direction == Direction::In || mail.ours != Ours::No);
        }

        #[test]
        fn without_a_mark_nothing_joins_in_a_strict_desk(mut mail in evidence()) {
            mail.strict = true;
            if mail.proven().is_none() && mail.ours != Ours::Sent {
                prop_assert!(opens(&mail));
            }
        }

        #[test]
        fn a_forged_mark_changes_nothing_but_that_it_is_said(mut mail in evidence()) {
            mail.signed = Signed::No;
            let without = mail.verdict();
            mail.signed = Signed::Forged;
            prop_assert_eq!(mail.verdict(), Verdict { forged: true, receipt: false, ..without });
        }
    }
}
