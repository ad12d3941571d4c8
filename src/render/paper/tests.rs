//! Papers as they come out: what must be in them, what strangers cannot put into them, and what an own template can do.

use super::samples::{any_paper, page, paper as sample};
use super::*;
use crate::domain::billing::paper::Tax;
use crate::domain::hidden::is_hidden;
use crate::error::Kind;
use crate::render::width::width;
use proptest::prelude::*;

const SORTS: [Sort; 4] = [Sort::Statement, Sort::Invoice, Sort::Credit, Sort::Act];
const FORMS: [Form; 3] = [Form::Text, Form::Markdown, Form::Html];
/// What somebody would like to put into a subject.
const HOSTILE: &str =
    "<script>alert(1)</script> {{ 7*7 }} {% raw %} a|b `c` **d** _e_ \u{1b}[31m\u{202e}evil\n# head &lt;";

fn written(sort: Sort, lang: &str, form: Form) -> String {
    paper(&sample(sort, lang), form, None).unwrap()
}

fn invoice_by(own: &str, form: Form) -> Result<String> {
    paper(&sample(Sort::Invoice, "ru"), form, Some(own))
}

/// The text as it stands in a form, every mark before a sign taken as that sign.
fn bare(text: &str) -> String {
    text.replace('\\', "")
}

fn hostile(sort: Sort, lang: &str) -> Paper {
    let mut paper = sample(sort, lang);
    for work in &mut paper.work {
        (work.subject, work.text, work.agent) = (HOSTILE.into(), HOSTILE.into(), HOSTILE.into());
        work.contract = Some(HOSTILE.into());
    }
    paper.pools.iter_mut().for_each(|pool| pool.contract = HOSTILE.into());
    paper.fees.iter_mut().for_each(|fee| (fee.contract, fee.kind) = (HOSTILE.into(), HOSTILE.into()));
    paper.estimates.iter_mut().for_each(|it| it.subject = HOSTILE.into());
    for side in [&mut paper.ours, &mut paper.theirs] {
        side.values_mut().for_each(|value| *value = HOSTILE.into());
        side.insert(HOSTILE.into(), HOSTILE.into());
    }
    (paper.note, paper.tax_note, paper.tax) = (HOSTILE.into(), HOSTILE.into(), None);
    paper
}

#[test]
fn what_strangers_write_means_nothing_in_any_form() {
    for (sort, lang) in SORTS.into_iter().flat_map(|sort| [(sort, "ru"), (sort, "en")]) {
        let clean = |form| paper(&sample(sort, lang), form, None).unwrap();
        for form in FORMS {
            let text = paper(&hostile(sort, lang), form, None).unwrap();
            let obeyed = |c: char| is_hidden(c) && c != '\n';
            assert!(!text.contains(obeyed), "{sort:?} {form:?}");
            assert!(!text.contains("49"), "{sort:?} {form:?}: a subject was taken for a template");
            assert!(text.contains("7*7") || text.contains(r"7\*7"), "{sort:?} {form:?}");
            match form {
                Form::Html => {
                    let tags = |text: &str, tag: &str| text.matches(tag).count();
                    assert_eq!(tags(&text, "<script"), 0);
                    assert_eq!(tags(&text, "<meta"), tags(&clean(form), "<meta"));
                    assert_eq!(tags(&text, "<h1"), 1);
                }
                Form::Markdown => {
                    assert!(!text.contains("<script") || text.contains(r"\<script"));
                    assert!(!text.lines().any(|line| line.starts_with("# head")));
                    let cells = |line: &str| line.replace(r"\|", "").matches('|').count();
                    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
                    for table in rows.chunk_by(|a, b| cells(a) == cells(b)) {
                        assert!(table.len() > 1, "a row of its own width: {}", table[0]);
                    }
                }
                Form::Text => assert!(text.contains("evil # head") || text.contains("7*7 }}")),
            }
        }
    }
}

#[test]
fn a_client_page_shows_what_strangers_write_as_text() {
    let mut hostile = page("ru");
    hostile.name = HOSTILE.into();
    hostile.open.iter_mut().chain(&mut hostile.done).for_each(|it| it.subject = HOSTILE.into());
    hostile.work.iter_mut().for_each(|work| (work.subject, work.text) = (HOSTILE.into(), HOSTILE.into()));
    let text = client_page(&hostile).unwrap();
    assert!(!text.contains("<script") && !text.contains("49") && !text.contains(|c| is_hidden(c) && c != '\n'));
    assert!(text.contains("&lt;script&gt;") && text.contains("&lt;U+202E&gt;"));
}

