//! A sealed operation as relays see it: opaque, and connected neither to its sender nor to its place in a chain.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 1 | version = 1 |
//! | 1 | 24 | header nonce, random |
//! | 25 | 40 + 16 | header: `sender device 32 \| generation u64`, XChaCha20-Poly1305 with the room's header key; associated data: the version |
//! | 81 | n + 16 | body: `length u32 \| operation \| zeros`, ChaCha20-Poly1305 with the message key of (sender, generation), nonce zero; associated data: bytes 0 to 80 |
//!
//! The message key opens one body only, which is why the body's nonce can be fixed. Lengths leak in steps: the body's
//! plaintext is a multiple of 64 bytes below 1 KiB and of an eighth of its highest power of two above
//! ([`padded_length`]), so padding adds at most an eighth to anything large.
//!
//! **Sealing again never uses a key twice**, because [`seal`] moves the chain on. A sender keeps the sealed bytes in
//! its outbox and repeats those.
//!
//! Header and body are authenticated by keys that every member has; that the *operation* is its author's is the
//! operation's own signature.

use super::ratchet::{ChainError, ReceiveChain, SendChain, Step};
use super::room::{Room, SecretKey};
use crate::ids::DeviceId;
use crate::limits::{ENVELOPE_MAX, OP_MAX};
use crate::wire::bytes::{Reader, Writer};
use chacha20poly1305::aead::{AeadInOut, Nonce, Tag};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, XChaCha20Poly1305};
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

const VERSION: u8 = 1;
const NONCE: usize = 24;
const HEADER: usize = 40;
pub(crate) const TAG: usize = 16;
/// Everything before the body.
const HEAD: usize = 1 + NONCE + HEADER + TAG;
const BODY_NONCE: [u8; 12] = [0; 12];

/// Bytes of the shortest envelope.
pub const ENVELOPE_MIN: usize = HEAD + 64 + TAG;

/// Why an envelope was not made or not opened. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// The operation is longer than [`OP_MAX`].
    #[error("an operation of {0} bytes is over the limit of {OP_MAX}")]
    OpTooLarge(usize),
    /// Shorter than [`ENVELOPE_MIN`].
    #[error("an envelope of {0} bytes is too short")]
    Truncated(usize),
    /// Longer than [`ENVELOPE_MAX`].
    #[error("an envelope of {0} bytes is over the limit of {ENVELOPE_MAX}")]
    TooLarge(usize),
    /// A version that this program does not know.
    #[error("envelope version {0} is not known here")]
    Version(u8),
    /// The header does not authenticate: another room's envelope, or altered bytes.
    #[error("the header was not sealed in this room, or was altered")]
    Header,
    /// The body does not authenticate: altered bytes.
    #[error("the body was not sealed with its message's key, or was altered")]
    Body,
    /// A member's program padded otherwise than the format says.
    #[error("the padding is not what the format says")]
    Padding,
    /// The message's key is not to be had.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// Who sealed an envelope and with which of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The sending device, as it says; known to be a member, not yet known to be this member.
    pub device: DeviceId,
    /// The number of its message key.
    pub generation: u64,
}

/// The length that `length` bytes are padded to.
pub fn padded_length(length: usize) -> usize {
    let eighth = length.checked_ilog2().map_or(0, |log| (1_usize << log) >> 3);
    length.max(1).next_multiple_of(eighth.max(64))
}

/// Length, bytes and zeros up to [`padded_length`].
pub(crate) fn pad(bytes: &[u8], extra: usize) -> Vec<u8> {
    let length = padded_length(4 + bytes.len());
    let mut w = Writer::with_capacity(length + extra);
    w.bytes(bytes);
    let mut padded = w.finish();
    padded.resize(length, 0);
    padded
}

/// The bytes that were padded; `None` unless [`pad`] would give exactly this.
pub(crate) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let mut r = Reader::new(padded);
    let bytes = r.bytes("padded bytes", padded.len()).ok()?;
    let zeros = r.take(r.remaining()).ok()?;
    (zeros.iter().all(|byte| *byte == 0) && padded.len() == padded_length(4 + bytes.len())).then_some(bytes)
}

