//! The words of the page in English and Russian: headings, heads of columns, what small things are called. Whole sentences are
//! in `sentence`.

use crate::domain::insight::metrics::Times;
use crate::domain::tongue::Tongue;
use crate::domain::topic::Trend;

/// Forms of a noun beside a number, English and Russian.
pub(super) type Noun = ([&'static str; 2], [&'static str; 3]);

pub(super) const TICKETS: Noun = (["ticket", "tickets"], ["заявка", "заявки", "заявок"]);

/// How long the period is, as people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Span {
    /// A day.
    Day,
    /// Monday to Sunday.
    #[default]
    Week,
    /// A calendar month.
    Month,
    /// Anything else.
    Period,
}

impl Span {
    /// Of what: `the week`, `недели`.
    pub(super) fn of(self, tongue: Tongue) -> &'static str {
        let en = ["the day", "the week", "the month", "the period"];
        self.pick(tongue, en, ["дня", "недели", "месяца", "периода"])
    }

    /// When: `this week`, `за неделю`.
    pub(super) fn during(self, tongue: Tongue) -> &'static str {
        let en = ["that day", "that week", "that month", "in the period"];
        self.pick(tongue, en, ["за день", "за неделю", "за месяц", "за период"])
    }

    /// A quiet one.
    pub(super) fn quiet(self, tongue: Tongue) -> &'static str {
        let en = ["A quiet day", "A quiet week", "A quiet month", "A quiet period"];
        self.pick(tongue, en, ["Тихий день", "Тихая неделя", "Тихий месяц", "Тихий период"])
    }

    fn pick(self, tongue: Tongue, en: [&'static str; 4], ru: [&'static str; 4]) -> &'static str {
        let at = match self {
            Span::Day => 0,
            Span::Week => 1,
            Span::Month => 2,
            Span::Period => 3,
        };
        tongue.of(en, ru).get(at).copied().unwrap_or_default()
    }
}

/// The word of a trend.
pub(super) fn trend(trend: Trend, tongue: Tongue) -> &'static str {
    let ru = match trend {
        Trend::New => "новая",
        Trend::Rising => "растёт",
        Trend::AsBefore => "как раньше",
        Trend::Falling => "спадает",
        Trend::Gone => "ушла",
    };
    tongue.of(trend.word(), ru)
}

/// The name of a figure for people.
pub(super) fn figure(key: &str, tongue: Tongue) -> &'static str {
    let (en, ru) = match key {
        "opened" => ("in", "пришло"),
        "closed" => ("out", "закрыто"),
        "reopened" => ("reopened", "вернулось"),
        "backlog" => ("backlog", "открыто"),
        "first_response" => ("first response, median", "первый ответ, медиана"),
        "next_response" => ("next response, median", "следующий ответ, медиана"),
        "first_resolution" => ("first resolution, median", "первое решение, медиана"),
        "full_resolution" => ("full resolution, median", "полное решение, медиана"),
        "requester_wait" => ("requester wait, median", "ожидание заявителя, медиана"),
        "agent_work" => ("agent work, median", "время в работе, медиана"),
        "one_touch_percent" => ("solved with one answer", "решено одним ответом"),
        "reopen_percent" => ("closed and reopened", "закрыто и вернулось"),
        "sla" => ("promises kept", "обещания выполнены"),
        "csat" => ("satisfied (CSAT)", "довольны (CSAT)"),
        "nps" => ("NPS", "NPS"),
        "waiting" => ("waiting for us", "ждут нас"),
        "hours" => ("hours worked", "часы работы"),
        _ => ("", ""),
    };
    tongue.of(en, ru)
}

/// `n = 3, too few to judge`; nothing where there are enough.
pub(super) fn few(n: usize, tongue: Tongue) -> Option<String> {
    (1..Times::ENOUGH)
        .contains(&n)
        .then(|| tongue.of(format!("n = {n}, too few to judge"), format!("n = {n}, слишком мало")))
}

/// The Russian for a head or a name of a figure that tables share; none for anything else.
pub(super) fn russian(text: &str) -> Option<&'static str> {
    Some(match text {
        "calendar time" => "календарное время",
        "business time" => "рабочее время",
        "of those closed" => "из закрытых",
        "median" => "медиана",
        "mean" => "среднее",
        "before" => "раньше",
        "share" => "доля",
        "first response" => "первый ответ",
        "next response" => "следующий ответ",
        "first resolution" => "первое решение",
        "full resolution" => "полное решение",
        "requester wait" => "ожидание заявителя",
        "agent work" => "время в работе",
        "one-touch" => "одним ответом",
        "reopened" => "вернулось",
        "subject" => "тема",
        "client" => "клиент",
        "waits" => "ждёт",
        "tag" => "метка",
        "tickets" => "заявок",
        "worked" => "работа",
        "agent" => "исполнитель",
        "billable" => "к оплате",
        _ => return None,
    })
}
