//! Authentication-Results (RFC 8601): what a server on the way found out about the sender. Whether to believe it is not
//! decided here.

use super::fields::Block;
use super::word;
use crate::domain::mail::Results;

/// Fields beyond this many are left out.
const MOST: usize = 20;
/// A field is read up to so many bytes.
const LONGEST: usize = 16 << 10;
/// A server, a method, a result or a domain is no longer.
const LONGEST_WORD: usize = 255;

/// The fields in order, the topmost first; one that names no server is left out.
pub(super) fn of(block: &Block<'_>) -> Vec<Results> {
    block.all("authentication-results").take(MOST).filter_map(one).collect()
}

/// `server [version]; method[/version]=result [reason="…"] [ptype.property=value]…; …`
fn one(value: &[u8]) -> Option<Results> {
    let line = word::unfold(value.get(..LONGEST).unwrap_or(value));
    let tokens = tokens(&String::from_utf8_lossy(&line));
    let mut statements = tokens.split(|token| *token == Token::End);
    let Some(Token::Word(server)) = statements.next()?.first() else { return None };
    let mut results = Results { server: server.clone(), ..Results::default() };
    for statement in statements {
        let [Token::Word(method), rest @ ..] = statement else { continue };
        let rest = match rest {
            [Token::Slash, Token::Word(_), rest @ ..] => rest,
            rest => rest,
        };
        let [Token::Equals, Token::Word(result), properties @ ..] = rest else { continue };
        let dkim = method == "dkim" && (results.dkim.is_none() || result == "pass");
        if method == "dmarc" && is_stricter(results.dmarc.as_deref(), result) {
            results.dmarc = Some(result.clone());
            results.dmarc_domain = property(properties, "header.from");
        } else if method == "spf" && is_stricter(results.spf.as_deref(), result) {
            results.spf = Some(result.clone());
        } else if dkim {
            results.dkim = Some(result.clone());
        }
    }
    Some(results)
}

/// Whether `result` counts rather than what is known: the first does, and one that is no `pass` after a `pass`.
fn is_stricter(known: Option<&str>, result: &str) -> bool {
    known.is_none_or(|known| known == "pass" && result != "pass")
}

/// The value of `name=value` among the tokens.
fn property(tokens: &[Token], name: &str) -> Option<String> {
    tokens.windows(3).find_map(|three| match three {
        [Token::Word(said), Token::Equals, Token::Word(value)] if said == name => Some(value.clone()),
        _ => None,
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// A word or a quoted text, lower-case.
    Word(String),
    Equals,
    Slash,
    /// `;`
    End,
}

/// The line without its comments, which may nest.
fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => comment(&mut letters),
            '"' => tokens.push(Token::Word(quoted(&mut letters))),
            '=' => tokens.push(Token::Equals),
            '/' => tokens.push(Token::Slash),
            ';' => tokens.push(Token::End),
            _ if letter.is_whitespace() => {}
            _ => {
                let mut said = String::from(letter);
                while let Some(more) = letters.next_if(|c| !c.is_whitespace() && !"()\"=;/".contains(*c)) {
                    said.push(more);
                }
                tokens.push(Token::Word(said.to_lowercase()));
            }
        }
    }
    for token in &mut tokens {
        if let Token::Word(said) = token
            && said.len() > LONGEST_WORD
        {
            said.clear();
        }
    }
    tokens
}

fn comment(letters: &mut impl Iterator<Item = char>) {
    let mut depth = 1usize;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn quoted(letters: &mut impl Iterator<Item = char>) -> String {
    let mut said = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => said.extend(letters.next()),
            _ => said.push(letter),
        }
    }
    said.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::fields;
    use super::super::limits::Limits;
    use super::*;

    fn read(header: &str) -> Vec<Results> {
        of(&fields::block(header.as_bytes(), 0, &Limits::default(), |_| false))
    }

    /// Server, dmarc, its domain, dkim, spf; `-` for none.
    fn shown(header: &str) -> Vec<String> {
        let word = |w: &Option<String>| w.clone().unwrap_or_else(|| "-".into());
        let line = |r: &Results| {
            format!("{} {} {} {} {}", r.server, word(&r.dmarc), word(&r.dmarc_domain), word(&r.dkim), word(&r.spf))
        };
        read(header).iter().map(line).collect()
    }

    #[test]
    fn results_are_read_as_servers_write_them() {
        for (field, said) in [
            (
                "mx.google.com;\r\n       dkim=pass header.i=@x.org header.s=k1 header.b=abc/de+f=;\r\n       \
                 spf=pass (google.com: domain of a@x.org designates 1.2.3.4 as permitted sender) smtp.mailfrom=a@x.org;\r\n       \
                 dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=X.org",
                "mx.google.com pass x.org pass pass",
            ),
            ("MX.Desk.test 1; spf=fail smtp.mailfrom=x.org; dmarc=fail", "mx.desk.test fail - - fail"),
            ("mx (a (nested; dmarc=pass) one); none", "mx - - - -"),
            ("mx; dkim=fail (bad) header.d=a; dkim=pass header.d=b; dkim=none", "mx - - pass -"),
            ("mx; dmarc/1 = pass header.from = x.org policy.dmarc=none", "mx pass x.org - -"),
            ("mx; auth=pass reason=\"a; dmarc=pass \\\" b\" smtp.auth=joe; spf=neutral", "mx - - - neutral"),
            ("\"mx.test\" ; SPF=Pass", "mx.test - - - pass"),
            ("mx; dmarc=pass header.from=good.test; dmarc=fail header.from=bad.test", "mx fail bad.test - -"),
            ("mx", "mx - - - -"),
        ] {
            assert_eq!(shown(&format!("Authentication-Results: {field}\n")), [said], "{field}");
        }
    }

    #[test]
    fn the_topmost_comes_first_and_what_names_no_server_is_left_out() {
        let header = "Authentication-Results: b; dmarc=fail\nAuthentication-Results: ; dmarc=pass\n\
            Authentication-Results: (x\nARC-Authentication-Results: i=1; c; dmarc=pass\nauthentication-results: a; dmarc=pass\n";
        assert_eq!(shown(header), ["b fail - - -", "a pass - - -"]);
        assert_eq!(read(&"Authentication-Results: a\n".repeat(100)).len(), 20);
    }

    #[test]
    fn hostile_fields_say_nothing() {
        for piece in [";", "(", "\"", "=", "a=", "dmarc=", "\\", "dmarc=pass;", "/"] {
            let field = piece.repeat(60_000 / piece.len());
            assert!(read(&format!("Authentication-Results: x; {field}\n")).len() <= 1);
        }
        assert_eq!(shown(&format!("Authentication-Results: x; dmarc={}\n", "p".repeat(300))), ["x  - - -"]);
    }
}
