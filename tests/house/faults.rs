//! The checks themselves, on small houses with one fault each.

use super::{LONGEST, Project};
use std::collections::BTreeMap;

const SOUND: [(&str, &str); 5] = [
    ("src/lib.rs", "#![doc = include_str!(\"README.md\")]\npub mod domain;\npub mod store;\n"),
    ("src/main.rs", "//! Start.\nfn main() {\n    frontdesk::run();\n}\n"),
    ("src/domain/mod.rs", "//! Nouns.\npub mod mail;\npub mod ticket;\n"),
    ("src/domain/mail.rs", "//! A mail.\nuse crate::domain::ticket::Ticket;\nuse chrono::Utc;\n"),
    ("src/domain/ticket.rs", "//! A ticket.\npub struct Ticket;\n"),
];

/// What is found in a sound house after these files were put in.
fn with(files: &[(&str, &str)]) -> Vec<String> {
    house(files, "The nouns are in `domain/mod.rs`.", "[dependencies]\nchrono = \"0.4\"\n")
}

fn house(files: &[(&str, &str)], map: &str, manifest: &str) -> Vec<String> {
    let sources: BTreeMap<String, String> =
        SOUND.iter().chain(files).map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let paths: Vec<String> = sources.keys().cloned().collect();
    let has = move |path: &str| paths.iter().any(|p| p == path || p.starts_with(&format!("{path}/")));
    Project { sources, map: map.to_owned(), manifest: manifest.to_owned(), has: Box::new(has) }.faults()
}

#[test]
fn a_sound_house_has_none() {
    assert_eq!(with(&[]), [""; 0]);
}

#[test]
fn an_upward_import_is_one() {
    let up = "//! A ticket.\n\nuse crate::store::Tx;\n";
    assert_eq!(
        with(&[("src/domain/ticket.rs", up)]),
        ["src/domain/ticket.rs:3: `crate::store::Tx` is in store, above domain"]
    );
}

#[test]
fn a_sideways_import_is_one() {
    let beside = "//! Mbox.\nuse crate::store::mail as rows;\n";
    assert_eq!(
        with(&[("src/formats/mbox.rs", beside)]),
        ["src/formats/mbox.rs:2: `crate::store::mail` is in store, beside formats"]
    );
    let beside = "//! The error.\nuse crate::domain::ticket;\nuse crate::report::Report;\n";
    assert_eq!(
        with(&[("src/error.rs", beside)]),
        ["src/error.rs:3: `crate::report::Report` is in report, beside error"]
    );
}

#[test]
fn an_import_hidden_in_a_group_is_one() {
    let group = "//! Text.\nuse crate::{\n    domain::ticket::{self, Ticket},\n    report::{\n        Cell,\n        Report as Page,\n    },\n    host::Screen,\n};\n";
    assert_eq!(
        with(&[("src/render/text.rs", group)]),
        ["src/render/text.rs:8: `crate::host::Screen` is in host, beside render"]
    );
}

#[test]
fn a_path_within_the_code_is_one() {
    let inline = "//! A ticket.\nfn f(n: u8) -> u8 {\n    n + crate::actions::open::<u8>(n)\n}\n";
    assert_eq!(
        with(&[("src/domain/ticket.rs", inline)]),
        ["src/domain/ticket.rs:3: `crate::actions::open` is in actions, above domain"]
    );
}

#[test]
fn climbing_by_super_is_one() {
    let climb = "//! A ticket.\nuse super::mail::Mail;\nuse super::super::store::Tx;\nmod tests {\n    use super::super::super::desk::Desk;\n    use super::super::mail;\n}\n";
    assert_eq!(
        with(&[("src/domain/mail.rs", "//! A mail.\n"), ("src/domain/ticket.rs", climb)]),
        [
            "src/domain/ticket.rs:3: `super::super::store::Tx` is in store, above domain",
            "src/domain/ticket.rs:5: `super::super::super::desk::Desk` is in desk, above domain"
        ]
    );
}

#[test]
fn an_item_of_the_crate_root_is_one() {
    let root = "//! Open.\nuse crate::run;\nuse crate::domain;\n";
    assert_eq!(
        with(&[("src/commands/open.rs", root)]),
        ["src/commands/open.rs:2: `crate::run` is in lib, above commands"]
    );
}

#[test]
fn a_room_without_a_floor_is_one() {
    assert_eq!(
        with(&[("src/util/mod.rs", "//! Odds.\n")]),
        ["src/util/mod.rs:1: `util` has no floor in tests/house.rs"]
    );
}

#[test]
fn a_crate_outside_its_room_is_one() {
    let derive = "//! A ticket.\n#[derive(\n    clap::Args)]\nstruct T;\n";
    assert_eq!(
        with(&[("src/domain/ticket.rs", derive), ("src/commands/open.rs", "//! Open.\nuse clap::Args;\n")]),
        ["src/domain/ticket.rs:3: `clap::Args`: clap is used in commands/, lib.rs only"]
    );
    let global = "//! Rows.\nuse ::rusqlite::{Row, Connection as C};\nfn f() -> ::rusqlite::Row {}\n";
    let found = with(&[("src/store/mail.rs", global), ("src/store/engine/sqlite.rs", global)]);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("src/store/mail.rs:2: `::rusqlite::Row`: rusqlite"), "{found:?}");
    assert!(found[2].starts_with("src/store/mail.rs:3: "), "{found:?}");
    let whole = with(&[("src/desk.rs", "//! Desk.\nuse toml;\nuse frontdesk::domain;\n")]);
    assert_eq!(whole.len(), 2, "{whole:?}");
}

