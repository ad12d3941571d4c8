//! Templates of the team are tried before they are kept: a mail that cannot be written is found here and not at a close.

use crate::error::Error;
use crate::render::paper::survey_fits;
use serde_json::Value;

/// The templates of the mail that asks how it was.
const SURVEYS: [&str; 3] = ["survey", "survey-en", "survey-ru"];

/// Whether those among these settings can be filled in; the name of the first that cannot, and why.
pub(super) fn fit(settings: &[(String, Value)]) -> Result<(), (String, Error)> {
    let tables = settings.iter().filter(|(key, _)| key == "templates").filter_map(|(_, value)| value.as_object());
    for (name, text) in tables.flatten().filter(|(name, _)| name.starts_with("survey")) {
        let wrong = |e: Error| (name.clone(), e);
        let languages: &[&str] = match name.as_str() {
            "survey" => &["en", "ru"],
            "survey-en" => &["en"],
            "survey-ru" => &["ru"],
            _ => {
                let e = Error::usage(format!("there is no template {name}"));
                return Err(wrong(e.hint(format!("of the mail that asks how it was there are: {}", SURVEYS.join(" ")))));
            }
        };
        for lang in languages {
            survey_fits(lang, text.as_str().unwrap_or_default()).map_err(|e| wrong(e.doing(format!("templates.{name}"))))?;
        }
    }
    Ok(())
}
