//! Who has duty: by weekday or week by week in turn, without those who are away; how many open tickets each may have; and who
//! gets the next one. What may stand in the settings is in `settings::rota`.

mod days;

use super::agent::{Agent, same};
use super::plan::Plan;
use super::time::{Date, monday};
use chrono::Datelike;
use std::collections::BTreeMap;

pub use days::{Days, joined, without};

/// Duty, absences and limits. Names are those of agents, whatever their case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rota {
    /// Whose turn it is.
    pub turns: Turns,
    /// Who is away when.
    pub away: BTreeMap<String, Vec<Days>>,
    /// How many open tickets an agent gets at most.
    pub limits: BTreeMap<String, i64>,
    /// The same for all who have no limit of their own.
    pub limit: Option<i64>,
    /// Who has left the team: he has duty no more.
    pub left: Vec<String>,
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Turns {
    /// Nobody's, ever.
    #[default]
    None,
    /// By weekday, from Monday.
    ByDay([Vec<String>; 7]),
    /// Week by week, one after the other.
    ByWeek {
        /// In turn.
        names: Vec<String>,
        /// The Monday of a week of the first.
        from: Date,
    },
}

/// Who has duty on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Duty {
    /// They have, in their order.
    pub on: Vec<String>,
    /// It would be their turn, and they are not there.
    pub away: Vec<String>,
    /// All whose turn it is are away: the next in order who is there stands in.
    pub stands_in: bool,
}

impl Rota {
    /// Whether anybody ever has duty.
    #[must_use]
    pub fn has_turns(&self) -> bool {
        match &self.turns {
            Turns::None => false,
            Turns::ByDay(days) => days.iter().any(|names| !names.is_empty()),
            Turns::ByWeek { names, .. } => !names.is_empty(),
        }
    }

    /// Who has duty on a day: those whose turn it is and who are there. Where all of them are away, the next in order who is
    /// there stands in: of the following weekdays, or of the following weeks. A weekday without names has no duty.
    ///
    /// ```
    /// use frontdesk::domain::rota::{Days, Rota, Turns};
    /// let mut rota = Rota { turns: Turns::ByWeek { names: vec!["mila".into(), "oleg".into()], from: "2026-11-02".parse().unwrap() }, ..Rota::default() };
    /// let duty = |rota: &Rota, day: &str| rota.duty(day.parse().unwrap());
    /// assert_eq!([duty(&rota, "2026-11-08").on, duty(&rota, "2026-11-09").on], [["mila"], ["oleg"]]);
    /// rota.away.insert("mila".into(), vec![Days::read("2026-11-07..2026-11-08").unwrap()]);
    /// let sunday = duty(&rota, "2026-11-08");
    /// assert_eq!((sunday.on, sunday.away, sunday.stands_in), (vec!["oleg".into()], vec!["mila".into()], true));
    /// ```
    #[must_use]
    pub fn duty(&self, day: Date) -> Duty {
        let (turn, after) = self.turn(day);
        let (on, away): (Vec<&str>, Vec<&str>) = turn.iter().partition(|name| !self.is_away(name, day));
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        if on.is_empty() && !away.is_empty() {
            let next: Vec<&str> = after.into_iter().filter(|name| !self.is_away(name, day)).take(1).collect();
            return Duty { stands_in: !next.is_empty(), on: owned(next), away: owned(away) };
        }
        Duty { on: owned(on), away: owned(away), stands_in: false }
    }

    /// Whose turn a day is, and whose would be next.
    fn turn(&self, day: Date) -> (Vec<&str>, Vec<&str>) {
        match &self.turns {
            Turns::None => (Vec::new(), Vec::new()),
            Turns::ByDay(days) => {
                let first = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
                let mut in_turn = days.iter().cycle().skip(first).take(7).map(|names| names.iter().map(String::as_str));
                let today = in_turn.next().into_iter().flatten().collect();
                (today, in_turn.flatten().collect())
            }
            Turns::ByWeek { names, from } => {
                let weeks = (monday(day) - monday(*from)).num_days() / 7;
                let first = i64::try_from(names.len()).ok().and_then(|n| weeks.checked_rem_euclid(n)).unwrap_or(0);
                let first = usize::try_from(first).unwrap_or(0);
                let mut in_turn = names.iter().cycle().skip(first).take(names.len()).map(String::as_str);
                (in_turn.next().into_iter().collect(), in_turn.collect())
            }
        }
    }

