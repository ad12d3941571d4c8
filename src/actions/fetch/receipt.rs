//! Acknowledgements of new requests: off unless the team switches them on, one an address and day, never to a machine, with a
//! subject of our own and no word of the sender's.

use super::take::{Ground, Taken};
use crate::desk::Desk;
use crate::domain::mail::Mail;
use crate::error::Result;

pub(super) fn acknowledge(_desk: &mut Desk, _ground: &Ground, _taken: &Taken, _mail: &Mail) -> Result<bool> {
    Ok(false)
}
