//! Clocks on lives told by hand, and their rules for all lives.

use super::*;
use crate::domain::calendar::{Rules, read_hours};
use crate::domain::message::Direction::{self, In, Out};
use crate::domain::ticket::{Reason, Standing};
use crate::domain::timeline::{Deed, Timeline, What};
use crate::domain::zone::Zone;
use proptest::prelude::*;
use proptest::sample::select;

/// A time in Moscow in November 2026: `20T17:00` is a Friday.
fn at(text: &str) -> Moment {
    Moment::parse_rfc3339(&format!("2026-11-{text}:00+03:00")).unwrap()
}

fn rules(days: std::ops::Range<usize>, hours: &[&str]) -> Rules {
    let mut rules = Rules::default();
    rules.week[days].fill(read_hours(hours).unwrap());
    rules
}

fn calendar(zone: &str, rules: &Rules) -> Calendar {
    Calendar::new("office", Zone::bundled(zone).unwrap(), rules).unwrap()
}

fn office() -> Calendar {
    calendar("Europe/Moscow", &rules(0..5, &["09:00-18:00"]))
}

fn policy(targets: &[(Kind, &str)]) -> Policy {
    let mut all = Targets::default();
    targets.iter().for_each(|(kind, text)| all.set(*kind, Target::read(text).unwrap(), Priority::ALL));
    Policy {
        name: "pro".to_owned(),
        matches: Query::default(),
        calendar: None,
        targets: all,
        pending: Pause::LeftOut,
        hold: Pause::Counts,
        warn: Policy::WARN,
    }
}

fn everything(target: &str) -> Policy {
    policy(&Kind::ALL.map(|kind| (kind, target)))
}

fn message(at: Moment, direction: Direction) -> Deed {
    Deed { at, what: What::Message { direction, counts: true }, agent: None }
}

fn machine(at: Moment, direction: Direction) -> Deed {
    Deed { at, what: What::Message { direction, counts: false }, agent: None }
}

fn set(at: Moment, status: Status) -> Deed {
    Deed { at, what: What::Status(Standing::of(status)), agent: Some(1) }
}

fn until(at: Moment, status: Status, until: Moment) -> Deed {
    Deed { at, what: What::Status(Standing { until: Some(until), ..Standing::of(status) }), agent: Some(1) }
}

fn case(opened_at: Moment, deeds: Vec<Deed>) -> Case {
    let life = Timeline { opened_at, outbound: false, first: Standing::of(Status::New), first_closed_at: None, deeds };
    Case {
        number: 1,
        life,
        standing_now: Standing::of(Status::Open),
        priority: Priority::Normal,
        client: None,
        assignee: None,
        tags: Vec::new(),
        channel: "email".to_owned(),
        plan: None,
        out: false,
        changes: Vec::new(),
    }
}

/// A ticket that a message opened on Friday at 17:00.
fn friday(deeds: Vec<Deed>) -> Case {
    let opened = at("20T17:00");
    case(opened, [vec![message(opened, In)], deeds].concat())
}

fn seen<'a>(case: &Case, now: Moment, policy: &'a Policy, calendar: &'a Calendar) -> Vec<Clock<'a>> {
    clocks(case, now, &|_| Some(Promise { policy, calendar, priority: case.priority }))
}

/// When each clock of a kind is due, how it stands, and minutes used, at `now`.
fn told(case: &Case, now: &str, policy: &Policy, kind: Kind) -> Vec<(String, State, i64)> {
    let calendar = office();
    let clocks = seen(case, at(now), policy, &calendar);
    let local = |due: Moment| calendar.zone().local(due).format("%dT%H:%M").to_string();
    clocks.iter().filter(|c| c.kind == kind).map(|c| (local(c.due_at), c.state, c.elapsed / 60)).collect()
}

fn one(due: &str, state: State, minutes: i64) -> Vec<(String, State, i64)> {
    vec![(due.to_owned(), state, minutes)]
}

#[test]
fn a_response_is_due_in_working_time() {
    let policy = policy(&[(Kind::FirstResponse, "4h")]);
    let first = |deeds, now| told(&friday(deeds), now, &policy, Kind::FirstResponse);
    assert_eq!(first(vec![], "20T18:00"), one("23T12:00", State::Running, 60));
    assert_eq!(first(vec![], "22T12:00"), one("23T12:00", State::Running, 60));
    assert_eq!(first(vec![], "23T11:11"), one("23T12:00", State::Running, 191));
    assert_eq!(first(vec![], "23T11:12"), one("23T12:00", State::Warning, 192));
    assert_eq!(first(vec![], "23T12:00"), one("23T12:00", State::Warning, 240));
    assert_eq!(first(vec![], "23T12:01"), one("23T12:00", State::Breached, 241));
    assert_eq!(first(vec![message(at("23T12:00"), Out)], "24T12:00"), one("23T12:00", State::Met, 240));
    assert_eq!(first(vec![message(at("23T12:01"), Out)], "24T12:00"), one("23T12:00", State::Missed, 241));
}

