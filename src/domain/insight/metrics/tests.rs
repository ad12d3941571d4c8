//! Lives told in minutes since the opening; a period is a stretch of minutes, too.

use super::*;
use crate::domain::message::Direction;
use crate::domain::timeline::Deed;
use proptest::prelude::*;

const ANA: i64 = 1;
const BOB: i64 = 2;

fn at(minute: i64) -> Moment {
    Moment(minute * 60)
}

fn deed(minute: i64, what: What, agent: Option<i64>) -> Deed {
    Deed { at: at(minute), what, agent }
}

fn asks(minute: i64) -> Deed {
    deed(minute, What::Message { direction: Direction::In, counts: true }, None)
}

fn machine(minute: i64, direction: Direction) -> Deed {
    deed(minute, What::Message { direction, counts: false }, None)
}

fn note(minute: i64) -> Deed {
    deed(minute, What::Message { direction: Direction::Note, counts: true }, Some(ANA))
}

fn reply(minute: i64) -> Deed {
    reply_by(ANA, minute)
}

fn reply_by(agent: i64, minute: i64) -> Deed {
    deed(minute, What::Message { direction: Direction::Out, counts: true }, Some(agent))
}

fn set(minute: i64, status: Status) -> Deed {
    deed(minute, What::Status(Standing::of(status)), Some(ANA))
}

fn close(minute: i64) -> Deed {
    set(minute, Status::Closed)
}

fn reopen(minute: i64) -> Deed {
    set(minute, Status::Open)
}

fn give(minute: i64, to: Option<i64>) -> Deed {
    deed(minute, What::Assigned(to), Some(ANA))
}

fn case(deeds: Vec<Deed>) -> Case {
    let life =
        Timeline { opened_at: at(0), outbound: false, first: Standing::of(Status::New), first_closed_at: None, deeds };
    Case {
        number: 1,
        life,
        standing_now: Standing::of(Status::Open),
        priority: Priority::Normal,
        client: None,
        assignee: None,
        tags: vec![],
        channel: "email".to_owned(),
        plan: None,
        out: false,
        changes: Vec::new(),
    }
}

fn arrived(first: Status, first_closed_at: Option<i64>, deeds: Vec<Deed>) -> Case {
    let mut case = case(deeds);
    case.life.first = Standing::of(first);
    case.life.first_closed_at = first_closed_at.map(at);
    case
}

/// The figures of minutes `from..to`, known a long time after.
fn between(cases: &[Case], from: i64, to: i64) -> Figures {
    figures(cases, (at(from), at(to)), at(1_000_000))
}

/// The figures of a single ticket over its whole life.
fn of(deeds: Vec<Deed>) -> Figures {
    between(&[case(deeds)], 0, 1_000_000)
}

/// How many were measured, and the median in minutes.
fn told(times: Times) -> (usize, Option<i64>) {
    (times.n, times.median_minutes())
}

const NONE: (usize, Option<i64>) = (0, None);

#[test]
fn the_first_response_runs_from_the_opening_to_the_first_reply() {
    assert_eq!(told(of(vec![asks(0), asks(4), reply(30), reply(50)]).first_response), (1, Some(30)));
    // A call has no message.
    assert_eq!(told(of(vec![reply(30)]).first_response), (1, Some(30)));
    assert_eq!(told(of(vec![asks(0)]).first_response), NONE);
}

#[test]
fn an_automatic_answer_and_a_note_are_no_response() {
    let f = of(vec![asks(0), machine(1, Direction::Out), note(2), reply(30)]);
    assert_eq!((told(f.first_response), f.one_touch.n), ((1, Some(30)), 0));
}

#[test]
fn automatic_mail_that_opens_a_ticket_starts_no_clock() {
    let deeds = vec![machine(0, Direction::In), asks(20), reply(30)];
    assert_eq!(told(of(deeds).first_response), (1, Some(10)));
    assert_eq!(told(of(vec![machine(0, Direction::In), reply(30)]).first_response), NONE);
}

