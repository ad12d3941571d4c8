//! The calendar against a walk from second to second, and its rules for all instants.

use super::*;
use chrono::Datelike;
use proptest::prelude::*;
use proptest::sample::select;

fn zone(name: &str) -> Zone {
    Zone::bundled(name).unwrap()
}

fn at(text: &str) -> Moment {
    Moment::parse_rfc3339(text).unwrap()
}

fn rules(week: &[(usize, &[&str])]) -> Rules {
    let mut rules = Rules::default();
    for (day, hours) in week {
        rules.week[*day] = read_hours(hours).unwrap();
    }
    rules
}

fn office(name: &str) -> Calendar {
    let day: &[&str] = &["09:00-13:00", "14:00-18:00"];
    Calendar::new("office", zone(name), &rules(&[0, 1, 2, 3, 4].map(|n| (n, day)))).unwrap()
}

fn sundays(name: &str, hours: &[&str]) -> Calendar {
    Calendar::new("sundays", zone(name), &rules(&[(6, hours)])).unwrap()
}

#[test]
fn the_night_of_the_change_has_twenty_three_or_twenty_five_hours() {
    let always = Calendar::always(zone("America/New_York")).unwrap();
    assert_eq!(always.between(at("2026-03-08T05:00:00Z"), at("2026-03-09T04:00:00Z")), 23 * 3600);
    assert_eq!(always.between(at("2026-11-01T04:00:00Z"), at("2026-11-02T05:00:00Z")), 25 * 3600);
    let early = sundays("Europe/Berlin", &["01:00-05:00"]);
    assert_eq!(early.between(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z")), 3 * 3600);
    assert_eq!(early.between(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z")), 5 * 3600);
    assert_eq!(early.after(at("2026-03-28T12:00:00Z"), 3 * 3600), at("2026-03-29T03:00:00Z"));
    assert_eq!(early.after(at("2026-03-28T12:00:00Z"), 3 * 3600 + 1), at("2026-04-04T23:00:01Z"));
    let (day, night) = (at("9026-03-25T12:00:00Z"), at("9026-03-26T12:00:00Z"));
    assert_eq!(early.between(day, night), 3 * 3600, "seven thousand years on as well");
}

#[test]
fn what_ends_at_closing_time_ends_at_closing_time() {
    let office = office("UTC");
    let friday = at("2026-11-20T16:00:00Z");
    assert_eq!(office.after(friday, 2 * 3600), at("2026-11-20T18:00:00Z"));
    assert_eq!(office.after(friday, 2 * 3600 + 1), at("2026-11-23T09:00:01Z"));
    assert_eq!(office.after(at("2026-11-20T12:00:00Z"), 3600), at("2026-11-20T13:00:00Z"));
    let saturday = at("2026-11-21T12:00:00Z");
    assert_eq!((office.after(saturday, 0), office.after(saturday, -5)), (saturday, saturday));
    assert_eq!(office.opens(saturday), at("2026-11-23T09:00:00Z"));
    assert_eq!((office.opens(friday), office.is_open(friday), office.is_open(saturday)), (friday, true, false));
    assert_eq!((office.closes(friday), office.closes(saturday)), (Some(at("2026-11-20T18:00:00Z")), None));
    assert_eq!(Calendar::always(Zone::utc()).unwrap().closes(friday), None);
}

#[test]
fn working_days_on_keep_the_time_of_day_up_to_closing() {
    let mut made = rules(&[0, 1, 2, 3].map(|n| (n, &["09:00-18:00"][..])));
    made.week[4] = read_hours(&["09:00-16:00"]).unwrap();
    made.holidays.add("2026-11-24").unwrap();
    let office = Calendar::new("office", zone("Europe/Moscow"), &made).unwrap();
    let on = |start: &str, days: i64| {
        let end = office.days_after(at(&format!("{start}:00+03:00")), days);
        office.zone().local(end).format("%a %m-%d %H:%M").to_string()
    };
    assert_eq!(on("2026-11-17T15:00", 2), "Thu 11-19 15:00");
    assert_eq!(on("2026-11-17T17:30", 3), "Fri 11-20 16:00", "at most that day's closing");
    assert_eq!(on("2026-11-20T15:00", 2), "Wed 11-25 15:00", "over a weekend and a holiday");
    assert_eq!(on("2026-11-17T20:00", 1), "Wed 11-18 18:00");
    assert_eq!(on("2026-11-17T03:00", 1), "Wed 11-18 03:00", "one whole day of work");
    assert_eq!(on("2026-11-22T03:00", 1), "Mon 11-23 18:00", "a day off lends no time of day");
    assert_eq!(on("2026-11-22T03:00", 0), "Sun 11-22 03:00");
    assert_eq!(office.days_after(at("9999-12-01T00:00:00Z"), 1000), Moment::MAX);
}

#[test]
fn a_time_of_day_that_the_clocks_skip_is_the_end_of_the_gap() {
    let always = Calendar::always(zone("Europe/Berlin")).unwrap();
    let on = |start: &str| always.zone().local(always.days_after(at(start), 1)).to_string();
    assert_eq!(on("2026-03-28T02:30:00+01:00"), "2026-03-29 03:00:00");
    assert_eq!(always.days_after(at("2026-10-24T02:30:00+02:00"), 1), at("2026-10-25T02:30:00+02:00"));
    let late = sundays("America/Sao_Paulo", &["22:00-24:00"]);
    assert_eq!(late.days_after(at("2018-02-12T12:00:00Z"), 1), at("2018-02-19T03:00:00Z"), "closing at midnight");
}

#[test]
fn hours_in_a_day_that_a_zone_left_out_never_come() {
    let fridays = Calendar::new("f", zone("Pacific/Apia"), &rules(&[(4, &["09:00-17:00"])])).unwrap();
    assert_eq!(fridays.between(at("2011-12-24T12:00:00Z"), at("2012-01-05T00:00:00Z")), 0);
    assert_eq!(fridays.between(at("2011-12-17T12:00:00Z"), at("2012-01-08T00:00:00Z")), 16 * 3600);
}

#[test]
fn ten_thousand_years_are_as_near_as_a_day() {
    let mut all = rules(&[0, 1, 2, 3, 4].map(|n| (n, &["09:00-18:00"][..])));
    all.country = Some(Country::Russia);
    all.holidays.add("12-24").unwrap();
    for name in ["Europe/Moscow", "America/New_York"] {
        let calendar = Calendar::new("far", zone(name), &all).unwrap();
        let whole = calendar.between(Moment::MIN, Moment::MAX);
        assert_eq!(calendar.after(Moment::MIN, whole + 1), Moment::MAX);
        let end = calendar.after(Moment::MIN, whole);
        assert!(end < Moment::MAX && calendar.between(Moment::MIN, end) == whole);
        assert_eq!(calendar.days_after(Moment::MIN, i64::MAX), Moment::MAX);
        assert_eq!(calendar.after(Moment(i64::MIN), i64::MAX), Moment::MAX);
        let days = whole / (9 * 3600);
        assert!((240 * 9999..262 * 9999).contains(&days), "{days}");
    }
}

#[test]
fn a_production_calendar_takes_off_what_it_takes_off() {
    let mut made = rules(&[0, 1, 2, 3, 4].map(|n| (n, &["09:00-18:00"][..])));
    made.country = Some(Country::Russia);
    let office = Calendar::new("ru", zone("Europe/Moscow"), &made).unwrap();
    let hours = |from: &str, to: &str| office.between(at(from), at(to)) / 3600;
    assert_eq!(hours("2025-12-30T00:00:00+03:00", "2026-01-12T00:00:00+03:00"), 9);
    assert_eq!(hours("2026-01-01T00:00:00+03:00", "2027-01-01T00:00:00+03:00"), 247 * 9 - 4);
    assert_eq!(hours("2024-01-01T00:00:00+03:00", "2025-01-01T00:00:00+03:00"), 248 * 9 - 5);
    assert!(office.is_provisional(2027) && !office.is_provisional(2025));
}

/// The same question answered second by second, from nothing but the zone's clock and the hours of each day.
fn walked(calendar: &Calendar, from: Moment, to: Moment) -> i64 {
    let open = |second: i64| {
        let wall = calendar.zone().local(Moment(second));
        let time = wall.time().signed_duration_since(NaiveTime::MIN).num_seconds();
        calendar.day(wall.date()).hours.iter().any(|h| (h.from..h.to).contains(&time))
    };
    i64::try_from((from.0..to.0).filter(|second| open(*second)).count()).unwrap()
}

const ZONES: [&str; 9] = [
    "UTC",
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Casablanca",
];

fn hours() -> impl Strategy<Value = Vec<Span>> {
    let ends = proptest::collection::btree_set(0_i64..=1440, 0..5);
    ends.prop_map(|ends| {
        let ends: Vec<i64> = ends.into_iter().map(|minute| minute * 60).collect();
        ends.chunks_exact(2).map(|two| Span { from: two[0], to: two[1] }).collect()
    })
}

fn some_day() -> impl Strategy<Value = Date> {
    (12_000_i64..22_000).prop_map(year::date)
}

prop_compose! {
    /// Any calendar, in any zone.
    fn calendars()(
        week in proptest::array::uniform7(prop_oneof![1 => Just(Vec::new()), 3 => hours()]),
        days in proptest::collection::btree_map(some_day(), hours(), 0..4),
        once in proptest::collection::btree_set(some_day(), 0..6),
        yearly in proptest::collection::btree_set((1_u32..=12, 1_u32..=29), 0..6),
        country in select(&[None, Some(Country::Russia)][..]),
        name in select(&ZONES[..]),
    ) -> Calendar {
        let rules = Rules { days, holidays: Holidays { once, yearly }, country, week };
        Calendar::new("any", zone(name), &rules).unwrap_or_else(|| office(name))
    }
}

/// Instants of our time, many of them near a change of the clocks.
fn instants() -> impl Strategy<Value = i64> {
    let changes = [
        1_774_746_000,
        1_793_494_800,
        1_772_953_200,
        1_793_512_800,
        1_541_300_400,
        1_325_239_200,
        2_524_608_000,
        1_520_132_400,
    ];
    prop_oneof![
        2 => 1_100_000_000_i64..1_900_000_000,
        2 => (select(changes.to_vec()), -90_000_i64..90_000).prop_map(|(at, by)| at + by),
        1 => Moment::MIN.0..=Moment::MAX.0,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn it_is_what_a_walk_from_second_to_second_finds(calendar in calendars(), from in instants(), length in 0_i64..100_000) {
        let (from, to) = (Moment(from).held(), Moment(from + length).held());
        prop_assert_eq!(calendar.between(from, to), walked(&calendar, from, to));
        prop_assert_eq!(calendar.is_open(from), walked(&calendar, from, from.plus(1)) == 1 || from == Moment::MAX);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn parts_add_up_and_nothing_is_negative(calendar in calendars(), mut three in proptest::array::uniform3(instants())) {
        three.sort_unstable();
        let [a, b, c] = three.map(Moment);
        prop_assert_eq!(calendar.between(a, b) + calendar.between(b, c), calendar.between(a, c));
        prop_assert!(calendar.between(a, b) >= 0 && calendar.between(a, b) <= b.since(a));
        prop_assert!(b == a || calendar.between(b, a) == 0);
    }

    #[test]
    fn after_what_lies_between_one_is_there(calendar in calendars(), from in instants(), to in instants()) {
        let (from, to) = (Moment(from.min(to)), Moment(from.max(to)));
        let reached = calendar.after(from, calendar.between(from, to));
        prop_assert!(reached <= to && calendar.between(reached, to) == 0);
        if from == to || calendar.is_open(to.plus(-1)) {
            prop_assert_eq!(reached, to);
        }
    }

    #[test]
    fn after_takes_exactly_what_it_was_given(calendar in calendars(), from in instants(), seconds in 0_i64..100_000_000) {
        let end = calendar.after(Moment(from), seconds);
        prop_assert!(end >= Moment(from).held());
        if end < Moment::MAX {
            prop_assert_eq!(calendar.between(Moment(from), end), seconds);
            prop_assert!(seconds == 0 || calendar.is_open(end.plus(-1)), "it ends in working time, or with it");
        }
    }

    #[test]
    fn more_days_never_end_earlier(calendar in calendars(), from in instants(), days in 0_i64..400, more in 0_i64..400) {
        let (one, other) = (calendar.days_after(Moment(from), days), calendar.days_after(Moment(from), days + more));
        prop_assert!(Moment(from).held() <= one && one <= other);
    }

    #[test]
    fn who_begins_later_never_ends_earlier(calendar in calendars(), from in instants(), by in 0_i64..400_000, days in 1_i64..40) {
        let (one, other) = (Moment(from).held(), Moment(from + by).held());
        let wall = |at: Moment| calendar.zone().local(at);
        // In the hour that comes twice the clock goes back, and with it the time of day that is kept.
        if wall(one) <= wall(other) {
            prop_assert!(calendar.days_after(one, days) <= calendar.days_after(other, days));
        }
    }

    #[test]
    fn days_of_equal_length_are_so_many_hours(from in 0_i64..4_000_000_000, days in 1_i64..300) {
        let hours = vec![Span { from: 9 * 3600, to: 18 * 3600 }];
        let mut rules = Rules::default();
        rules.week[..5].fill(hours);
        rules.holidays.add("05-09").unwrap();
        let office = Calendar::new("office", zone("Europe/Moscow"), &rules).unwrap();
        let end = office.days_after(Moment(from), days);
        prop_assert_eq!(office.between(Moment(from), end), days * 9 * 3600);
    }

    #[test]
    fn it_opens_and_closes_where_working_time_begins_and_ends(calendar in calendars(), from in instants()) {
        let from = Moment(from);
        let opens = calendar.opens(from);
        if opens < Moment::MAX.plus(-1) {
            prop_assert!(calendar.is_open(opens) && calendar.between(from, opens) == 0);
        }
        if let Some(closes) = calendar.closes(from) {
            prop_assert!(calendar.is_open(from) && from < closes);
        }
    }
}

/// Not a test of what is right, but of how long it takes: `cargo test --lib calendar::tests::speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn speed() {
    use std::time::Instant;
    let timed = |name: &str, what: &str, n: i64, deed: &dyn Fn(i64) -> i64| {
        let begin = Instant::now();
        let sum: i64 = (0..n).map(deed).sum();
        let each = begin.elapsed() / u32::try_from(n).unwrap();
        println!("{name}: {what}: {} ns ({sum})", each.as_nanos());
    };
    let mut made = rules(&[0, 1, 2, 3, 4].map(|n| (n, &["09:00-13:00", "14:00-18:00"][..])));
    made.country = Some(Country::Russia);
    let from = at("2021-11-20T09:00:00Z");
    for name in ["Europe/Moscow", "Europe/Berlin"] {
        let zone = zone(name);
        timed(name, "making one", 100, &|_| {
            Calendar::new("x", zone.clone(), &made).map_or(0, |c| i64::from(c.is_open(from)))
        });
        let c = Calendar::new("x", zone, &made).unwrap();
        timed(name, "between over five years", 100_000, &|n| c.between(from.plus(n), from.plus(157_680_000 + 7 * n)));
        timed(name, "after 8 hours", 100_000, &|n| c.after(from.plus(n * 1000), 28_800).0 % 7);
        timed(name, "after five years", 100_000, &|n| c.after(from.plus(n), 36_000_000).0 % 7);
        timed(name, "three days after", 100_000, &|n| c.days_after(from.plus(n * 1000), 3).0 % 7);
        timed(name, "the first look beyond 2050", 1, &|_| c.between(from, Moment::MAX) % 7);
        timed(name, "between over eight thousand years", 100_000, &|n| c.between(from.plus(n), Moment::MAX) % 7);
        assert!(c.day(year::date(0)).why.is_some() && year::date(0).year() == 1970);
    }
}
