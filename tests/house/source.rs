//! Reads one Rust source as text: its words, and the paths it names. What is right or wrong about them is not said here.

use std::collections::BTreeSet;

/// One file: where it stands and what it names.
pub struct Source {
    /// From the root of the project, as shown in faults.
    pub path: String,
    /// Names of the modules from the crate's root down to this file; empty for `lib.rs` and `main.rs`.
    pub module: Vec<String>,
    pub names: Vec<Name>,
    /// Modules declared here, in files or inline.
    pub children: BTreeSet<String>,
}

/// A path of two or more words, or an imported word, somewhere in a file.
pub struct Name {
    pub line: usize,
    pub path: Vec<String>,
    /// What the rest of the file calls it, where it is imported.
    pub import: Option<String>,
    pub public: bool,
    /// Inline modules around it.
    pub inside: Vec<String>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let below = path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut module: Vec<String> = below.split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod" || (module.len() == 1 && (last == "lib" || last == "main"))) {
            module.pop();
        }
        let mut reader = Reader { tokens: tokens(text), at: 0, names: Vec::new(), children: BTreeSet::new() };
        reader.read();
        Self { path: path.to_owned(), module, names: reader.names, children: reader.children }
    }

    pub fn room(&self) -> &str {
        let below = self.path.trim_start_matches("src/");
        below.split_once('/').map_or(below.trim_end_matches(".rs"), |(room, _)| room)
    }

    /// The words from the crate's root, where the name leads there.
    pub fn absolute(&self, name: &Name) -> Option<Vec<String>> {
        let mut base: Vec<String> = [&self.module[..], &name.inside[..]].concat();
        let mut words = name.path.iter().peekable();
        match words.peek()?.as_str() {
            "crate" => base.clear(),
            "self" | "super" => {}
            child if self.children.contains(child) && name.inside.is_empty() => {}
            _ => return None,
        }
        while let Some(word) = words.next_if(|word| ["crate", "self", "super"].contains(&word.as_str())) {
            if word == "super" {
                base.pop();
            }
        }
        base.extend(words.cloned());
        Some(base)
    }
}

#[derive(Clone, Copy)]
struct Token<'a> {
    line: usize,
    text: &'a str,
}

/// Words, `::` and single signs of a Rust source, without comments, texts, characters and numbers.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let text = word > 0 && !first.is_ascii_digit();
        let hashes = rest[word..].bytes().take_while(|b| *b == b'#').count();
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if ["r", "br", "cr"].contains(&&rest[..word]) && rest[word + hashes..].starts_with('"') {
            let (open, close) = (word + hashes + 1, format!("\"{}", "#".repeat(hashes)));
            rest[open..].find(&close).map_or(rest.len(), |end| open + end + close.len())
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("::") {
            2
        } else {
            word.max(first.len_utf8())
        };
        if text && length == word
            || rest.starts_with("::")
            || (word == 0 && length == 1 && first.is_ascii_punctuation())
        {
            out.push(Token { line, text: &rest[..length] });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    out
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(pair) = rest.as_bytes().get(at..at + 2) {
        let step = if pair == b"/*" || pair == b"*/" { 2 } else { 1 };
        depth = if pair == b"/*" { depth + 1 } else { depth - usize::from(pair == b"*/") };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let end = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        end
    });
    end.map_or(rest.len(), |(at, _)| at + 1)
}

/// A character such as `'x'` or `'\u{1b}'`; of a lifetime only the apostrophe.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let from = at + escaped.len_utf8();
            rest[from..].find('\'').map_or(rest.len(), |end| from + end + 1)
        }
        (_, Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Collects the names of a file from its tokens.
struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    names: Vec<Name>,
    children: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn before(&self, steps: usize) -> &'a str {
        self.at.checked_sub(steps).map_or("", |at| self.text(at))
    }

    /// Whether the `::` here continues a name or a type, instead of beginning one after an arrow or a sign.
    fn goes_on(&self) -> bool {
        let arrow = self.before(1) == ">" && ["-", "="].contains(&self.before(2));
        !arrow && (is_word(self.before(1)) || [">", "]", ")"].contains(&self.before(1)))
    }

    fn read(&mut self) {
        // One entry for each open brace: the name of the inline module that it opens.
        let mut braces: Vec<Option<String>> = Vec::new();
        while let Some(Token { line, text }) = self.tokens.get(self.at).copied() {
            let inside: Vec<String> = braces.iter().flatten().cloned().collect();
            match text {
                "{" => braces.push((self.before(2) == "mod").then(|| self.before(1).to_owned())),
                "}" => drop(braces.pop()),
                "mod" if is_word(self.text(self.at + 1)) && inside.is_empty() => {
                    self.children.insert(self.text(self.at + 1).to_owned());
                }
                "use" if is_word(self.text(self.at + 1)) || ["::", "{"].contains(&self.text(self.at + 1)) => {
                    let public = self.before(1) == "pub" || self.before(1) == ")";
                    self.at += 1;
                    self.branch(&[], public, &inside);
                    continue;
                }
                "::" if self.goes_on() => {}
                _ if text == "::" || (is_word(text) && self.text(self.at + 1) == "::" && self.before(1) != "::") => {
                    let path = self.words();
                    if path.len() > 1 {
                        self.names.push(Name { line, path, import: None, public: false, inside });
                    }
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// `a::b::c`; a leading `::` gives an empty first word. Leaves a last `::` that no word follows.
    fn words(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        if self.text(self.at) == "::" {
            path.push(String::new());
        } else {
            path.push(self.text(self.at).to_owned());
            self.at += 1;
        }
        while self.text(self.at) == "::" && is_word(self.text(self.at + 1)) {
            path.push(self.text(self.at + 1).to_owned());
            self.at += 2;
        }
        if path.len() == 1 && self.text(self.at) == "::" {
            self.at += 1;
        }
        path
    }

    /// One branch of a `use` tree, groups and all.
    fn branch(&mut self, prefix: &[String], public: bool, inside: &[String]) {
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut path = prefix.to_vec();
        while is_word(self.text(self.at)) && self.text(self.at) != "as" {
            path.push(self.text(self.at).to_owned());
            self.at += 1;
            if self.text(self.at) == "::" {
                self.at += 1;
            }
        }
        match self.text(self.at) {
            "::" => {
                self.at += 1;
                return self.branch(&[String::new()], public, inside);
            }
            "{" => {
                self.at += 1;
                while !["}", ""].contains(&self.text(self.at)) {
                    let start = self.at;
                    self.branch(&path, public, inside);
                    self.at += usize::from(self.text(self.at) == "," || self.at == start);
                }
                self.at += 1;
                return;
            }
            _ => {}
        }
        let glob = self.text(self.at) == "*";
        self.at += usize::from(glob);
        if path.len() > 1 && path.last().is_some_and(|word| word == "self") {
            path.pop();
        }
        let mut import = path.last().cloned().filter(|_| !glob);
        if self.text(self.at) == "as" {
            import = Some(self.text(self.at + 1).to_owned());
            self.at += 2;
        }
        if !path.is_empty() {
            self.names.push(Name { line, path, import, public, inside: inside.to_vec() });
        }
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
