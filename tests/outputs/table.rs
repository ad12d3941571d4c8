//! The hostile texts, and the marks by which they are found again.

/// What somebody may write who means harm, or means nothing by it.
pub const TEXTS: &[&str] = &[
    // What steers a terminal.
    "\u{1b}[2J\u{1b}[31mRED\u{7}",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}]8;;http://evil.test\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{9b}31m\u{9d}0;title\u{9c}\u{85}\u{90}q",
    "paid\rUNPAID\u{8}\u{8}\u{7f}",
    // What deceives the eye.
    "\u{202e}fdp.exe\u{2066}x\u{2069}\u{200f}\u{61c}",
    "pay\u{200b}pal\u{200d}\u{2060}\u{feff}\u{e0041}\u{2028}\u{2029}",
    "עברית Z\u{338}\u{361}a\u{334}l\u{335} שלום",
    // What is markup somewhere.
    "<script>alert(1)</script></title></style></textarea><img src=x onerror=alert(1)>",
    "\" onload=\"alert(1)\" x='y' javascript:alert(1) <a href=javascript:alert(1)>",
    "&lt;b&gt;&#106;avascript:<!-- --><![CDATA[x]]><svg/onload=alert(1)>",
    "[click](javascript:alert(1)) ![i](http://evil.test/x.png) <http://evil.test> www.evil.test",
    "# h\n- a\n1. b\n```\ncode\n```\n| a | b |\n|---|---|\n> q\n    code\n***\n[r]: http://evil.test\n<div>",
    "a|b\\|c`|`d ~~e~~ **f** _g_ $h$ [^1]",
    // What a spreadsheet runs.
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " \u{200b}=1+1",
    "＝1+1",
    // What is a command, a header, a form or a path elsewhere.
    "x\r\nBcc: victim@evil.test\r\n\r\n.\r\nMAIL FROM:<a@b.test>",
    "'; DROP TABLE ticket; --",
    "\" OR NEAR( * : ^ - {a b} %_",
    "%s%n{}{0}{{agent}}{% raw %}{desk}{agent}%1$s",
    "../../../etc/passwd",
    "CON",
    "-rf $(touch pwned)`touch pwned`",
    ".bashrc",
    "a\0b",
    "tab\tand\nline\n\nand more",
];

/// One that is 4 KB long, with a letter that takes two cells.
pub fn long() -> String {
    "名".repeat(1_366)
}

/// How many there are.
pub fn count() -> usize {
    TEXTS.len() + 1
}

/// Fields that take no control character, and how many letters they take: no whole desk comes back with others.
const PLAIN: &[(&str, usize)] = &[("sign", 200), ("plan", 40), ("contract", 40)];

/// The text number `n` as it can stand in a field.
pub fn text(field: &str, n: usize) -> String {
    // The one character that no desk keeps.
    let text = TEXTS.get(n).map_or_else(long, |text| text.replace('\0', ""));
    match PLAIN.iter().find(|(plain, _)| *plain == field) {
        Some((_, most)) => text.chars().filter(|c| !c.is_control()).take(*most).collect(),
        None => text,
    }
}

/// The word that stands for text `n` in a field while the desk is furnished, and behind it ever after.
pub fn mark(field: &str, n: usize) -> String {
    format!("zq{field}x{n:02}q")
}

/// What stands in a field in the end.
pub fn held(field: &str, n: usize) -> String {
    text(field, n) + &mark(field, n)
}

/// The same as it comes in.
pub fn written(field: &str, n: usize) -> String {
    let nul = TEXTS.get(n).filter(|text| text.contains('\0') && !PLAIN.iter().any(|(plain, _)| *plain == field));
    nul.map_or_else(|| text(field, n), |text| (*text).to_owned()) + &mark(field, n)
}

/// A mark in a text.
pub struct Mark<'a> {
    /// Where it stands.
    pub at: usize,
    /// The field that it is of.
    pub field: &'a str,
    /// The text that it stands for.
    pub n: usize,
}

impl Mark<'_> {
    /// Where it ends.
    pub fn end(&self) -> usize {
        self.at + mark(self.field, self.n).len()
    }
}

/// The marks in a text, in their order.
pub fn marks(text: &str) -> Vec<Mark<'_>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("zq") {
        let word = &text[at + 2..];
        let letters = word.bytes().take_while(u8::is_ascii_lowercase).count();
        let Some(field) = word[..letters].strip_suffix('x').filter(|field| !field.is_empty()) else { continue };
        if let (Some(Ok(n)), Some("q")) =
            (word.get(letters..letters + 2).map(str::parse), word.get(letters + 2..letters + 3))
        {
            found.push(Mark { at, field, n });
        }
    }
    found
}

/// Fields that hold single words: lists of them are kept with blanks between.
const WORDS: &[&str] = &["tag", "atag", "domain"];

/// The texts of the marks in a text, exactly where they were: none, or the first that is not.
pub fn damaged(text: &str) -> Option<String> {
    let same = |mark: &Mark<'_>| {
        let (before, wanted) = (text[..mark.at].replace('\0', ""), self::text(mark.field, mark.n));
        before.ends_with(&wanted)
            || before == wanted.trim_start()
            || WORDS.contains(&mark.field)
                && wanted.split_whitespace().last().is_some_and(|word| before.ends_with(word))
    };
    marks(text).iter().find(|mark| !same(mark)).map(|mark| self::mark(mark.field, mark.n))
}
