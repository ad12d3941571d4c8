//! Free labels: lower-case letters of any script, digits and `-_./`.

/// The tag that the text stands for, without a leading `+`; the reason when it cannot be one.
///
/// ```
/// use frontdesk::domain::tag::tag;
/// assert_eq!(tag("+Billing"), Ok("billing".to_owned()));
/// assert_eq!(tag("оплата/карта"), Ok("оплата/карта".to_owned()));
/// assert!(tag("two words").is_err() && tag("+").is_err());
/// ```
pub fn tag(text: &str) -> Result<String, &'static str> {
    let tag = text.strip_prefix('+').unwrap_or(text).to_lowercase();
    if tag.is_empty() {
        return Err("a tag needs at least one letter or digit");
    }
    if tag.chars().count() > 64 {
        return Err("a tag has at most 64 characters");
    }
    if !tag.chars().all(|c| c.is_alphanumeric() || "-_./".contains(c)) {
        return Err("a tag is made of letters, digits and - _ . /");
    }
    if tag.chars().any(char::is_alphanumeric) { Ok(tag) } else { Err("a tag needs at least one letter or digit") }
}