#[test]
fn a_ticket_that_we_opened_towards_a_customer_has_no_first_response() {
    let mut ours = case(vec![reply(0), asks(10), reply(25)]);
    ours.life.outbound = true;
    let f = between(&[ours], 0, 100);
    assert_eq!((told(f.first_response), told(f.next_response), f.opened), (NONE, (1, Some(15)), 1));
}

#[test]
fn the_next_response_runs_from_the_oldest_unanswered_message() {
    let f = of(vec![asks(0), reply(10), asks(20), asks(40), reply(50), reply(60), asks(70), reply(75)]);
    assert_eq!((told(f.first_response), told(f.next_response)), ((1, Some(10)), (2, Some(18))));
    assert_eq!(f.next_response.p90_minutes(), Some(30));
}

#[test]
fn thanks_start_no_response_clock() {
    let f = of(vec![asks(0), reply(10), machine(20, Direction::In), reply(30)]);
    assert_eq!(told(f.next_response), NONE);
}

#[test]
fn a_close_makes_a_running_response_clock_void() {
    let f = of(vec![asks(0), close(10), reply(20)]);
    assert_eq!((told(f.first_response), told(f.next_response)), (NONE, NONE));
    let f = of(vec![asks(0), reply(5), asks(8), close(10), reopen(15), reply(20)]);
    assert_eq!(told(f.next_response), NONE);
}

#[test]
fn the_next_response_starts_again_with_the_message_that_reopens() {
    for opens in [30, 31] {
        let f = of(vec![asks(0), reply(5), close(10), asks(30), reopen(opens), asks(40), reply(50)]);
        assert_eq!(told(f.next_response), (1, Some(20)));
    }
    // Never answered before the close: what follows is a next response, no first.
    let f = of(vec![asks(0), close(10), asks(30), reopen(30), reply(50)]);
    assert_eq!((told(f.first_response), told(f.next_response)), (NONE, (1, Some(20))));
}

#[test]
fn what_is_asked_and_answered_while_closed_is_no_response() {
    let f = of(vec![asks(0), reply(5), close(10), asks(30), reply(50)]);
    assert_eq!(told(f.next_response), NONE);
}

#[test]
fn a_reply_that_closes_in_the_same_instant_stops_its_clock() {
    for deeds in [vec![asks(0), reply(10), close(10)], vec![asks(0), close(10), reply(10)]] {
        assert_eq!(told(of(deeds).first_response), (1, Some(10)));
    }
}

#[test]
fn first_and_full_resolution_differ_by_the_open_stretches_after_a_reopen() {
    let f = of(vec![asks(0), reply(10), close(60), asks(500), reopen(500), close(530)]);
    assert_eq!((told(f.first_resolution), told(f.full_resolution)), ((1, Some(60)), (1, Some(90))));
}

#[test]
fn a_ticket_that_is_open_again_has_no_full_resolution() {
    let f = of(vec![asks(0), close(60), reopen(500)]);
    assert_eq!((told(f.first_resolution), told(f.full_resolution)), ((1, Some(60)), NONE));
}

#[test]
fn pending_is_left_out_of_resolution_and_hold_is_counted() {
    let f = of(vec![asks(0), set(10, Status::Pending), reopen(110), close(120)]);
    assert_eq!(told(f.first_resolution), (1, Some(20)));
    let f = of(vec![asks(0), set(10, Status::Hold), reopen(110), close(120)]);
    assert_eq!((told(f.first_resolution), told(f.agent_work)), ((1, Some(120)), (1, Some(20))));
}

#[test]
fn a_pause_counts_as_open_from_the_instant_it_ends() {
    let until = |status| Standing { until: Some(at(50)), ..Standing::of(status) };
    let paused = |status| of(vec![asks(0), deed(10, What::Status(until(status)), None), close(80)]);
    let f = paused(Status::Pending);
    assert_eq!((told(f.full_resolution), told(f.agent_work)), ((1, Some(40)), (1, Some(40))));
    let f = paused(Status::Hold);
    assert_eq!((told(f.full_resolution), told(f.agent_work)), ((1, Some(80)), (1, Some(40))));
}

