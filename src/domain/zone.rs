//! Time zones: what a wall clock reads at an instant, and which instant a wall clock means.
//! The only room that knows jiff. The bytes of a zone file are read elsewhere and handed in.

use super::time::{Date, Moment};
use chrono::{DateTime, NaiveDateTime, NaiveTime};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use std::sync::Arc;

/// A time zone with all its changes of offset.
///
/// ```
/// use frontdesk::domain::{time::Moment, zone::Zone};
/// let moscow = Zone::bundled("Europe/Moscow").unwrap();
/// let noon = Moment::parse_rfc3339("2026-11-20T09:00:00Z").unwrap();
/// assert_eq!(moscow.local(noon).to_string(), "2026-11-20 12:00:00");
/// assert_eq!(moscow.offset(noon), 3 * 3600);
/// ```
#[derive(Debug, Clone)]
pub struct Zone {
    name: Arc<str>,
    /// None is UTC.
    rules: Option<TimeZone>,
}

/// The instant that a reading of a wall clock means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Local {
    /// The usual case.
    One(Moment),
    /// The clocks were put forward over this reading: it never showed.
    Skipped {
        /// The instant by the offset in force before the change: a clock nobody had put forward shows the reading then.
        before: Moment,
        /// The instant by the offset in force after the change; the earlier of the two.
        after: Moment,
    },
    /// The clocks were put back: the reading showed twice.
    Doubled {
        /// The first time.
        first: Moment,
        /// The second time.
        second: Moment,
    },
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Zone {
        Zone { name: Arc::from("UTC"), rules: None }
    }

    /// The zone `name` from the bytes of its compiled zone file (`TZif`); none when they are not one.
    #[must_use]
    pub fn from_tzif(name: &str, bytes: &[u8]) -> Option<Zone> {
        let rules = TimeZone::tzif(name, bytes).ok()?;
        Some(Zone { name: Arc::from(name), rules: Some(rules) })
    }

    /// The zone `name` from the database inside the program; upper and lower case do not matter.
    #[must_use]
    pub fn bundled(name: &str) -> Option<Zone> {
        if name.eq_ignore_ascii_case("UTC") {
            return Some(Zone::utc());
        }
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        let name = Arc::from(rules.iana_name().unwrap_or(name));
        Some(Zone { name, rules: Some(rules) })
    }

    /// Its name in the IANA database: `Europe/Moscow`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a wall clock here reads at `moment`.
    #[must_use]
    pub fn local(&self, moment: Moment) -> NaiveDateTime {
        let moment = moment.held();
        let shifted = moment.0.saturating_add(self.offset(moment));
        DateTime::from_timestamp(shifted, 0).map_or_else(|| moment.utc(), |reading| reading.naive_utc())
    }

    /// The calendar day here at `moment`.
    #[must_use]
    pub fn date(&self, moment: Moment) -> Date {
        self.local(moment).date()
    }

    /// Seconds that clocks here are ahead of UTC at `moment`; negative west of it.
    #[must_use]
    pub fn offset(&self, moment: Moment) -> i64 {
        self.rules.as_ref().map_or(0, |rules| i64::from(rules.to_offset(stamp(moment)).seconds()))
    }

    /// The instant at which a wall clock here reads `wall`, held within the years 0001 to 9999.
    ///
    /// ```
    /// use frontdesk::domain::zone::{Local, Zone};
    /// let berlin = Zone::bundled("Europe/Berlin").unwrap();
    /// let reading = |text: &str| berlin.moment(text.parse().unwrap());
    /// assert!(matches!(reading("2026-11-20T12:00:00"), Local::One(m) if m.rfc3339() == "2026-11-20T11:00:00Z"));
    /// assert!(matches!(reading("2026-03-29T02:30:00"), Local::Skipped { before, .. } if berlin.local(before).to_string() == "2026-03-29 03:30:00"));
    /// assert!(matches!(reading("2026-10-25T02:30:00"), Local::Doubled { first, second } if second.since(first) == 3600));
    /// ```
    #[must_use]
    pub fn moment(&self, wall: NaiveDateTime) -> Local {
        let reading = wall.and_utc().timestamp();
        let Some(rules) = &self.rules else { return Local::One(Moment(reading).held()) };
        let civil = Offset::UTC.to_datetime(stamp(Moment(reading)));
        let by = |offset: Offset| Moment(reading.saturating_sub(i64::from(offset.seconds()))).held();
        match rules.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Local::One(by(offset)),
            AmbiguousOffset::Gap { before, after } => Local::Skipped { before: by(before), after: by(after) },
            AmbiguousOffset::Fold { before, after } => Local::Doubled { first: by(before), second: by(after) },
        }
    }

    /// The first instant of the local day `date`: midnight, or the end of the gap where midnight was skipped.
    /// A day that a zone left out altogether begins and ends with that leap.
    ///
    /// ```
    /// use frontdesk::domain::zone::Zone;
    /// let paulo = Zone::bundled("America/Sao_Paulo").unwrap();
    /// let begin = paulo.start_of_day("2018-11-04".parse().unwrap());
    /// assert_eq!(paulo.local(begin).to_string(), "2018-11-04 01:00:00");
    /// ```
    #[must_use]
    pub fn start_of_day(&self, date: Date) -> Moment {
        match self.moment(date.and_time(NaiveTime::MIN)) {
            Local::One(moment) => moment,
            Local::Doubled { first, .. } => first,
            Local::Skipped { before, after } => self.change_between(after, before),
        }
    }

    /// The instants after `from` at which clocks here are set, in order, each with the seconds that they are ahead of UTC from
    /// then on. Where clocks are set every year there is no end before the year 9999.
    ///
    /// ```
    /// use frontdesk::domain::{time::Moment, zone::Zone};
    /// let berlin = Zone::bundled("Europe/Berlin").unwrap();
    /// let year = Moment::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
    /// let set: Vec<_> = berlin.changes(year).take(2).map(|(at, ahead)| (at.rfc3339(), ahead)).collect();
    /// assert_eq!(set, [("2026-03-29T01:00:00Z".into(), 7200), ("2026-10-25T01:00:00Z".into(), 3600)]);
    /// ```
    pub fn changes(&self, from: Moment) -> impl Iterator<Item = (Moment, i64)> {
        let from = stamp(from);
        let all = self.rules.iter().flat_map(move |rules| rules.following(from));
        all.map(|change| (Moment(change.timestamp().as_second()), i64::from(change.offset().seconds())))
            .take_while(|(at, _)| *at <= Moment::MAX)
    }

    /// The first instant after `early` and not after `late` at which the offset is no longer that of `early`.
    fn change_between(&self, early: Moment, late: Moment) -> Moment {
        let offset = self.offset(early);
        let (mut low, mut high) = (early.0, late.0);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.offset(Moment(middle)) == offset { low = middle } else { high = middle }
        }
        Moment(high)
    }
}

