//! Words of other programs in the words of the desk: statuses, priorities, yes and no, lengths of time. What is not known
//! here is told as such, never guessed.

use super::dates::short;
use super::fields::key;
use crate::domain::amount::{Amount, Unit, amounts};
use crate::domain::ticket::{Priority, Reason, Status};
use crate::domain::time::{Minutes, minutes};

/// Statuses in other words, as [`key`] makes them, with blanks between.
const STATUSES: &[(Status, Option<Reason>, &str)] = &[
    (
        Status::New,
        None,
        "new unassigned submitted unread новая новыи новое создана создан зарегистрирована нераспределена неразобрана",
    ),
    (
        Status::Open,
        None,
        "open opened active reopened reopen inprogress inwork started assigned todo answered customerresponded \
        customerreplied waitingonagent waitingforsupport escalated triaged review inreview backlog открыта открыт \
        открыто открытыи открытая вработе впроцессе выполняется назначена назначен принята принятавработу переоткрыта \
        переоткрыт открытаповторно возобновлена ответклиента клиентответил",
    ),
    (
        Status::Pending,
        None,
        "pending waiting waitingoncustomer waitingforcustomer awaitingcustomer awaitingreply awaitingyourreply \
        waitingforreply waitingonreply waitingoncontact awaitingresponse replied needinfo needsinfo feedback \
        pendingcustomer ожидание ожидает ожиданиеклиента ожидаетклиента ожиданиеответа ожидаетответа \
        ожиданиеответаклиента ожидаетответаклиента ждетответа ждетклиента ждемответа ждемклиента требуетсяинформация \
        отвечена",
    ),
    (
        Status::Hold,
        None,
        "hold onhold snoozed postponed deferred delayed blocked paused suspended waitingonthirdparty waitingforthirdparty \
        waitingonvendor отложена отложен отложено приостановлена приостановлен наудержании напаузе заблокирована \
        ожиданиетретьеистороны ожиданиепоставщика",
    ),
    (Status::Closed, None, "closed archived закрыта закрыт закрыто закрытыи закрытая архив вархиве"),
    (
        Status::Closed,
        Some(Reason::Solved),
        "solved resolved completed complete done fixed finished решена решен решено выполнена выполнен выполнено \
        завершена завершен завершено готово исправлена",
    ),
    (Status::Closed, Some(Reason::Spam), "spam спам"),
    (Status::Closed, Some(Reason::Duplicate), "duplicate duplicated merged дубль дубликат объединена"),
    (
        Status::Closed,
        Some(Reason::Wontfix),
        "wontfix wontdo notplanned rejected declined cancelled canceled invalid отклонена отклонен отклонено отменена \
        отменен отменено отказ отказано",
    ),
    (Status::Closed, Some(Reason::Workaround), "workaround обходноерешение"),
    (Status::Closed, Some(Reason::NoReply), "noreply noresponse нетответа безответа"),
];

/// Priorities likewise.
const PRIORITIES: &[(Priority, &str)] = &[
    (Priority::Low, "low lowest minor trivial p4 p5 низкии низкая низко незначительныи несрочно несрочныи"),
    (
        Priority::Normal,
        "normal medium moderate standard default average p3 обычныи обычная обычно нормальныи нормальная среднии \
        средняя стандартныи",
    ),
    (Priority::High, "high major important p2 высокии высокая высоко важныи важно значительныи"),
    (
        Priority::Urgent,
        "urgent critical highest blocker emergency immediate p0 p1 срочныи срочная срочно критическии критическая \
        критичныи критично оченьвысокии оченьвысокая наивысшии аварииныи авария блокирующии экстренныи",
    ),
];

/// The status that a word of another program means, in English or Russian, and the reason where it is a close.
///
/// ```
/// use frontdesk::domain::{mapping::status_of, ticket::{Reason, Status}};
/// assert_eq!(status_of("In Progress"), Some((Status::Open, None)));
/// assert_eq!(status_of("Ожидание клиента"), Some((Status::Pending, None)));
/// assert_eq!(status_of("Решена"), Some((Status::Closed, Some(Reason::Solved))));
/// assert_eq!(status_of("Frobnicated"), None);
/// ```
#[must_use]
pub fn status_of(text: &str) -> Option<(Status, Option<Reason>)> {
    let text = key(text);
    STATUSES.iter().find(|(.., words)| has(words, &text)).map(|(status, reason, _)| (*status, *reason))
}