#[test]
fn what_is_due_at_closing_time_is_late_in_the_evening() {
    let policy = policy(&[(Kind::FirstResponse, "1h")]);
    let first = |deeds, now| told(&friday(deeds), now, &policy, Kind::FirstResponse);
    assert_eq!(first(vec![], "20T18:01"), one("20T18:00", State::Breached, 60));
    assert_eq!(first(vec![message(at("20T18:30"), Out)], "20T19:00"), one("20T18:00", State::Missed, 60));
}

#[test]
fn days_and_the_clock_on_the_wall() {
    let first =
        |target| told(&friday(vec![]), "20T18:00", &policy(&[(Kind::FirstResponse, target)]), Kind::FirstResponse);
    assert_eq!(first("1 day"), one("23T17:00", State::Running, 60));
    assert_eq!(first("72h wall"), one("23T17:00", State::Running, 60));
    assert_eq!(first("5 days"), one("27T17:00", State::Running, 60));
}

#[test]
fn each_priority_has_a_target_of_its_own() {
    let mut policy = policy(&[]);
    policy.targets.set(Kind::FirstResponse, Target::Business(3600), &[Priority::Urgent]);
    let calendar = office();
    let of = |priority| {
        clocks(&friday(vec![]), at("20T17:00"), &|_| Some(Promise { policy: &policy, calendar: &calendar, priority }))
    };
    assert_eq!((of(Priority::Urgent).len(), of(Priority::High).len()), (1, 0));
}

#[test]
fn the_next_response_waits_since_the_oldest_unanswered_message() {
    let policy = policy(&[(Kind::NextResponse, "2h")]);
    let next = |deeds, now| told(&friday(deeds), now, &policy, Kind::NextResponse);
    let answered = message(at("23T10:00"), Out);
    assert_eq!(next(vec![], "23T12:00"), []);
    assert_eq!(next(vec![answered], "23T12:00"), []);
    let asked = vec![answered, message(at("23T11:00"), In), message(at("23T12:00"), In)];
    assert_eq!(next(asked.clone(), "23T12:30"), one("23T13:00", State::Running, 90));
    let twice = [asked, vec![message(at("23T12:45"), Out), message(at("23T14:00"), In)]].concat();
    assert_eq!(
        next(twice, "23T17:00"),
        [("23T13:00".to_owned(), State::Met, 105), ("23T16:00".to_owned(), State::Breached, 180)]
    );
}

#[test]
fn automatic_mail_and_thanks_start_and_stop_nothing() {
    let policy = everything("2h");
    let noise = vec![machine(at("23T09:30"), Out), machine(at("23T09:40"), In)];
    assert_eq!(told(&friday(noise), "23T09:50", &policy, Kind::FirstResponse), one("23T10:00", State::Warning, 110));
    let thanks = vec![message(at("23T09:30"), Out), machine(at("23T09:40"), In)];
    assert_eq!(told(&friday(thanks), "23T12:00", &policy, Kind::NextResponse), []);
    let opened = at("20T17:00");
    let by_machine = case(opened, vec![machine(opened, In), message(at("23T09:00"), In)]);
    assert_eq!(told(&by_machine, "23T09:30", &policy, Kind::FirstResponse), one("23T11:00", State::Running, 30));
}

#[test]
fn a_ticket_that_we_opened_has_no_first_response() {
    let mut ours = friday(vec![]);
    ours.life.outbound = true;
    ours.life.deeds = vec![message(at("20T17:00"), Out), message(at("23T10:00"), In)];
    let policy = everything("2h");
    assert_eq!(told(&ours, "23T11:00", &policy, Kind::FirstResponse), []);
    assert_eq!(told(&ours, "23T11:00", &policy, Kind::NextResponse), one("23T12:00", State::Running, 60));
    assert_eq!(told(&ours, "23T11:00", &policy, Kind::FullResolution).len(), 1);
}

#[test]
fn spam_muted_merged_and_automatic_tickets_have_no_clock() {
    let (policy, calendar) = (everything("2h"), office());
    let mut out = friday(vec![]);
    out.out = true;
    let mut spam = friday(vec![set(at("20T17:30"), Status::Closed)]);
    spam.standing_now = Standing { reason: Some(Reason::Spam), ..Standing::of(Status::Closed) };
    assert_eq!(seen(&out, at("23T12:00"), &policy, &calendar), []);
    assert_eq!(seen(&spam, at("23T12:00"), &policy, &calendar), []);
    assert_eq!(seen(&friday(vec![]), at("20T16:59"), &policy, &calendar), []);
}

