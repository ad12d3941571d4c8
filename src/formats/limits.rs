//! How much of a mail is taken before it is refused or cut. No parsing here.

/// The bounds that every mail is held to, whatever it claims about itself.
///
/// ```
/// use frontdesk::formats::limits::Limits;
/// assert_eq!(Limits::default().mail_bytes, 25 * 1024 * 1024);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// A mail longer than this many bytes is refused.
    pub mail_bytes: u64,
    /// Multiparts nested deeper than this stay one opaque attachment.
    pub depth: usize,
    /// The parts beyond this many stay one opaque attachment.
    pub parts: usize,
    /// A mail whose header is longer than this many bytes is refused.
    pub header_bytes: usize,
    /// A mail with more header fields than this is refused.
    pub header_lines: usize,
    /// A header field is cut after this many bytes.
    pub header_line: usize,
    /// Addresses of a field beyond this many are left out.
    pub addresses: usize,
    /// Only the last so many ids of References are kept.
    pub references: usize,
    /// HTML is turned into text up to this many bytes; what is longer is also kept as a file.
    pub html: usize,
    /// A mail with an attachment longer than this many bytes (decoded) is refused.
    pub attachment: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            mail_bytes: 25 << 20,
            depth: 20,
            parts: 500,
            header_bytes: 1 << 20,
            header_lines: 2_000,
            header_line: 64 << 10,
            addresses: 1_000,
            references: 50,
            html: 512 << 10,
            attachment: 20 << 20,
        }
    }
}