    /// Whether an agent is not there on a day, or has left for good.
    #[must_use]
    pub fn is_away(&self, name: &str, day: Date) -> bool {
        self.absence(name, day).is_some() || self.left.iter().any(|gone| same(gone, name))
    }

    /// The absence of an agent that a day is in.
    #[must_use]
    pub fn absence(&self, name: &str, day: Date) -> Option<Days> {
        self.absences(name).iter().find(|days| days.has(day)).copied()
    }

    /// When an agent is away.
    #[must_use]
    pub fn absences(&self, name: &str) -> &[Days] {
        self.away.iter().find(|(who, _)| same(who, name)).map(|(_, days)| days.as_slice()).unwrap_or_default()
    }

    /// How many open tickets an agent gets at most; none: as many as there are.
    #[must_use]
    pub fn limit_of(&self, name: &str) -> Option<i64> {
        self.limits.iter().find(|(who, _)| same(who, name)).map(|(_, most)| *most).or(self.limit)
    }

    /// Everybody whom the rota names, each once, in the order of the turns.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let turns: Vec<&str> = match &self.turns {
            Turns::None => Vec::new(),
            Turns::ByDay(days) => days.iter().flatten().map(String::as_str).collect(),
            Turns::ByWeek { names, .. } => names.iter().map(String::as_str).collect(),
        };
        let mut names: Vec<&str> = Vec::new();
        for name in turns.into_iter().chain(self.away.keys().chain(self.limits.keys()).map(String::as_str)) {
            if !names.iter().any(|known| same(known, name)) {
                names.push(name);
            }
        }
        names
    }
}

/// Who gets a ticket, and why he.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next<'a> {
    /// He gets it.
    pub agent: &'a Agent,
    /// How many open tickets he has already.
    pub open: i64,
    /// Why he.
    pub why: Why,
}

/// Why somebody gets a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// He has duty.
    OnDuty,
    /// He has duty for somebody who is away.
    StandsIn,
    /// Of all who could, he has the fewest.
    Fewest,
}

