//! File names from the names that strangers gave their attachments: what a file may be called where it is saved, and which
//! must not be opened by a click. Writing it (never over another, never through a link) is the business of the caller.

use super::hidden::one_line;

/// A name is at most so many bytes long.
pub const MOST: usize = 120;
/// A longer ending is no ending but a part of the name.
const LONGEST_ENDING: usize = 16;

/// Names that stand for devices on Windows, whatever follows a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Endings by media type, for attachments without a name.
#[rustfmt::skip]
const ENDINGS: &[(&str, &str)] = &[
    ("application/gzip", "gz"), ("application/json", "json"), ("application/msword", "doc"), ("application/pdf", "pdf"),
    ("application/rtf", "rtf"), ("application/vnd.ms-excel", "xls"), ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"), ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"), ("application/xml", "xml"),
    ("application/zip", "zip"), ("audio/mp4", "m4a"), ("audio/mpeg", "mp3"), ("audio/ogg", "ogg"), ("audio/wav", "wav"),
    ("image/bmp", "bmp"), ("image/gif", "gif"), ("image/heic", "heic"), ("image/jpeg", "jpg"), ("image/png", "png"),
    ("image/svg+xml", "svg"), ("image/tiff", "tif"), ("image/webp", "webp"), ("message/delivery-status", "txt"),
    ("message/rfc822", "eml"), ("text/calendar", "ics"), ("text/csv", "csv"), ("text/html", "html"),
    ("text/plain", "txt"), ("text/rtf", "rtf"), ("text/vcard", "vcf"), ("text/xml", "xml"), ("video/mp4", "mp4"),
    ("video/quicktime", "mov"), ("video/webm", "webm"),
];

/// Endings of files that do something when they are opened, on any system: programs, scripts, installers, links that start
/// something, disks that are mounted, documents with macros, and pages (HTML, SVG, XML), whose
/// scripts a browser runs.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "accdb", "accde", "action", "ade", "adp", "apk", "app", "appimage", "application", "appref-ms", "appx", "bash", "bat",
    "bin", "chm", "class", "cmd", "com", "command", "cpl", "csh", "deb", "desktop", "diagcab", "dll", "dmg", "docm",
    "dotm", "elf", "exe", "fish", "flatpak", "flatpakref", "gadget", "hlp", "hta", "htm", "html", "img", "inf", "ins",
    "iqy", "iso", "isp", "jar", "jnlp", "js", "jse", "ksh", "library-ms", "lnk", "lua", "mam", "mda", "mdb", "mde", "mht",
    "mhtml", "mjs", "msc", "msh", "msi", "msix", "msp", "mst", "ocx", "one", "onepkg", "osx", "out", "php", "pif", "pkg",
    "pl", "potm", "ppam", "ppsm", "pptm", "prf", "prg", "ps1", "ps1xml", "ps2", "psc1", "psd1", "psm1", "py",
    "pyc", "pyw", "pyz", "rb", "rdf", "rdp", "reg", "rpm", "run", "scf", "scpt", "scr", "sct", "search-ms", "service",
    "settingcontent-ms", "sh", "shb", "shs", "shtml", "sldm", "slk", "snap", "svg", "svgz", "sys", "tcl", "terminal",
    "theme", "tool", "url", "vb", "vbe", "vbs", "vbscript", "vhd", "vhdx", "webloc", "website", "workflow", "ws", "wsc",
    "wsf", "wsh", "xbap", "xhtml", "xht", "xla", "xlam", "xll", "xlsb", "xlsm", "xltm", "xml", "xnk", "xsl", "xslt", "zsh",
];

/// What media types of such files have in them.
#[rustfmt::skip]
const PROGRAM_TYPES: &[&str] = &[
    "bat", "desktop", "dosexec", "executable", "hta", "html", "java-archive", "javascript", "ecmascript", "macroenabled",
    "mach-binary", "msdos-program", "msdownload", "ms-dos-executable", "ms-installer", "ms-shortcut", "msi", "perl", "php",
    "python", "ruby", "sharedlib", "shellscript", "svg", "vbscript", "x-csh", "x-elf", "x-sh", "xml",
];

