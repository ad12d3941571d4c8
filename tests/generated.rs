//! What is made from the program's own words: manual pages are what the generator gives, and the scripts in
//! `completions/` complete in the real shells.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![expect(clippy::print_stdout, reason = "what was left out is said")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_manual_pages_are_what_the_generator_gives() {
    let folder = Path::new(ROOT).join("man");
    let pages = frontdesk::commands::man::pages().unwrap();
    let mend = "; to make them anew: rm man/*.1; cargo run -- man man";
    for (name, text) in &pages {
        let kept = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(kept == *text, "man/{name} is not what the program says{mend}");
    }
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(pages.iter().any(|(known, _)| *known == name), "man/{name} is about no command{mend}");
    }
}

#[test]
fn a_manual_page_has_its_sections_and_no_line_that_the_formatter_stumbles_over() {
    let pages = frontdesk::commands::man::pages().unwrap();
    for (name, text) in &pages {
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(text.contains(section), "{name} has no {section}");
        }
    }
    let close = &pages.iter().find(|(name, _)| name == "desk-close.1").unwrap().1;
    assert!(close.contains(".SH EXAMPLES\n.nf\ndesk close 42\n"), "{close}");
    let Some(man) = program("man") else { return println!("man was not found: the pages were not formatted") };
    let page = Path::new(ROOT).join("man/desk-close.1");
    let shown = Command::new(man)
        .arg("--warnings=w")
        .arg("-l")
        .arg(page)
        .env("LC_ALL", "C.UTF-8")
        .env("MANWIDTH", "100")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(text.contains("desk-close - Close tickets") && text.contains("desk close 42"), "{text}");
    assert_eq!(String::from_utf8_lossy(&shown.stderr), "");
}

#[test]
fn the_program_prints_the_scripts_that_lie_in_the_folder() {
    for shell in frontdesk::commands::completions::Shell::ALL {
        let kept = std::fs::read_to_string(Path::new(ROOT).join("completions").join(shell.file())).unwrap();
        assert_eq!(kept, shell.script(), "{}", shell.file());
    }
}

/// A home with a desk: tickets, tags, people.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        std::fs::create_dir(home.0.path().join("bin")).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_desk"), home.0.path().join("bin/desk")).unwrap();
        for arguments in [
            &["open", "Cannot log in", "+login", "-f", "ann@acme.test"][..],
            &["open", "Не печатает принтер", "+принтер", "-f", "Иван <ivan@horns.test>"],
            &["open", "Evil $(touch /tmp/x) `x` 'q' \"w\" \\", "+vip"],
            &["close", "3"],
        ] {
            let done = home.command("desk").args(arguments).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        home
    }

    fn command(&self, program: &str) -> Command {
        let home = self.0.path();
        let mut command = Command::new(if program == "desk" { env!("CARGO_BIN_EXE_desk") } else { program });
        command.env_clear().env("HOME", home).env("USER", "mila").env("LC_ALL", "C.UTF-8").env("TERM", "dumb");
        command.env("PATH", format!("{}/bin:/usr/local/bin:/usr/bin:/bin", home.display())).stdin(Stdio::null());
        command
    }

    /// What a script prints in that shell.
    fn says(&self, shell: &str, options: &[&str], script: &str) -> Option<String> {
        let Some(program) = program(shell) else {
            println!("{shell} was not found: its completion was not tried");
            return None;
        };
        let done = self.command(&program.display().to_string()).args(options).arg("-c").arg(script).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{shell}: {script}");
        Some(String::from_utf8(done.stdout).unwrap())
    }
}

fn program(name: &str) -> Option<PathBuf> {
    ["/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin"]
        .iter()
        .map(|f| Path::new(f).join(name))
        .find(|p| p.exists())
}

