//! Files: they lie where they were told to, under names that do no harm, and what stands in them does none either.

use crate::furnished::hostile;
use crate::people::harmful;
use crate::stage::Stage;
use crate::table::{TEXTS, count, held};
use crate::{data, html, people};
use frontdesk::formats::limits::Limits;
use frontdesk::formats::mailbox::{Form, Item, Mailbox};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file and folder below a place.
fn below(place: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(place).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(below(&entry.path()));
        }
        found.insert(entry.path());
    }
    found
}

/// Runs a line with a folder to write to; the files there. Nowhere else is anything new, and no name does harm.
fn written(stage: &Stage, words: &[&str], folder: &str) -> Vec<PathBuf> {
    let root = stage.path("");
    let place = stage.path(folder);
    let before = below(&root);
    let said = stage.run(words);
    assert!([0, 1].contains(&said.exit), "{words:?}: {said:?}");
    assert_eq!(harmful(&said.out).or(harmful(&said.talk)), None, "{words:?}: {said:?}");
    let own = ["back.db-wal", "back.db-shm", "state", "config", "data", "home"].map(|name| root.join(name));
    let new: Vec<PathBuf> = below(&root).difference(&before).cloned().collect();
    for path in &new {
        assert!(path.starts_with(&place) || own.iter().any(|own| path.starts_with(own)), "{words:?} wrote {path:?}");
        let name = path.file_name().unwrap().to_str().unwrap();
        let stem = name.split('.').next().unwrap().to_lowercase();
        assert!(name.len() <= 200 && !name.starts_with(['-', ' ']) && stem != "con", "{words:?} wrote {name:?}");
        let hidden = name.starts_with('.') && name != ".gitattributes";
        assert!(
            !hidden && harmful(name).is_none() && !name.contains(['\n', '\\', '<', '|']),
            "{words:?} wrote {name:?}"
        );
    }
    let inside = new.into_iter().filter(|path| path.starts_with(&place) && path.is_file());
    inside.collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn what_is_written_lies_where_it_was_told() {
    let stage = hostile();
    let folder = |name: &str| stage.path(name).display().to_string() + "/";
    let pages = written(&stage, &["export", "-o", &folder("pages")], "pages");
    assert!(pages.len() > count());
    for page in pages.iter().filter(|page| page.extension().is_some_and(|e| e == "md")) {
        let text = text(page);
        assert_eq!(harmful(&text), None, "{page:?}");
        let (_, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
        assert_eq!(people::markup(body), None, "{page:?}: {text}");
    }
    for (form, ending) in [("html", "html"), ("md", "md"), ("text", "txt")] {
        let name = format!("statements-{form}");
        let papers =
            written(&stage, &["statement", "all", "in:2026-10", "--format", form, "-o", &folder(&name)], &name);
        assert_eq!(papers.len(), count(), "one for each");
        for paper in papers {
            assert!(paper.extension().is_some_and(|e| e == ending) && harmful(&text(&paper)).is_none(), "{paper:?}");
            if form == "html" {
                html::made_of(&text(&paper)).unwrap_or_else(|e| panic!("{paper:?}: {e}"));
            }
        }
    }
    for page in written(&stage, &["client", "page", "all", "-o", &folder("clients")], "clients") {
        html::made_of(&text(&page)).unwrap_or_else(|e| panic!("{page:?}: {e}"));
    }
    for n in 0..count() {
        let number = (n + 1).to_string();
        let name = format!("files-{n}");
        fs::create_dir(stage.path(&name)).unwrap();
        written(&stage, &["attachment", "save", &number, "all", "-o", &folder(&name)], &name);
    }
    for (n, person) in stage.json("sql 'SELECT id FROM contacts'").as_array().unwrap().iter().enumerate() {
        let (name, who) = (format!("person-{n}"), format!("id:{}", person["id"]));
        for file in written(&stage, &["contact", "export", &who, "-o", &folder(&name)], &name) {
            if file.extension().is_some_and(|e| e == "json") {
                data::json(&text(&file)).unwrap_or_else(|e| panic!("{file:?}: {e}"));
            }
        }
    }
}

/// Customers read them, on a page or in a folder of Markdown.
#[test]
fn articles_hold_no_more_than_their_authors_may_write() {
    let stage = hostile();
    // One that cannot be filled in is said to be so, by name.
    let broken = held("answer", TEXTS.iter().position(|text| text.contains("{%")).unwrap());
    assert_eq!(stage.run(&["answer", "edit", &broken, "-m", "mended"]).exit, 0);
    let page = stage.path("articles.html").display().to_string();
    let said = stage.run(&["answer", "export", &page]);
    assert_eq!(said.exit, 0, "{said:?}");
    let parts = html::made_of(&text(Path::new(&page))).unwrap();
    for part in &parts {
        let plain = !part.contains(" on")
            && !part.contains("javascript:…")
            && !part.contains("data:…")
            && !part.starts_with("<img");
        assert!(plain, "{part}");
    }
    assert_eq!(parts.iter().filter(|part| part.starts_with("script:") || part.starts_with("style:")).count(), 2);
    // What is hidden in a text without steering anything is its author's: a soft place to break a word is one.
    assert!(!text(Path::new(&page)).chars().any(|c| c.is_control() && !"\t\n".contains(c)));
    for page in written(&stage, &["answer", "export", &stage.path("articles").display().to_string()], "articles") {
        assert_eq!(harmful(&text(&page)), None, "{page:?}");
    }
}

#[test]
fn an_archive_of_mails_has_as_many_as_were_written() {
    let stage = hostile();
    let file = stage.path("all.mbox");
    stage.ok(&format!("export -o {}", file.display()));
    let mut heads = Vec::new();
    let mut each = |_: &_, item: Item<'_>| {
        let Item::Mail(raw) = item else { panic!("a mail that cannot be read") };
        let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
        heads.push(text.split_once("\n\n").unwrap_or((&text, "")).0.to_owned());
        Ok(())
    };
    Mailbox::open(&file, Some(Form::Mbox)).unwrap().scan(&Limits::default(), &mut each, &mut |_, _| {}).unwrap();
    let messages = stage.json("sql 'SELECT count(*) AS n FROM messages'")[0]["n"].as_u64().unwrap();
    assert_eq!(heads.len() as u64, messages);
    for head in heads {
        crate::letters::only_ours(&head, &["X-Desk-Ticket", "X-Desk-Channel", "X-Desk-Direction", "X-Desk-Message"])
            .unwrap();
    }
}