/// The priority that a word of another program means, in English or Russian; of `P1`–`P4` the first is the most
/// urgent. Bare numbers mean this in one program and that in another.
///
/// ```
/// use frontdesk::domain::{mapping::priority_of, ticket::Priority};
/// assert_eq!([priority_of("Critical"), priority_of("P1"), priority_of("Низкий")], [Some(Priority::Urgent), Some(Priority::Urgent), Some(Priority::Low)]);
/// assert_eq!([priority_of("purple"), priority_of("1")], [None, None]);
/// ```
#[must_use]
pub fn priority_of(text: &str) -> Option<Priority> {
    let text = key(text);
    PRIORITIES.iter().find(|(_, words)| has(words, &text)).map(|(priority, _)| *priority)
}

fn has(words: &str, word: &str) -> bool {
    !word.is_empty() && words.split(' ').any(|known| known == word)
}

/// Yes or no.
pub(super) fn yes_of(text: &str) -> Option<bool> {
    match key(text).as_str() {
        "yes" | "y" | "true" | "1" | "billable" | "да" | "истина" | "платно" | "оплачивается" => {
            Some(true)
        }
        "no"
        | "n"
        | "false"
        | "0"
        | "nonbillable"
        | "notbillable"
        | "нет"
        | "ложь"
        | "бесплатно"
        | "неоплачивается" => Some(false),
        _ => None,
    }
}

/// The unit of time that the name of a column says: `Duration (hours)`, `spent_min`, `Часы`.
pub(super) fn unit_in(column: &str) -> Option<Unit> {
    let mut words = column.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.find_map(|word| match Unit::of(&word) {
        unit @ Some(Unit::Hour | Unit::Minute | Unit::Second) => unit,
        _ => match word.as_str() {
            "часы" | "часах" => Some(Unit::Hour),
            "минутах" => Some(Unit::Minute),
            "секундах" => Some(Unit::Second),
            _ => None,
        },
    })
}

/// Worked minutes out of `1:30`, `1:30:00`, `1h30`, `1,5ч`, or a bare number in the unit of its column. Seconds inside,
/// rounded half up at the end.
///
/// ```
/// use frontdesk::domain::{amount::Unit, mapping::spent};
/// assert_eq!((spent("01:30:30", None), spent("0,05", Some(Unit::Hour))), (Ok(91), Ok(3)));
/// ```
///
/// # Errors
/// Why it is no length of time; of a bare number without a unit, which units there are.
pub fn spent(text: &str, unit: Option<Unit>) -> Result<Minutes, String> {
    const LONGEST: i64 = 10_000 * 3_600;
    let quoted = || short(text);
    let no = || format!("\"{}\" is no length of time: write 1:30, 1h30, 1.5h or 90m", quoted());
    if text.starts_with(['-', '−', '–']) {
        return Err(format!("\"{}\" is less than nothing", quoted()));
    }
    let seconds = match clock(text) {
        Some(_) if matches!(unit, Some(Unit::Minute | Unit::Second)) => {
            return Err(format!("\"{}\" stands in a column of minutes: is it 1:30 of hours?", quoted()));
        }
        Some(seconds) => seconds,
        None => {
            let read = amounts(&text.replace('\u{a0}', " ")).ok_or_else(no)?;
            in_seconds(&read, unit).map_err(|bare| {
                if bare {
                    format!("{} what? Say the unit: --map COLUMN=minutes or COLUMN=hours", quoted())
                } else {
                    no()
                }
            })?
        }
    };
    if seconds > LONGEST {
        return Err(format!("\"{}\" is longer than 10000 hours", quoted()));
    }
    Ok(minutes(seconds))
}

/// Hours, minutes and seconds as whole seconds. Err(true): a number that has no unit.
fn in_seconds(read: &[Amount], unit: Option<Unit>) -> Result<i64, bool> {
    let mut micros: i64 = 0;
    let mut last: Option<Unit> = None;
    for amount in read {
        let unit = match (amount.unit, last, unit) {
            (Some(unit @ (Unit::Hour | Unit::Minute | Unit::Second)), ..) => unit,
            (Some(_), ..) => return Err(false),
            (None, Some(Unit::Hour), _) if !amount.fraction => Unit::Minute,
            (None, None, Some(unit)) => unit,
            (None, None, None) => return Err(true),
            (None, ..) => return Err(false),
        };
        if last.is_some_and(|last| last <= unit) {
            return Err(false);
        }
        last = Some(unit);
        let more = Amount { unit: Some(unit), ..*amount }.micros();
        micros = more.and_then(|more| micros.checked_add(more)).ok_or(false)?;
    }
    Ok((micros + Amount::ONE / 2) / Amount::ONE)
}