/// The name under which the attachment is saved: the sender's without any folder, without leading dots and dashes, without
/// what is hidden in it, at most 120 bytes with its ending kept; never a device of Windows and never empty. `number` is
/// its place in the mail, for those without a name.
///
/// ```
/// use frontdesk::domain::safe_name::safe_name;
/// let name = |name: &str| safe_name(name, "application/pdf", 3);
/// assert_eq!(name("Счёт № 17.pdf"), "Счёт № 17.pdf");
/// assert_eq!(name("../../.bashrc"), "bashrc");
/// assert_eq!(name(r"C:\temp\con.txt"), "_con.txt");
/// assert_eq!(name("-rf\u{202e}fdp.exe\0"), "rffdp.exe");
/// assert_eq!([name(""), name(".."), name("a/")], ["attachment-3.pdf"; 3]);
/// ```
#[must_use]
pub fn safe_name(name: &str, media_type: &str, number: usize) -> String {
    let file = name.rsplit(['/', '\\', '∕', '⁄', '／', '＼']).next().unwrap_or_default();
    let line = one_line(&one_line(file).replace(['<', '>', ':', '"', '|', '?', '*'], "_"));
    let bare = trim_end(line.trim_start_matches(|c: char| c.is_whitespace() || ".-~‐‑‒–—−".contains(c)));
    if bare.chars().all(|c| c == '_' || c == '.') {
        return nameless(media_type, number);
    }
    let (stem, ending) = split(bare);
    let is_device = is_device(bare.split('.').next().unwrap_or_default());
    fitted(&format!("{}{stem}", if is_device { "_" } else { "" }), "", ending)
}

/// The name, or where it is taken the first free one of `report (2).pdf`, `report (3).pdf`… up to 9999. `taken` should not
/// tell capitals from small letters: some file systems do not.
///
/// ```
/// use frontdesk::domain::safe_name::unique;
/// let taken = ["report.pdf", "report (2).pdf"];
/// assert_eq!(unique("report.pdf", |name| taken.contains(&name)), "report (3).pdf");
/// assert_eq!(unique("notes", |name| name == "notes"), "notes (2)");
/// ```
#[must_use]
pub fn unique(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let (stem, ending) = split(name);
    let numbered = |n: u32| fitted(stem, &format!(" ({n})"), ending);
    (2..9999).map(numbered).find(|name| !taken(name)).unwrap_or_else(|| numbered(9999))
}

/// The name of a ticket's page in a folder of pages: its number in four digits or more, and the words of its subject.
///
/// ```
/// use frontdesk::domain::safe_name::page_name;
/// assert_eq!(page_name(42, "Cannot log in!"), "0042-cannot-log-in.md");
/// assert_eq!(page_name(7, "../Не могу — войти\n"), "0007-не-могу-войти.md");
/// assert_eq!(page_name(123_456, "\u{202e}"), "123456.md");
/// ```
#[must_use]
pub fn page_name(number: i64, subject: &str) -> String {
    const LONGEST: usize = 60;
    let mut words = String::new();
    for c in one_line(subject).to_lowercase().chars() {
        if words.len() + c.len_utf8() > LONGEST {
            break;
        }
        if c.is_alphanumeric() {
            words.push(c);
        } else if !words.ends_with('-') {
            words.push('-');
        }
    }
    let words = words.trim_matches('-');
    let dash = if words.is_empty() { "" } else { "-" };
    safe_name(&format!("{number:04}{dash}{words}.md"), "text/markdown", 1)
}

/// The number of the ticket whose page has this name; none for other files.
///
/// ```
/// use frontdesk::domain::safe_name::page_number;
/// assert_eq!([page_number("0042-cannot-log-in.md"), page_number("123456.md")], [Some(42), Some(123_456)]);
/// assert_eq!([page_number("42.txt"), page_number("README.md"), page_number("42a.md")], [None; 3]);
/// ```
#[must_use]
pub fn page_number(name: &str) -> Option<i64> {
    let stem = name.strip_suffix(".md")?;
    let digits = stem.split('-').next().unwrap_or_default();
    let fine = digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| fine)
}

