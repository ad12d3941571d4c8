//! Mail on its way out: letters, the SMTP dialogue with a server that does what it likes, the sendmail program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "mail/letters.rs"]
mod letters;
#[path = "mail/sending.rs"]
mod sending;
#[path = "mail/sendmail.rs"]
mod sendmail;
#[path = "mail/smtp_server.rs"]
mod smtp_server;
