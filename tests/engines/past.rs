//! What a test does to a desk past the commands: on both engines, where both are asked for.

use super::mirror::{MIRRORS, stamps_of};
use frontdesk::store::{Place, Store};
use std::path::Path;

/// Opens the desk in the file and does something to it; then the same to its second desk. Gives what the file gave.
pub fn past<T>(file: &Path, mut deed: impl FnMut(&mut Store) -> T) -> T {
    let mut to = |place: &Place| deed(&mut Store::open(place, true, None).unwrap().unwrap());
    let mirror = MIRRORS.with_borrow_mut(|all| all.remove(file)).filter(|mirror| mirror.file == Some(stamps_of(file)));
    let done = to(&Place::File(file.to_owned()));
    if let Some(mut mirror) = mirror {
        mirror.file = Some(stamps_of(file));
        to(&Place::Server { url: mirror.address.clone(), password: None });
        MIRRORS.with_borrow_mut(|all| all.insert(file.to_owned(), mirror));
    }
    done
}