/// Whether a file of this name or media type may do more than show itself when it is opened: it is saved only, never opened.
/// So is a file without an ending, for then what opens it is chosen by its content.
///
/// ```
/// use frontdesk::domain::safe_name::is_program;
/// assert!(is_program("invoice.pdf.EXE", "application/pdf") && is_program("page.html", "text/plain") && is_program("report", "text/plain"));
/// assert!(is_program("photo.jpg", "application/x-msdownload") && is_program("act.docm", ""));
/// assert!(!is_program("Счёт.pdf", "application/octet-stream") && !is_program("photo.exe.jpg", "image/jpeg"));
/// ```
#[must_use]
pub fn is_program(name: &str, media_type: &str) -> bool {
    let name = safe_name(name, "", 1).to_lowercase();
    let (_, ending) = split(&name);
    let claimed = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    let subtype = claimed.split_once('/').map_or("", |(_, subtype)| subtype);
    let words: Vec<&str> = subtype.split(['.', '+']).collect();
    let runs = |word: &&str| {
        let short = |kind: &&str| kind.len() <= 3 && word.strip_prefix("x-").unwrap_or(word) == *kind;
        PROGRAM_TYPES.iter().any(|kind| short(kind) || (kind.len() > 3 && word.contains(kind)))
    };
    ending.is_empty() || PROGRAMS.contains(&ending.trim_start_matches('.')) || words.iter().any(runs)
}

fn nameless(media_type: &str, number: usize) -> String {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    let ending = ENDINGS.iter().find(|(known, _)| *known == media_type).map(|(_, ending)| format!(".{ending}"));
    format!("attachment-{number}{}", ending.unwrap_or_default())
}

fn is_device(stem: &str) -> bool {
    let stem = stem.trim_end().to_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).unwrap_or_default();
    let mut digits = port.chars();
    let numbered = matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None));
    numbered || DEVICES.contains(&stem.as_str())
}

/// The name and its ending with the dot.
fn split(name: &str) -> (&str, &str) {
    let at =
        name.rfind('.').filter(|at| (1..).contains(at) && name.len() - at <= LONGEST_ENDING && name.len() - at > 1);
    let split = at.filter(|at| name.get(at + 1..).is_some_and(|ending| !ending.contains(char::is_whitespace)));
    split.map_or((name, ""), |at| name.split_at(at))
}

/// The pieces put together, with the stem cut to what fits.
fn fitted(stem: &str, number: &str, ending: &str) -> String {
    let room = MOST.saturating_sub(number.len() + ending.len());
    let end = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or(0);
    let kept = stem.get(..end).unwrap_or_default();
    let kept = if end < stem.len() { trim_end(kept) } else { kept };
    format!("{kept}{number}{ending}")
}