/// Encrypts in place and puts the tag behind. ChaCha fails only beyond 256 GiB, which no bound of ours allows.
pub(crate) fn lock<C: AeadInOut>(cipher: &C, nonce: &Nonce<C>, aad: &[u8], buffer: &mut Vec<u8>, from: usize) {
    match cipher.encrypt_inout_detached(nonce, aad, (&mut buffer[from..]).into()) {
        Ok(tag) => buffer.extend_from_slice(&tag),
        Err(_) => unreachable!("a plaintext within our limits"),
    }
}

/// Decrypts `bytes` that [`lock`] made; `None` if they do not authenticate.
pub(crate) fn unlock<C: AeadInOut>(
    cipher: &C,
    nonce: &Nonce<C>,
    aad: &[u8],
    bytes: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (text, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
    let tag: &Tag<C> = tag.try_into().ok()?;
    let mut plain = Zeroizing::new(text.to_vec());
    cipher.decrypt_inout_detached(nonce, aad, plain.as_mut_slice().into(), tag).ok()?;
    Some(plain)
}

fn header_cipher(room: &Room) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(room.header_key().bytes().into())
}

/// Seals an operation with the chain's next key, which is gone then. Commit the chain ([`SendChain::store`]) and the
/// envelope (in the outbox) together, ahead of sending.
///
/// # Errors
/// Only [`EnvelopeError::OpTooLarge`]; the chain is unchanged then.
pub fn seal<R: CryptoRng + ?Sized>(
    room: &Room,
    chain: &mut SendChain,
    device: &DeviceId,
    op: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, EnvelopeError> {
    if op.len() > OP_MAX {
        return Err(EnvelopeError::OpTooLarge(op.len()));
    }
    let (generation, key) = chain.step();
    let mut padded = pad(op, TAG);
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);

    let mut envelope = Vec::with_capacity(HEAD + padded.len() + TAG);
    envelope.push(VERSION);
    envelope.extend_from_slice(&nonce);
    envelope.extend_from_slice(device.as_bytes());
    envelope.extend_from_slice(&generation.to_be_bytes());
    lock(&header_cipher(room), &nonce.into(), &[VERSION], &mut envelope, 1 + NONCE);
    lock(&ChaCha20Poly1305::new(key.bytes().into()), &BODY_NONCE.into(), &envelope, &mut padded, 0);
    envelope.extend_from_slice(&padded);
    padded.zeroize();
    Ok(envelope)
}

/// Opens the header: who sealed this, with which key. Costs the same for garbage as for an envelope.
///
/// # Errors
/// Every variant of [`EnvelopeError`] that names length, version or header.
pub fn open_header(room: &Room, envelope: &[u8]) -> Result<Header, EnvelopeError> {
    if envelope.len() > ENVELOPE_MAX {
        return Err(EnvelopeError::TooLarge(envelope.len()));
    }
    if envelope.len() < ENVELOPE_MIN {
        return Err(EnvelopeError::Truncated(envelope.len()));
    }
    if envelope[0] != VERSION {
        return Err(EnvelopeError::Version(envelope[0]));
    }
    read_header(room, &envelope[1..HEAD]).ok_or(EnvelopeError::Header)
}

fn read_header(room: &Room, sealed: &[u8]) -> Option<Header> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let plain = unlock(&header_cipher(room), &(*nonce).into(), &[VERSION], sealed)?;
    let mut r = Reader::new(&plain);
    Some(Header { device: DeviceId(r.array().ok()?), generation: r.u64().ok()? })
}

/// Opens the body with the key of the header's device and generation; gives the operation's bytes.
///
/// # Errors
/// [`EnvelopeError::Body`], [`EnvelopeError::Padding`], [`EnvelopeError::Truncated`].
pub fn open_body(key: &SecretKey, envelope: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let (head, body) = envelope.split_at_checked(HEAD).ok_or(EnvelopeError::Truncated(envelope.len()))?;
    let cipher = ChaCha20Poly1305::new(key.bytes().into());
    let plain = unlock(&cipher, &BODY_NONCE.into(), head, body).ok_or(EnvelopeError::Body)?;
    unpad(&plain).map(<[u8]>::to_vec).ok_or(EnvelopeError::Padding)
}

/// Opens the body with the sender's chain, which stays as it is: give the step to [`ReceiveChain::advance`] when the
/// operation is stored.
///
/// # Errors
/// [`EnvelopeError`]; whatever it is, the chain did not move.
pub fn open(chain: &ReceiveChain, header: &Header, envelope: &[u8]) -> Result<(Vec<u8>, Step), EnvelopeError> {
    let step = chain.key_for(header.generation)?;
    let op = open_body(step.key(), envelope)?;
    Ok((op, step))
}

