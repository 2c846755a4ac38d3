//! "My chain has a block that does not stand: let me in again." Said in the epoch that both blocks end. Body: `{0: the index
//! that was decided twice, 1: the block there that stands, 2: signature of the device, see
//! chat::control::readmission, 3: MLS key package}`.

use super::canonical;
use crate::ids::BlockHash;
use crate::limits::KEY_PACKAGE_MAX;
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// The index that was decided twice.
    pub from: u64,
    /// The block there that stands.
    pub hash: BlockHash,
    /// The device's word for the others' block, 64 bytes.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
    /// Its way in.
    #[serde(with = "serde_bytes")]
    pub package: Vec<u8>,
}

impl Stray {
    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let stray: Self = canonical(bytes, "request to come in again")?;
        let fits = stray.from > 0 && stray.signature.len() == 64;
        if !fits || stray.package.is_empty() || stray.package.len() > KEY_PACKAGE_MAX {
            return Err(WireError::Invalid("request to come in again"));
        }
        Ok(stray)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let good = Stray { from: 3, hash: BlockHash([1; 32]), signature: vec![2; 64], package: vec![3; 300] };
        assert_eq!(Stray::decode(&good.encode().unwrap()), Ok(good.clone()));
        for bad in [
            Stray { from: 0, ..good.clone() },
            Stray { signature: vec![2; 63], ..good.clone() },
            Stray { package: vec![], ..good.clone() },
            Stray { package: vec![3; KEY_PACKAGE_MAX + 1], ..good },
        ] {
            let refused = Stray::decode(&bad.encode().unwrap());
            assert_eq!(refused, Err(WireError::Invalid("request to come in again")));
        }
    }
}