#[test]
fn a_close_makes_a_running_response_void_or_missed() {
    let policy = everything("4h");
    let first = |closed| told(&friday(vec![set(at(closed), Status::Closed)]), "27T12:00", &policy, Kind::FirstResponse);
    assert_eq!(first("23T12:00"), one("23T12:00", State::Void, 240));
    assert_eq!(first("23T12:01"), one("23T12:00", State::Missed, 241));
    let together = vec![set(at("23T10:00"), Status::Closed), message(at("23T10:00"), Out)];
    assert_eq!(told(&friday(together), "24T12:00", &policy, Kind::FirstResponse), one("23T12:00", State::Met, 120));
}

#[test]
fn a_reopen_leaves_the_first_resolution_and_goes_on_with_the_full_one() {
    let policy = everything("8h");
    let mut deeds = vec![message(at("23T09:30"), Out), set(at("23T11:00"), Status::Closed)];
    assert_eq!(
        told(&friday(deeds.clone()), "25T12:00", &policy, Kind::FullResolution),
        one("23T16:00", State::Met, 180)
    );
    deeds.extend([message(at("25T10:00"), In), set(at("25T10:00"), Status::Open)]);
    let reopened = friday(deeds.clone());
    assert_eq!(told(&reopened, "25T12:00", &policy, Kind::FirstResolution), one("23T16:00", State::Met, 180));
    assert_eq!(told(&reopened, "25T12:00", &policy, Kind::FullResolution), one("25T15:00", State::Running, 300));
    assert_eq!(told(&reopened, "25T12:00", &policy, Kind::NextResponse), one("25T18:00", State::Running, 120));
    deeds.push(set(at("25T15:01"), Status::Closed));
    let closed = friday(deeds);
    assert_eq!(told(&closed, "30T12:00", &policy, Kind::FirstResolution), one("23T16:00", State::Met, 180));
    assert_eq!(told(&closed, "30T12:00", &policy, Kind::FullResolution), one("25T15:00", State::Missed, 481));
    assert_eq!(told(&closed, "30T12:00", &policy, Kind::NextResponse), one("25T18:00", State::Void, 301));
}

#[test]
fn pending_moves_the_due_time_and_hold_does_not() {
    let policy = policy(&[(Kind::FirstResolution, "8h")]);
    let first = |deeds, now| told(&friday(deeds), now, &policy, Kind::FirstResolution);
    let pending = vec![set(at("23T10:00"), Status::Pending)];
    assert_eq!(first(pending.clone(), "23T12:00"), one("23T18:00", State::Paused, 120));
    let back = [pending, vec![set(at("23T13:00"), Status::Open)]].concat();
    assert_eq!(first(back, "23T14:00"), one("24T10:00", State::Running, 180));
    let hold = vec![set(at("23T10:00"), Status::Hold)];
    assert_eq!(first(hold, "23T14:00"), one("23T16:00", State::Running, 360));
}

#[test]
fn a_pause_until_an_instant_ends_then() {
    let policy = policy(&[(Kind::FirstResolution, "8h")]);
    let case = friday(vec![until(at("23T10:00"), Status::Pending, at("23T13:00"))]);
    let first = |now| told(&case, now, &policy, Kind::FirstResolution);
    assert_eq!(first("23T11:00"), one("24T10:00", State::Paused, 120));
    assert_eq!(first("23T12:59"), one("24T10:00", State::Paused, 120));
    assert_eq!(first("23T13:00"), one("24T10:00", State::Running, 120));
    assert_eq!(first("23T14:00"), one("24T10:00", State::Running, 180));
}

#[test]
fn a_policy_may_count_leave_out_or_silence_each_status() {
    let mut policy = policy(&[(Kind::FirstResolution, "4h")]);
    let of = |policy: &Policy, status, now| {
        told(&friday(vec![set(at("23T10:00"), status)]), now, policy, Kind::FirstResolution)
    };
    policy.hold = Pause::LeftOut;
    assert_eq!(of(&policy, Status::Hold, "23T15:00"), one("23T17:00", State::Paused, 120));
    (policy.pending, policy.hold) = (Pause::Counts, Pause::Quiet);
    assert_eq!(of(&policy, Status::Pending, "23T11:00"), one("23T12:00", State::Running, 180));
    assert_eq!(of(&policy, Status::Hold, "23T15:00"), one("23T12:00", State::Paused, 420));
    let back = vec![set(at("23T10:00"), Status::Hold), set(at("23T13:00"), Status::Open)];
    assert_eq!(told(&friday(back), "23T13:00", &policy, Kind::FirstResolution), one("23T12:00", State::Breached, 300));
}

