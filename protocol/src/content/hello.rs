//! Said by whoever accepts a contact request: "the chat stands, and this is who I am"; and, without the account record, in
//! chats of many by those whose name somebody may not know. Body:
//! `{0: name, 1: device log, 2?: {0: record's key, 1: what opens it}}`.

use crate::identity::account_record::Locator;
use crate::identity::device_log::{DeviceLog, ENTRY_LEN};
use crate::limits::{DEVICE_LOG_MAX, NAME_MAX, OP_MAX};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// The accepter's profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Display name, 1 to 128 bytes.
    pub name: String,
    /// The device log, so that removals are known.
    #[serde(with = "serde_bytes")]
    pub devices: Vec<u8>,
    /// Where later changes of the device log are found; for contacts only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Locator>,
}

impl Hello {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let hello = cbor::decode::<Self>(bytes, "hello", OP_MAX)?;
        check_name(&hello.name)?;
        if hello.devices.len() > ENTRY_LEN * DEVICE_LOG_MAX {
            return Err(WireError::TooLarge { what: "device log", limit: ENTRY_LEN * DEVICE_LOG_MAX });
        }
        DeviceLog::decode(&hello.devices).map_err(|_| WireError::Invalid("device log"))?;
        Ok(hello)
    }
}

/// A display name: 1 to 128 bytes, no control characters, not only white space.
pub fn check_name(name: &str) -> Result<(), WireError> {
    if name.len() > NAME_MAX {
        return Err(WireError::TooLarge { what: "name", limit: NAME_MAX });
    }
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(WireError::Invalid("name"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for bad in ["", "  ", "a\nb", "\u{1b}[2J", &"x".repeat(129)] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
        assert!(check_name("Zoë 🦀").is_ok());
    }
}
