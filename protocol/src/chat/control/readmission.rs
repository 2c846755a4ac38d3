//! Devices whose chain lost at a fork, and that come in again: their leaf goes and comes with a fresh key package in one
//! commit. Nothing of the chat's state changes by it. Each has signed that it wants to.
//!
//! | bytes | field |
//! |---|---|
//! | 8 | the index that was decided twice |
//! | 32 | the block there that stands |
//! | 2 | count, at most 32 |
//! | 32 + 64 each | device, its signature over `chappe readmission 1\0 \| chat 32 \| index u64 \| block 32`; ascending |

use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{BlockHash, ChatId, DeviceId};
use crate::limits::READMITTED_MAX;
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::context;

/// Who comes in again, and behind which fork.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readmission {
    /// The index that was decided twice.
    pub from: u64,
    /// The block there that stands.
    pub hash: BlockHash,
    /// The devices with their signatures, ascending; at least one.
    pub devices: Vec<(DeviceId, [u8; 64])>,
}

impl Readmission {
    fn statement(chat: &ChatId, from: u64, hash: &BlockHash) -> Vec<u8> {
        [context::READMISSION, &chat.0, &from.to_be_bytes(), &hash.0].concat()
    }

    /// A device's word that it wants to come in again.
    pub fn sign(chat: &ChatId, from: u64, hash: &BlockHash, key: &DeviceKey) -> [u8; 64] {
        key.sign(&Self::statement(chat, from, hash))
    }

    /// True if every device signed for this chat.
    pub fn is_signed(&self, chat: &ChatId) -> bool {
        let statement = Self::statement(chat, self.from, &self.hash);
        self.devices.iter().all(|(device, signature)| verify(&device.0, &statement, signature))
    }

    /// True if it concerns a device.
    pub fn names(&self, device: &DeviceId) -> bool {
        self.devices.iter().any(|(named, _)| named == device)
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.u64(self.from).raw(&self.hash.0).count(self.devices.len());
        for (device, signature) in &self.devices {
            w.raw(&device.0).raw(signature);
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let (from, hash) = (r.u64()?, BlockHash(r.array()?));
        let n = r.count("devices that come in again", READMITTED_MAX, 96)?;
        let devices = (0..n).map(|_| Ok((DeviceId(r.array()?), r.array()?))).collect::<Result<Vec<_>, WireError>>()?;
        if from == 0 || devices.is_empty() || !devices.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return Err(WireError::Invalid("the devices that come in again"));
        }
        Ok(Self { from, hash, devices })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ChatId = ChatId([1; 32]);

    fn good() -> Readmission {
        let (from, hash) = (7, BlockHash([2; 32]));
        let sign = |n: u8| DeviceKey::from_seed([n; 32]);
        let mut devices: Vec<_> =
            [1, 2].map(sign).iter().map(|key| (key.device(), Readmission::sign(&CHAT, from, &hash, key))).collect();
        devices.sort();
        Readmission { from, hash, devices }
    }

    fn read(readmission: &Readmission) -> Result<Readmission, WireError> {
        let mut w = Writer::default();
        readmission.write(&mut w);
        let bytes = w.finish();
        let mut r = Reader::new(&bytes);
        let read = Readmission::read(&mut r)?;
        r.finish()?;
        Ok(read)
    }

    #[test]
    fn the_word_of_a_device_holds_for_one_chat_one_index_and_one_block() {
        let good = good();
        assert_eq!(read(&good), Ok(good.clone()));
        assert!(good.is_signed(&CHAT) && !good.is_signed(&ChatId([9; 32])));
        assert!(!Readmission { from: 8, ..good.clone() }.is_signed(&CHAT));
        assert!(!Readmission { hash: BlockHash([3; 32]), ..good.clone() }.is_signed(&CHAT));
        let mut swapped = good;
        swapped.devices[0].1 = swapped.devices[1].1;
        assert!(!swapped.is_signed(&CHAT));
    }

    #[test]
    fn lists_out_of_bounds_are_refused() {
        let (good, bad) = (good(), Err(WireError::Invalid("the devices that come in again")));
        let of = |devices: Vec<_>| Readmission { devices, ..good.clone() };
        assert_eq!(read(&of(vec![])), bad);
        assert_eq!(read(&of(vec![good.devices[0], good.devices[0]])), bad);
        assert_eq!(read(&of(vec![good.devices[1], good.devices[0]])), bad);
        assert_eq!(read(&Readmission { from: 0, ..good.clone() }), bad);
        let many = (0..=READMITTED_MAX as u8).map(|n| (DeviceId([n; 32]), [0; 64])).collect();
        let limit = READMITTED_MAX;
        assert_eq!(read(&of(many)), Err(WireError::TooLarge { what: "devices that come in again", limit }));
    }
}
