//! Who gets an answer, and who takes part in a ticket. What a later mail asks for is told to the person who answers;
//! nothing that comes in changes where answers go.

use super::address::{fold, is_own, oddities, takes_no_answers};
use super::contact::is_address;
use super::mail::Address;
use std::collections::BTreeSet;

/// No answer goes to more.
pub const MOST: usize = 50;
/// A note names no more.
const SHOWN: usize = 5;

/// Whom a message names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parties {
    /// The author.
    pub from: Option<Address>,
    /// Reply-To.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
}

/// What is known about a conversation before an answer.
///
/// Of messages that came with a claim to be ours only those that are trusted (`intake::Trust::Plain`) may stand in `answered`:
/// anybody can write our address over a mail and his own in its Cc.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conversation<'a> {
    /// The addresses of the requester, the one he uses first.
    pub requester: &'a [Address],
    /// The message that came in and opened the ticket; none where one of us opened it.
    pub first: Option<&'a Parties>,
    /// The last message of the requester.
    pub last: Option<&'a Parties>,
    /// Our last message.
    pub answered: Option<&'a Parties>,
    /// Addresses of ours: single ones (`support@acme.test`) and whole domains (`@acme.test`).
    pub own: &'a [String],
}

/// What the person who answers asked for.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// To these in place of the requester.
    pub to: Vec<Address>,
    /// To these, too.
    pub cc: Vec<Address>,
    /// To nobody besides.
    pub only: bool,
}

/// Who gets an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recipients {
    /// To; empty where the requester has no address that takes answers.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// What the person who answers should know, in sentences.
    pub notes: Vec<String>,
}

/// Who gets an answer: the requester at the address from which he first wrote, or where that first mail asked for answers
/// (web forms do); with those in Cc who had our last answer in Cc, or else whom the first mail named. Addresses of ours
/// and those that take no answers are left out, unless asked for.
///
/// ```
/// use frontdesk::domain::{mail::Address, recipients::*};
/// let at = |email: &str| Address { name: String::new(), email: email.into() };
/// let first = Parties { from: Some(at("ann@acme.test")), to: vec![at("help@desk.test")], cc: vec![at("Bob@acme.test")], ..Parties::default() };
/// let own = ["help@desk.test".to_owned()];
/// let talk = Conversation { requester: &[at("ann@acme.test")], first: Some(&first), own: &own, ..Conversation::default() };
/// let answer = recipients(&talk, &Wishes::default());
/// assert_eq!((answer.to, answer.cc), (vec![at("ann@acme.test")], vec![at("Bob@acme.test")]));
/// assert!(answer.notes.is_empty());
/// ```
#[must_use]
pub fn recipients(talk: &Conversation<'_>, wishes: &Wishes) -> Recipients {
    let mut seen = BTreeSet::new();
    let mut left_out = 0;
    let mut take = |from: &mut dyn Iterator<Item = &Address>| {
        let mut taken: Vec<Address> =
            from.filter(|a| is_address(&a.email) && seen.insert(fold(&a.email))).cloned().collect();
        let room = MOST.saturating_sub(seen.len() - taken.len());
        left_out += taken.len().saturating_sub(room);
        taken.truncate(room);
        taken
    };
    let requester = talk.requester();
    let to = if wishes.to.is_empty() { take(&mut requester.iter().copied()) } else { take(&mut wishes.to.iter()) };
    let mut cc = take(&mut wishes.cc.iter());
    if !wishes.only {
        let asked = std::mem::take(&mut cc);
        cc = take(&mut talk.copied().into_iter());
        cc.extend(asked);
    }
    let mut answer = Recipients { to, cc, notes: Vec::new() };
    answer.notes = notes(talk, wishes, &answer);
    if left_out > 0 {
        answer.notes.push(format!("{left_out} more are left out: an answer goes to {MOST} at most"));
    }
    answer
}