#[test]
fn a_figure_belongs_to_the_period_of_its_stopping_deed() {
    let cases = [case(vec![asks(0), reply(150), close(250), reopen(350), close(450)])];
    let seen = |from, to| {
        let f = between(&cases, from, to);
        [f.opened, f.closed, f.reopened].map(|n| n > 0)
    };
    assert_eq!(seen(0, 100), [true, false, false]);
    assert_eq!(seen(200, 300), [false, true, false]);
    assert_eq!(seen(300, 400), [false, false, true]);
    assert_eq!(told(between(&cases, 100, 200).first_response), (1, Some(150)));
    assert_eq!(told(between(&cases, 200, 300).first_resolution), (1, Some(250)));
    assert_eq!(told(between(&cases, 200, 300).full_resolution), NONE);
    assert_eq!(told(between(&cases, 400, 500).full_resolution), (1, Some(350)));
    assert_eq!(told(between(&cases, 400, 500).first_resolution), NONE);
}

#[test]
fn the_first_instant_of_a_period_is_in_and_its_end_is_not() {
    let cases = [case(vec![close(10)])];
    assert_eq!((between(&cases, 10, 20).closed, between(&cases, 0, 10).closed), (1, 0));
    assert_eq!((between(&cases, 0, 10).backlog, between(&cases, 0, 11).backlog), (1, 0));
    assert_eq!((between(&cases, 5, 5).backlog, between(&cases, -9, 0).backlog), (0, 0));
}

#[test]
fn a_ticket_closed_twice_in_a_period_counts_once() {
    let f = of(vec![close(10), reopen(20), close(30), reopen(40), close(50)]);
    assert_eq!((f.closed, f.reopened, f.reopen), (1, 1, Rate { hits: 1, n: 1 }));
}

#[test]
fn a_new_reason_is_no_second_close() {
    let f = of(vec![close(10), close(500)]);
    assert_eq!((f.closed, f.reopened, told(f.full_resolution)), (1, 0, (1, Some(10))));
    assert_eq!(between(&[case(vec![close(10), close(500)])], 400, 600).closed, 0);
}

#[test]
fn one_touch_is_exactly_one_reply_and_never_reopened() {
    let rate = |deeds| of(deeds).one_touch.permille();
    assert_eq!(rate(vec![asks(0), reply(10), close(20)]), Some(1000));
    assert_eq!(
        rate(vec![asks(0), machine(1, Direction::Out), reply(10), machine(15, Direction::In), close(20)]),
        Some(1000)
    );
    assert_eq!(rate(vec![asks(0), close(20)]), Some(0));
    assert_eq!(rate(vec![asks(0), reply(10), reply(15), close(20)]), Some(0));
    assert_eq!(rate(vec![asks(0), reply(10), close(20), reopen(30), close(40)]), Some(0));
    assert_eq!(rate(vec![asks(0), reply(10)]), None);
}

#[test]
fn a_later_reopen_counts_against_the_close_before_it_up_to_the_day_asked_about() {
    let cases = [case(vec![asks(0), reply(5), close(10), reopen(900)]), case(vec![asks(0), reply(5), close(10)])];
    let rates = |as_of| {
        let f = figures(&cases, (at(0), at(100)), at(as_of));
        (f.reopen.permille(), f.one_touch.permille(), f.reopened)
    };
    assert_eq!(rates(1000), (Some(500), Some(500), 0));
    assert_eq!(rates(899), (Some(0), Some(1000), 0));
}

