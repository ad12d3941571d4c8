//! Why a line of the ledger is as it is, in words: what was rounded together, factors, minimum, rounding, and what paid for
//! each of its minutes. What is done is in `rounding` and `ledger`; here it is only told.

use super::contract::{Contract, Terms};
use super::duration::spoken;
use super::ledger::{Bucket, Ledger, Line, Part, Piece, Work};
use super::money::Money;
use super::rounding::{Charge, Factors, How, Rounding, Spread};
use crate::domain::time::Minutes;

/// What a ledger was counted from.
#[derive(Debug, Clone, Copy)]
pub struct Because<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// The entries it was counted from.
    pub work: &'a [Work],
    /// The contracts of the client.
    pub contracts: &'a [Contract],
    /// How the desk rounds where no contract says.
    pub rounding: Rounding,
}

impl Because<'_> {
    /// How the billed minutes of a line of the ledger came about, and what pays for them, step by step.
    ///
    /// ```
    /// use frontdesk::domain::billing::{because::Because, contract::{Contract, Terms}, currency::Currency, ledger::*, rounding::*};
    /// let said = [
    ///     ("prepaid", "20m"), ("every", "month"), ("overage", "4000"), ("round", "15m up per entry"), ("start", "2026-01-01"),
    /// ];
    /// let terms = Terms::read(&said, Currency::of("RUB").unwrap()).unwrap();
    /// let contracts = [Contract::unchanged(1, terms).unwrap()];
    /// let work = [Work {
    ///     id: 17, minutes: 25, ticket: Some(7), day: "2026-01-20".parse().unwrap(), posted: None, agent: 1, billable: true,
    ///     contract: None, spread: Spread::default(),
    /// }];
    /// let as_of = "2026-01-31".parse().unwrap();
    /// let ledger = Ledger::of(&Facts { contracts: &contracts, work: &work, rounding: Rounding::NONE, as_of }).unwrap();
    /// let because = Because { ledger: &ledger, work: &work, contracts: &contracts, rounding: Rounding::NONE };
    /// let steps = because.steps(&ledger.lines[0]);
    /// assert_eq!(steps[..2], ["25m worked", "15m up per entry: 30m billed"]);
    /// assert_eq!(steps[2], "20m from the hours of 2026-01-01 … 2026-01-31");
    /// assert_eq!(steps[3].replace('\u{a0}', " "), "10m beyond the pool at 4 000.00 ₽ an hour: 666.67 ₽");
    /// ```
    #[must_use]
    pub fn steps(&self, line: &Line) -> Vec<String> {
        let mut steps = vec![format!("{} worked", spoken(line.actual))];
        if line.on != line.day {
            steps.push(format!("on {}, whose invoice was issued by then: drawn on {}", line.day, line.on));
        }
        if line.free > 0 {
            steps.push("given away: nothing is billed".to_owned());
            return steps;
        }
        self.reckoning(line, &mut steps);
        steps.extend(self.ledger.pieces(line).iter().map(|piece| self.paid(piece, line)));
        steps
    }

    /// From worked to billed minutes.
    fn reckoning(&self, line: &Line, steps: &mut Vec<String>) {
        let charge = self.charge(line);
        let group: Vec<&Line> =
            self.ledger.between(line.on, line.on).iter().filter(|other| other.group == line.group).collect();
        let parts: Vec<(Minutes, Spread)> = group
            .iter()
            .map(|one| (one.actual, self.work_of(one).map_or(Spread::default(), |work| work.spread)))
            .collect();
        let reckoned = charge.reckon(&parts);
        let others: Vec<String> =
            group.iter().filter(|one| one.entry != line.entry).map(|one| format!("t{}", one.entry)).collect();
        if !others.is_empty() {
            let whole = spoken(reckoned.worked);
            steps.push(format!("with {}, on the same ticket and day: {whole} worked", others.join(", ")));
        }
        if reckoned.weighted != reckoned.worked.saturating_mul(1000) {
            let uneven = uneven(&parts, charge.factors).join(", ");
            steps.push(format!("{uneven}: counts as {}", fraction(reckoned.weighted)));
        }
        if reckoned.charged > reckoned.weighted {
            steps.push(format!("at least {} is charged", spoken(charge.minimum)));
        }
        match (charge.rounding.how, reckoned.billed.saturating_mul(1000) == reckoned.charged) {
            (How::None, true) => steps.push(format!("{} billed", spoken(reckoned.billed))),
            (How::None, false) => steps.push(format!("in whole minutes: {} billed", spoken(reckoned.billed))),
            _ => steps.push(format!("{}: {} billed", charge.rounding, spoken(reckoned.billed))),
        }
        if !others.is_empty() {
            steps.push(format!("of these {} are this entry's", spoken(line.billed)));
        }
    }

    /// What pays for a piece.
    fn paid(&self, piece: &Piece, line: &Line) -> String {
        let minutes = spoken(piece.minutes);
        let contract = piece.contract.and_then(|(id, _)| self.contracts.iter().find(|contract| contract.id == id));
        let terms = contract.map(|contract| contract.terms_on(line.day));
        // Of the contract by whose rules it was rounded nobody has to be told.
        let whose = match (piece.contract, terms) {
            (Some((id, _)), Some(terms)) if Some(id) != line.contract => format!(" of {}", terms.name),
            _ => String::new(),
        };
        let period = |number: u32| contract.and_then(|contract| contract.stretch(number));
        let days = |number: u32| period(number).map_or_else(String::new, |s| format!("{} … {}", s.first, s.last));
        let number = piece.contract.map_or(0, |(_, number)| number);
        match piece.part {
            Part::Covered(Bucket::Opening) => format!("{minutes} from what was brought along{whose}"),
            Part::Covered(Bucket::Carried(from)) => format!("{minutes} from what was left of {}{whose}", days(from)),
            Part::Covered(Bucket::Included) => format!("{minutes} from the hours of {}{whose}", days(number)),
            Part::Covered(Bucket::Block) => format!("{minutes} from the block{whose}"),
            Part::Covered(Bucket::Deposit) => {
                format!("{minutes} from the deposit{whose}{}", priced(terms.and_then(rate), piece.amount))
            }
            Part::Overage => {
                let hourly = terms.is_some_and(|terms| terms.kind.word() == "hourly");
                let how = if hourly { "by the hour" } else { "beyond the pool" };
                format!("{minutes} {how}{whose}{}", priced(terms.and_then(Terms::beyond), piece.amount))
            }
            Part::Flat => format!("{minutes} paid by the fee{whose} of {}", days(number)),
            Part::Free => format!("{minutes} given away"),
            Part::Unassigned if line.contract.is_some() => {
                format!("{minutes} beyond what was agreed: no contract takes them")
            }
            Part::Unassigned => format!("{minutes} that no contract takes"),
        }
    }

    fn charge(&self, line: &Line) -> Charge {
        let contract = line.contract.and_then(|id| self.contracts.iter().find(|contract| contract.id == id));
        match contract {
            Some(contract) => contract.terms_on(line.day).charge(self.rounding),
            None => Charge { rounding: self.rounding, minimum: 0, factors: Factors::NONE },
        }
    }

    fn work_of(&self, line: &Line) -> Option<&Work> {
        self.work.iter().find(|work| work.id == line.entry)
    }
}