/// `1:30` and `1:30:00` in seconds.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut part = |lengths: std::ops::RangeInclusive<usize>| -> Option<Option<i64>> {
        let Some(part) = parts.next() else { return Some(None) };
        let fits = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse().ok().map(Some) } else { None }
    };
    let (hours, minutes, seconds) = (part(1..=6)??, part(2..=2)??, part(2..=2)?.unwrap_or(0));
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(hours * 3_600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_words_of_the_desk_mean_themselves() {
        for status in Status::ALL {
            assert_eq!(status_of(status.word()).map(|(status, _)| status), Some(*status));
        }
        for reason in Reason::ALL {
            assert_eq!(status_of(reason.word()), Some((Status::Closed, Some(*reason))));
        }
        for priority in Priority::ALL {
            assert_eq!(priority_of(priority.word()), Some(*priority));
        }
    }

    #[test]
    fn words_of_the_usual_programs_are_known() {
        let status = |text: &str| status_of(text).map(|(status, _)| status.word());
        for text in ["OPEN", "Open", "active", "В работе", "Открыта", "Открытый", "in_progress", "Waiting on agent"]
        {
            assert_eq!(status(text), Some("open"), "{text}");
        }
        for text in ["Pending", "Waiting on Customer", "Ожидает ответа клиента", "Ждёт ответа"]
        {
            assert_eq!(status(text), Some("pending"), "{text}");
        }
        for text in ["On-hold", "Отложена", "Waiting on Third Party", "snoozed"] {
            assert_eq!(status(text), Some("hold"), "{text}");
        }
        for text in ["CLOSED", "Resolved", "Решена", "Закрыта", "not_planned", "Won't fix", "Спам"] {
            assert_eq!(status(text), Some("closed"), "{text}");
        }
        assert_eq!([status(""), status("2"), status("purple")], [None, None, None]);
        let prio = |text: &str| priority_of(text).map(Priority::word);
        for (text, word) in [
            ("Средний", "normal"),
            ("Высокий", "high"),
            ("Критический", "urgent"),
            ("P4", "low"),
            ("Emergency", "urgent"),
        ] {
            assert_eq!(prio(text), Some(word), "{text}");
        }
    }

    #[test]
    fn lengths_of_time_need_a_unit() {
        for (text, column, expected) in [
            ("1:30", "Duration", 90),
            ("01:30:29", "Duration", 90),
            ("01:30:30", "Duration", 91),
            ("1h30", "Duration", 90),
            ("1,5 ч", "Затрачено", 90),
            ("90", "Minutes", 90),
            ("90", "spent_min", 90),
            ("1,5", "Часы", 90),
            ("0.05", "Time (hours)", 3),
            ("5400", "seconds", 90),
            ("0", "minutes", 0),
            ("2 ч. 15 мин.", "x", 135),
        ] {
            assert_eq!(spent(text, unit_in(column)), Ok(expected), "{text} {column}");
        }
        assert!(spent("90", None).unwrap_err().starts_with("90 what?"));
        for text in
            ["1:75", "-1h", "1e9h", "٤٥", "111111111111111111111", "1:30:00:00", "soon", "", "1d", "10001h", "1:2"]
        {
            assert!(spent(text, Some(Unit::Hour)).is_err(), "{text}");
        }
        assert!(spent("1:30", Some(Unit::Minute)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*", near in "[0-9]{0,12}[:.,hч]?[0-9]{0,4}[:mм]?[0-9]{0,3}") {
            for unit in [None, Some(Unit::Hour), Some(Unit::Minute), Some(Unit::Second)] {
                for text in [&text, &near] {
                    let read = spent(text, unit);
                    prop_assert!(read.is_err() || read.is_ok_and(|n| (0..=600_000).contains(&n)));
                }
            }
            let _ = (status_of(&text), priority_of(&text), yes_of(&text), unit_in(&text));
        }
    }
}
