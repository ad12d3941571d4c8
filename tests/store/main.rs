//! The store on its two engines: each test of `both!` runs on a file of SQLite and on a PostgreSQL cluster that this program
//! starts itself. Beside them: what both engines are given to read (`guards`), their tables (`catalogue`), and many
//! processes at once (`race`).

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall stop")]

/// Tests that run on both engines: `fn closes_ticket(stand) { … }` makes `closes_ticket::sqlite` and `closes_ticket::postgres`.
macro_rules! both {
    ($($(#[$meta:meta])* fn $name:ident($stand:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn holds($stand: &mut $crate::stand::Stand) $body

            #[test]
            fn sqlite() {
                holds(&mut $crate::stand::Stand::on_file());
            }

            #[cfg(feature = "postgres")]
            #[test]
            fn postgres() {
                if let Some(mut stand) = $crate::stand::Stand::on_server() {
                    holds(&mut stand);
                }
            }
        }
    )+};
}

#[cfg(feature = "postgres")]
mod cluster;
mod stand;

mod back;
mod catalogue;
mod deeds;
mod door;
mod editions;
mod guards;
mod list;
mod mail;
mod odd;
mod property;
mod question;
mod race;
mod reply;
mod same;
mod search;
mod similar;
