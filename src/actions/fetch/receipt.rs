//! Acknowledgements of new requests: off unless the team switches them on, one an address and day, never to a machine, with a
//! subject of our own and no word of the sender's.
