//! The page that the editor shows: the words above a line, and below it, for reading only, to whom they go and what was said
//! before.

use crate::domain::mail::Address;
use crate::error::{Error, Result};

/// What stands below this line is not sent.
const CUT: &str = "# ------------------------ >8 ------------------------";
const BELOW: &str = "# What stands below this line is not sent.";

/// The page.
pub(super) fn page(text: &str, below: &[String]) -> String {
    let mut out = format!("{}\n\n{CUT}\n{BELOW}\n#\n", text.trim_end());
    for line in below.iter().flat_map(|piece| piece.lines()) {
        out.push_str(if line.is_empty() { "#" } else { "# " });
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The words of a page that comes back.
///
/// # Errors
/// The line is gone, but what stood below it is still there: nobody may get that.
pub(super) fn words(page: &str) -> Result<String> {
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    let mut words = String::new();
    for line in page.lines() {
        if line.trim_end() == CUT {
            break;
        }
        if line.trim_end() == BELOW {
            return Err(Error::refused("the line that ends the text is gone: it cannot be told what to send")
                .hint(format!("leave this line as it is: {CUT}")));
        }
        words.push_str(line);
        words.push('\n');
    }
    Ok(words.trim().to_owned())
}

/// Addresses as a header shows them.
pub(super) fn listed(addresses: &[Address]) -> String {
    addresses.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn one(a: &Address) -> String {
    if a.name.trim().is_empty() { a.email.clone() } else { format!("{} <{}>", a.name.trim(), a.email) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_stands_below_the_line_is_not_sent() {
        let made = page("Hello Ann,", &["To: ann@acme.test".to_owned(), "her words\n\nmore".to_owned()]);
        assert!(made.starts_with("Hello Ann,\n\n# ---") && made.ends_with("# her words\n#\n# more\n"), "{made}");
        assert_eq!(words(&made).unwrap(), "Hello Ann,");
        assert_eq!(words(&page("", &[])).unwrap(), "");
    }

    #[test]
    fn a_page_without_the_line_is_all_words_unless_the_rest_is_there() {
        assert_eq!(words("# a heading\r\n\r\nand words\r\n").unwrap(), "# a heading\n\nand words");
        let broken = page("Hello", &["secret".to_owned()]).replace(CUT, "# ---");
        assert!(words(&broken).unwrap_err().hint.unwrap().contains(">8"));
    }

    proptest! {
        #[test]
        fn the_words_come_back_and_nothing_else(text in "[a-z# \n>-]{0,60}", below in "[a-z# \n>8-]{0,60}") {
            let made = page(&text, &[below]);
            prop_assert_eq!(words(&made).unwrap(), text.trim().to_owned());
        }
    }
}