#[test]
fn what_was_late_before_the_pause_stays_late() {
    let (policy, calendar) = (policy(&[(Kind::FirstResolution, "2h")]), office());
    let case = friday(vec![set(at("23T11:00"), Status::Pending)]);
    let clock = seen(&case, at("25T11:00"), &policy, &calendar)[0];
    assert_eq!(
        (clock.state, clock.due_at, clock.paused_since),
        (State::Breached, at("23T10:00"), Some(at("23T11:00")))
    );
    assert_eq!((clock.elapsed, clock.left), (3 * 3600, -3600));
    assert_eq!(clock.urgency().map(|u| u.heat), Some(3));
}

#[test]
fn response_clocks_run_on_while_pending() {
    let policy = everything("8h");
    let case = friday(vec![set(at("23T10:00"), Status::Pending)]);
    assert_eq!(told(&case, "23T12:00", &policy, Kind::FirstResponse), one("23T16:00", State::Running, 240));
}

#[test]
fn a_clock_paused_in_its_last_moment_is_not_late_when_the_pause_ends_at_night() {
    let policy = policy(&[(Kind::FirstResolution, "1h")]);
    let case = friday(vec![set(at("20T18:00"), Status::Pending), set(at("21T12:00"), Status::Open)]);
    assert_eq!(told(&case, "21T11:00", &policy, Kind::FirstResolution), one("21T11:00", State::Paused, 60));
    assert_eq!(told(&case, "21T12:00", &policy, Kind::FirstResolution), one("21T12:00", State::Warning, 60));
}

#[test]
fn a_conversation_that_came_in_closed_or_pending_has_its_clocks() {
    let policy = everything("4h");
    let mut closed = friday(vec![message(at("23T10:00"), Out)]);
    closed.life.first = Standing::of(Status::Closed);
    closed.life.first_closed_at = Some(at("23T10:00"));
    assert_eq!(told(&closed, "27T12:00", &policy, Kind::FullResolution), one("23T12:00", State::Met, 120));
    let mut pending = friday(vec![message(at("23T10:00"), Out)]);
    pending.life.first = Standing::of(Status::Pending);
    assert_eq!(told(&pending, "23T11:00", &policy, Kind::FullResolution), one("23T13:00", State::Paused, 120));
}

#[test]
fn the_policy_is_that_of_the_instant_at_which_the_clock_stopped() {
    let (old, new, calendar) = (everything("2h"), everything("8h"), office());
    let case = friday(vec![message(at("23T09:30"), Out)]);
    let promised = |then: Moment| {
        let policy = if then < at("23T10:00") { &old } else { &new };
        Some(Promise { policy, calendar: &calendar, priority: Priority::Normal })
    };
    let due: Vec<_> = clocks(&case, at("23T10:30"), &promised).iter().map(|c| c.due_at).collect();
    assert_eq!(due, [at("23T10:00"), at("23T16:00"), at("23T16:00")]);
}

#[test]
fn the_night_of_the_change_and_the_end_of_the_year_are_counted_as_they_are() {
    let moment = |text: &str| Moment::parse_rfc3339(text).unwrap();
    let due = |zone: &str, rules: &Rules, opened: &str, target: &str| {
        let (policy, calendar) = (policy(&[(Kind::FirstResponse, target)]), calendar(zone, rules));
        let opened = moment(opened);
        let clock = seen(&case(opened, vec![message(opened, In)]), opened, &policy, &calendar)[0];
        calendar.zone().local(clock.due_at).to_string()
    };
    let always = rules(0..7, &["00:00-24:00"]);
    assert_eq!(due("Europe/Berlin", &always, "2026-03-28T22:00:00Z", "4h"), "2026-03-29 04:00:00");
    assert_eq!(due("Europe/Berlin", &always, "2026-10-24T22:00:00Z", "4h"), "2026-10-25 03:00:00");
    assert_eq!(due("Europe/Berlin", &always, "2026-03-28T11:00:00Z", "1 day"), "2026-03-29 12:00:00");
    assert_eq!(due("Europe/Berlin", &always, "2026-03-28T11:00:00Z", "24h wall"), "2026-03-29 13:00:00");
    let mut russian = rules(0..5, &["09:00-18:00"]);
    russian.holidays.add("2026-01-01..2026-01-08").unwrap();
    assert_eq!(due("Europe/Moscow", &russian, "2025-12-31T14:00:00Z", "2h"), "2026-01-09 10:00:00");
    assert_eq!(due("Europe/Moscow", &russian, "2025-12-31T14:00:00Z", "2 days"), "2026-01-12 17:00:00");
}

#[test]
fn the_most_pressing_clock_leads() {
    let (policy, calendar) = (
        policy(&[(Kind::FirstResponse, "8h"), (Kind::FirstResolution, "2h"), (Kind::FullResolution, "1 day")]),
        office(),
    );
    let now = |now: &str, deeds| {
        let clocks = seen(&friday(deeds), at(now), &policy, &calendar);
        urgent(&clocks).map(|c| (c.kind, c.state))
    };
    assert_eq!(now("20T17:30", vec![]), Some((Kind::FirstResolution, State::Running)));
    assert_eq!(now("23T11:00", vec![]), Some((Kind::FirstResolution, State::Breached)));
    assert_eq!(
        now("23T11:00", vec![set(at("23T09:30"), Status::Pending)]),
        Some((Kind::FirstResponse, State::Running))
    );
    assert_eq!(now("23T11:00", vec![set(at("23T09:30"), Status::Closed)]), None);
}