impl Rota {
    /// Who gets the next ticket on a day: of the agents for whom the client's plan pays, else of all; of those on duty, else of
    /// all; the one with the fewest open tickets; among equals in the order of the rota, then of the team. Nobody who is away,
    /// has left, or has as many as his limit. None where nobody is left.
    ///
    /// ```
    /// use frontdesk::domain::{agent::Agent, rota::{Rota, Turns, Why}};
    /// let agent = |id, name: &str| Agent { id, name: name.into(), email: None, active: true };
    /// let team = [(agent(1, "ana"), 0), (agent(2, "mila"), 5)];
    /// let every_day = Turns::ByDay(std::array::from_fn(|_| vec!["mila".to_owned()]));
    /// let mut rota = Rota { turns: every_day, ..Rota::default() };
    /// let next = |rota: &Rota| rota.next("2026-11-20".parse().unwrap(), &team, None).map(|next| (next.agent.name.as_str(), next.why));
    /// assert_eq!(next(&rota), Some(("mila", Why::OnDuty)));
    /// rota.limits.insert("mila".into(), 5);
    /// assert_eq!(next(&rota), Some(("ana", Why::Fewest)));
    /// rota.limit = Some(0);
    /// assert_eq!(next(&rota), None);
    /// ```
    #[must_use]
    pub fn next<'a>(&self, day: Date, team: &'a [(Agent, i64)], plan: Option<&Plan>) -> Option<Next<'a>> {
        let duty = self.duty(day);
        let place = |agent: &Agent| duty.on.iter().position(|name| same(name, &agent.name));
        let free = |(agent, open): &&(Agent, i64)| {
            agent.active
                && !self.is_away(&agent.name, day)
                && self.limit_of(&agent.name).is_none_or(|most| *open < most)
        };
        let (agent, open) = team.iter().filter(free).min_by_key(|(agent, open)| {
            let paid = plan.is_none_or(|plan| plan.has_agent(&agent.name));
            (!paid, place(agent).is_none(), *open, place(agent).unwrap_or(usize::MAX))
        })?;
        let why = match place(agent) {
            Some(_) if duty.stands_in => Why::StandsIn,
            Some(_) => Why::OnDuty,
            None => Why::Fewest,
        };
        Some(Next { agent, open: *open, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn names(words: &str) -> Vec<String> {
        words.split_whitespace().map(str::to_owned).collect()
    }

    /// Monday mila, Tuesday oleg and mila, Friday ana.
    fn by_day() -> Rota {
        let mut days: [Vec<String>; 7] = Default::default();
        (days[0], days[1], days[4]) = (names("mila"), names("oleg mila"), names("ana"));
        Rota { turns: Turns::ByDay(days), ..Rota::default() }
    }

    fn away(mut rota: Rota, who: &str, days: &[&str]) -> Rota {
        rota.away.insert(who.to_owned(), days.iter().map(|d| Days::read(d).unwrap()).collect());
        rota
    }

    fn told(rota: &Rota, on: &str) -> String {
        let duty = rota.duty(day(on));
        format!("{}|{}{}", duty.on.join(" "), duty.away.join(" "), if duty.stands_in { "|stands in" } else { "" })
    }

    #[test]
    fn each_weekday_has_those_whose_turn_it_is() {
        let rota = by_day();
        for (on, said) in [
            ("2026-11-16", "mila|"),
            ("2026-11-17", "oleg mila|"),
            ("2026-11-18", "|"),
            ("2026-11-20", "ana|"),
            ("2026-11-22", "|"),
            ("1999-01-04", "mila|"),
        ] {
            assert_eq!(told(&rota, on), said, "{on}");
        }
    }

    #[test]
    fn who_is_away_has_no_duty_and_the_next_in_order_stands_in() {
        let rota = away(by_day(), "Mila", &["2026-11-16..2026-11-17"]);
        assert_eq!(told(&rota, "2026-11-16"), "oleg|mila|stands in");
        assert_eq!(told(&rota, "2026-11-17"), "oleg|mila");
        assert_eq!(told(&rota, "2026-11-23"), "mila|");
        let rota = away(rota, "oleg", &["2026-11-16"]);
        assert_eq!(told(&rota, "2026-11-16"), "ana|mila|stands in");
        let rota = away(rota, "ana", &["2026-11-16"]);
        assert_eq!(told(&rota, "2026-11-16"), "|mila");
        // Over the end of the week: after Friday comes Monday.
        let rota = away(by_day(), "ana", &["2026-11-20"]);
        assert_eq!(told(&rota, "2026-11-20"), "mila|ana|stands in");
    }

    #[test]
    fn who_has_left_the_team_has_duty_no_more() {
        let rota = Rota { left: names("MILA"), ..by_day() };
        assert_eq!(told(&rota, "2026-11-16"), "oleg|mila|stands in");
    }

    #[test]
    fn weeks_go_in_turn_before_the_first_one_too() {
        let turns = Turns::ByWeek { names: names("mila oleg ana"), from: day("2026-11-02") };
        let rota = Rota { turns, ..Rota::default() };
        for (on, said) in [
            ("2026-11-01", "ana|"),
            ("2026-11-02", "mila|"),
            ("2026-11-15", "oleg|"),
            ("2026-11-22", "ana|"),
            ("2026-11-23", "mila|"),
            ("2027-01-03", "ana|"),
            ("2027-01-04", "mila|"),
        ] {
            assert_eq!(told(&rota, on), said, "{on}");
        }
        let rota = away(rota, "ana", &["2026-11-20"]);
        assert_eq!(told(&rota, "2026-11-20"), "mila|ana|stands in");
        assert_eq!(told(&rota, "2026-11-21"), "ana|");
    }

    #[test]
    fn nobody_is_asked_of_a_rota_without_names() {
        for turns in
            [Turns::None, Turns::ByWeek { names: vec![], from: day("2026-11-02") }, Turns::ByDay(Default::default())]
        {
            let rota = Rota { turns, ..Rota::default() };
            assert_eq!((told(&rota, "2026-11-20").as_str(), rota.has_turns()), ("|", false));
        }
    }

    fn team(loads: &[(&str, i64)]) -> Vec<(Agent, i64)> {
        let agent = |id, name: &str| Agent { id, name: name.to_owned(), email: None, active: name != "gone" };
        loads.iter().zip(1..).map(|((name, open), id)| (agent(id, name), *open)).collect()
    }

    fn next(rota: &Rota, on: &str, loads: &[(&str, i64)], plan: Option<&Plan>) -> String {
        let team = team(loads);
        rota.next(day(on), &team, plan).map_or_else(String::new, |n| format!("{} {} {:?}", n.agent.name, n.open, n.why))
    }

    #[test]
    fn duty_goes_before_few_tickets_and_limits_before_duty() {
        let loads = [("ana", 0), ("gone", 0), ("mila", 4), ("oleg", 4)];
        let limited = |most: &[(&str, i64)]| Rota {
            limits: most.iter().map(|(who, n)| ((*who).to_owned(), *n)).collect(),
            ..by_day()
        };
        assert_eq!(next(&by_day(), "2026-11-17", &loads, None), "oleg 4 OnDuty");
        assert_eq!(next(&limited(&[("oleg", 4)]), "2026-11-17", &loads, None), "mila 4 OnDuty");
        assert_eq!(next(&limited(&[("oleg", 4), ("mila", 3)]), "2026-11-17", &loads, None), "ana 0 Fewest");
        assert_eq!(next(&limited(&[("oleg", 4), ("mila", 3), ("ana", 0)]), "2026-11-17", &loads, None), "");
        assert_eq!(
            next(&Rota { limit: Some(5), ..limited(&[("ana", 0)]) }, "2026-11-18", &loads, None),
            "mila 4 Fewest"
        );
        assert_eq!(next(&away(by_day(), "mila", &["2026-11-16"]), "2026-11-16", &loads, None), "oleg 4 StandsIn");
        assert_eq!(next(&by_day(), "2026-11-16", &[("gone", 0)], None), "");
    }

    #[test]
    fn agents_of_the_plan_go_first_and_others_where_they_cannot() {
        let plan = Plan { agents: names("Ana"), ..Plan::default() };
        let loads = [("ana", 9), ("mila", 0)];
        assert_eq!(next(&by_day(), "2026-11-16", &loads, Some(&plan)), "ana 9 Fewest");
        assert_eq!(next(&Rota { limit: Some(9), ..by_day() }, "2026-11-16", &loads, Some(&plan)), "mila 0 OnDuty");
        assert_eq!(next(&by_day(), "2026-11-16", &loads, Some(&Plan::default())), "mila 0 OnDuty");
    }

    proptest! {
        #[test]
        fn nobody_has_duty_while_he_is_away(n in 0_u64..4000, from in 0_u64..4000, days in 0_u64..30, who in 0_usize..4, by_weeks: bool) {
            let start = day("2020-01-06");
            let at = |n: u64| start + chrono::Days::new(n);
            let everybody = names("mila oleg ana kim");
            let turns = match by_weeks {
                true => Turns::ByWeek { names: everybody.clone(), from: start },
                false => Turns::ByDay(std::array::from_fn(|d| everybody.iter().skip(d % 4).take(2).cloned().collect())),
            };
            let gone = Days { first: at(from), last: at(from + days) };
            let rota = Rota { turns, away: [(everybody[who].clone(), vec![gone])].into(), ..Rota::default() };
            let duty = rota.duty(at(n));
            prop_assert!(!duty.on.is_empty());
            prop_assert!(duty.on.iter().all(|name| !rota.is_away(name, at(n))));
            prop_assert!(duty.away.iter().all(|name| rota.is_away(name, at(n))));
        }
    }
}
