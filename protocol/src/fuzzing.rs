//! Decoders of what strangers send, under one roof for fuzz targets and for the replay of their corpora. Each returns
//! whether the bytes were accepted, and asserts that what was accepted encodes to the same bytes again.
//!
//! Not here: the relay protocol's decoders, which have targets of their own.

use crate::blob::stickers::{Pack, PackRef};
use crate::chat::control::block::Block;
use crate::chat::control::genesis::Genesis;
use crate::chat::control::receipt::Receipt;
use crate::chat::envelope;
use crate::chat::op::SignedOp;
use crate::chat::proof;
use crate::chat::ratchet::{ReceiveChain, SendChain};
use crate::chat::room::{RatchetRoot, Room};
use crate::contact::entrance::{ChatLink, EntranceSecret};
use crate::contact::invite::Invite;
use crate::contact::request::ContactRequest;
use crate::contact::{join, relay_link};
use crate::content::Body;
use crate::identity::account_record::AccountRecord;
use crate::identity::device_log::DeviceLog;
use crate::identity::keys::{DeviceKey, RootKey};
use crate::ids::{DeviceId, UserId};
use crate::peer::linking::code;
use crate::peer::linking::handover::Handover;
use crate::session::sealed::SealingKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// The key that requests are sealed to here.
pub const SEALING_SEED: [u8; 32] = [3; 32];
const ROOM_SECRET: [u8; 32] = [4; 32];
const SENDER: DeviceId = DeviceId([5; 32]);

/// Whom requests are for here.
pub fn recipient() -> UserId {
    RootKey::from_seed([6; 32]).user()
}

/// An envelope that [`Decoder::Envelope`] opens.
pub fn envelope() -> Vec<u8> {
    let room = Room::derive(&ROOM_SECRET, 0);
    let mut chain = SendChain::start(&RatchetRoot::derive(&ROOM_SECRET, 0), &SENDER);
    let rng = &mut ChaCha20Rng::from_seed([7; 32]);
    envelope::seal(&room, &mut chain, &SENDER, b"an operation", rng).unwrap_or_default()
}

/// The new device that a handover is for here.
pub fn newcomer() -> DeviceKey {
    DeviceKey::from_seed([11; 32])
}

/// The X25519 key of the device that hands over here.
pub fn giver() -> SealingKey {
    SealingKey::from_seed([12; 32])
}

/// A decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the decoder of its name")]
pub enum Decoder {
    DeviceLog,
    Op,
    /// A kind's two bytes, then the body.
    Body,
    Invite,
    ContactRequest,
    ChatLink,
    Entrance,
    Genesis,
    Block,
    ControlReceipt,
    Envelope,
    AccountRecord,
    LinkCode,
    Handover,
    Proof,
    StickerPack,
    StickerLink,
    RelayLink,
}

impl Decoder {
    /// All.
    pub const ALL: [Self; 18] = [
        Self::DeviceLog,
        Self::Op,
        Self::Body,
        Self::Invite,
        Self::ContactRequest,
        Self::ChatLink,
        Self::Entrance,
        Self::Genesis,
        Self::Block,
        Self::ControlReceipt,
        Self::Envelope,
        Self::AccountRecord,
        Self::LinkCode,
        Self::Handover,
        Self::Proof,
        Self::StickerPack,
        Self::StickerLink,
        Self::RelayLink,
    ];

    /// The name of its fuzz target and corpus.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeviceLog => "device_log",
            Self::Op => "op",
            Self::Body => "body",
            Self::Invite => "invite",
            Self::ContactRequest => "contact_request",
            Self::ChatLink => "chat_link",
            Self::Entrance => "entrance",
            Self::Genesis => "genesis",
            Self::Block => "block",
            Self::ControlReceipt => "control_receipt",
            Self::Envelope => "envelope",
            Self::AccountRecord => "account_record",
            Self::LinkCode => "link_code",
            Self::Handover => "handover",
            Self::Proof => "proof",
            Self::StickerPack => "sticker_pack",
            Self::StickerLink => "sticker_link",
            Self::RelayLink => "relay_link",
        }
    }

    /// Decodes; true if accepted.
    pub fn run(self, bytes: &[u8]) -> bool {
        match self {
            Self::DeviceLog => same(DeviceLog::decode(bytes).ok().map(|log| log.encode()), bytes),
            Self::Op => same(SignedOp::decode(bytes.to_vec()).ok().map(|op| op.bytes), bytes),
            Self::Body => body(bytes),
            Self::Invite => std::str::from_utf8(bytes).is_ok_and(|link| Invite::parse(link).is_ok()),
            Self::ContactRequest => {
                ContactRequest::open(bytes, &SealingKey::from_seed(SEALING_SEED), recipient()).is_ok()
            }
            Self::ChatLink => std::str::from_utf8(bytes).is_ok_and(|link| ChatLink::parse(link).is_ok()),
            Self::Entrance => join::open(bytes, &EntranceSecret::from(SEALING_SEED)).is_ok(),
            Self::Genesis => same(Genesis::decode(bytes).ok().map(|genesis| genesis.bytes().to_vec()), bytes),
            Self::Block => same(Block::decode(bytes).ok().map(|block| block.bytes().to_vec()), bytes),
            Self::ControlReceipt => same(Receipt::decode(bytes).ok().map(|receipt| receipt.encode()), bytes),
            Self::Envelope => open(bytes),
            Self::AccountRecord => {
                same(AccountRecord::from_row(bytes).ok().and_then(|record| record.to_row().ok()), bytes)
            }
            Self::LinkCode => std::str::from_utf8(bytes).is_ok_and(|text| code::parse(text, None).is_ok()),
            Self::Handover => Handover::decode(bytes, &newcomer(), &giver().public).is_ok(),
            Self::Proof => proof::verify(bytes).is_ok(),
            Self::StickerPack => {
                same(Pack::decode(bytes).ok().and_then(|pack| pack.encode().ok()).map(|(_, pack)| pack), bytes)
            }
            Self::RelayLink => std::str::from_utf8(bytes).is_ok_and(|link| relay_link::parse(link).is_ok()),
            Self::StickerLink => std::str::from_utf8(bytes).is_ok_and(|link| PackRef::parse(link).is_ok()),
        }
    }
}

fn same(again: Option<Vec<u8>>, bytes: &[u8]) -> bool {
    again.is_some_and(|again| {
        assert_eq!(again, bytes, "accepted bytes encode to others");
        true
    })
}

fn body(bytes: &[u8]) -> bool {
    let Some((kind, bytes)) = bytes.split_first_chunk() else { return false };
    Body::decode(u16::from_be_bytes(*kind), bytes).is_ok()
}

fn open(bytes: &[u8]) -> bool {
    let room = Room::derive(&ROOM_SECRET, 0);
    let chain = ReceiveChain::start(&RatchetRoot::derive(&ROOM_SECRET, 0), &room, &SENDER);
    let Ok(header) = envelope::open_header(&room, bytes) else { return false };
    header.device == SENDER && envelope::open(&chain, &header, bytes).is_ok()
}