/// The folded addresses of those who take part in a ticket, sorted: the requester, whom the message names that came in
/// and opened it, and to whom we wrote. Of messages that claim to be ours only trusted ones belong into `answers`.
///
/// ```
/// use frontdesk::domain::{mail::Address, recipients::{Parties, participants}};
/// let at = |email: &str| Address { name: String::new(), email: email.into() };
/// let first = Parties { from: Some(at("Ann@acme.test")), to: vec![at("help@desk.test")], ..Parties::default() };
/// let answer = Parties { to: vec![at("ann@acme.test")], cc: vec![at("carl@acme.test")], ..Parties::default() };
/// assert_eq!(participants(&[], Some(&first), &[answer], &["help@desk.test".to_owned()]), ["ann@acme.test", "carl@acme.test"]);
/// ```
#[must_use]
pub fn participants(
    requester: &[Address],
    first: Option<&Parties>,
    answers: &[Parties],
    own: &[String],
) -> Vec<String> {
    let named = first.into_iter().flat_map(|f| f.from.iter().chain(&f.reply_to).chain(&f.to).chain(&f.cc));
    let written = answers.iter().flat_map(|answer| answer.to.iter().chain(&answer.cc));
    let all = requester.iter().chain(named).chain(written);
    let others = all.filter(|a| is_address(&a.email) && !is_own(&a.email, own)).map(|a| fold(&a.email));
    others.collect::<BTreeSet<_>>().into_iter().collect()
}

impl<'a> Conversation<'a> {
    /// Where the requester gets answers. The first message tells, as long as it is his: an agent may have named another
    /// requester since.
    fn requester(&self) -> Vec<&'a Address> {
        let his = |a: &&Address| self.requester.iter().any(|own| fold(&own.email) == fold(&a.email));
        if let Some(first) = self.first
            && first.from.iter().chain(&first.reply_to).any(|a| his(&a))
        {
            let asked: Vec<&Address> = first.reply_to.iter().filter(|a| self.may_answer(a)).collect();
            let found =
                if asked.is_empty() { first.from.iter().filter(|a| self.may_answer(a)).collect() } else { asked };
            if !found.is_empty() {
                return found;
            }
        }
        self.requester.iter().find(|a| self.may_answer(a)).into_iter().collect()
    }

    /// Who had our last answer in Cc, or whom the first message names besides its author.
    fn copied(&self) -> Vec<&'a Address> {
        let named: Vec<&Address> = match (self.answered, self.first) {
            (Some(answered), _) => answered.cc.iter().collect(),
            (None, Some(first)) => first.to.iter().chain(&first.cc).collect(),
            (None, None) => Vec::new(),
        };
        named.into_iter().filter(|a| self.may_answer(a)).collect()
    }

    fn may_answer(&self, a: &Address) -> bool {
        is_address(&a.email) && !is_own(&a.email, self.own) && !takes_no_answers(&a.email)
    }
}

fn notes(talk: &Conversation<'_>, wishes: &Wishes, answer: &Recipients) -> Vec<String> {
    let mut notes = Vec::new();
    if answer.to.is_empty() {
        notes.push("the requester has no address that takes answers: reply with --to ADDRESS".to_owned());
    }
    notes.extend(asks_elsewhere(talk, wishes));
    notes.extend(later_wishes(talk, wishes, answer));
    notes.extend(differs(talk, answer));
    for a in answer.to.iter().chain(&answer.cc) {
        notes.extend(oddities(&a.email).into_iter().map(|odd| format!("{}: {odd}", a.email)));
    }
    notes
}

/// The first mail asks for answers to another address than it came from.
fn asks_elsewhere(talk: &Conversation<'_>, wishes: &Wishes) -> Option<String> {
    let from = talk.first?.from.as_ref().filter(|from| talk.may_answer(from) && wishes.to.is_empty())?;
    let to = talk.requester();
    let elsewhere = !to.is_empty() && to.iter().all(|a| fold(&a.email) != fold(&from.email));
    let asked = talk.first?.reply_to.iter().any(|a| to.contains(&a));
    (elsewhere && asked)
        .then(|| format!("the first mail came from {} and asks for answers to {}", from.email, listed(&folded(to))))
}