/// The price of an hour of a deposit.
fn rate(terms: &Terms) -> Option<Money> {
    match terms.kind {
        super::contract::Kind::Deposit { rate, .. } => Some(rate),
        _ => None,
    }
}

fn priced(hour: Option<Money>, amount: Option<Money>) -> String {
    let hour = hour.map(|hour| format!(" at {} an hour", hour.told())).unwrap_or_default();
    let amount = amount.map(|amount| format!(": {}", amount.told())).unwrap_or_default();
    format!("{hour}{amount}")
}

/// `10m off-hours ×1.5`
fn uneven(parts: &[(Minutes, Spread)], factors: Factors) -> Vec<String> {
    let sum = |of: fn(&Spread) -> Minutes| parts.iter().map(|(_, spread)| of(spread)).sum::<Minutes>();
    let kinds = [
        ("off-hours", sum(|s| s.off_hours), factors.off_hours),
        ("on a weekend", sum(|s| s.weekend), factors.weekend),
        ("on a holiday", sum(|s| s.holiday), factors.holiday),
    ];
    let said = kinds.into_iter().filter(|(_, minutes, factor)| *minutes > 0 && factor.0 != 1000);
    said.map(|(what, minutes, factor)| format!("{} {what} ×{factor}", spoken(minutes))).collect()
}