#[test]
fn promises_are_counted_where_they_are_due() {
    let (policy, calendar) = (everything("4h"), office());
    let of = |number, client: Option<&str>, deeds| Case { number, client: client.map(str::to_owned), ..friday(deeds) };
    let cases = [
        of(1, Some("acme"), vec![message(at("23T10:00"), Out), set(at("23T11:00"), Status::Closed)]),
        of(2, Some("acme"), vec![message(at("23T15:00"), Out)]),
        of(3, Some("zeta"), vec![]),
        of(4, None, vec![set(at("23T10:00"), Status::Closed)]),
    ];
    let week = (at("16T00:00"), at("30T00:00"));
    let promised = |case: &Case, _| Some(Promise { policy: &policy, calendar: &calendar, priority: case.priority });
    let score = |period, as_of: &str| attainment(&cases, period, at(as_of), &promised);
    let tally = |a: &Attainment, kind| (a.all.of(kind).met, a.all.of(kind).missed);
    let late = score(week, "24T12:00");
    assert_eq!((tally(&late, Kind::FirstResponse), tally(&late, Kind::NextResponse)), ((1, 2), (0, 0)));
    assert_eq!((tally(&late, Kind::FirstResolution), tally(&late, Kind::FullResolution)), ((2, 2), (2, 2)));
    let clients: Vec<_> = late.clients.iter().map(|(name, s)| (name.as_deref(), s.total().missed)).collect();
    assert_eq!(clients, [(Some("acme"), 3), (Some("zeta"), 3), (None, 0)]);
    assert_eq!(late.missed.len(), 6);
    let early = score(week, "23T12:00");
    assert_eq!((tally(&early, Kind::FirstResponse), early.missed.len()), ((1, 0), 0));
    assert_eq!(score((at("16T00:00"), at("23T00:00")), "24T12:00"), Attainment::default());
    assert_eq!(late.all.of(Kind::FirstResponse).rate().permille(), Some(333));
}

/// The steps of the only clock, in words that are easy to compare.
fn words(case: &Case, now: &str, policy: &Policy, calendar: &Calendar) -> Vec<String> {
    let whys = why(case, at(now), &|_| Some(Promise { policy, calendar, priority: case.priority }));
    assert_eq!(whys.len(), 1);
    let time = |m: Moment| calendar.zone().local(m).format("%dT%H:%M").to_string();
    let minutes = |seconds: i64| seconds / 60;
    let word = |step: &Step| match *step {
        Step::Began { at, by } => format!("{by:?} {}", time(at)),
        Step::Worked { from, to, seconds, closing, why, .. } => {
            let end = if closing { " closing" } else { "" };
            let why = why.map_or(String::new(), |why| format!(" {why:?}"));
            format!("worked {}-{} {}m{end}{why}", time(from), time(to), minutes(seconds))
        }
        Step::AndSoOn { from, to, seconds } => format!("and {}-{} {}m", time(from), time(to), minutes(seconds)),
        Step::Day { day, n, .. } => format!("day {n} {}", day.format("%d")),
        Step::Elapsed { from, to, seconds } => format!("elapsed {}-{} {}m", time(from), time(to), minutes(seconds)),
        Step::Off { from, to, why } => format!("off {}-{} {why:?}", from.format("%d"), to.format("%d")),
        Step::Paused { status, from, to, seconds } => {
            format!("{} {}-{} {}m", status.word(), time(from), time(to), minutes(seconds))
        }
        Step::Quiet { status, from, to } => format!("quiet {} {}-{}", status.word(), time(from), time(to)),
        Step::Due { at } => format!("due {}", time(at)),
        Step::Ended { at, by, elapsed, left } => {
            format!("{by:?} {} {}m {}m", time(at), minutes(elapsed), minutes(left))
        }
    };
    whys[0].steps.iter().map(word).collect()
}

