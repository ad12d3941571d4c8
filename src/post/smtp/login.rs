//! Saying to a server who we are: `AUTH PLAIN`, `LOGIN`, `XOAUTH2`. The caller sees to it that nobody reads along.

use super::line::{Break, Line, Reply};
use crate::post::Login;
use crate::post::base64::base64;

/// Logs in the way that the server offers; none where it offers no way that we know. The reply is the server's verdict.
pub(super) fn log_in(line: &mut Line, user: &str, login: &Login, offered: &[String]) -> Result<Option<Reply>, Break> {
    let offers = |way: &str| offered.iter().any(|o| o.eq_ignore_ascii_case(way));
    let verdict = match login {
        Login::Password(password) if offers("PLAIN") => {
            line.ask(&format!("AUTH PLAIN {}", base64(format!("\0{user}\0{password}").as_bytes())))?
        }
        Login::Password(password) if offers("LOGIN") => {
            let mut reply = line.ask("AUTH LOGIN")?;
            for word in [user, password] {
                if reply.code == 334 {
                    reply = line.ask(&base64(word.as_bytes()))?;
                }
            }
            reply
        }
        Login::Bearer(token) if offers("XOAUTH2") => {
            let words = format!("user={user}\x01auth=Bearer {token}\x01\x01");
            let reply = line.ask(&format!("AUTH XOAUTH2 {}", base64(words.as_bytes())))?;
            // A refusal comes as a question first, which is answered with nothing.
            if reply.code == 334 { line.ask("")? } else { reply }
        }
        Login::None | Login::Password(_) | Login::Bearer(_) => return Ok(None),
    };
    Ok(Some(verdict))
}
