//! Whether a ticket is among those of a query, told from its fields alone: nothing is looked up. The same conditions on the
//! tables of a desk are in `store`.

use super::{Query, Term, Test, Who};
use crate::domain::insight::metrics::Case;

/// Whether a ticket meets every condition of a query. What its fields do not tell (who asked, its number elsewhere) is asked
/// of `other`; handles of clients and names of agents stand in the query as the desk writes them. Texts are no conditions.
///
/// ```
/// use frontdesk::domain::{search::{fits, parse}, ticket::*, time::Moment, timeline::Timeline, zone::Zone, insight::metrics::Case};
/// let life = Timeline { opened_at: Moment(0), outbound: false, first: Standing::of(Status::New), first_closed_at: None, deeds: vec![] };
/// let case = Case { number: 1, life, standing_now: Standing::of(Status::Open), priority: Priority::High, client: Some("acme".into()),
///     assignee: None, tags: vec!["vip".into()], channel: "email".into(), plan: Some("pro".into()), out: false, changes: vec![] };
/// let fits = |words: &str| {
///     let words: Vec<String> = words.split(' ').map(String::from).collect();
///     fits(&parse(&words, false, Moment(0), &Zone::utc()).unwrap(), &case, &|_| false)
/// };
/// assert!(fits("plan:pro prio:high,urgent +vip who:none"));
/// assert!(!fits("plan:pro not:client:acme"));
/// ```
#[must_use]
pub fn fits(query: &Query, case: &Case, other: &dyn Fn(&Test) -> bool) -> bool {
    let holds = |term: &Term| term.alternatives.iter().any(|test| meets(test, case, other)) != term.negated;
    query.terms.iter().all(holds)
}

fn meets(test: &Test, case: &Case, other: &dyn Fn(&Test) -> bool) -> bool {
    match test {
        Test::Tag(tag) => case.tags.contains(tag),
        Test::Who(Who::None) => case.assignee.is_none(),
        Test::Who(Who::Name(name)) => case.assignee.as_ref() == Some(name),
        Test::Client(client) => case.client == *client,
        Test::Priority(priority) => case.priority == *priority,
        Test::Channel(channel) => case.channel == *channel,
        Test::Plan(plan) => case.plan.as_ref() == Some(plan),
        test => other(test),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::parse;
    use crate::domain::ticket::{Priority, Standing, Status};
    use crate::domain::time::Moment;
    use crate::domain::timeline::Timeline;
    use crate::domain::zone::Zone;

    fn case() -> Case {
        let life = Timeline {
            opened_at: Moment(0),
            outbound: false,
            first: Standing::of(Status::New),
            first_closed_at: None,
            deeds: vec![],
        };
        Case {
            number: 7,
            life,
            standing_now: Standing::of(Status::Open),
            priority: Priority::Urgent,
            client: Some("acme".to_owned()),
            assignee: Some("Ana".to_owned()),
            tags: vec!["vip".to_owned(), "счёт".to_owned()],
            channel: "phone".to_owned(),
            plan: Some("pro".to_owned()),
            out: false,
            changes: Vec::new(),
        }
    }

    fn fit(words: &[&str], case: &Case) -> bool {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        let query = parse(&words, false, Moment(0), &Zone::utc()).unwrap();
        fits(&query, case, &|test| matches!(test, Test::From(who) if who == "joe@x.io"))
    }

    #[test]
    fn every_field_that_chooses_a_policy_is_told() {
        let case = case();
        for yes in ["+vip", "+СЧЁТ", "+other,vip", "@Ana", "client:acme", "client:none,acme", "prio:high,urgent"] {
            assert!(fit(&[yes], &case), "{yes}");
        }
        for yes in ["channel:Phone", "plan:pro", "from:joe@x.io", "not:+spam", "not:who:none", "not:from:ann@x.io"] {
            assert!(fit(&[yes], &case), "{yes}");
        }
        for no in ["+other", "who:none,bob", "client:none", "prio:low", "channel:email", "plan:free", "from:ann@x.io"] {
            assert!(!fit(&[no], &case), "{no}");
        }
        assert!(!fit(&["not:+vip,other"], &case) && !fit(&["not:from:joe@x.io"], &case));
    }

    #[test]
    fn all_conditions_hold_and_what_is_absent_meets_none_only() {
        let bare = Case { client: None, assignee: None, plan: None, tags: vec![], ..case() };
        assert!(fit(&[], &bare) && fit(&["client:none", "who:none", "channel:phone"], &bare));
        assert!(!fit(&["client:none", "plan:pro"], &bare) && !fit(&["client:acme"], &bare));
        assert!(fit(&["not:plan:pro", "not:client:acme"], &bare));
    }
}