#[test]
fn what_happened_after_the_day_asked_about_is_not_seen() {
    let cases = [case(vec![asks(0), reply(10), close(20)])];
    let f = figures(&cases, (at(0), at(100)), at(15));
    assert_eq!((f.opened, f.closed, f.backlog, told(f.first_response)), (1, 0, 1, (1, Some(10))));
    let f = figures(&cases, (at(-100), at(100)), at(-1));
    assert_eq!(f, Figures::default());
}

#[test]
fn the_backlog_is_what_is_not_closed_at_the_end_of_the_period() {
    let cases = [
        case(vec![close(50)]),
        case(vec![close(50), reopen(150)]),
        case(vec![set(10, Status::Pending)]),
        case(vec![set(10, Status::Hold)]),
    ];
    let backlog = |to| between(&cases, 0, to).backlog;
    assert_eq!((backlog(40), backlog(100), backlog(200)), (4, 2, 3));
}

#[test]
fn spam_muted_merged_and_automatic_tickets_are_in_no_figure() {
    let mut merged = case(vec![asks(0), reply(10), close(20)]);
    merged.out = true;
    let mut spam = case(vec![asks(0), reply(10), close(20)]);
    spam.standing_now = Standing { reason: Some(crate::domain::ticket::Reason::Spam), ..Standing::of(Status::Closed) };
    assert_eq!(between(&[merged, spam], 0, 100), Figures::default());
}

#[test]
fn a_conversation_that_came_in_closed_is_closed_at_its_date() {
    let cases = [arrived(Status::Closed, Some(40), vec![asks(0), reply(10), asks(20), reply(40)])];
    let f = between(&cases, 0, 100);
    assert_eq!((told(f.first_response), told(f.next_response)), ((1, Some(10)), (1, Some(20))));
    assert_eq!((f.closed, told(f.full_resolution), f.backlog), (1, (1, Some(40)), 0));
    assert_eq!(between(&cases, 0, 30).backlog, 1);
    assert!(open_at(&cases[0].life, at(39)) && !open_at(&cases[0].life, at(40)));
}

#[test]
fn a_conversation_that_came_in_closed_can_be_reopened() {
    let deeds = vec![asks(0), reply(10), asks(90), reopen(90), reply(100), close(120)];
    let f = between(&[arrived(Status::Closed, Some(10), deeds)], 0, 200);
    assert_eq!((told(f.next_response), told(f.full_resolution)), ((1, Some(10)), (1, Some(40))));
    assert_eq!((f.closed, f.reopened), (1, 1));
}

#[test]
fn a_conversation_that_came_in_pending_pauses_with_our_last_reply() {
    let deeds = vec![asks(0), reply(10), asks(20), reply(30), asks(500), reopen(500), reply(510), close(510)];
    let f = between(&[arrived(Status::Pending, None, deeds)], 0, 1000);
    assert_eq!((told(f.full_resolution), told(f.next_response)), ((1, Some(40)), (2, Some(10))));
}

#[test]
fn the_assignee_at_the_moment_of_the_deed_is_credited() {
    let name = |id| if id == ANA { "ana".to_owned() } else { "bob".to_owned() };
    let life =
        vec![asks(0), give(1, Some(BOB)), reply_by(ANA, 10), give(20, Some(ANA)), close(30), give(40, Some(BOB))];
    let rows = groups(&[case(life)], (at(0), at(100)), at(100), By::Agent(&name));
    let ana = rows.iter().find(|(n, _)| n == "ana").map(|(_, f)| (f.closed, f.first_response.n));
    let bob = rows.iter().find(|(n, _)| n == "bob").map(|(_, f)| (f.closed, f.first_response.n));
    assert_eq!((ana, bob), (Some((1, 0)), Some((0, 1))));
}

#[test]
fn a_ticket_closed_twice_credits_the_last_close_of_the_period() {
    let name = |id| format!("agent {id}");
    let mut life = vec![give(0, Some(ANA)), close(10), reopen(20), give(25, Some(BOB)), close(30)];
    life.extend([reopen(200), give(210, None), close(220)]);
    let rows = groups(&[case(life)], (at(1), at(100)), at(999), By::Agent(&name));
    let closed: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.closed, f.first_resolution.n)).collect();
    assert_eq!(closed, [("agent 2", 1, 0), ("agent 1", 0, 1)]);
}