#[test]
fn a_client_page_tells_what_is_open_what_is_left_and_what_was_done() {
    let text = client_page(&page("ru")).unwrap();
    for said in
        ["АО «Акме»", "#118", "Ждём вашего ответа", "В работе", "Получена", "срок 04.12.2026", "решена 20.11.2026"]
    {
        assert!(text.contains(said), "{said}");
    }
    assert!(text.contains("<dt>осталось</dt> <dd>5\u{a0}ч\u{a0}15\u{a0}мин</dd>") && text.contains("width:84%"));
    assert!(!text.contains("4\u{a0}500,00"), "what an hour costs is nobody else's business");
    let text = client_page(&page("en")).unwrap();
    for said in ["lang=\"en\"", "We are waiting for your answer", "In progress", "promised for 4\u{a0}Dec\u{a0}2026"] {
        assert!(text.contains(said), "{said}");
    }
}

#[test]
fn a_russian_invoice_says_what_accountants_look_for() {
    let said = written(Sort::Invoice, "ru", Form::Html);
    for part in [
        "Счёт на оплату № 7 от 1\u{a0}декабря 2026\u{a0}г.",
        "<dt>ИНН</dt> <dd>7709876543</dd>",
        "<th>БИК</th><td>044030786</td>",
        "<th>к/с</th><td>30101810600000000786</td>",
        "<dt>Договор</dt> <dd>№ 12/26 от 01.03.2026</dd>",
        "Без НДС",
        "Всего наименований 14, на сумму 190\u{a0}125,50\u{a0}₽",
        "Сто девяносто тысяч сто двадцать пять рублей 50 копеек",
        "Руководитель",
        "Ветрова М. А.",
        "Главный бухгалтер",
    ] {
        assert!(said.contains(part), "{part}");
    }
    assert!(!written(Sort::Invoice, "en", Form::Html).contains("Руководитель"));
}

#[test]
fn tax_is_on_top_or_within_and_said_so() {
    let mut paper = sample(Sort::Invoice, "ru");
    let mut said = |included| {
        paper.tax = Tax::on(paper.net, 20_000, included);
        paper.total = paper.tax.unwrap().total(paper.net).unwrap();
        super::paper(&paper, Form::Text, None).unwrap()
    };
    assert!(said(true).contains("В том числе НДС 20\u{a0}%"));
    let text = said(false);
    assert!(text.contains("\nНДС 20\u{a0}%") && text.contains("38\u{a0}025,10\u{a0}₽"));
    assert!(!text.contains("Без НДС") && text.contains("228\u{a0}150,60\u{a0}₽"));
}

#[test]
fn an_act_is_signed_by_both_and_a_draft_says_what_it_is() {
    let act = written(Sort::Act, "ru", Form::Text);
    assert!(
        act.contains("сдачи-приёмки выполненных работ (оказанных услуг)") && act.contains("К счёту: № 6 от 01.11.2026")
    );
    assert!(
        act.contains("______________________ Ветрова М. А.") && act.contains("______________________ Петров П. П.")
    );
    assert!(written(Sort::Credit, "en", Form::Text).contains("Takes back invoice: 6, 1\u{a0}Nov\u{a0}2026"));
    let draft = Paper { number: None, on: None, ..sample(Sort::Invoice, "ru") };
    assert!(paper(&draft, Form::Markdown, None).unwrap().starts_with("# Счёт на оплату (черновик)\n"));
}

#[test]
fn a_statement_shows_pools_estimates_and_every_entry() {
    let text = written(Sort::Statement, "ru", Form::Text);
    for part in ["Отчёт по часам за ноябрь 2026\u{a0}г.", "перейдёт на следующий период", "Оценки и факт", "бесплатно"]
    {
        assert!(text.contains(part), "{part}");
    }
    let rows = written(Sort::Statement, "en", Form::Markdown);
    assert_eq!(rows.lines().filter(|line| line.starts_with("| ") && line.contains("Nov\u{a0}2026")).count(), 40);
}

#[test]
fn plain_text_stays_within_its_width() {
    for (sort, lang) in SORTS.into_iter().flat_map(|sort| [(sort, "ru"), (sort, "en")]) {
        for line in written(sort, lang, Form::Text).lines() {
            assert!(width(line) <= filters::PAGE && !line.ends_with(' '), "{line}");
        }
    }
}

#[test]
fn a_page_needs_nothing_from_outside() {
    for sort in SORTS {
        let text = written(sort, "ru", Form::Html);
        assert!(text.starts_with("<!doctype html>\n<html lang=\"ru\">") && text.ends_with("</html>\n"));
        assert!(text.contains("default-src 'none'; style-src 'unsafe-inline'"));
        for outside in ["src=", "href=", "url(", "@import", "<script", "<link"] {
            assert!(!text.contains(outside), "{outside}");
        }
    }
}

#[test]
fn built_in_templates_are_there_to_begin_with_and_do_the_same_as_own_ones() {
    for (sort, form) in SORTS.into_iter().flat_map(|sort| FORMS.map(|form| (sort, form))) {
        for lang in ["ru", "en"] {
            let own = built_in(sort, form, lang);
            assert!(own.contains("part.head()"), "{sort:?} {form:?}");
            assert_eq!(paper(&sample(sort, lang), form, Some(own)).unwrap(), written(sort, lang, form));
        }
    }
}

