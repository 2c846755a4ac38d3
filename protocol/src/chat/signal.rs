//! A signal: an operation that is shown to whoever is there, and kept by nobody.
//!
//! | bytes | field |
//! |---|---|
//! | 1 | version = 1 |
//! | 24 | nonce, random |
//! | n + 16 | `length u32 \| operation \| zeros` (padded like an envelope), XChaCha20-Poly1305; associated data: the version |
//!
//! The key is `derive_key("chappe 2026-11 room signal key", the room's header key)`: every member of the epoch has it.
//! Signals use no keys of chains: one that nobody hears would leave a gap there.
//!
//! Not here: whether it is its author's, and fresh (`peer::chat::typing`).

use crate::chat::envelope::{TAG, lock, pad, unlock, unpad};
use crate::chat::room::{Room, SecretKey};
use crate::limits::SIGNAL_MAX;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use rand_core::CryptoRng;

const VERSION: u8 = 1;
const NONCE: usize = 24;

fn cipher(room: &Room) -> XChaCha20Poly1305 {
    let key = SecretKey(blake3::derive_key("chappe 2026-11 room signal key", room.header_key().bytes()));
    XChaCha20Poly1305::new(key.bytes().into())
}

/// Seals an operation's bytes.
pub fn seal<R: CryptoRng + ?Sized>(room: &Room, op: &[u8], rng: &mut R) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let mut sealed = [&[VERSION][..], &nonce].concat();
    sealed.extend_from_slice(&pad(op, TAG));
    lock(&cipher(room), &nonce.into(), &[VERSION], &mut sealed, 1 + NONCE);
    sealed
}

/// The operation's bytes, if it was sealed in this room.
pub fn open(room: &Room, sealed: &[u8]) -> Option<Vec<u8>> {
    let (head, _) = sealed.split_first_chunk::<{ 1 + NONCE }>()?;
    if head[0] != VERSION || sealed.len() > SIGNAL_MAX {
        return None;
    }
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&head[1..]);
    let padded = unlock(&cipher(room), &nonce.into(), &[VERSION], &sealed[1 + NONCE..])?;
    unpad(&padded).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    #[test]
    fn signals_open_in_their_room_only_and_not_when_altered() {
        let (room, other) = (Room::derive(&[1; 32], 0), Room::derive(&[1; 32], 1));
        let sealed = seal(&room, b"an operation", &mut ChaCha20Rng::from_seed([3; 32]));
        assert_eq!(open(&room, &sealed).as_deref(), Some(&b"an operation"[..]));
        assert_eq!(open(&other, &sealed), None);
        for position in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[position] ^= 1;
            assert_eq!(open(&room, &bad), None, "byte {position}");
            assert_eq!(open(&room, &sealed[..position]), None, "cut at {position}");
        }
    }
}