/// Thousandths of a minute: `25m`, `22.5m`.
fn fraction(thousandths: i64) -> String {
    if thousandths % 1000 == 0 {
        return spoken(thousandths / 1000);
    }
    let text = format!("{}.{:03}", thousandths / 1000, (thousandths % 1000).abs());
    format!("{}m", text.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::billing::currency::Currency;
    use crate::domain::billing::ledger::Facts;

    fn work(id: i64, minutes: Minutes, day: &str) -> Work {
        Work {
            id,
            ticket: Some(7),
            day: day.parse().unwrap(),
            posted: None,
            agent: 1,
            minutes,
            billable: true,
            contract: None,
            spread: Spread::default(),
        }
    }

    fn told(said: &[(&str, &str)], work: &[Work]) -> Vec<Vec<String>> {
        let start = [("start", "2026-01-01")];
        let contracts: Vec<Contract> = if said.is_empty() {
            Vec::new()
        } else {
            let terms = Terms::read(&[said, &start].concat(), Currency::of("RUB").unwrap()).unwrap();
            vec![Contract::unchanged(1, terms).unwrap()]
        };
        let as_of = "2026-03-31".parse().unwrap();
        let ledger = Ledger::of(&Facts { contracts: &contracts, work, rounding: Rounding::NONE, as_of }).unwrap();
        let because = Because { ledger: &ledger, work, contracts: &contracts, rounding: Rounding::NONE };
        let plain = |step: String| step.replace('\u{a0}', " ");
        ledger.lines.iter().map(|line| because.steps(line).into_iter().map(plain).collect()).collect()
    }

    #[test]
    fn entries_that_are_rounded_together_name_each_other() {
        let said = [("hourly", "3000"), ("round", "15m up per ticket-day")];
        let steps = told(&said, &[work(1, 20, "2026-01-05"), work(2, 20, "2026-01-05")]);
        assert_eq!(
            steps[1],
            [
                "20m worked",
                "with t1, on the same ticket and day: 40m worked",
                "15m up per ticket-day: 45m billed",
                "of these 22m are this entry's",
                "22m by the hour at 3 000.00 ₽ an hour: 1 100.00 ₽"
            ]
        );
    }

    #[test]
    fn factors_and_the_minimum_are_told_in_their_order() {
        let said = [("block", "40h"), ("off-hours", "1.5"), ("min", "30m")];
        let night = Work { spread: Spread { off_hours: 5, ..Spread::default() }, ..work(1, 20, "2026-01-05") };
        assert_eq!(
            told(&said, &[night])[0],
            [
                "20m worked",
                "5m off-hours ×1.5: counts as 22.5m",
                "at least 30m is charged",
                "30m billed",
                "30m from the block"
            ]
        );
    }

    #[test]
    fn what_was_carried_given_away_posted_or_taken_by_nobody_says_so() {
        let said = [("prepaid", "1h"), ("every", "month"), ("carry", "50%")];
        let late = Work { posted: Some("2026-02-01".parse().unwrap()), ..work(1, 40, "2026-01-20") };
        let free = Work { billable: false, ..work(2, 25, "2026-02-02") };
        let steps = told(&said, &[late, free, work(3, 90, "2026-02-03")]);
        assert_eq!(steps[0][1], "on 2026-01-20, whose invoice was issued by then: drawn on 2026-02-01");
        assert_eq!(steps[0][3], "30m from what was left of 2026-01-01 … 2026-01-31");
        assert_eq!(steps[1], ["25m worked", "given away: nothing is billed"]);
        assert_eq!(steps[2].last().unwrap(), "40m beyond what was agreed: no contract takes them");
        assert_eq!(told(&[], &[work(1, 5, "2026-01-05")])[0], ["5m worked", "5m billed", "5m that no contract takes"]);
    }
}