#[test]
fn an_own_template_sees_the_paper_and_changes_a_part_of_a_built_in_one() {
    let own = "{% extends 'invoice.html' %}{% block foot %}<p>{{ ours.name }}, {{ 5|plural('час', 'часа', 'часов') }}, \
               {{ time.actual_minutes|hours }}</p>{% endblock %}";
    let text = invoice_by(own, Form::Html).unwrap();
    assert!(text.contains("<p>ООО «Студия технической поддержки „Северный ветер“», 5\u{a0}часов, 42,25</p>"));
    assert!(text.contains("Всего к оплате"));
    let own = "{{ number }}|{{ of }}|{{ first|day }}|{{ charged|length }}|{% for _, label, value in theirs|details %}{{ label }} {% endfor %}";
    assert_eq!(invoice_by(own, Form::Text).unwrap(), "7||01.11.2026|12|ИНН КПП Адрес Договор\n");
}

#[test]
fn an_own_template_cannot_put_a_value_past_the_guard() {
    let mut paper = sample(Sort::Invoice, "ru");
    paper.note = HOSTILE.into();
    for own in
        ["{{ note }}", "{% autoescape false %}{{ note }}{% endautoescape %}", "{{ note|escape }}", "{{ note ~ 1 }}"]
    {
        let text = super::paper(&paper, Form::Html, Some(own)).unwrap();
        assert!(!text.contains("<script") && !text.contains('\u{202e}'), "{own}: {text}");
    }
    assert!(super::paper(&paper, Form::Html, Some("{{ note|safe }}")).is_err());
}

#[test]
fn what_is_wrong_with_an_own_template_is_said_with_its_line_and_the_way_out() {
    for (own, line, why) in [
        ("a\n{{ number", "line 2", ""),
        ("a\n\n{{ nmae }}", "line 3", "undefined"),
        ("{{ total|mony }}", "line 1", "mony"),
        ("\n{{ note|money }}", "line 2", ""),
        ("{% include 'secret.html' %}", "line 1", "secret.html"),
        ("{{ 5|plural('час') }}", "line 1", "two forms"),
    ] {
        let e = invoice_by(own, Form::Html).unwrap_err();
        assert!(e.what.starts_with("the template of the invoice cannot be filled in, line "), "{}", e.what);
        assert!(e.what.contains(line) && e.what.contains(why), "{own}: {}", e.what);
        assert!(e.kind == Kind::Refused && e.hint.is_some());
    }
}

#[test]
fn an_own_template_that_never_ends_or_grows_is_refused() {
    for own in [
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ a * b }}{% endfor %}{% endfor %}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% include 'own.txt' %}",
        "{% extends 'own.txt' %}",
        "{{ 'x' * 99999999 }}",
        "{% set n = namespace(x='xxxxxxxxxxxxxxxx') %}{% for a in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x|length }}",
        "{% for a in range(99999) %}{% set x %}{% for w in work %}{{ w.subject }}{% endfor %}{% endset %}{% endfor %}",
    ] {
        let e = invoice_by(own, Form::Text).expect_err(own);
        assert!(e.kind == Kind::Refused && e.hint.is_some(), "{}", e.what);
    }
    let long = " ".repeat(LONGEST + 1);
    assert_eq!(invoice_by(&long, Form::Text).unwrap_err().what, "the template of the invoice is too long");
}

#[test]
fn a_long_paper_has_room_enough() {
    let mut paper = sample(Sort::Statement, "ru");
    let of_a_month = paper.work.clone();
    paper.work = (0..50).flat_map(|_| of_a_month.clone()).collect();
    for form in FORMS {
        assert!(super::paper(&paper, form, None).is_ok(), "{form:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_paper_has_its_number_its_total_and_the_amount_of_every_line(paper in any_paper()) {
        for (sort, lang) in SORTS.into_iter().flat_map(|sort| [(sort, "ru"), (sort, "en")]) {
            let paper = Paper { sort, lang: lang.to_owned(), ..paper.clone() };
            for form in FORMS {
                let text = bare(&super::paper(&paper, form, None).unwrap());
                prop_assert!(text.contains(paper.number.as_deref().unwrap_or_default()));
                prop_assert!(text.contains(&paper.total.spoken(lang)), "{:?} {:?}\n{}", sort, form, text);
                let lines = paper.fees.iter().map(|fee| fee.amount).chain(paper.work.iter().map(|work| work.amount));
                for amount in lines.filter(|amount| amount.minor != 0) {
                    prop_assert!(text.contains(&amount.spoken(lang)), "{:?} {:?} {}\n{}", sort, form, amount.spoken(lang), text);
                }
            }
        }
    }
}