#[test]
fn the_world_named_in_the_domain_is_one() {
    let world = "//! A ticket.\nuse std::{fmt, fs};\nuse std::fmt::Write;\n";
    assert_eq!(
        with(&[("src/domain/ticket.rs", world)]),
        ["src/domain/ticket.rs:2: `std::fs`: domain does not touch the world"]
    );
}

#[test]
fn a_module_called_like_a_crate_is_none() {
    let own = "//! Forms.\nmod csv;\npub use csv::write;\nfn f() {\n    csv::write()\n}\n";
    let imported = "//! Page.\nuse super::csv;\nfn f() {\n    csv::write()\n}\n";
    let files = [("src/render/mod.rs", own), ("src/render/page.rs", imported)];
    assert_eq!(with(&files), [""; 0]);
    assert_eq!(with(&[("src/render/page.rs", "//! Page.\nfn f() {\n    csv::write()\n}\n")]).len(), 1);
}

#[test]
fn words_in_comments_and_texts_are_none() {
    let talk = r####"//! `crate::store::Tx`
/// use crate::store::Tx;
// use crate::store::Tx;
/* use crate::store::Tx; /* clap::Args */ crate::store::Tx */
const A: &str = "use crate::store::Tx; \" crate::store::Tx";
const B: &str = r#"crate::store::Tx " crate::store::Tx"#;
const C: [char; 3] = ['"', '\'', '\u{22}'];
fn f<'a>(x: &'a str) -> &'a str { x }
use crate::store::Tx;
"####;
    assert_eq!(
        with(&[("src/domain/ticket.rs", talk)]),
        ["src/domain/ticket.rs:9: `crate::store::Tx` is in store, above domain"]
    );
}

#[test]
fn a_circle_in_the_domain_is_one() {
    let back = "//! A ticket.\nuse super::message::Message;\n";
    let found = with(&[
        ("src/domain/ticket.rs", back),
        ("src/domain/message.rs", "//! A message.\n\nfn f(_: crate::domain::mail::Mail) {}\n"),
    ]);
    let circle = "src/domain/mail.rs -> src/domain/ticket.rs -> src/domain/message.rs -> src/domain/mail.rs";
    assert_eq!(found, [format!("src/domain/message.rs:3: imports go in a circle: {circle}")]);
}

#[test]
fn a_circle_through_a_re_export_is_one() {
    let billing = "//! Billing.\nmod pool;\nmod rate;\npub use self::pool::Pool;\npub use rate::Rate;\n";
    let pool = "//! Pools.\nuse super::Rate;\npub struct Pool;\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
    let files = |rate| {
        with(&[
            ("src/domain/billing/mod.rs", billing),
            ("src/domain/billing/pool.rs", pool),
            ("src/domain/billing/rate.rs", rate),
        ])
    };
    assert_eq!(files("//! Rates.\npub struct Rate;\n"), [""; 0]);
    let test = "//! Rates.\npub struct Rate;\n#[cfg(test)]\nmod tests {\n    use crate::domain::billing::Pool;\n}\n";
    assert_eq!(files(test), [""; 0]);
    let found = files("//! Rates.\nuse crate::domain::billing::Pool;\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("src/domain/billing/rate.rs:2: imports go in a circle: "), "{found:?}");
}

#[test]
fn a_path_of_the_map_that_is_absent_is_one() {
    let map = "# Map\n`domain/mail.rs`, `src/domain/`, `desk log`, `https://x.example/y`, `domain/<noun>.rs`, `Report`\n\
               rounding is in `domain/billing/rounding.rs`, see `gone.md` and `store/<noun>.rs`\n";
    assert_eq!(
        house(&[], map, ""),
        [
            "src/README.md:3: there is no `domain/billing/rounding.rs`",
            "src/README.md:3: there is no `gone.md`",
            "src/README.md:3: there is no `store/<noun>.rs`"
        ]
    );
}

#[test]
fn a_path_of_a_drawn_tree_that_is_absent_is_one() {
    let map = "```text\nsrc/\n  lib.rs      7  run\n  domain/     1  nouns\n    mail.rs      a mail\n    mails.rs     many\n  post/       3  the network\n```\n";
    assert_eq!(
        house(&[], map, ""),
        ["src/README.md:6: there is no `mails.rs`", "src/README.md:7: there is no `post/`"]
    );
}

#[test]
fn a_dependency_without_a_room_is_one() {
    let manifest =
        "[package]\nname = \"x\"\n\n[dependencies]\nserde_json = \"1\"\nleft-pad = \"1\"\n\n[lints.rust]\nx = 1\n";
    assert_eq!(house(&[], "", manifest), ["Cargo.toml:6: `left_pad` has no room in tests/house.rs"]);
}

#[test]
fn a_file_that_does_not_say_what_it_is_is_one() {
    assert_eq!(
        with(&[("src/desk.rs", "// Desk\n"), ("src/host.rs", "")]),
        ["src/desk.rs:1: no `//!` line says what lives here", "src/host.rs:1: no `//!` line says what lives here"]
    );
}

#[test]
fn a_file_that_grew_too_long_is_one() {
    let long = |lines: usize| format!("//! Desk.\n{}", "\n".repeat(lines - 1));
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(900));
    assert_eq!(with(&[("src/desk.rs", &(long(LONGEST) + &tests))]), [""; 0]);
    assert_eq!(
        with(&[("src/desk.rs", &(long(LONGEST + 1) + &tests))]),
        ["src/desk.rs:601: 601 lines before the tests, 600 at most"]
    );
    let early = "//! Desk.\n#[cfg(test)]\nuse std::fmt;\n".to_owned() + &"\n".repeat(LONGEST);
    assert_eq!(with(&[("src/desk.rs", &early)]).len(), 1);
}