#[test]
fn a_due_time_is_explained_step_by_step() {
    assert_eq!(
        words(&friday(vec![]), "23T10:00", &policy(&[(Kind::FirstResponse, "4h")]), &office()),
        [
            "Asked 20T17:00",
            "worked 20T17:00-20T18:00 60m closing",
            "off 21-22 None",
            "worked 23T09:00-23T12:00 180m",
            "due 23T12:00",
            "Now 23T10:00 120m 120m"
        ]
    );
    let mut split = rules(0..5, &["09:00-13:00", "14:00-18:00"]);
    split.holidays.add("2026-11-23").unwrap();
    let paused = friday(vec![
        set(at("24T10:00"), Status::Pending),
        set(at("24T12:00"), Status::Open),
        set(at("24T16:00"), Status::Closed),
    ]);
    assert_eq!(
        words(&paused, "25T10:00", &policy(&[(Kind::FirstResolution, "6h")]), &calendar("Europe/Moscow", &split)),
        [
            "Opened 20T17:00",
            "worked 20T17:00-20T18:00 60m closing",
            "off 21-22 None",
            "off 23-23 Some(Holiday)",
            "worked 24T09:00-24T10:00 60m",
            "pending 24T10:00-24T12:00 120m",
            "worked 24T12:00-24T13:00 60m",
            "worked 24T14:00-24T17:00 180m",
            "due 24T17:00",
            "Closed 24T16:00 300m 60m"
        ]
    );
}

#[test]
fn days_the_wall_and_silence_are_explained_too() {
    let mut quiet = policy(&[(Kind::FirstResolution, "2 days")]);
    quiet.hold = Pause::Quiet;
    let deeds = vec![set(at("23T10:00"), Status::Pending), set(at("23T12:00"), Status::Hold)];
    assert_eq!(
        words(&friday(deeds), "23T13:00", &quiet, &office()),
        [
            "Opened 20T17:00",
            "off 21-22 None",
            "day 1 23",
            "day 2 24",
            "pending 23T10:00-23T12:00 120m",
            "quiet hold 23T12:00-23T13:00",
            "due 25T10:00",
            "Now 23T13:00 180m 900m"
        ]
    );
    assert_eq!(
        words(&friday(vec![]), "21T17:00", &policy(&[(Kind::FirstResponse, "24h wall")]), &office()),
        ["Asked 20T17:00", "elapsed 20T17:00-21T17:00 1440m", "due 21T17:00", "Now 21T17:00 1440m 0m"]
    );
}

#[test]
fn a_long_promise_is_not_told_day_by_day_for_ever() {
    let long = words(&friday(vec![]), "20T18:00", &policy(&[(Kind::FirstResponse, "9000h")]), &office());
    assert!(long.len() < 60 && long.iter().any(|step| step.starts_with("and ")), "{long:?}");
}

const WEEKS: i64 = 6 * 7 * 86_400;

/// Around the end of a year, or a night in which clocks are set.
fn beginnings() -> impl Strategy<Value = i64> {
    select(vec!["2026-03-20T08:00:00Z", "2026-10-16T08:00:00Z", "2026-12-18T08:00:00Z"])
        .prop_flat_map(|text| (0..WEEKS).prop_map(move |n| Moment::parse_rfc3339(text).unwrap().0 + n / 3))
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = select(vec!["Europe/Berlin", "America/New_York", "Europe/Moscow", "UTC"]);
    (zones, 0..4).prop_map(|(zone, hours)| {
        let mut made = match hours {
            0 => rules(0..7, &["00:00-24:00"]),
            1 => rules(0..5, &["09:00-13:00", "14:00-18:00"]),
            2 => rules(6..7, &["01:00-05:00"]),
            _ => rules(0..5, &["09:00-18:00"]),
        };
        if hours == 3 {
            made.holidays.add("2026-12-25..2027-01-08").unwrap();
        }
        calendar(zone, &made)
    })
}

fn targets() -> impl Strategy<Value = Target> {
    prop_oneof![
        (1..200_000_i64).prop_map(Target::Business),
        (1..600_000_i64).prop_map(Target::Wall),
        (1..9_i64).prop_map(Target::Days)
    ]
}

fn pauses() -> impl Strategy<Value = Pause> {
    select(vec![Pause::Counts, Pause::LeftOut, Pause::Quiet])
}

fn policies() -> impl Strategy<Value = Policy> {
    (prop::array::uniform4(targets()), pauses(), pauses(), 1..=100_i64).prop_map(|(made, pending, hold, warn)| {
        let mut policy = policy(&[]);
        Kind::ALL.into_iter().zip(made).for_each(|(kind, target)| policy.targets.set(kind, target, Priority::ALL));
        Policy { pending, hold, warn, ..policy }
    })
}