/// What the requester's last mail asks for, which is followed only when a person says so.
fn later_wishes(talk: &Conversation<'_>, wishes: &Wishes, answer: &Recipients) -> Vec<String> {
    let Some(last) = talk.last.filter(|_| wishes.to.is_empty() && !wishes.only) else { return Vec::new() };
    let known = folded(answer.to.iter().chain(&answer.cc));
    let news = |named: &mut dyn Iterator<Item = &Address>| -> BTreeSet<String> {
        let others = named.filter(|a| talk.may_answer(a)).map(|a| fold(&a.email));
        others.filter(|address| !known.contains(address)).collect()
    };
    let asked = news(&mut last.reply_to.iter());
    let from = if last.reply_to.is_empty() { news(&mut last.from.iter()) } else { BTreeSet::new() };
    let also: BTreeSet<String> = &news(&mut last.to.iter().chain(&last.cc)) - &asked;
    let said = |addresses: &BTreeSet<String>, before: &str, flag: &str, after: &str| {
        let flags: Vec<String> = addresses.iter().take(SHOWN).map(|a| format!("{flag} {a}")).collect();
        (!addresses.is_empty())
            .then(|| format!("{before} {}: reply with {} to {after}", listed(addresses), flags.join(" ")))
    };
    [
        said(&asked, "his last mail asks for answers to", "--to", "follow"),
        said(&from, "his last mail came from", "--to", "answer there"),
        said(&also, "his last mail also went to", "--cc", "include them"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Who is new since our last answer, and who is gone.
fn differs(talk: &Conversation<'_>, answer: &Recipients) -> Option<String> {
    let before = talk.answered?;
    let last = before.to.iter().chain(&before.cc).filter(|a| is_address(&a.email) && !is_own(&a.email, talk.own));
    let (last, now) = (folded(last), folded(answer.to.iter().chain(&answer.cc)));
    let said = |word: &str, some: BTreeSet<String>| (!some.is_empty()).then(|| format!("{word} {}", listed(&some)));
    let changes = [said("now also", &now - &last), said("no longer", &last - &now)];
    let changes: Vec<String> = changes.into_iter().flatten().collect();
    (!changes.is_empty()).then(|| format!("differs from last time: {}", changes.join(", ")))
}

fn folded<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> BTreeSet<String> {
    addresses.into_iter().map(|a| fold(&a.email)).collect()
}

/// The first of them, and how many more.
fn listed(addresses: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = addresses.iter().take(SHOWN).map(String::as_str).collect();
    let more = addresses.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(email: &str) -> Address {
        Address { name: String::new(), email: email.to_owned() }
    }

    fn all(emails: &str) -> Vec<Address> {
        emails.split_whitespace().map(at).collect()
    }

    fn parties(from: &str, reply_to: &str, to: &str, cc: &str) -> Parties {
        Parties { from: all(from).pop(), reply_to: all(reply_to), to: all(to), cc: all(cc) }
    }

    fn own() -> Vec<String> {
        vec!["help@desk.test".to_owned(), "@ours.test".to_owned()]
    }

    /// To, Cc and notes of an answer to Ann, whose first mail is `first`.
    fn answer(
        first: &Parties,
        last: Option<&Parties>,
        answered: Option<&Parties>,
        wishes: &Wishes,
    ) -> (String, String, Vec<String>) {
        let (requester, own) = (all("ann@acme.test ann@home.test"), own());
        let talk = Conversation { requester: &requester, first: Some(first), last, answered, own: &own };
        let answer = recipients(&talk, wishes);
        (joined(&answer.to), joined(&answer.cc), answer.notes)
    }

    fn joined(addresses: &[Address]) -> String {
        addresses.iter().map(|a| a.email.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_first_answer_goes_to_the_author_with_whom_he_named_in_copy() {
        let first = parties(
            "Ann@home.test",
            "",
            "help@desk.test bob@acme.test help+t1-2-x@desk.test",
            "BOB@acme.test mila@ours.test no-reply@acme.test ann@HOME.test carl@acme.test broken",
        );
        let (to, cc, notes) = answer(&first, None, None, &Wishes::default());
        assert_eq!((to.as_str(), cc.as_str()), ("Ann@home.test", "bob@acme.test carl@acme.test"));
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn a_web_form_is_answered_at_its_reply_to() {
        for from in ["help@desk.test", "noreply@forms.test"] {
            let (to, _, notes) =
                answer(&parties(from, "ann@acme.test", "help@desk.test", ""), None, None, &Wishes::default());
            assert_eq!((to.as_str(), notes.len()), ("ann@acme.test", 0));
        }
    }

    #[test]
    fn a_reply_to_that_differs_at_first_is_followed_and_said() {
        let first = parties("ann@acme.test", "ann@evil.test", "help@desk.test", "");
        let (to, _, notes) = answer(&first, None, None, &Wishes::default());
        assert_eq!(to, "ann@evil.test");
        assert_eq!(notes, ["the first mail came from ann@acme.test and asks for answers to ann@evil.test"]);
        let list = parties("ann@acme.test", "help@desk.test", "help@desk.test", "");
        assert_eq!(answer(&list, None, None, &Wishes::default()).0, "ann@acme.test");
    }

    #[test]
    fn later_mail_changes_nothing_and_what_it_asks_is_said() {
        let first = parties("ann@acme.test", "", "help@desk.test", "bob@acme.test");
        let last = parties("ann@acme.test", "z@evil.test", "help@desk.test", "spy@evil.test");
        let (to, cc, notes) = answer(&first, Some(&last), None, &Wishes::default());
        assert_eq!((to.as_str(), cc.as_str()), ("ann@acme.test", "bob@acme.test"));
        assert_eq!(
            notes,
            [
                "his last mail asks for answers to z@evil.test: reply with --to z@evil.test to follow",
                "his last mail also went to spy@evil.test: reply with --cc spy@evil.test to include them",
            ]
        );
        let moved = parties("ann@home.test", "", "help@desk.test", "");
        let (to, _, notes) = answer(&first, Some(&moved), None, &Wishes::default());
        assert_eq!(to, "ann@acme.test");
        assert_eq!(notes, ["his last mail came from ann@home.test: reply with --to ann@home.test to answer there"]);
    }

    #[test]
    fn the_copies_are_those_of_the_last_answer_and_changes_are_said() {
        let first = parties("ann@acme.test", "", "help@desk.test", "bob@acme.test");
        let same = parties("help@desk.test", "", "Ann@acme.test", "carl@acme.test help@desk.test");
        let (to, cc, notes) = answer(&first, None, Some(&same), &Wishes::default());
        assert_eq!((to.as_str(), cc.as_str(), notes.len()), ("ann@acme.test", "carl@acme.test", 0));
        let apart = parties("help@desk.test", "", "z@else.test", "carl@acme.test");
        let (_, _, notes) = answer(&first, None, Some(&apart), &Wishes::default());
        assert_eq!(notes, ["differs from last time: now also ann@acme.test, no longer z@else.test"]);
    }

    #[test]
    fn the_wishes_of_the_one_who_answers_win() {
        let first = parties("ann@acme.test", "", "help@desk.test", "bob@acme.test");
        let wish = |to: &str, cc: &str, only| Wishes { to: all(to), cc: all(cc), only };
        let said = |wishes: &Wishes| {
            let (to, cc, _) = answer(&first, None, None, wishes);
            format!("{to} | {cc}")
        };
        assert_eq!(said(&wish("z@else.test", "", false)), "z@else.test | bob@acme.test");
        assert_eq!(said(&wish("bob@acme.test", "", false)), "bob@acme.test | ");
        assert_eq!(
            said(&wish("", "dan@acme.test ann@acme.test", false)),
            "ann@acme.test | bob@acme.test dan@acme.test"
        );
        assert_eq!(said(&wish("", "", true)), "ann@acme.test | ");
        assert_eq!(
            said(&wish("", "dan@acme.test mila@ours.test", true)),
            "ann@acme.test | dan@acme.test mila@ours.test"
        );
        let (_, _, notes) = answer(&first, None, None, &wish("no-reply@else.test", "", true));
        assert_eq!(notes, ["no-reply@else.test: nobody reads what is sent there"]);
    }

    #[test]
    fn another_requester_by_hand_is_answered_at_his_own_address() {
        let first = parties("stranger@else.test", "", "help@desk.test", "");
        assert_eq!(answer(&first, None, None, &Wishes::default()).0, "ann@acme.test");
    }

    #[test]
    fn a_requester_without_an_address_is_said() {
        let robot = all("no-reply@shop.test");
        let first = parties("no-reply@shop.test", "", "help@desk.test", "bob@acme.test");
        let talk = Conversation { requester: &robot, first: Some(&first), ..Conversation::default() };
        let answer = recipients(&talk, &Wishes::default());
        assert!(answer.to.is_empty());
        assert_eq!(answer.notes[0], "the requester has no address that takes answers: reply with --to ADDRESS");
    }

    #[test]
    fn a_hundred_thousand_recipients_are_fifty() {
        let crowd: Vec<Address> = (0..100_000).map(|n| at(&format!("a{n}@acme.test"))).collect();
        let first = Parties { cc: crowd, ..parties("ann@acme.test", "", "help@desk.test", "") };
        let (requester, own) = (all("ann@acme.test"), own());
        let talk = Conversation {
            requester: &requester,
            first: Some(&first),
            last: Some(&first),
            own: &own,
            ..Conversation::default()
        };
        let answer = recipients(&talk, &Wishes { cc: all("dan@acme.test"), ..Wishes::default() });
        assert_eq!((answer.to.len(), answer.cc.len()), (1, 49));
        assert_eq!(answer.cc.last().map(|a| a.email.as_str()), Some("dan@acme.test"));
        assert!(answer.notes.iter().all(|note| note.len() < 500));
        assert!(answer.notes.iter().any(|note| note.starts_with("99952 more are left out")), "{:?}", answer.notes);
    }

    #[test]
    fn a_look_alike_is_said() {
        let first = parties("ann@acme.test", "", "help@desk.test", "bob@xn--80ak6aa92e.test bob@\u{430}cme.test");
        let (_, _, notes) = answer(&first, None, None, &Wishes::default());
        assert_eq!(notes.len(), 2);
        assert!(notes[0].starts_with("bob@xn--80ak6aa92e.test: the domain") && notes[1].contains("mixes alphabets"));
    }

    #[test]
    fn who_takes_part_is_whom_the_first_mail_names_and_whom_we_wrote_to() {
        let first = parties("Form@forms.test", "Ann@acme.test", "help@desk.test bob@acme.test", "Carl@ACME.test");
        let answers = [parties("evil@from.test", "evil@reply.test", "dan@acme.test", "eve@acme.test mila@ours.test")];
        assert_eq!(
            participants(&all("ann@home.test"), Some(&first), &answers, &own()).join(" "),
            "ann@acme.test ann@home.test bob@acme.test carl@acme.test dan@acme.test eve@acme.test form@forms.test"
        );
    }

    fn some() -> impl Strategy<Value = Vec<Address>> {
        let address = prop_oneof![
            "[a-cA-C]@(x|X|y)\\.test",
            Just("help@desk.test".to_owned()),
            Just("no-reply@x.test".to_owned()),
            "\\PC{0,8}",
        ];
        proptest::collection::vec(address.prop_map(|email| at(&email)), 0..6)
    }

    fn any_parties() -> impl Strategy<Value = Parties> {
        (some(), some(), some(), some()).prop_map(|(mut from, reply_to, to, cc)| Parties {
            from: from.pop(),
            reply_to,
            to,
            cc,
        })
    }

    proptest! {
        #[test]
        fn nobody_gets_an_answer_twice_and_we_never(requester in some(), first in any_parties(), last in any_parties(), out in proptest::option::of(any_parties())) {
            let own = own();
            let talk = Conversation { requester: &requester, first: Some(&first), last: Some(&last), answered: out.as_ref(), own: &own };
            let answer = recipients(&talk, &Wishes::default());
            let all: Vec<String> = answer.to.iter().chain(&answer.cc).map(|a| fold(&a.email)).collect();
            prop_assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
            prop_assert!(all.iter().all(|a| !is_own(a, &own) && !takes_no_answers(a)));
            let nobody = Parties::default();
            let without = recipients(&Conversation { last: Some(&nobody), ..talk }, &Wishes::default());
            prop_assert_eq!((answer.to, answer.cc), (without.to, without.cc));
        }

        #[test]
        fn who_is_written_to_takes_part(requester in some(), first in any_parties(), out in proptest::option::of(any_parties())) {
            let own = own();
            let talk = Conversation { requester: &requester, first: Some(&first), last: None, answered: out.as_ref(), own: &own };
            let answer = recipients(&talk, &Wishes::default());
            let answers: Vec<Parties> = out.into_iter().collect();
            let part = participants(&requester, Some(&first), &answers, &own);
            prop_assert!(answer.to.iter().chain(&answer.cc).all(|a| part.contains(&fold(&a.email))));
        }
    }
}