#[test]
fn the_backlog_stands_under_who_had_it_at_the_end_and_a_reopen_under_who_had_it_then() {
    let name = |id| format!("agent {id}");
    let life =
        vec![give(0, Some(ANA)), close(10), reopen(20), close(30), give(40, Some(BOB)), reopen(50), give(200, None)];
    let rows = groups(&[case(life)], (at(0), at(100)), at(999), By::Agent(&name));
    let seen: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.opened, f.reopened, f.backlog)).collect();
    assert_eq!(seen, [("agent 1", 1, 0, 0), ("agent 2", 0, 1, 1)]);
}

#[test]
fn where_assignments_are_told_the_assignee_of_today_is_not_credited_before_them() {
    let name = |id| format!("agent {id}");
    let mut given = case(vec![asks(0), reply_by(ANA, 10), give(20, Some(BOB))]);
    given.assignee = Some("agent 2".to_owned());
    let rows = groups(&[given], (at(1), at(15)), at(999), By::Agent(&name));
    let answered = rows.iter().find(|(_, f)| f.first_response.n == 1).map(|(n, _)| n.as_str());
    assert_eq!(answered, Some("agent 1"));
}

#[test]
fn deeds_on_an_unassigned_ticket_credit_their_author() {
    let name = |id| format!("agent {id}");
    let rows = groups(&[case(vec![asks(0), reply_by(BOB, 10)])], (at(0), at(100)), at(100), By::Agent(&name));
    let shown: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.opened, f.backlog, f.first_response.n)).collect();
    assert_eq!(shown, [("agent 2", 0, 0, 1), ("none", 1, 1, 0)]);
}

#[test]
fn an_assignee_who_never_changed_is_credited_with_all_of_it() {
    let name = |_| "ana".to_owned();
    let mut held = case(vec![asks(0), reply_by(BOB, 10), close(20)]);
    held.assignee = Some("ana".to_owned());
    let given = case(vec![asks(0), give(5, Some(ANA)), reply(10), close(20)]);
    let rows = groups(&[held, given], (at(1), at(100)), at(100), By::Agent(&name));
    assert_eq!(rows.iter().map(|(n, f)| (n.as_str(), f.closed)).collect::<Vec<_>>(), [("ana", 2)]);
}

#[test]
fn the_busiest_group_comes_first_and_none_last() {
    let of_client = |client: Option<&str>| Case { client: client.map(str::to_owned), ..case(vec![asks(0)]) };
    let cases = [None, None, None, Some("zeta"), Some("acme"), Some("zeta")].map(of_client);
    let rows = groups(&cases, (at(0), at(10)), at(10), By::Client);
    let shown: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.opened)).collect();
    assert_eq!(shown, [("zeta", 2), ("acme", 1), ("none", 3)]);
}

#[test]
fn a_ticket_with_two_tags_counts_under_both() {
    let tagged = Case { tags: vec!["vat".to_owned(), "bug".to_owned()], ..case(vec![asks(0)]) };
    let rows = groups(&[tagged, case(vec![])], (at(0), at(10)), at(10), By::Tag);
    let shown: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.opened)).collect();
    assert_eq!(shown, [("bug", 1), ("vat", 1), ("none", 1)]);
}

#[test]
fn weeks_have_their_own_backlog_and_empty_ones_are_listed() {
    let weeks =
        [("W1".to_owned(), at(-200), at(-100)), ("W2".to_owned(), at(0), at(100)), ("W3".to_owned(), at(100), at(200))];
    let rows = groups(&[case(vec![asks(0), close(150)])], (at(-200), at(200)), at(999), By::Week(&weeks));
    let shown: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.opened, f.closed, f.backlog)).collect();
    assert_eq!(shown, [("W1", 0, 0, 0), ("W2", 1, 0, 1), ("W3", 0, 1, 0)]);
}