fn deeds(beginning: i64) -> impl Strategy<Value = Vec<Deed>> {
    let status = select(vec![Status::Open, Status::Pending, Status::Hold, Status::Closed]);
    let what = prop_oneof![
        4 => (select(vec![In, Out, Direction::Note]), prop::bool::weighted(0.8))
            .prop_map(|(direction, counts)| What::Message { direction, counts }),
        4 => (status, prop::option::of(0..WEEKS)).prop_map(move |(s, u)| {
            What::Status(Standing { until: u.map(|u| Moment(beginning + u)), ..Standing::of(s) })
        }),
    ];
    // Quarters of hours, so that some happen at once.
    let deed =
        (0..WEEKS / 900, what).prop_map(move |(n, what)| Deed { at: Moment(beginning + n * 900), what, agent: None });
    prop::collection::vec(deed, 0..12).prop_map(|mut deeds| {
        deeds.sort_by_key(|d| d.at);
        deeds
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    let first = prop_oneof![4 => Just(Status::New), 1 => Just(Status::Pending), 1 => Just(Status::Closed)];
    beginnings().prop_flat_map(deeds_and_opening).prop_flat_map(move |(opened, deeds)| {
        (Just(opened), Just(deeds), first.clone(), any::<bool>(), 0..WEEKS).prop_map(
            |(opened, deeds, first, outbound, closed)| {
                let mut case = case(Moment(opened), deeds);
                case.life.first = Standing::of(first);
                case.life.outbound = outbound;
                case.life.first_closed_at = Some(Moment(opened + closed));
                case
            },
        )
    })
}

fn deeds_and_opening(opened: i64) -> impl Strategy<Value = (i64, Vec<Deed>)> {
    (Just(opened), deeds(opened))
}

fn stopped<'a>(clocks: &[Clock<'a>]) -> Vec<Clock<'a>> {
    clocks.iter().filter(|c| !c.state.goes_on()).copied().collect()
}

