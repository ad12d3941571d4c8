//! How much is too much: tickets from one address, automatic mail, tries to send. Counts come in, an answer goes out; who
//! counts also says in which hour. Answers by people are never limited.

/// Tickets that one address may open in an hour.
pub const TICKETS: i64 = 20;
/// Of them those with an equal subject (`subject::normal`).
pub const ALIKE: i64 = 5;
/// Automatic mails of the desk in an hour.
pub const HOURLY: i64 = 20;
/// Automatic mails for one ticket to one address in an hour.
pub const PER_TICKET: i64 = 5;
/// Automatic mails of the desk in 24 hours; at that many nothing automatic leaves until a person resumes.
pub const DAILY: i64 = 100;

/// The reason to park a mail that would open a ticket; none where it may. `opened` tickets were opened by its author's
/// address within the last hour, `alike` of them with an equal subject.
///
/// ```
/// use frontdesk::domain::flood::parked;
/// assert_eq!(parked(19, 4), None);
/// assert_eq!(parked(20, 0).unwrap(), "its author opened 20 tickets within an hour");
/// assert_eq!(parked(5, 5).unwrap(), "its author opened 5 tickets with this subject within an hour");
/// ```
#[must_use]
pub fn parked(opened: i64, alike: i64) -> Option<String> {
    if alike >= ALIKE {
        return Some(format!("its author opened {alike} tickets with this subject within an hour"));
    }
    (opened >= TICKETS).then(|| format!("its author opened {opened} tickets within an hour"))
}

/// What was sent automatically before the mail that is to be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Receipts to its address within 24 hours; zero for what is no receipt.
    pub receipts: i64,
    /// For its ticket to its address within an hour.
    pub for_ticket: i64,
    /// By the desk within an hour.
    pub hour: i64,
    /// By the desk within 24 hours, since a person last resumed.
    pub day: i64,
    /// The limit of a day was reached, and nobody has resumed since.
    pub stopped: bool,
}

/// Why an automatic mail is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Too many in a day: nothing automatic leaves until a person resumes, which the caller has to remember.
    Stopped,
    /// Too many in an hour.
    Hour,
    /// Too many for one ticket to one address.
    Ticket,
    /// The address had its receipt.
    Receipt,
}

impl Limit {
    /// The reason in words.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Limit::Stopped => {
                format!("{DAILY} automatic mails in 24 hours: nothing automatic is sent until you resume")
            }
            Limit::Hour => format!("{HOURLY} automatic mails in an hour"),
            Limit::Ticket => format!("{PER_TICKET} automatic mails for this ticket to this address in an hour"),
            Limit::Receipt => "this address had a receipt in the last 24 hours".to_owned(),
        }
    }
}

impl Sent {
    /// The limit that keeps an automatic mail from being sent; none where it may leave.
    ///
    /// ```
    /// use frontdesk::domain::flood::{Limit, Sent};
    /// assert_eq!(Sent { receipts: 0, for_ticket: 4, hour: 19, day: 99, stopped: false }.limit(), None);
    /// assert_eq!(Sent { receipts: 1, ..Sent::default() }.limit(), Some(Limit::Receipt));
    /// assert_eq!(Sent { day: 100, ..Sent::default() }.limit(), Some(Limit::Stopped));
    /// ```
    #[must_use]
    pub fn limit(&self) -> Option<Limit> {
        let limits = [
            (self.stopped || self.day >= DAILY, Limit::Stopped),
            (self.hour >= HOURLY, Limit::Hour),
            (self.for_ticket >= PER_TICKET, Limit::Ticket),
            (self.receipts >= 1, Limit::Receipt),
        ];
        limits.into_iter().find(|(reached, _)| *reached).map(|(_, limit)| limit)
    }
}

/// In how many seconds to try again to send after so many tries that failed; none once it is held for a person.
///
/// ```
/// use frontdesk::domain::flood::next_try;
/// assert_eq!([0, 1, 2, 3, 4, 5, 6].map(next_try), [Some(0), Some(60), Some(300), Some(1800), Some(7200), None, None]);
/// ```
#[must_use]
pub fn next_try(attempts: i64) -> Option<i64> {
    const WAITS: [i64; 5] = [0, 60, 5 * 60, 30 * 60, 2 * 60 * 60];
    usize::try_from(attempts.max(0)).ok().and_then(|tries| WAITS.get(tries).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_gravest_limit_is_named() {
        let all = Sent { receipts: 1, for_ticket: 5, hour: 20, day: 0, stopped: true };
        assert_eq!(all.limit(), Some(Limit::Stopped));
        assert_eq!(Sent { stopped: false, ..all }.limit(), Some(Limit::Hour));
        assert_eq!(Sent { stopped: false, hour: 19, ..all }.limit(), Some(Limit::Ticket));
    }

    #[test]
    fn a_stop_outlasts_its_day() {
        assert_eq!(Sent { stopped: true, ..Sent::default() }.limit(), Some(Limit::Stopped));
    }

    #[test]
    fn of_500_mails_in_a_minute_20_open_a_ticket_and_of_equal_ones_5() {
        let opened = |same: bool| {
            (0..500).fold(0, |opened, _| opened + i64::from(parked(opened, if same { opened } else { 0 }).is_none()))
        };
        assert_eq!((opened(false), opened(true)), (20, 5));
    }

    proptest! {
        #[test]
        fn more_is_never_allowed_where_less_was_not(a in 0_i64..200, b in 0_i64..200, c in 0_i64..200, d in 0_i64..200, more in 0_i64..50) {
            let sent = Sent { receipts: a, for_ticket: b, hour: c, day: d, stopped: false };
            let later = Sent { receipts: a + more, for_ticket: b + more, hour: c + more, day: d + more, stopped: false };
            prop_assert!(sent.limit().is_none() || later.limit().is_some());
            prop_assert!(parked(a, b).is_none() || parked(a + more, b + more).is_some());
        }
        #[test]
        fn waits_grow_and_end(tries: i64) {
            if let (Some(now), Some(next)) = (next_try(tries), next_try(tries.saturating_add(1))) {
                prop_assert!(now <= next);
            }
            prop_assert!(tries < 5 || next_try(tries).is_none());
        }
    }
}
