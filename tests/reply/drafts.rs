//! Drafts: written by one, looked at and sent by another.

use super::{desk, read, the_mail};
use serde_json::json;

#[test]
fn a_draft_waits_for_another_who_sends_it_under_his_name() {
    let (stage, server) = desk();
    std::fs::write(stage.path("a.txt"), "file").unwrap();
    let oleg = stage.as_agent("oleg");
    let said = oleg.desk(&format!(
        "reply 1 -m 'We refund it.' --draft --cc carl@acme.test --no-quote --close --attach {}",
        stage.path("a.txt").display()
    ));
    assert_eq!((said.exit, said.out.as_str()), (0, "draft kept on 1  Cannot log in\n"), "{said:?}");
    assert!(said.talk.contains("to send it: desk reply 1 --send"), "{said:?}");
    assert!(server.mails().is_empty());
    assert_eq!((stage.of(1, "replies"), stage.of(1, "status")), (json!(0), json!("new")));
    stage.ok("show 1");
    let said = stage.desk("reply 1 --send");
    assert_eq!(said.exit, 0, "{said:?}");
    assert!(said.talk.contains("the draft was oleg's"), "{said:?}");
    let mail = the_mail(&server);
    assert_eq!((mail.text.trim(), mail.attachments[0].name.as_str()), ("We refund it.", "a.txt"));
    assert_eq!(server.mails()[0].to, ["Ann@acme.test", "bob@acme.test", "carl@acme.test"]);
    let last = stage.of(1, "messages")[1].clone();
    assert_eq!((last["author"].clone(), stage.of(1, "status")), (json!("mila"), json!("closed")));
    assert!(stage.refused("reply 1 --send", 3).contains("no draft on 1"));
}

#[test]
fn a_draft_is_replaced_dropped_and_brought_back() {
    let (stage, server) = desk();
    stage.ok("reply 1 -m first --draft");
    stage.ok("reply 1 -m second --draft");
    let oleg = stage.as_agent("oleg");
    oleg.ok("agent add oleg");
    let refused = oleg.refused("reply 1 -m third --draft", 1);
    assert!(refused.contains("mila has left a draft on 1: second") && refused.contains("--force"), "{refused}");
    oleg.ok("reply 1 -m third --draft --force");
    oleg.ok("undo");
    stage.ok("reply 1 --discard");
    assert!(stage.refused("reply 1 --discard", 3).contains("no draft"));
    stage.ok("undo");
    stage.ok("reply 1 --send");
    assert!(the_mail(&server).text.starts_with("second"));
}

#[test]
fn an_answer_takes_ones_own_draft_along_and_leaves_a_colleagues() {
    let (stage, server) = desk();
    stage.ok("reply 1 -m 'my draft' --draft");
    stage.ok("reply 1 -m 'better so'");
    assert!(stage.refused("reply 1 --send", 3).contains("no draft"));
    stage.as_agent("oleg").ok("reply 1 -m 'his draft' --draft --force");
    let said = stage.desk("reply 1 -m 'and so'");
    assert!(said.exit == 0 && said.talk.contains("a draft by oleg stays on 1"), "{said:?}");
    stage.ok("reply 1 --send");
    let last = read(&server.mails()[2].bytes).text;
    assert!(last.starts_with("his draft"), "{last}");
}

#[test]
fn a_waiting_answer_that_is_taken_back_gives_the_draft_back() {
    let (stage, server) = desk();
    stage.ok("reply 1 -m 'drafted' --draft");
    server.behave(crate::smtp_server::Behaviour::HangUp { at: "" });
    assert_eq!(stage.desk("reply 1 --send").exit, 75);
    stage.ok("undo");
    server.behave(crate::smtp_server::Behaviour::Good);
    stage.ok("reply 1 --send");
    assert!(the_mail(&server).text.starts_with("drafted"));
}

#[test]
fn words_that_do_not_go_together_are_refused() {
    let (stage, _server) = desk();
    for line in [
        "reply 1 --send -m x",
        "reply 1 --draft --send",
        "reply 1 --said --draft -m x",
        "reply 1 -m x --pending --close",
    ] {
        assert_eq!(stage.desk(line).exit, 2, "{line}");
    }
    assert!(stage.refused("reply 1 -m x --draft --close --reason workaround", 2).contains("--send"));
    assert!(stage.refused("reply 1 --answer hello", 3).contains("no saved answer hello"));
}
