//! One letter: a part of a welcome parcel for a device that is in no chat with the sender yet.
//!
//! `CBOR {0: version 1, 1: certificate, 2: chat, 3: part, 4: parts, 5: bytes} | signature 64`, the signature the sending
//! device's over `context::LETTER`, the receiving device and the CBOR; all sealed to the receiving device's X25519 key.
//! The parts of a parcel stand behind each other.
//!
//! Not here: whose letters count (`letters` for own devices, `joins` for those who answer at an invite link).

use super::context::{Context, Fatal};
use super::links::Purpose;
use crate::contact::mailbox::{Letterbox, RelayHint};
use crate::identity::device_log::{Action, Entry as Certificate};
use crate::identity::keys::verify;
use crate::ids::{ChatId, DeviceId, NodeId};
use crate::limits::{LETTER_PART_MAX, PARCEL_MAX};
use crate::session::sealed::seal;
use crate::wire::registry::context;
use crate::wire::relay::Request;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parts of the largest parcel.
const PARTS_MAX: u16 = PARCEL_MAX.div_ceil(LETTER_PART_MAX) as u16;

/// Parcels that are not complete, a letterbox and relay; of more the first one is dropped. A sender repeats what was
/// not answered, so nothing is lost. Four of them are 6 MiB.
const UNFINISHED_MAX: usize = 4;

/// A letter.
#[derive(Serialize, Deserialize)]
pub struct Letter {
    /// 1.
    pub version: u8,
    /// The device log entry of the device that wrote it.
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
    /// The chat of the parcel.
    pub chat: ChatId,
    /// From 0.
    pub part: u16,
    /// How many there are.
    pub parts: u16,
    /// At most [`LETTER_PART_MAX`].
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// Where letters for a device go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The log.
    pub letterbox: Letterbox,
    /// The device's X25519 key.
    #[serde(with = "serde_bytes")]
    pub sealing_key: [u8; 32],
    /// At which relays.
    pub relays: Vec<RelayHint>,
}

/// Why a letter is not taken.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The root key certified its writer, and our device log is older than that.
    #[error("a letter of a device that is not known here yet")]
    Early,
    /// Nobody who may wrote it to this device.
    #[error("a letter that nobody wrote who may")]
    Foreign,
    /// Out of shape.
    #[error("a letter: {0}")]
    Wire(#[from] WireError),
}

/// Writes a parcel into a letterbox at a relay.
pub fn write(
    (chat, device, relay): (ChatId, DeviceId, NodeId),
    parcel: &[u8],
    to: &Address,
    ctx: &mut Context<'_>,
) -> Result<(), Fatal> {
    let bug = || Fatal::Bug("a letter cannot be written");
    let parts = u16::try_from(parcel.len().div_ceil(LETTER_PART_MAX)).map_err(|_| bug())?;
    for (part, bytes) in (0..).zip(parcel.chunks(LETTER_PART_MAX)) {
        let certificate = ctx.account.certificate().to_vec();
        let letter = Letter { version: 1, certificate, chat, part, parts, bytes: bytes.to_vec() };
        let mut plain = cbor::encode(&letter).map_err(|_| bug())?;
        let signature = ctx.account.key.sign(&[context::LETTER, &device.0, &plain].concat());
        plain.extend_from_slice(&signature);
        let Some(envelope) = seal(&to.sealing_key, &plain, ctx.rng) else { return Ok(()) };
        let request = Request::Append { tag: to.letterbox.tag(), cap: to.letterbox.write(), envelope };
        ctx.request(relay, &request, Purpose::Letter(chat, device));
    }
    Ok(())
}

/// Opens a letter to this device and checks that the device of the certificate in it wrote it.
///
/// # Errors
/// [`LetterError::Foreign`], [`LetterError::Wire`].
pub fn open(envelope: &[u8], ctx: &Context<'_>) -> Result<(Certificate, Letter), LetterError> {
    let plain = ctx.account.sealing.open(envelope).map_err(|_| LetterError::Foreign)?;
    let (body, signature) = plain.split_last_chunk::<64>().ok_or(WireError::Truncated)?;
    let letter: Letter = cbor::decode(body, "letter", 2 * LETTER_PART_MAX)?;
    let certificate = Certificate::decode(&letter.certificate).map_err(|_| LetterError::Foreign)?;
    let signed = [context::LETTER, &ctx.account.device().0, body].concat();
    let fits = letter.version == 1 && letter.part < letter.parts && letter.parts <= PARTS_MAX;
    let certified = certificate.action == Action::Add && verify(&certificate.device.0, &signed, signature);
    if fits && certified { Ok((certificate, letter)) } else { Err(LetterError::Foreign) }
}

/// Parts of parcels that are not complete.
#[derive(Debug, Default)]
pub struct Parts {
    parts: BTreeMap<(DeviceId, ChatId), Vec<Vec<u8>>>,
}

impl Parts {
    /// Takes a part; the parcel if it is complete.
    pub fn take(&mut self, from: DeviceId, letter: Letter) -> Option<Vec<u8>> {
        let key = (from, letter.chat);
        if !self.parts.contains_key(&key) && self.parts.len() >= UNFINISHED_MAX {
            self.parts.pop_first();
        }
        let parts = self.parts.entry(key).or_default();
        if letter.part == 0 {
            parts.clear();
        }
        let (next, last) = (usize::from(letter.part) == parts.len(), letter.part + 1 == letter.parts);
        if next {
            parts.push(letter.bytes);
        }
        if next && !last {
            return None;
        }
        let whole = self.parts.remove(&key).unwrap_or_default();
        next.then(|| whole.concat())
    }

    /// True if nothing is begun.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Forgets what was begun.
    pub fn clear(&mut self) {
        self.parts.clear();
    }
}