proptest! {
    #[test]
    fn what_is_used_and_what_is_left_are_the_target(case in any_case(), policy in policies(), calendar in calendars(), now in 0..WEEKS) {
        let now = case.life.opened_at.plus(now);
        for clock in seen(&case, now, &policy, &calendar) {
            let length = match clock.target {
                Target::Business(seconds) | Target::Wall(seconds) => seconds,
                Target::Days(days) => calendar.between(clock.started_at, calendar.days_after(clock.started_at, days)),
            };
            prop_assert_eq!(clock.left + clock.elapsed, length);
            prop_assert!(length > 0 && clock.elapsed >= 0);
            prop_assert!(clock.due_at >= clock.target.end(clock.started_at, &calendar));
            prop_assert!(clock.started_at >= case.life.opened_at && clock.started_at <= now);
            prop_assert!(clock.stopped_at.is_none_or(|at| clock.started_at <= at && at <= now));
            prop_assert!(clock.paused_since.is_none_or(|at| clock.started_at <= at && at <= now));
        }
    }

    #[test]
    fn states_say_what_the_numbers_say(case in any_case(), policy in policies(), calendar in calendars(), now in 0..WEEKS) {
        let now = case.life.opened_at.plus(now);
        for clock in seen(&case, now, &policy, &calendar) {
            let late = clock.stopped_at.unwrap_or(now) > clock.due_at;
            prop_assert_eq!(clock.stopped_at.is_none(), clock.state.goes_on());
            prop_assert_eq!(clock.urgency().is_some(), clock.state.goes_on());
            match clock.state {
                State::Breached | State::Missed => prop_assert!(late && clock.left <= 0),
                State::Met | State::Void => prop_assert!(!late && clock.left >= 0),
                State::Running => prop_assert!(!late && clock.left > 0 && clock.paused_since.is_none()),
                State::Warning => prop_assert!(!late && clock.left >= 0 && clock.paused_since.is_none()),
                State::Paused => prop_assert!(clock.paused_since.is_some()),
            }
            prop_assert!(clock.state != State::Void || clock.kind.is_response());
            prop_assert!(!clock.kind.is_response() || clock.paused_since.is_none());
        }
    }

    #[test]
    fn without_a_pause_the_working_time_to_the_due_time_is_the_target(start in beginnings(), policy in policies(), calendar in calendars()) {
        let opened = Moment(start);
        for clock in seen(&case(opened, vec![message(opened, In)]), opened, &policy, &calendar) {
            match clock.target {
                Target::Business(seconds) => prop_assert_eq!(calendar.between(clock.started_at, clock.due_at), seconds),
                Target::Wall(seconds) => prop_assert_eq!(clock.due_at.since(clock.started_at), seconds),
                Target::Days(days) => prop_assert_eq!(clock.due_at, calendar.days_after(opened, days)),
            }
        }
    }

    #[test]
    fn a_pause_never_brings_a_due_time_closer(
        case in any_case(), policy in policies(), calendar in calendars(), from in 0..WEEKS, length in 0..WEEKS, hold: bool
    ) {
        // The same life open throughout, then with one pause in it.
        let mut open = case;
        open.life.first = Standing::of(Status::New);
        open.life.deeds.retain(|d| !matches!(d.what, What::Status(_)));
        let now = open.life.opened_at.plus(WEEKS);
        let (from, to) = (open.life.opened_at.plus(from), open.life.opened_at.plus(from + length));
        let mut paused = open.clone();
        let status = if hold { Status::Hold } else { Status::Pending };
        paused.life.deeds.extend([set(from, status), set(to, Status::Open)]);
        paused.life.deeds.sort_by_key(|d| d.at);
        let (a, b) = (seen(&open, now, &policy, &calendar), seen(&paused, now, &policy, &calendar));
        prop_assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(&b) {
            prop_assert!(b.due_at >= a.due_at && b.elapsed <= a.elapsed);
        }
    }

    #[test]
    fn a_longer_pause_never_brings_a_due_time_closer(policy in policies(), calendar in calendars(), start in beginnings(), from in 0..WEEKS, a in 0..WEEKS, b in 0..WEEKS) {
        let opened = Moment(start);
        let with = |length: i64| {
            case(opened, vec![set(opened.plus(from), Status::Pending), set(opened.plus(from + length), Status::Open)])
        };
        let now = opened.plus(3 * WEEKS);
        let (short, long) = (seen(&with(a.min(b)), now, &policy, &calendar), seen(&with(a.max(b)), now, &policy, &calendar));
        for (short, long) in short.iter().zip(&long) {
            prop_assert!(short.due_at <= long.due_at);
        }
    }

    #[test]
    fn a_later_deed_never_changes_a_clock_that_stopped(case in any_case(), policy in policies(), calendar in calendars(), now in 0..WEEKS, later in 1..WEEKS) {
        let now = case.life.opened_at.plus(now);
        let known = stopped(&seen(&case, now, &policy, &calendar));
        let then = stopped(&seen(&case, now.plus(later), &policy, &calendar));
        // A reopen lets the full resolution go on.
        for clock in known.iter().filter(|c| c.kind != Kind::FullResolution) {
            prop_assert!(then.contains(clock));
        }
    }

    #[test]
    fn messages_come_before_changes_of_status_of_the_same_instant(case in any_case(), policy in policies(), calendar in calendars()) {
        let now = case.life.opened_at.plus(WEEKS);
        let mut other = case.clone();
        other.life.deeds.sort_by_key(|d| (d.at, matches!(d.what, What::Message { .. })));
        prop_assert_eq!(seen(&case, now, &policy, &calendar), seen(&other, now, &policy, &calendar));
    }

    #[test]
    fn clocks_measure_what_the_figures_measure(case in any_case()) {
        use crate::domain::insight::metrics::figures;
        let calendar = Calendar::always(Zone::utc()).unwrap();
        let policy = everything("9999h wall");
        let (from, now) = (Moment::MIN, case.life.opened_at.plus(WEEKS));
        let f = figures(std::slice::from_ref(&case), (from, now.plus(1)), now);
        let clocks = seen(&case, now, &policy, &calendar);
        let of = |kind| {
            let stopped = clocks.iter().filter(|c| c.kind == kind && c.state == State::Met);
            crate::domain::insight::metrics::Times::of(stopped.map(|c| c.elapsed).collect())
        };
        prop_assert_eq!(of(Kind::FirstResponse), f.first_response);
        prop_assert_eq!(of(Kind::NextResponse), f.next_response);
        prop_assert_eq!(of(Kind::FirstResolution), f.first_resolution);
        prop_assert_eq!(of(Kind::FullResolution), f.full_resolution);
    }

    #[test]
    fn the_running_ones_are_those_of_all(case in any_case(), policy in policies(), calendar in calendars(), now in 0..WEEKS) {
        let now = case.life.opened_at.plus(now);
        let promised = |_| Some(Promise { policy: &policy, calendar: &calendar, priority: Priority::Normal });
        let live: Vec<_> = clocks(&case, now, &promised).into_iter().filter(|c| c.state.goes_on()).collect();
        prop_assert_eq!(running(&case, now, &promised), live);
    }

    #[test]
    fn an_explanation_adds_up(case in any_case(), policy in policies(), calendar in calendars(), now in 0..WEEKS) {
        let now = case.life.opened_at.plus(now);
        let promised = |_| Some(Promise { policy: &policy, calendar: &calendar, priority: Priority::Normal });
        for Why { clock, steps } in why(&case, now, &promised) {
            let sum: i64 = steps.iter().map(|step| match step {
                Step::Worked { seconds, .. } | Step::AndSoOn { seconds, .. } | Step::Elapsed { seconds, .. } => *seconds,
                _ => 0,
            }).sum();
            let due = Step::Due { at: clock.due_at };
            let days = steps.iter().filter(|step| matches!(step, Step::Day { .. })).count();
            match clock.target {
                Target::Business(seconds) | Target::Wall(seconds) => prop_assert_eq!((sum, days), (seconds, 0)),
                Target::Days(n) => prop_assert_eq!((sum, days), (0, usize::try_from(n).unwrap())),
            }
            let begins = matches!(steps[0], Step::Began { .. });
            prop_assert!(begins);
            prop_assert!(steps.contains(&due));
        }
    }
}
