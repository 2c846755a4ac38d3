//! Where randomness comes from: the operating system, once; cores get a seed and draw from it themselves.

use thiserror::Error;
use zeroize::Zeroizing;

/// The operating system gave no randomness; nothing safe can be done without.
#[derive(Debug, Error)]
#[error("the operating system gives no randomness: {0}")]
pub struct EntropyError(getrandom::Error);

/// A fresh seed or secret of 32 bytes, wiped when dropped.
pub fn seed() -> Result<Zeroizing<[u8; 32]>, EntropyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut()).map_err(EntropyError)?;
    Ok(bytes)
}

/// A random number for things that are no secret (jitter, names of files).
pub fn number() -> u64 {
    getrandom::u64().unwrap_or(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_seeds_differ() {
        assert_ne!(*super::seed().unwrap(), *super::seed().unwrap());
        assert_ne!(super::number(), super::number());
    }
}