#[cfg(test)]
mod tests {
    use super::super::room::{self, RatchetRoot};
    use super::*;
    use crate::chat::{ratchet, vector};
    use crate::ids::ChatId;
    use crate::limits::SKIPPED_KEYS_MAX;
    use crate::store::{Batch, StoreRead, Table, Write};
    use crate::testing::TestStore;
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    const SECRET: [u8; 32] = [0x11; 32];
    const SENDER: DeviceId = DeviceId([0x22; 32]);

    /// One sender and one receiver of a room, the receiver with a store.
    struct Pair {
        room: Room,
        send: SendChain,
        receive: ReceiveChain,
        partition: Vec<u8>,
        store: TestStore,
        rng: ChaCha20Rng,
    }

    impl Pair {
        fn new() -> Self {
            let room = Room::derive(&SECRET, 7);
            let root = RatchetRoot::derive(&SECRET, 7);
            let receive = ReceiveChain::start(&root, &room, &SENDER);
            let mut pair = Self {
                send: SendChain::start(&root, &SENDER),
                receive,
                partition: room::partition(&ChatId([0x33; 32]), 7),
                store: TestStore::default(),
                rng: ChaCha20Rng::from_seed([5; 32]),
                room,
            };
            let mut batch = Batch::new();
            ratchet::store_room(&pair.room, &pair.partition, &mut batch);
            pair.receive.store(&pair.partition, &mut batch);
            pair.store.apply(&batch);
            pair
        }

        fn seal(&mut self, op: &[u8]) -> Vec<u8> {
            seal(&self.room, &mut self.send, &SENDER, op, &mut self.rng).unwrap()
        }

        fn deliver(&mut self, envelope: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
            let header = open_header(&self.room, envelope)?;
            assert_eq!(header.device, SENDER);
            let (op, step) = open(&self.receive, &header, envelope)?;
            let mut batch = Batch::new();
            self.receive.advance(step, &self.partition, &mut batch);
            self.store.apply(&batch);
            Ok(op)
        }

        fn reload(&self) -> ReceiveChain {
            ReceiveChain::load(&self.store, &self.partition, &self.room, &SENDER).unwrap().unwrap()
        }

        /// Delivers something that must be refused, and checks that neither chain nor store moved.
        fn refused(&mut self, envelope: &[u8]) -> EnvelopeError {
            let before = self.store.hash();
            let reason = self.deliver(envelope).unwrap_err();
            assert_eq!(self.store.hash(), before);
            assert!(self.reload() == self.receive);
            reason
        }
    }

    #[test]
    fn vector() {
        let mut pair = Pair::new();
        let first = pair.seal(b"");
        let second = pair.seal(&[0xaa; 61]);
        vector::check(
            "envelope",
            include_str!("../../vectors/envelope.hex"),
            &[
                ("exporter secret", SECRET.to_vec()),
                ("control index", 7_u64.to_be_bytes().to_vec()),
                ("sender device", SENDER.0.to_vec()),
                ("generation 0, an empty operation, nonce from ChaCha20Rng seeded with 05", first),
                ("generation 1, an operation of 61 bytes aa", second),
            ],
        );
    }

    #[test]
    fn ratchet_vector() {
        let root = RatchetRoot::derive(&SECRET, 7);
        let mut fields = vec![("exporter secret", SECRET.to_vec()), ("device", SENDER.0.to_vec())];
        let mut chain = SendChain::start(&root, &SENDER);
        for what in ["message key 0", "message key 1", "message key 2"] {
            fields.push((what, chain.step().1.0.to_vec()));
        }
        let mut batch = Batch::new();
        chain.store(&[0; 40], &mut batch);
        let [Write::Put { sort, value, .. }] = &batch.writes[..] else { panic!("one row") };
        fields.push(("sending chain's row, sort", sort.clone()));
        fields.push(("sending chain's row, value", value.clone()));
        vector::check("ratchet", include_str!("../../vectors/ratchet.hex"), &fields);
    }

