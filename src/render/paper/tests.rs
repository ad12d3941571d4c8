//! Papers as they come out: what must be in them, what strangers cannot put into them, and what an own template can do.

use super::samples::{date, page, paper as sample, times};
use super::*;
use crate::domain::billing::currency::Currency;
use crate::domain::billing::money::Money;
use crate::domain::billing::paper::{Fee, Tax};
use proptest::prelude::*;
use std::fs;

const SORTS: [Sort; 4] = [Sort::Statement, Sort::Invoice, Sort::Credit, Sort::Act];
const FORMS: [Form; 3] = [Form::Text, Form::Markdown, Form::Html];

#[test]
fn pages_to_look_at() {
    let Some(folder) = option_env!("PAPERS_TO") else { return };
    fs::create_dir_all(folder).unwrap();
    for lang in ["ru", "en"] {
        for sort in SORTS {
            for form in FORMS {
                let text = paper(&sample(sort, lang), form, None).unwrap();
                fs::write(format!("{folder}/{}.{lang}.{}", called(sort), form.end()), text).unwrap();
            }
        }
        fs::write(format!("{folder}/client.{lang}.html"), client_page(&page(lang)).unwrap()).unwrap();
    }
}
