//! From the first byte to the open mailbox: greeting, privacy, proof of who we are. A name or a secret leaves only over a
//! private line, or one that does not leave this machine.

use super::answer;
use super::base64;
use super::line::Caps;
use super::talk::Talk;
use super::wire::Wire;
use crate::domain::account::{Account, Security};
use crate::error::{Error, Result};
use crate::post::{Bounds, Login};
use imap_proto::{Response, Status};

/// Connects and logs in.
pub(super) fn enter(account: &Account, login: &Login, bounds: &Bounds) -> Result<Talk> {
    let wire = Wire::connect(account, bounds)?;
    let (mut talk, known) = match account.security {
        Security::Tls => {
            let mut talk = Talk::new(wire.private(account, bounds)?, account.shown(), bounds);
            let known = greeting(&mut talk)?;
            (talk, known)
        }
        Security::StartTls => (start_tls(wire, account, bounds)?, false),
    };
    if !known {
        if talk.can.is_empty() {
            capability(&mut talk)?;
        }
        prove(&mut talk, account, login)?;
    }
    if talk.can.is_empty() {
        capability(&mut talk)?;
    }
    Ok(talk)
}

/// Hears the greeting; whether the server already knows us.
fn greeting(talk: &mut Talk) -> Result<bool> {
    talk.start_clock();
    let mut text = talk.next(Caps::SHORT)?.text;
    let said = answer::read(&mut text);
    if let Some(response) = &said {
        talk.notice(response)?;
    }
    match said {
        Some(Response::Data { status: Status::Ok, .. }) => Ok(false),
        Some(Response::Data { status: Status::PreAuth, .. }) => Ok(true),
        _ => Err(Error::refused(format!("no IMAP server answers as {}", talk.server))
            .because(answer::shown(&String::from_utf8_lossy(&text)))
            .hint("imaps:// is for port 993, imap:// for port 143")),
    }
}

fn capability(talk: &mut Talk) -> Result<()> {
    let ending = talk.tell("CAPABILITY")?;
    if ending.fine && talk.can("IMAP4REV1") {
        return Ok(());
    }
    Err(ending.refusal(format!("{} does not speak IMAP4rev1", talk.server)))
}

/// Makes a plain line private. What was said on it before is forgotten: anybody may have said it.
fn start_tls(wire: Wire, account: &Account, bounds: &Bounds) -> Result<Talk> {
    let may_be_plain = account.is_local() && wire.is_local();
    let mut talk = Talk::new(wire, account.shown(), bounds);
    let not_private = |why: &str| {
        Error::refused(format!("the line to {} cannot be made private", account.shown()))
            .because(why)
            .hint("write imaps:// if the server offers it (port 993); nothing was said to this one")
    };
    if greeting(&mut talk)? {
        return Err(not_private("the server says that it knows us already, which anybody on the way could say"));
    }
    capability(&mut talk)?;
    if !talk.can("STARTTLS") {
        return if may_be_plain { Ok(talk) } else { Err(not_private("the server offers no STARTTLS")) };
    }
    let ending = talk.tell("STARTTLS")?;
    if !ending.fine {
        return Err(not_private(&ending.words));
    }
    let wire = talk.lines.into_wire().ok_or_else(|| not_private("something was slipped in before TLS began"))?;
    Ok(Talk::new(wire.private(account, bounds)?, account.shown(), bounds))
}

/// Shows the server who we are.
fn prove(talk: &mut Talk, account: &Account, login: &Login) -> Result<()> {
    let lacks = |what: &str| Error::refused(format!("{what} for {}", account.shown()));
    let user = account.user.as_deref().ok_or_else(|| lacks("there is no name to log in with"))?;
    let secret = match login {
        Login::Password(secret) | Login::Bearer(secret) if !secret.is_empty() => secret.as_str(),
        _ => return Err(lacks("there is no password").hint("desk config set passwords.NAME.command …")),
    };
    if secret.contains(['\0', '\u{1}']) || user.contains(['\0', '\u{1}']) {
        return Err(lacks("the name or the secret holds a control character, which no server takes"));
    }
    let pieces = match login {
        Login::Bearer(token) => bearer(talk, account, user, token)?,
        _ => password(talk, user, secret)?,
    };
    // What the server can is another thing once it knows us.
    talk.can.clear();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let mut ending = talk.ask(&pieces, Caps::SHORT, &mut |_, _| Ok(false))?;
    if ending.fine {
        return Ok(());
    }
    ending.words = ending.words.replace(secret, "…");
    let what = match login {
        Login::Bearer(_) => "the name or the token",
        _ => "the name or the password",
    };
    Err(ending.refusal(format!("the server does not accept {what} of {}", account.shown())).hint(
        "big providers want an app password here, made in the settings of the mailbox, and IMAP switched on there",
    ))
}

fn password(talk: &Talk, user: &str, password: &str) -> Result<Vec<Vec<u8>>> {
    if talk.can("AUTH=PLAIN") {
        return Ok(authenticate(talk, "PLAIN", &format!("\0{user}\0{password}")));
    }
    if talk.can("LOGINDISABLED") {
        return Err(Error::refused(format!("{} takes no password on this line", talk.server))
            .hint("it wants a token, or another address: ask who runs it"));
    }
    let mut pieces = vec![b"LOGIN".to_vec()];
    for word in [user, password] {
        let Some(last) = pieces.last_mut() else { break };
        last.push(b' ');
        if word.bytes().all(|b| (b' '..=b'~').contains(&b)) {
            last.extend(quoted(word).bytes());
        } else {
            last.extend(format!("{{{}}}", word.len()).bytes());
            pieces.push(word.as_bytes().to_vec());
        }
    }
    Ok(pieces)
}

fn bearer(talk: &Talk, account: &Account, user: &str, token: &str) -> Result<Vec<Vec<u8>>> {
    let mut pieces = if talk.can("AUTH=XOAUTH2") {
        authenticate(talk, "XOAUTH2", &format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"))
    } else if talk.can("AUTH=OAUTHBEARER") {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        let (host, port) = (&account.host, account.port);
        let said = format!("n,a={user},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}");
        authenticate(talk, "OAUTHBEARER", &said)
    } else {
        return Err(Error::refused(format!("{} takes no tokens", talk.server)).hint("give it a password"));
    };
    // A refusal comes with particulars, which want an empty answer before the command ends.
    pieces.push(Vec::new());
    Ok(pieces)
}

/// The first word of a proof goes along with the command where the server takes it, else after it is asked for.
fn authenticate(talk: &Talk, how: &str, proof: &str) -> Vec<Vec<u8>> {
    let proof = base64::padded(proof.as_bytes());
    if talk.can("SASL-IR") {
        vec![format!("AUTHENTICATE {how} {proof}").into_bytes()]
    } else {
        vec![format!("AUTHENTICATE {how}").into_bytes(), proof.into_bytes()]
    }
}

/// Printable ASCII as a command wants it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