#[test]
fn a_deed_stands_under_its_own_hour() {
    let hour = |m: Moment| u8::try_from(m.0.rem_euclid(86_400) / 3600).unwrap();
    let rows = groups(&[case(vec![asks(0), reply(130), close(700)])], (at(0), at(999)), at(999), By::Hour(&hour));
    let shown: Vec<_> = rows.iter().map(|(n, f)| (n.as_str(), f.opened, f.first_response.n, f.closed)).collect();
    assert_eq!(shown, [("00:00", 1, 0, 0), ("02:00", 0, 1, 0), ("11:00", 0, 0, 1)]);
}

#[test]
fn minutes_are_rounded_half_up_at_the_end_alone() {
    assert_eq!(Times::of(vec![29, 30]).median_minutes(), Some(0));
    assert_eq!(Times::of(vec![29, 31]).median_minutes(), Some(1));
    assert_eq!(Rate { hits: 1, n: 2000 }.permille(), Some(1));
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let direction = prop_oneof![Just(Direction::In), Just(Direction::Out), Just(Direction::Note)];
    let status = prop_oneof![Just(Status::Open), Just(Status::Pending), Just(Status::Hold), Just(Status::Closed)];
    let until = prop::option::of(0i64..400);
    let what = prop_oneof![
        4 => (direction, prop::bool::weighted(0.8)).prop_map(|(direction, counts)| What::Message { direction, counts }),
        4 => (status, until).prop_map(|(s, u)| What::Status(Standing { until: u.map(Moment), ..Standing::of(s) })),
        1 => prop::option::of(1i64..4).prop_map(What::Assigned),
    ];
    (1i64..400, what, prop::option::of(1i64..4)).prop_map(|(at, what, agent)| Deed { at: Moment(at), what, agent })
}

fn any_case() -> impl Strategy<Value = Case> {
    let first = prop_oneof![3 => Just(Status::New), 1 => Just(Status::Pending), 1 => Just(Status::Closed)];
    let client = prop::option::of(prop_oneof![Just("acme".to_owned()), Just("zeta".to_owned())]);
    (prop::collection::vec(any_deed(), 0..12), first, 0i64..400, client, any::<bool>()).prop_map(
        |(mut deeds, first, closed, client, outbound)| {
            deeds.sort_by_key(|d| d.at);
            let mut case = case(deeds);
            case.life.first = Standing::of(first);
            case.life.first_closed_at = Some(Moment(closed));
            case.life.outbound = outbound;
            case.client = client;
            case
        },
    )
}

fn any_cases() -> impl Strategy<Value = Vec<Case>> {
    prop::collection::vec(any_case(), 0..8)
}

const WHOLE: Period = (Moment(0), Moment(1000));

fn counts(f: &Figures) -> [i64; 13] {
    let n = |t: Times| i64::try_from(t.n).unwrap();
    [
        f.opened,
        f.closed,
        f.reopened,
        f.backlog,
        f.one_touch.hits,
        f.one_touch.n,
        f.reopen.hits,
        f.reopen.n,
        n(f.first_response),
        n(f.next_response),
        n(f.first_resolution),
        n(f.full_resolution),
        n(f.agent_work),
    ]
}

fn sum(parts: impl IntoIterator<Item = Figures>) -> [i64; 13] {
    parts.into_iter().fold([0; 13], |mut sum, f| {
        sum.iter_mut().zip(counts(&f)).for_each(|(s, n)| *s += n);
        sum
    })
}