#[test]
fn bash_completes_numbers_tags_and_words_of_a_query() {
    let home = Home::new();
    let ask = |line: &str, kind: u8| {
        let script = format!(
            "source {ROOT}/completions/desk.bash; COMP_WORDBREAKS=$' \\t\\n\"\\'@><=;|&(:'; COMP_TYPE={kind}; \
             COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(desk); COMP_CWORD=1; _desk; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        home.says("bash", &["--norc"], &script).map(|s| s.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    let Some(ids) = ask("desk show ", 9) else { return };
    assert_eq!(ids, ["1", "2"], "the queue, most urgent first");
    assert_eq!(ask("desk show ", 63).unwrap(), ["1  (Cannot log in)", "2  (Не печатает принтер)"]);
    assert_eq!(ask("desk show 3", 9).unwrap(), ["3"], "a closed one by its number");
    assert_eq!(ask("desk close 1,", 9).unwrap(), ["1,1", "1,2"]);
    assert_eq!(ask("desk reopen ", 9).unwrap(), ["3"]);
    assert_eq!(ask("desk ls +при", 9).unwrap(), ["+принтер"]);
    assert_eq!(ask("desk ls client:h", 9).unwrap(), ["horns.test"], "bash replaces what stands behind the colon");
    assert_eq!(ask("desk ls not:who:mi", 9).unwrap(), ["mila"]);
    assert_eq!(ask("desk ls @mi", 9).unwrap(), ["@mila"]);
    assert_eq!(ask("desk merge 1 --into=", 9).unwrap(), ["1", "2"]);
    assert_eq!(ask("desk sh", 9).unwrap(), ["show"]);
    assert_eq!(ask("desk close 1 --reas", 9).unwrap(), ["--reason"]);
}

#[test]
fn zsh_gets_values_with_words_about_them() {
    let home = Home::new();
    let ask = |words: &str, prefix: &str| {
        let script = format!(
            "compdef() {{ :; }}; _describe() {{ print -rl -- \"${{(@P)${{@[3]}}}}\"; }}; _files() {{ print FILES; }}; \
             source {ROOT}/completions/_desk; words=(desk {words} '{prefix}'); CURRENT=$#words; PREFIX='{prefix}'; _desk"
        );
        home.says("zsh", &["-f"], &script)
    };
    let Some(ids) = ask("show", "") else { return };
    assert_eq!(ids, "1:Cannot log in\n2:Не печатает принтер\n");
    assert_eq!(ask("ls", "client:a").unwrap(), "client\\:acme.test\n");
    assert_eq!(ask("tag 1", "+v").unwrap(), "+vip\n");
    assert_eq!(ask("backup", "").unwrap(), "FILES\n");
    assert!(ask("", "sh").unwrap().starts_with("show:Show a ticket"));
}

#[test]
fn zsh_completes_at_its_own_prompt() {
    let home = Home::new();
    let script = format!(
        "zmodload zsh/zpty || exit 7; zpty z zsh -f -i; seen() {{ local all= piece; repeat 100; do \
           while zpty -r -t z piece; do all+=$piece; done; [[ $all == *$1* ]] && {{ print -r -- $all; return 0; }}; sleep 0.1; done; print -r -- \"NOT SEEN: $all\"; }}; \
         zpty -w z \"PROMPT='ready> '; autoload -Uz compinit; compinit -D -u; source {ROOT}/completions/_desk; print LOA''DED\"; seen LOADED >/dev/null; \
         zpty -w -n z $'desk show \\t'; seen принтер; zpty -d z"
    );
    let Some(program) = program("zsh") else { return println!("zsh was not found: its completion was not tried") };
    let done = home
        .command(&program.display().to_string())
        .env("TERM", "xterm")
        .env("COLUMNS", "100")
        .args(["-f", "-c", &script])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(
        said.contains("Cannot log in") && said.contains("Не печатает принтер") && !said.contains("NOT SEEN"),
        "{said}"
    );
}

#[test]
fn fish_gets_values_with_words_about_them() {
    let home = Home::new();
    let ask = |line: &str| {
        home.says("fish", &["--no-config"], &format!("source {ROOT}/completions/desk.fish; complete -C '{line}'"))
    };
    let Some(ids) = ask("desk show ") else { return };
    assert_eq!(ids, "1\tCannot log in\n2\tНе печатает принтер\n");
    assert_eq!(ask("desk ls client:a").unwrap(), "client:acme.test\n");
    assert_eq!(ask("desk ls +при").unwrap(), "+принтер\n");
    assert!(ask("desk sh").unwrap().starts_with("show\tShow a ticket"));
    assert!(ask(&format!("desk note 1 --file {ROOT}/Cargo.t")).unwrap().contains("Cargo.toml"));
}

#[test]
fn completion_never_makes_a_desk_and_never_complains() {
    let home = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command
            .env_clear()
            .env("HOME", home.path())
            .arg("__complete")
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    for arguments in [
        &["zsh", "--", "show", ""][..],
        &["bash", "--", "desk show ", ":", "9"],
        &["fish", "--", "--desk", "/nowhere/x.db", "show", ""],
        &["zsh", "--", "--desk", "postgres://nobody@127.0.0.1:1/x", "show", ""],
        &["ids", "1"],
        &["nonsense"],
        &["zsh"],
        &["bash", "--"],
    ] {
        let said = ask(arguments);
        assert!(
            said.status.success() && said.stderr.is_empty(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&said.stderr)
        );
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "nothing was made");
    std::fs::create_dir_all(home.path().join(".config/desk")).unwrap();
    std::fs::write(
        home.path().join(".config/desk/config.toml"),
        "[passwords.work]\ncommand = \"touch $HOME/asked\"\n[desks]\nwork = \"postgres://x@127.0.0.1:1/x\"\n",
    )
    .unwrap();
    assert!(ask(&["zsh", "--", "--desk", "work", "show", ""]).status.success());
    assert!(!home.path().join("asked").exists(), "no password is asked for under the finger");
    std::fs::write(home.path().join(".config/desk/config.toml"), "this = is broken").unwrap();
    assert!(ask(&["zsh", "--", "sh"]).stdout.starts_with(b"show\t"));
}