/// Windows drops dots and blanks at the end of a name.
fn trim_end(name: &str) -> &str {
    name.trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hidden::is_hidden;
    use proptest::prelude::*;

    fn name(text: &str) -> String {
        safe_name(text, "image/png", 1)
    }

    #[test]
    fn hostile_names_stay_inside_the_folder_and_visible() {
        for (hostile, safe) in [
            ("../x", "x"),
            ("/etc/x", "x"),
            ("..\\..\\x.pdf", "x.pdf"),
            (".bashrc", "bashrc"),
            (".htaccess", "htaccess"),
            ("-rf", "rf"),
            ("--help.txt", "help.txt"),
            ("~root", "root"),
            ("..", "attachment-1.png"),
            (".", "attachment-1.png"),
            ("", "attachment-1.png"),
            ("???", "attachment-1.png"),
            ("\0", "attachment-1.png"),
            ("a\0b.txt", "ab.txt"),
            ("../../\0\x1b[2J.sh", "[2J.sh"),
            ("a\r\nb.txt", "a b.txt"),
            ("gpj\u{202e}exe.doc", "gpjexe.doc"),
            ("a\u{200b}b.txt", "ab.txt"),
            ("report.pdf. . .", "report.pdf"),
            ("a:b*c?.txt", "a_b_c_.txt"),
            ("a\u{ff0f}b.txt", "b.txt"),
            (" \u{a0}x.txt", "x.txt"),
            (".\u{200b}.ssh", "ssh"),
            ("Отчёт за ноябрь.xlsx", "Отчёт за ноябрь.xlsx"),
        ] {
            assert_eq!(name(hostile), safe, "{hostile:?}");
        }
    }

    #[test]
    fn devices_of_windows_are_no_names() {
        for device in ["CON", "nul.txt", "Aux.tar.gz", "COM1", "lpt9.pdf", "com¹.x", "CON .txt", "conin$"] {
            assert!(name(device).starts_with('_'), "{device}");
        }
        for fine in ["console.txt", "com.txt", "com10.txt", "community.pdf", "lpt.txt"] {
            assert_eq!(name(fine), fine);
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = name(&format!("{}.pdf", "ж".repeat(2000)));
        assert_eq!((long.len(), long.ends_with("ж.pdf")), (120, true));
        assert_eq!(name(&format!("a.{}", "b".repeat(4000))).len(), 120);
        let taken = name(&format!("{}.pdf", "ж".repeat(2000)));
        let next = unique(&taken, |name| name == taken);
        assert!(next.len() <= 120 && next.ends_with("ж (2).pdf"), "{next}");
    }

    #[test]
    fn a_nameless_attachment_is_called_by_its_type() {
        assert_eq!(safe_name("", "message/rfc822", 2), "attachment-2.eml");
        assert_eq!(safe_name("", "TEXT/Plain; charset=utf-8", 2), "attachment-2.txt");
        assert_eq!(safe_name("", "x/unknown", 2), "attachment-2");
    }

    #[test]
    fn names_that_are_all_taken_end() {
        assert_eq!(unique("a.txt", |_| true), "a (9999).txt");
    }

    #[test]
    fn what_is_opened_by_a_click_and_what_is_not() {
        for program in
            ["a.exe", "a.bat", "a.sh", "a.desktop", "a.jar", "a.js", "a.vbs", "a.scr", "a.lnk", "a.html", "a.svg"]
        {
            assert!(is_program(program, ""), "{program}");
        }
        for hidden in ["a.exe.", "a.exe ", "a.e\u{200b}xe", "a.ExE\u{202e}", "../.exe", "a.pdf\u{2028}.exe", "Makefile"]
        {
            assert!(is_program(hidden, "application/pdf"), "{hidden:?}");
        }
        for plain in
            ["a.pdf", "a.png", "a.docx", "a.xlsx", "a.txt", "a.eml", "a.zip", "a.csv", "счёт.odt", "a.mp4", "a.ics"]
        {
            assert!(!is_program(plain, "application/octet-stream"), "{plain}");
        }
        for media_type in [
            "text/html; charset=utf-8",
            "image/svg+xml",
            "application/xhtml+xml",
            "application/x-sh",
            "application/vnd.microsoft.portable-executable",
            "application/x-java-archive",
            "text/javascript",
            "application/vnd.ms-excel.sheet.macroEnabled.12",
            "application/x-desktop",
            "text/x-python",
        ] {
            assert!(is_program("a.pdf", media_type), "{media_type}");
        }
        for (media_type, ending) in ENDINGS {
            let page = ["svg", "html", "xml"].contains(ending);
            assert_eq!(is_program(&format!("a.{ending}"), media_type), page, "{media_type}");
        }
    }

    proptest! {
        #[test]
        fn every_name_is_a_plain_file_name(text in any::<String>(), number in 1_usize..500) {
            let safe = safe_name(&text, "application/pdf", number);
            prop_assert!(!safe.is_empty() && safe.len() <= MOST);
            prop_assert!(!safe.starts_with(['.', '-', '~', ' ']) && !safe.ends_with(['.', ' ']));
            prop_assert!(!safe.contains(['/', '\\', ':']) && !safe.chars().any(is_hidden));
            prop_assert_eq!(safe_name(&safe, "application/pdf", number), safe.clone());
            let next = unique(&safe, |name| name == safe);
            prop_assert!(next != safe && next.len() <= MOST);
        }

        #[test]
        fn no_disguise_makes_a_program_harmless(stem in "\\PC{1,20}", tail in "[ .\u{200b}\u{202e}]{0,5}") {
            let name = format!("{stem}.exe{tail}");
            prop_assert!(is_program(&name, "application/pdf"), "{:?}", name);
        }
    }
}
