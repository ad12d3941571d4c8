//! What is new in mails as people write them, in a dozen languages: `quotes/cases.txt`, all of them made up.
//! Blank lines do not count.

use frontdesk::domain::quote::new_text;

#[test]
fn what_is_new_is_told_in_every_mail() {
    let mut cases = 0;
    let mut wrong = Vec::new();
    for case in include_str!("quotes/cases.txt").split("\n§ ").skip(1).collect::<Vec<_>>().chunks(2) {
        let [mail, new] = case else { panic!("a case without an end: {case:?}") };
        let (Some((name, mail)), Some(("new", new))) = (mail.split_once('\n'), new.split_once('\n')) else {
            panic!("a case is a name, a mail, and what is new: {case:?}");
        };
        cases += 1;
        let told = new_text(mail);
        let lines =
            |text: &str| text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        if lines(&told) != lines(new) {
            wrong.push(format!("== {name}\n{told}\n-- instead of\n{}\n", new.trim()));
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
