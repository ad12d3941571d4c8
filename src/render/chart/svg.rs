//! Charts as pictures in a page: inline SVG that stands alone, as wide as the page, its letters as large as those around
//! them. Every value is written; what is compared differs in form. A reader of the page aloud is told the figures.
//!
//! Places along the width are hundredths of a percent, so that no picture needs to know how wide it is.

use super::super::html::escape;
use super::super::width::{fit, width};
use super::{DAYS, Drawn, Form, Length, Row, Stick, is_compared, longest, shade, share};
use std::fmt::Write;

/// As many pixels as a chart has on a screen.
const PAGE: i64 = 736;
/// All of the width.
const WHOLE: i64 = 10_000;

/// The picture, and below it what its signs mean.
pub fn picture(drawn: &Drawn) -> String {
    match &drawn.form {
        Form::Bars(bars) => sticks(&drawn.title, bars),
        Form::Series { labels, rows } => series(&drawn.title, labels, rows),
        Form::Week(hours) => week(&drawn.title, hours),
    }
}

/// The shell of a picture: what it is called and what it says, for those who do not see it.
fn figure(title: &str, told: &str, (style, height): (&str, i64), body: &str, key: &str) -> String {
    let key = if key.is_empty() { String::new() } else { format!("<figcaption>{}</figcaption>\n", escape(key)) };
    format!(
        "<figure class=\"chart\"><div class=\"scroll\"><svg role=\"img\" width=\"100%\" height=\"{height}\"{style}>\n\
         <title>{}</title><desc>{}</desc>\n{body}</svg></div>\n{key}</figure>\n",
        escape(if title.is_empty() { "chart" } else { title }),
        escape(told)
    )
}

