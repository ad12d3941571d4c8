//! Nothing is wider than the terminal.

use super::stage::Stage;
use frontdesk::render::width::width;

const LONG: [&str; 8] = [
    "Не приходит счёт за ноябрь, хотя мы оплатили ещё первого числа и трижды звонили бухгалтеру",
    "請求書が届かないので至急確認してください。担当者は誰ですか、電話番号を教えてください",
    "👩\u{200d}💻👨\u{200d}👩\u{200d}👧🇷🇺👍🏽❤\u{fe0f} everything 🔥🔥🔥 is on fire 🔥🔥🔥 and nobody 🧯 comes to help us with it",
    "Z\u{301}\u{302}\u{303}a\u{301}\u{302}\u{303}l\u{301}\u{302}\u{303}g\u{301}o\u{301} e\u{301}e\u{301}e\u{301} на́ ударе́ниях и ещё́ много́ букв, чтобы́ стро́ка была́ длинне́е",
    "averylongwordwithoutanyspaceatallthatgoesonandonandonuntilnobodyknowswhereitbeganorends",
    "\u{1b}[31mred\u{1b}[0m \u{202e}right to left\u{202c} \u{200b}zero\u{200b}width and then some more text to make it long",
    "हिन्दी में लिखा गया विषय जो काफी लंबा है और टर्मिनल से बाहर जाता है",
    "العربية من اليمين إلى اليسار مع نص طويل جدا لا يتسع في السطر الواحد أبدا",
];

fn crowded() -> Stage {
    let stage = Stage::new();
    for (i, text) in LONG.iter().enumerate() {
        let from = format!(
            "{} <anna.petrova.of.the.long.name{i}@a-very-long-domain-of-acme.test>",
            &text.chars().take(20).collect::<String>().replace(['<', '>', '\u{1b}'], "")
        );
        let said = stage.run(&[
            "open",
            "+длинная-метка",
            "+очень-длинная-метка/с/частями",
            "-f",
            &from,
            "-m",
            &format!("{text}\n> {text}\n    {text}"),
            "--due",
            "tomorrow",
            "-a",
            "me",
            "--",
            text,
        ]);
        assert_eq!(said.exit, 0, "{said:?}");
    }
    for text in LONG {
        stage.run(&["note", "1", "-t", "15m", "--", text]);
    }
    stage.all(&[
        "prio 1-3 urgent",
        "merge 8 --into 1",
        "close 7 -m 'Не приходит'",
        "hold 2 --until '2026-12-01 10:00'",
        "undo",
    ]);
    stage
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let stage = crowded();
    for cells in [10, 20, 40, 80, 120, 200] {
        let stage = stage.on_terminal(cells);
        for line in [
            "",
            "ls",
            "ls status:all",
            "ls -c number,subject,requester,tags,client",
            "show 1",
            "show 1-8 --raw",
            "find приходит",
            "find fire",
            "history",
            "history 1",
            "close 3 -n",
            "undo -n",
        ] {
            let said = stage.desk(line);
            assert_eq!(said.exit, 0, "{line}: {said:?}");
            for l in said.out.lines() {
                assert!(width(l) <= cells, "{} cells of {cells}: desk {line}: {l:?}", width(l));
            }
        }
    }
}

#[test]
fn a_terminal_that_says_it_has_no_width_is_taken_for_a_usual_one() {
    let stage = crowded();
    for line in ["", "ls", "show 1", "find приходит", "history 1"] {
        assert_eq!(stage.on_terminal(0).ok(line), stage.on_terminal(80).ok(line), "{line}");
    }
}

#[test]
fn a_pipe_shortens_nothing() {
    let stage = crowded();
    let ls = stage.ok("ls status:all");
    for text in [LONG[0], LONG[1], LONG[4]] {
        assert!(ls.contains(text), "{text} in {ls}");
    }
    assert!(!ls.contains('…'), "{ls}");
}

#[test]
fn the_number_and_the_subject_are_seen_at_every_width() {
    let stage = Stage::new();
    stage.ok("open 'Принтер горит' +hardware -f 'Анна Петрова <anna@acme.test>' -p urgent -a me --due tomorrow");
    for cells in [20, 40, 80, 200] {
        let out = stage.on_terminal(cells).ok("ls");
        assert!(out.contains("Принтер") && out.lines().nth(1).unwrap().starts_with('1'), "{cells}: {out}");
    }
}
