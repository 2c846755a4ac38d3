//! Random tokens of 256 bits, and the hash that stands for one wherever it need not be known.

use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A random bearer token. Shown only through [`Token::expose`].
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token(String);

impl Token {
    /// A new one from the operating system's generator.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        let token = Self(data_encoding::HEXLOWER.encode(&bytes));
        bytes.zeroize();
        Ok(token)
    }

    /// The text itself, 64 hexadecimal characters, for the one who shall hold it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept to recognise it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// BLAKE3 of a token: recognises it, does not give it back.
#[derive(Clone, Copy, Debug)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of what a caller presented.
    pub fn of(presented: &str) -> Self {
        Self(blake3::derive_key("chappe 2026-11 api token", presented.as_bytes()))
    }

    /// Hexadecimal, for a file.
    pub fn to_hex(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// Reads what [`Self::to_hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }
}

impl PartialEq for TokenHash {
    /// In constant time: how long it takes says nothing about where two hashes differ.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_hash_and_never_shows_itself() {
        let (one, two) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.expose().len(), 64);
        assert!(one.hash() == TokenHash::of(one.expose()) && one.hash() != two.hash());
        assert!(TokenHash::from_hex(&one.hash().to_hex()) == Some(one.hash()));
        assert_eq!(format!("{one:?}"), "Token(…)");
    }
}