proptest! {
    #[test]
    fn the_median_lies_among_the_values_and_p90_above_it(values in prop::collection::vec(0i64..100_000, 1..40)) {
        let (least, most) = (values.iter().min().copied().unwrap(), values.iter().max().copied().unwrap());
        let t = Times::of(values.clone());
        let (median, p90) = (t.median.unwrap(), t.p90.unwrap());
        prop_assert!(least <= median && median <= p90 && p90 <= most);
        let below = values.iter().filter(|v| **v <= p90).count();
        prop_assert!(below * 10 >= values.len() * 9);
        prop_assert!(values.iter().filter(|v| **v < p90).count() * 10 < values.len() * 9);
    }

    #[test]
    fn the_counts_of_the_parts_sum_to_those_of_the_whole(cases in any_cases(), cut in 0usize..8, as_of in 0i64..500) {
        let (a, b) = cases.split_at(cut.min(cases.len()));
        let whole = figures(&cases, WHOLE, Moment(as_of));
        prop_assert_eq!(sum([figures(a, WHOLE, Moment(as_of)), figures(b, WHOLE, Moment(as_of))]), counts(&whole));
        let name = |id: i64| id.to_string();
        let hour = |m: Moment| u8::try_from(m.0 % 24).unwrap();
        for by in [By::Agent(&name), By::Client, By::Tag, By::Channel, By::Plan, By::Hour(&hour)] {
            let parts = groups(&cases, WHOLE, Moment(as_of), by).into_iter().map(|(_, f)| f);
            prop_assert_eq!(sum(parts), counts(&whole));
        }
    }

    #[test]
    fn every_response_falls_into_one_of_two_adjoining_periods(cases in any_cases(), cut in 0i64..400) {
        let f = |from, to| figures(&cases, (Moment(from), Moment(to)), Moment(1000));
        let (whole, a, b) = (f(0, 1000), f(0, cut), f(cut, 1000));
        let n = |f: &Figures| [f.first_response.n, f.next_response.n, f.first_resolution.n, f.full_resolution.n];
        let both: Vec<usize> = n(&a).iter().zip(n(&b)).map(|(x, y)| x + y).collect();
        prop_assert_eq!(both, n(&whole));
        prop_assert_eq!(a.opened + b.opened, whole.opened);
        prop_assert!(a.closed + b.closed >= whole.closed);
    }

    #[test]
    fn a_note_changes_nothing(cases in any_cases(), when in 0i64..400, counts: bool) {
        let mut noted = cases.clone();
        let what = What::Message { direction: Direction::Note, counts };
        for case in &mut noted {
            let place = case.life.deeds.partition_point(|d| d.at < Moment(when));
            case.life.deeds.insert(place, Deed { at: Moment(when), what, agent: Some(ANA) });
        }
        prop_assert_eq!(figures(&noted, WHOLE, Moment(900)), figures(&cases, WHOLE, Moment(900)));
    }

    #[test]
    fn a_later_automatic_message_changes_nothing(cases in any_cases(), inbound: bool) {
        let mut more = cases.clone();
        let direction = if inbound { Direction::In } else { Direction::Out };
        for case in &mut more {
            case.life.deeds.push(machine(500, direction));
        }
        prop_assert_eq!(figures(&more, WHOLE, Moment(40_000)), figures(&cases, WHOLE, Moment(40_000)));
    }

    #[test]
    fn times_never_exceed_the_life_so_far(case in any_case(), as_of in 0i64..500) {
        let f = figures(std::slice::from_ref(&case), WHOLE, Moment(as_of));
        for times in [f.first_response, f.next_response, f.first_resolution, f.full_resolution, f.agent_work] {
            prop_assert!(times.p90.is_none_or(|s| (0..=as_of).contains(&s)));
        }
        prop_assert!(f.agent_work.median <= f.full_resolution.median);
        prop_assert_eq!(open_at(&case.life, Moment(as_of)), f.backlog == 1);
    }

    #[test]
    fn a_ticket_is_in_the_backlog_exactly_while_it_has_no_last_close(case in any_case(), as_of in 0i64..500) {
        let f = figures(&[case], WHOLE, Moment(as_of));
        prop_assert_eq!(f.backlog == 0, f.full_resolution.n == 1);
    }
}
