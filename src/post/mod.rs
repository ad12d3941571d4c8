//! The network: reading mail servers, giving mail to be delivered, building the mail. Knows neither store nor settings;
//! hostile servers get an error, never more memory or time than the limits allow.

mod address;
mod base64;
pub mod compose;
pub mod imap;
pub mod sendmail;
pub mod smtp;

use std::path::PathBuf;
use std::time::Duration;

/// How one proves who one is to a server. Lives in memory only; never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// The server asks for nothing.
    None,
    /// A password.
    Password(String),
    /// An access token (OAuth 2): `XOAUTH2`, `OAUTHBEARER`.
    Bearer(String),
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Login::None => "None",
            Login::Password(_) => "Password(…)",
            Login::Bearer(_) => "Bearer(…)",
        })
    }
}

/// What binds every connection: how long it may take, whom it trusts.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// For connecting, and for each answer of the server.
    pub patience: Duration,
    /// For one mail or one list, however busy the server seems.
    pub overall: Duration,
    /// A file of certificates (PEM) that is trusted besides those of the machine.
    pub ca: Option<PathBuf>,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { patience: Duration::from_secs(30), overall: Duration::from_secs(300), ca: None }
    }
}