/// jiff's instants end a day before ours do; the offset of the last one holds on.
fn stamp(moment: Moment) -> Timestamp {
    Timestamp::from_second(moment.held().0).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 9] = [
        "UTC",
        "Europe/Moscow",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "America/St_Johns",
        "Pacific/Apia",
        "America/Toronto",
    ];

    fn zone(name: &str) -> Zone {
        Zone::bundled(name).unwrap()
    }

    fn first_of(name: &str, day: &str) -> String {
        let zone = zone(name);
        zone.local(zone.start_of_day(day.parse().unwrap())).to_string()
    }

    #[test]
    fn a_gap_across_midnight_begins_the_day_where_it_ends() {
        assert_eq!(first_of("America/Toronto", "1919-03-31"), "1919-03-31 00:30:00");
        assert_eq!(first_of("Africa/Cairo", "2024-04-26"), "2024-04-26 01:00:00");
    }

    #[test]
    fn a_day_that_a_zone_left_out_is_empty() {
        let apia = zone("Pacific/Apia");
        let day = |text: &str| apia.start_of_day(text.parse().unwrap());
        assert_eq!(day("2011-12-30"), day("2011-12-31"));
        assert_eq!(day("2011-12-31").since(day("2011-12-29")), 86_400);
    }

    #[test]
    fn a_midnight_that_comes_twice_begins_the_day_the_first_time() {
        let havana = zone("America/Havana");
        let begin = havana.start_of_day("2024-11-03".parse().unwrap());
        assert_eq!(havana.start_of_day("2024-11-04".parse().unwrap()).since(begin), 25 * 3600);
    }

    #[test]
    fn the_bundle_knows_names_in_any_case_and_nothing_else() {
        assert_eq!(zone("europe/moscow").name(), "Europe/Moscow");
        assert_eq!(zone("utc").offset(Moment(0)), 0);
        assert!(Zone::bundled("Mars/Olympus").is_none());
        assert!(Zone::from_tzif("Europe/Moscow", b"not a zone").is_none());
    }

    proptest! {
        #[test]
        fn a_local_reading_means_the_instant_it_was_read_at(at in Moment::MIN.0 + 200_000..Moment::MAX.0 - 200_000, name in 0..NAMES.len()) {
            let zone = zone(NAMES[name]);
            match zone.moment(zone.local(Moment(at))) {
                Local::One(back) => prop_assert_eq!(back, Moment(at)),
                Local::Doubled { first, second } => prop_assert!(first < second && (first.0 == at || second.0 == at)),
                Local::Skipped { .. } => prop_assert!(false, "a clock showed a skipped reading"),
            }
        }

        #[test]
        fn the_same_holds_around_the_changes_of_our_years(at in 1_400_000_000_i64..1_900_000_000, name in 0..NAMES.len()) {
            let zone = zone(NAMES[name]);
            let back = match zone.moment(zone.local(Moment(at))) {
                Local::One(back) => vec![back],
                Local::Doubled { first, second } => vec![first, second],
                Local::Skipped { .. } => vec![],
            };
            prop_assert!(back.contains(&Moment(at)));
        }

        #[test]
        fn a_day_begins_with_its_first_second(day in -10_000_i64..40_000, name in 0..NAMES.len()) {
            let zone = zone(NAMES[name]);
            let date = DateTime::from_timestamp(day * 86_400, 0).unwrap().date_naive();
            let begin = zone.start_of_day(date);
            prop_assert!(zone.date(begin.plus(-1)) < date);
            prop_assert!(zone.date(begin) == date || zone.start_of_day(date.succ_opt().unwrap()) == begin);
        }

        #[test]
        fn no_instant_and_no_reading_panics(seconds in any::<i64>(), name in 0..NAMES.len()) {
            let zone = zone(NAMES[name]);
            for reading in [zone.local(Moment(seconds)), NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let (Local::One(m) | Local::Skipped { before: m, .. } | Local::Doubled { first: m, .. }) = zone.moment(reading);
                prop_assert_eq!(m, m.held());
                prop_assert_eq!(zone.start_of_day(reading.date()), zone.start_of_day(reading.date()).held());
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Zone::from_tzif("X/Y", &bytes);
            let _ = Zone::from_tzif("X/Y", &[b"TZif2".as_slice(), &bytes].concat());
        }
    }
}
