//! The mail that asks a customer how it was: its words out of a template, once as plain text and once with links.

use super::{Form, LONGEST, OWN, Tongue, fill, templates, unfit};
use crate::domain::survey::word;
use crate::error::{Error, Result};
use minijinja::context;
use minijinja::value::Value;

/// What the mail can say.
#[derive(Debug, Clone, Default)]
pub struct Asking<'a> {
    /// The language: `en` or `ru`.
    pub lang: &'a str,
    /// Who is asked; may be empty.
    pub name: &'a str,
    /// The number of the ticket.
    pub ticket: i64,
    /// What it was about.
    pub subject: &'a str,
    /// What the desk is called.
    pub desk: &'a str,
    /// Who closed it.
    pub agent: &'a str,
    /// Where a score leads, for each from 1 to 5.
    pub links: &'a [String],
}

/// The words of the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// As plain text.
    pub text: String,
    /// As light markdown with links, which becomes HTML.
    pub html: String,
}

/// The mail by the built-in template of its language, or by the team's `own`.
///
/// An own template is Jinja. It sees `scores` (a line for each score; a link where links can be), `name`, `ticket`, `subject`,
/// `desk`, `agent` and `lang`; for lines of its own `links`, each with `score`, `word` and `url`.
///
/// ```
/// use frontdesk::render::paper::{Asking, survey};
/// let links: Vec<String> = (1..=5).map(|n| format!("mailto:a@b.test?body={n}")).collect();
/// let asking = Asking { lang: "en", name: "Ann", ticket: 42, subject: "Login", links: &links, ..Asking::default() };
/// let mail = survey(&asking, Some("{{ name }}, no. {{ ticket }}?\n{{ scores }}")).unwrap();
/// assert_eq!(mail.text, "Ann, no. 42?\n5 — great\n4 — good\n3 — okay\n2 — poor\n1 — bad\n");
/// assert!(mail.html.starts_with("Ann, no. 42?\n[5 — great](<mailto:a@b.test?body=5>)\n"), "{}", mail.html);
/// ```
///
/// # Errors
/// An own template that cannot be read or filled in, with its line; one that never ends or grows beyond bounds.
pub fn survey(asking: &Asking<'_>, own: Option<&str>) -> Result<Written> {
    if own.is_some_and(|text| text.len() > LONGEST) {
        return Err(Error::refused("the template of the survey is too long")
            .hint(format!("{} KB are the most", LONGEST / 1024)));
    }
    let text = own.unwrap_or_else(|| survey_template(asking.lang));
    Ok(Written { text: written(asking, Form::Text, text)?, html: written(asking, Form::Markdown, text)? })
}

/// The built-in template of a language, as a beginning for an own one.
#[must_use]
pub fn survey_template(lang: &str) -> &'static str {
    Tongue::named(lang).unwrap_or_default().of(include_str!("survey-en.j2"), include_str!("survey-ru.j2"))
}

/// Whether an own template can be filled in, tried with words of every kind.
///
/// ```
/// use frontdesk::render::paper::survey_fits;
/// assert!(survey_fits("en", "Dear {{ name }},\n{{ scores }}").is_ok());
/// assert!(survey_fits("en", "Dear {{ nmae }},\n{{ scores }}").unwrap_err().what.contains("line 1: "));
/// ```
///
/// # Errors
/// It cannot: what is wrong, with the line of the template.
pub fn survey_fits(lang: &str, own: &str) -> Result<()> {
    let links: Vec<String> = (1..=5).map(|score| format!("mailto:desk@desk.test?body={score}")).collect();
    let words = Asking { lang, ticket: 42, links: &links, ..Asking::default() };
    let named = Asking { name: "Ann Lee", subject: "Cannot log in", desk: "Acme", agent: "Mila", ..words.clone() };
    for asking in [named, words] {
        survey(&asking, Some(own))?;
    }
    Ok(())
}

fn written(asking: &Asking<'_>, form: Form, text: &str) -> Result<String> {
    let mut templates = templates(Tongue::named(asking.lang).unwrap_or_default(), form, 0);
    let name = format!("{OWN}.{}", form.end());
    let failed = |e: &minijinja::Error| unfit(e, "survey");
    templates.add_template_owned(name.clone(), text.to_owned()).map_err(|e| failed(&e))?;
    let links: Vec<(usize, &str, &String)> = asking
        .links
        .iter()
        .enumerate()
        .map(|(n, url)| (n + 1, word(asking.lang, i64::try_from(n).unwrap_or_default() + 1), url))
        .rev()
        .collect();
    let line = |(score, word, url): &(usize, &str, &String)| match form {
        Form::Text => format!("{score} — {word}"),
        Form::Markdown | Form::Html => format!("[{score} — {word}](<{url}>)"),
    };
    let scores = links.iter().map(line).collect::<Vec<_>>().join("\n");
    let values = context! {
        scores => Value::from_safe_string(scores),
        links => links.iter().map(|(score, word, url)| context! { score => *score, word => *word, url => url.as_str() }).collect::<Vec<_>>(),
        name => asking.name, ticket => asking.ticket, subject => asking.subject, desk => asking.desk, agent => asking.agent,
    };
    fill(&templates, &name, values).map_err(|e| failed(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking<'a>(lang: &'a str, subject: &'a str, links: &'a [String]) -> Asking<'a> {
        Asking { lang, name: "Ann", ticket: 42, subject, desk: "Acme", agent: "Mila", links }
    }

    fn links() -> Vec<String> {
        (1..=5).map(|n| format!("mailto:a+b@c.test?subject=Re%3A%20x_y*z&body={n}")).collect()
    }

    #[test]
    fn each_language_asks_with_five_scores_from_the_best_on() {
        for (lang, first, last) in [("en", "5 — great", "1 — bad"), ("ru", "5 — отлично", "1 — ужасно")]
        {
            let mail = survey(&asking(lang, "Login", &links()), None).unwrap();
            let (best, worst) = (mail.text.find(first).unwrap(), mail.text.find(last).unwrap());
            assert!(best < worst && !mail.text.contains("mailto:"), "{}", mail.text);
            assert_eq!(mail.html.matches("](<mailto:a+b@c.test?").count(), 5, "{}", mail.html);
            assert!(mail.text.contains("Ann") && mail.text.contains("42"));
        }
    }

    #[test]
    fn a_subject_is_no_markup_and_no_template() {
        let hostile = "[x](https://evil.test) **b** {{ 7*7 }}\n# head";
        let mail = survey(&asking("en", hostile, &links()), None).unwrap();
        assert!(
            !mail.html.contains("“[x]") && !mail.html.contains("**b**") && !mail.html.contains("49"),
            "{}",
            mail.html
        );
        assert!(!mail.text.contains("\n# head"));
    }

    #[test]
    fn an_own_template_that_is_wrong_is_named_with_its_line() {
        let wrong = survey(&asking("en", "x", &links()), Some("a\n{{ scores\n")).unwrap_err();
        assert!(wrong.what.starts_with("the template of the survey cannot be filled in, line "), "{}", wrong.what);
        let endless = survey(&asking("en", "x", &links()), Some("{% for a in range(100000) %}{{ a }}{% endfor %}"));
        assert!(endless.unwrap_err().what.contains("does not end"));
    }
}