    #[test]
    fn every_size_comes_back_and_shows_only_its_padded_length() {
        let mut pair = Pair::new();
        for size in [0, 1, 59, 60, 61, 200, 1019, 1020, 1021, 5000, OP_MAX] {
            let op = vec![7; size];
            let envelope = pair.seal(&op);
            assert_eq!(envelope.len(), HEAD + padded_length(size + 4) + TAG);
            assert!(envelope.len() <= ENVELOPE_MAX);
            assert_eq!(pair.deliver(&envelope), Ok(op));
        }
        let next = pair.send.next();
        let too_large = seal(&pair.room, &mut pair.send, &SENDER, &vec![7; OP_MAX + 1], &mut pair.rng);
        assert_eq!(too_large, Err(EnvelopeError::OpTooLarge(OP_MAX + 1)));
        assert_eq!(pair.send.next(), next);
    }

    #[test]
    fn padding_costs_at_most_an_eighth_and_is_the_only_one_accepted() {
        for length in (1..5000).chain([OP_MAX + 4]) {
            let padded = padded_length(length);
            assert!(
                padded >= length && padded.is_multiple_of(64) && padded - length < (length / 8).max(64),
                "{length}"
            );
        }
        let good = pad(b"op", 0);
        assert_eq!(unpad(&good), Some(&b"op"[..]));
        let longer = [&good[..], &[0; 64]].concat();
        let mut dirty = good.clone();
        dirty[63] = 1;
        let mut lying = good.clone();
        lying[3] = 200;
        for bad in [&longer[..], &dirty, &lying, &good[..3], &[]] {
            assert_eq!(unpad(bad), None);
        }
    }

    #[test]
    fn every_altered_bit_and_every_truncation_is_refused_and_burns_no_key() {
        let mut pair = Pair::new();
        let envelope = pair.seal(b"hello");
        for at in 0..envelope.len() {
            let mut altered = envelope.clone();
            altered[at] ^= 1 << (at % 8);
            let expected = match at {
                0 => EnvelopeError::Version(altered[0]),
                1..HEAD => EnvelopeError::Header,
                _ => EnvelopeError::Body,
            };
            assert_eq!(pair.refused(&altered), expected, "byte {at}");
            let reason = pair.refused(&envelope[..at]);
            assert_eq!(reason, EnvelopeError::Truncated(at));
        }
        let longer = [&envelope[..], &[0]].concat();
        assert_eq!(pair.refused(&longer), EnvelopeError::Body);
        assert_eq!(pair.deliver(&envelope), Ok(b"hello".to_vec()));
    }

    #[test]
    fn oversize_other_rooms_and_replays_are_refused() {
        let mut pair = Pair::new();
        let envelope = pair.seal(b"hello");
        assert_eq!(pair.refused(&vec![1; ENVELOPE_MAX + 1]), EnvelopeError::TooLarge(ENVELOPE_MAX + 1));
        let other = Room::derive(&SECRET, 8);
        let mut start = SendChain::start(&RatchetRoot::derive(&SECRET, 8), &SENDER);
        let foreign = seal(&other, &mut start, &SENDER, b"hello", &mut pair.rng).unwrap();
        assert_eq!(pair.refused(&foreign), EnvelopeError::Header);
        assert_eq!(pair.deliver(&envelope), Ok(b"hello".to_vec()));
        assert_eq!(pair.refused(&envelope), EnvelopeError::Chain(ChainError::Already { generation: 0 }));
    }

    /// A member's program can seal what it wants; a header of this room with a body of another key must not pass.
    #[test]
    fn a_spliced_header_does_not_open_another_body() {
        let mut pair = Pair::new();
        let (first, second) = (pair.seal(b"one"), pair.seal(b"two"));
        let spliced = [&first[..HEAD], &second[HEAD..]].concat();
        assert_eq!(pair.refused(&spliced), EnvelopeError::Body);
    }