fn percent(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

/// Two lines for each bar: its label with the values at the right, below them the bar, and a mark where the one before
/// ended.
fn sticks(title: &str, bars: &[Stick]) -> String {
    const ROW: i64 = 42;
    let compared = is_compared(bars);
    let top = longest(bars.iter().flat_map(|b| [&b.now, &b.before]));
    // On a telephone about fifty letters stand beside each other.
    let letters = |b: &Stick| count(width(&b.now.words) + width(&b.before.words)) + if compared { 8 } else { 3 };
    let area = percent((WHOLE - bars.iter().map(letters).max().unwrap_or(0).saturating_mul(220)).max(3_000));
    let (mut body, mut told, mut y) = (String::new(), Vec::new(), 0);
    for bar in bars {
        let was = if bar.before.words.is_empty() { String::new() } else { format!(", before {}", bar.before.words) };
        let said = format!("{}: {}{was}", bar.label, bar.now.words);
        let label = escape(&fit(&bar.label, 80));
        let _ = write!(body, "<g><title>{}</title>", escape(&said));
        let _ = write!(body, "<svg y=\"{y}\" width=\"{area}\" height=\"22\"><text y=\"16\">{label}</text></svg>");
        let (was, gap) = match bar.before.words.as_str() {
            "" => (String::new(), ""),
            words => (format!("<tspan class=\"was\">was {}</tspan>", escape(words)), " dx=\"9\""),
        };
        let now = escape(&bar.now.words);
        let _ = write!(body, "<text class=\"end\" x=\"100%\" y=\"{}\">{was}", y + 16);
        let _ = write!(body, "<tspan class=\"now\"{gap}>{now}</tspan></text>");
        let _ = write!(body, "<rect class=\"base\" y=\"{}\" width=\"100%\" height=\"10\" rx=\"3\"/>", y + 23);
        if bar.now.size > 0 {
            let long = percent(share(bar.now.size, top, WHOLE).max(60));
            let _ = write!(body, "<rect class=\"bar\" y=\"{}\" width=\"{long}\" height=\"10\" rx=\"3\"/>", y + 23);
        }
        if !bar.before.words.is_empty() {
            let at = percent(share(bar.before.size, top, WHOLE).clamp(20, WHOLE - 20));
            let (from, to) = (y + 20, y + 36);
            let _ = write!(body, "<line class=\"mark\" x1=\"{at}\" x2=\"{at}\" y1=\"{from}\" y2=\"{to}\"/>");
        }
        body.push_str("</g>\n");
        told.push(said);
        y += ROW;
    }
    let key = if compared { "▬ now    ┃ before" } else { "" };
    figure(title, &told.join("; "), ("", y), &body, key)
}

/// Columns side by side for each label: the first series full, the second hollow, the third light.
fn series(title: &str, labels: &[String], rows: &[Row]) -> String {
    const TOP: i64 = 20;
    const TALL: i64 = 130;
    const FOOT: i64 = 24;
    let (many, of) = (count(labels.len()).max(1), count(rows.len()).max(1));
    let top = longest(rows.iter().flat_map(|r| &r.bars));
    let widest = |texts: &mut dyn Iterator<Item = &str>| {
        count(texts.map(|t| width(&fit(t, 10))).max().unwrap_or(0)).saturating_mul(7) + 4
    };
    let value = widest(&mut rows.iter().flat_map(|r| r.bars.iter().map(|b| b.words.as_str())));
    let label = widest(&mut labels.iter().map(String::as_str));
    let crowded = many * of * value > PAGE;
    let least = many * if crowded { of * 6 } else { (value * of * 5 / 4).max(label) };
    let every = if crowded { many * label / least.max(320) + 1 } else { 1 };
    let slot = WHOLE / many;
    let wide = slot * 8 / 10 / of;
    let mut body = format!("<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>\n", TOP + TALL);
    let mut told = Vec::new();
    for (i, label) in (0_i64..).zip(labels) {
        let said = rows.iter().filter_map(|r| at(r, i).map(|b| format!("{} {}", r.name, b.words)));
        let said = format!("{label}: {}", said.collect::<Vec<_>>().join(", "));
        let _ = write!(body, "<g><title>{}</title>", escape(&said));
        for (r, row) in (0_i64..).zip(rows) {
            let Some(length) = at(row, i) else { continue };
            let x = i * slot + slot / 10 + r * wide;
            let tall = share(length.size, top, TALL).max(i64::from(length.size > 0));
            let (x, middle, wide) = (percent(x + wide / 20), percent(x + wide / 2), percent(wide * 9 / 10));
            let y = TOP + TALL - tall;
            let _ =
                write!(body, "<rect class=\"s{}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{tall}\"/>", r.min(2));
            // Where there is no room for all, the largest are written; the others are told.
            if !crowded || length.size == top {
                let words = escape(&length.words);
                let _ = write!(body, "<text class=\"mid\" x=\"{middle}\" y=\"{}\">{words}</text>", y - 5);
            }
        }
        if i % every == 0 && i + every <= many {
            let (class, x) = if crowded { ("was", i * slot) } else { ("mid was", i * slot + slot / 2) };
            let (x, label) = (percent(x), escape(&fit(label, 10)));
            let _ = write!(body, "<text class=\"{class}\" x=\"{x}\" y=\"{}\">{label}</text>", TOP + TALL + 17);
        }
        body.push_str("</g>\n");
        told.push(said);
    }
    let style = format!(" style=\"min-width:{least}px;max-width:{}px\"", (many * of * 56).max(least));
    let key: Vec<String> = rows.iter().zip(["■", "□", "▒"]).map(|(r, sign)| format!("{sign} {}", r.name)).collect();
    figure(title, &told.join("; "), (&style, TOP + TALL + FOOT), &body, &key.join("    "))
}

/// A field for each hour of each weekday, shaded, its number in it; what came on each day at the right.
fn week(title: &str, hours: &[[i64; 24]; 7]) -> String {
    const HEAD: i64 = 20;
    const ROW: i64 = 26;
    const LABEL: i64 = 850;
    const CELL: i64 = 348;
    let top = hours.iter().flatten().copied().max().unwrap_or(0).max(1);
    let (mut body, mut told) = (String::new(), Vec::new());
    for hour in (0..24).step_by(3) {
        let x = percent(LABEL + hour * CELL + CELL / 2);
        let _ = write!(body, "<text class=\"mid was\" x=\"{x}\" y=\"13\">{hour:02}</text>");
    }
    body.push_str("<text class=\"end was\" x=\"100%\" y=\"13\">all</text>\n");
    for ((day, row), y) in DAYS.iter().zip(hours).zip((HEAD..).step_by(26)) {
        let _ = write!(body, "<text class=\"was\" y=\"{}\">{day}</text>", y + 17);
        for (n, hour) in row.iter().zip(0_i64..) {
            let x = LABEL + hour * CELL;
            let (left, middle) = (percent(x), percent(x + CELL / 2));
            let _ = write!(
                body,
                "<g><title>{day} {hour:02}:00: {n}</title><rect class=\"h{}\" x=\"{left}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"2\"/>",
                shade(*n, top),
                percent(CELL * 93 / 100),
                ROW - 2,
            );
            if *n > 0 {
                let _ = write!(body, "<text class=\"field\" x=\"{middle}\" y=\"{}\">{n}</text>", y + 16);
                told.push(format!("{day} {hour:02}:00 {n}"));
            }
            body.push_str("</g>");
        }
        let _ = writeln!(body, "<text class=\"end\" x=\"100%\" y=\"{}\">{}</text>", y + 17, row.iter().sum::<i64>());
    }
    let least = 24 * (count(top.to_string().len()) * 6 + 1) * 6 / 5;
    let style = format!(" style=\"min-width:{least}px\"");
    figure(title, &told.join("; "), (&style, HEAD + 7 * ROW), &body, "")
}

/// The value of a label, where there is one.
fn at(row: &Row, i: i64) -> Option<&Length> {
    usize::try_from(i).ok().and_then(|i| row.bars.get(i)).filter(|b| !b.words.is_empty())
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(n: i64) -> Length {
        Length { words: n.to_string(), size: n }
    }

    #[test]
    fn every_value_is_written_in_the_picture_and_told_to_who_does_not_see_it() {
        let stick = |label: &str, n, was| Stick { label: label.into(), now: length(n), before: length(was) };
        let form = Form::Bars(vec![stick("vat & co", 8, 4), stick("bug", 2, 0)]);
        let html = picture(&Drawn { title: "By <tag>".into(), form });
        assert!(html.contains("<title>By &lt;tag&gt;</title><desc>vat &amp; co: 8, before 4; bug: 2, before 0</desc>"));
        assert!(html.contains("<rect class=\"bar\" y=\"65\" width=\"25.00%\""), "{html}");
        assert!(html.contains("<tspan class=\"was\">was 4</tspan><tspan class=\"now\" dx=\"9\">8</tspan>"), "{html}");
    }

    #[test]
    fn columns_of_a_label_stand_side_by_side_and_differ_in_form() {
        let row = |name: &str, n: [i64; 2]| Row { name: name.into(), bars: n.map(length).into() };
        let rows = vec![row("opened", [4, 8]), row("closed", [8, 0])];
        let form = Form::Series { labels: vec!["W45".into(), "W46".into()], rows };
        let html = picture(&Drawn { title: "Weeks".into(), form });
        assert!(html.contains("<desc>W45: opened 4, closed 8; W46: opened 8, closed 0</desc>"), "{html}");
        assert_eq!((html.matches("class=\"s0\"").count(), html.matches("class=\"s1\"").count()), (2, 2));
        assert!(html.contains("<figcaption>■ opened    □ closed</figcaption>"), "{html}");
    }

    #[test]
    fn every_hour_of_the_week_has_its_field() {
        let mut hours = [[0; 24]; 7];
        (hours[0][9], hours[6][23]) = (8, 1);
        let html = picture(&Drawn { title: String::new(), form: Form::Week(Box::new(hours)) });
        assert_eq!(html.matches("<rect").count(), 7 * 24);
        assert!(html.contains("<desc>Mon 09:00 8; Sun 23:00 1</desc>") && html.contains("class=\"h4\""), "{html}");
    }
}
