//! The pieces of a letter; whole letters, read back, are in `tests/mail/letters.rs`.

use super::*;

#[test]
fn the_clock_of_the_writer_is_in_the_date() {
    for (offset, said) in [
        (0, "Fri, 20 Nov 2026 12:00:00 +0000"),
        (3 * 3600, "Fri, 20 Nov 2026 15:00:00 +0300"),
        (-(3 * 3600 + 1800), "Fri, 20 Nov 2026 08:30:00 -0330"),
        (i32::MAX, "Fri, 20 Nov 2026 12:00:00 +0000"),
    ] {
        assert_eq!(date(Moment(1_795_176_000), offset), said);
    }
    assert_eq!(date(Moment::MAX, 3600), "Fri, 31 Dec 9999 23:59:59 +0000");
}

#[test]
fn names_of_files_are_harmless() {
    for (name, safe) in [
        ("C:\\Users\\joe\\invoice.pdf", "invoice.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        (".bashrc", "bashrc"),
        ("gpj.\u{202e}exe\r\nX: y", "gpj.exeX_ y"),
        ("a\"b*c.txt", "a_b_c.txt"),
        ("\0", "file"),
    ] {
        assert_eq!(file_name(name), safe, "{name:?}");
    }
    assert_eq!(file_name(&format!("{}.pdf", "я".repeat(500))).chars().count(), 104);
}