    #[test]
    fn what_is_too_far_ahead_is_refused_and_the_last_allowed_one_opens() {
        let mut pair = Pair::new();
        let mut envelopes: Vec<_> = (0..SKIPPED_KEYS_MAX + 2).map(|n| pair.seal(&n.to_be_bytes())).collect();
        let last = envelopes.pop().unwrap();
        let generation = SKIPPED_KEYS_MAX + 1;
        assert_eq!(pair.refused(&last), EnvelopeError::Chain(ChainError::TooFar { generation, next: 0 }));
        assert!(pair.deliver(envelopes.last().unwrap()).is_ok());
        assert_eq!(pair.receive.missing() as u64, SKIPPED_KEYS_MAX);
        assert_eq!(pair.store.rows_in(Table::Room) as u64, SKIPPED_KEYS_MAX + 2);
        assert!(pair.reload() == pair.receive);
        let top = pair.receive.key_for(u64::MAX).unwrap_err();
        assert_eq!(top, ChainError::TooFar { generation: u64::MAX, next: SKIPPED_KEYS_MAX + 1 });
        // A new gap drops the oldest kept key, so that lost messages never block a chain.
        let newest = pair.seal(b"newest");
        assert_eq!(pair.deliver(&newest), Ok(b"newest".to_vec()));
        assert_eq!(pair.refused(&envelopes[0]), EnvelopeError::Chain(ChainError::Already { generation: 0 }));
        assert!(pair.deliver(&envelopes[1]).is_ok());
    }

    #[test]
    fn an_envelope_in_order_writes_one_small_row() {
        let mut pair = Pair::new();
        let envelope = pair.seal(b"hello");
        let header = open_header(&pair.room, &envelope).unwrap();
        let (_, step) = open(&pair.receive, &header, &envelope).unwrap();
        let mut batch = Batch::new();
        pair.receive.advance(step, &pair.partition, &mut batch);
        let [Write::Put { partition, sort, value, .. }] = &batch.writes[..] else { panic!("{batch:?}") };
        assert_eq!((partition.len(), sort.len(), value.len()), (40, 17, 41));
    }

    #[test]
    fn the_chain_behind_a_used_key_does_not_lead_back_to_it() {
        let mut pair = Pair::new();
        let envelope = pair.seal(b"hello");
        let key = pair.receive.key_for(0).unwrap().key().clone();
        pair.deliver(&envelope).unwrap();
        let rows = pair.store.scan(Table::Room, &pair.partition, crate::store::Range::All, 100).unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|(_, value)| !value.windows(32).any(|window| window == key.bytes())));
    }

    #[test]
    fn a_room_is_stored_loaded_and_forgotten_in_bounded_steps() {
        let mut pair = Pair::new();
        let envelopes: Vec<_> = (0..300).map(|_| pair.seal(b"x")).collect();
        pair.deliver(&envelopes[299]).unwrap();
        assert!(ratchet::load_room(&pair.store, &pair.partition).unwrap() == Some(pair.room.clone()));
        assert_eq!(pair.reload().missing(), 299);
        let mut rounds = 0;
        loop {
            let mut batch = Batch::new();
            let done = ratchet::forget_room(&pair.store, &pair.partition, 100, &mut batch).unwrap();
            assert!(batch.writes.len() <= 100);
            pair.store.apply(&batch);
            rounds += 1;
            if done {
                break;
            }
        }
        assert_eq!((rounds, pair.store.rows_in(Table::Room)), (4, 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Any order with losses, duplicates and restarts: what arrives opens exactly once, and nothing else does.
        #[test]
        fn delivered_operations_open_exactly_once(order in prop::collection::vec(0_usize..60, 0..200), restart in any::<u64>()) {
            let mut pair = Pair::new();
            let envelopes: Vec<_> = (0..60_u64).map(|n| pair.seal(&n.to_be_bytes())).collect();
            let mut opened = std::collections::BTreeSet::new();
            for (turn, n) in order.iter().enumerate() {
                if restart >> (turn % 64) & 1 == 1 {
                    pair.receive = pair.reload();
                }
                let expected = if opened.insert(*n) {
                    Ok((*n as u64).to_be_bytes().to_vec())
                } else {
                    Err(EnvelopeError::Chain(ChainError::Already { generation: *n as u64 }))
                };
                prop_assert_eq!(pair.deliver(&envelopes[*n]), expected);
            }
            prop_assert!(pair.reload() == pair.receive);
        }

        /// Garbage of any kind never panics and never moves the chain.
        #[test]
        fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), version in any::<bool>()) {
            let mut pair = Pair::new();
            let mut bytes = bytes;
            if version && !bytes.is_empty() {
                bytes[0] = VERSION;
            }
            pair.refused(&bytes);
            let _ = open_body(&SecretKey(SECRET), &bytes);
        }
    }
}
