//! Articles for customers as one page that needs nothing else: contents, a search within the page, every article. Without a
//! script all of it is there but the search. Markdown is made into harmless HTML elsewhere.

use super::guard;

const STYLE: &str = include_str!("articles.css");
const SCRIPT: &str = include_str!("articles.js");
/// The only script that the page may run: the SHA-256 of [`SCRIPT`] between its tags.
const SCRIPT_HASH: &str = "sha256-vEEsoBUHrl82Adw8kAG+WXN4mBT007sjM8kpr0pnzXw=";

/// An article as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its name: links to it end in that.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its language: `en`, `ru`.
    pub lang: String,
    /// Its labels.
    pub tags: Vec<String>,
    /// Its text: harmless HTML.
    pub html: String,
}

/// The words around the articles.
struct Words {
    lang: &'static str,
    title: &'static str,
    search: &'static str,
    none: &'static str,
}

const ENGLISH: Words =
    Words { lang: "en", title: "Questions and answers", search: "Search", none: "Nothing was found." };
const RUSSIAN: Words = Words {
    lang: "ru", title: "Вопросы и ответы", search: "Поиск", none: "Ничего не найдено."
};

/// The whole page, in the language of most of its articles; `called` is what the desk is called.
#[must_use]
pub fn page(called: &str, articles: &[Article]) -> String {
    let russian = articles.iter().filter(|a| a.lang == "ru").count();
    let words = if russian * 2 > articles.len() { RUSSIAN } else { ENGLISH };
    let title = if called.trim().is_empty() {
        words.title.to_owned()
    } else {
        format!("{called}: {}", words.title.to_lowercase())
    };
    let title = escape(&title);
    let Words { lang, search, none, .. } = words;
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <form role=\"search\" hidden><label><span>{search}</span>\
         <input type=\"search\" id=\"search\" placeholder=\"{search}\" autocomplete=\"off\"></label></form>\n</header>\n<nav>\n<ul>\n"
    );
    for (n, a) in articles.iter().enumerate() {
        let (id, lang, title) = (id(n, a), escape(&a.lang), escape(&a.title));
        out.push_str(&format!("<li id=\"to-{id}\" lang=\"{lang}\"><a href=\"#{id}\">{title}</a></li>\n"));
    }
    out.push_str(&format!("</ul>\n</nav>\n<main>\n<p id=\"none\" role=\"status\" hidden>{none}</p>\n"));
    for (n, a) in articles.iter().enumerate() {
        out.push_str(&one(&id(n, a), a));
    }
    out.push_str(&format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

fn one(id: &str, a: &Article) -> String {
    let tags = if a.tags.is_empty() {
        String::new()
    } else {
        format!("<p class=\"tags\">{}</p>\n", escape(&a.tags.join(" · ")))
    };
    let (name, lang, title, html) = (escape(&a.name), escape(&a.lang), escape(&a.title), &a.html);
    format!("<article id=\"{id}\" lang=\"{lang}\" data-name=\"{name}\">\n<h2>{title}</h2>\n{html}{tags}</article>\n")
}

/// What links to an article end in: its name, where that can stand in an address; else its place.
fn id(n: usize, a: &Article) -> String {
    let plain = !a.name.is_empty() && a.name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if plain { format!("a-{}", a.name.to_lowercase()) } else { format!("n-{}", n + 1) }
}

fn escape(text: &str) -> String {
    guard::line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(name: &str, title: &str, lang: &str) -> Article {
        let (name, title, lang) = (name.to_owned(), title.to_owned(), lang.to_owned());
        Article { name, title, lang, tags: vec!["a<b".to_owned()], html: "<p>text</p>\n".to_owned() }
    }

    #[test]
    fn every_article_stands_there_in_its_language_and_hostile_words_stay_words() {
        let all = [
            article("refund", "<script>x</script>", "en"),
            article("возврат/карта", "Возврат", "ru"),
            article("вход", "Вход", "ru"),
        ];
        let page = page("Acme \"desk\"", &all);
        assert!(page.starts_with("<!doctype html>\n<html lang=\"ru\">"), "{page}");
        assert!(
            page.contains("<article id=\"a-refund\" lang=\"en\"") && page.contains("<article id=\"n-2\" lang=\"ru\"")
        );
        assert!(page.contains("<h2>&lt;script&gt;x&lt;/script&gt;</h2>") && page.contains("a&lt;b"));
        assert_eq!(page.matches("<script>").count(), 1, "only our own");
        assert!(page.contains("Acme &quot;desk&quot;: вопросы и ответы"));
        assert!(!page.contains("http://") && !page.contains("https://"), "nothing comes from the network");
    }
}
