//! The 24 words that are a user: 256 bits of entropy in English BIP-39 words. Whoever has them is the user.

use super::keys::RootKey;
use bip39::{Language, Mnemonic};
use std::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// Why words are not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WordsError {
    /// Not 24.
    #[error("there must be 24 words, and these are {0}")]
    Count(usize),
    /// A word outside the list (by its position, from 1; the word itself is not repeated).
    #[error("word {0} is not in the list of words; look for a typing error")]
    Unknown(usize),
    /// All words exist, but not together.
    #[error("the words do not fit together; look for two that are swapped")]
    Checksum,
}

/// Words that a person typed, wiped when dropped and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Words(pub Zeroizing<String>);

impl Words {
    /// As typed.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The root key that they stand for.
    pub fn root_key(&self) -> Result<RootKey, WordsError> {
        root_key(&self.0)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

/// Makes the words of a new user from 32 random bytes.
pub fn words(entropy: &[u8; 32]) -> Zeroizing<String> {
    let mnemonic = Mnemonic::from_entropy_in(Language::English, entropy).expect("32 bytes are a BIP-39 length");
    Zeroizing::new(mnemonic.to_string())
}

/// The root key that words stand for. Upper case and extra white space are forgiven.
pub fn root_key(words: &str) -> Result<RootKey, WordsError> {
    let words = Zeroizing::new(words.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" "));
    let count = words.split_whitespace().count();
    if count != 24 {
        return Err(WordsError::Count(count));
    }
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, &words).map_err(|error| match error {
        bip39::Error::UnknownWord(index) => WordsError::Unknown(index + 1),
        _ => WordsError::Checksum,
    })?;
    let seed = Zeroizing::new(mnemonic.to_seed_normalized(""));
    Ok(RootKey::from_seed(blake3::derive_key("chappe 2026-11 root key from BIP-39 seed", &*seed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_give_the_same_user_again() {
        let text = words(&[7; 32]);
        assert_eq!(text.split(' ').count(), 24);
        let shouted = text.to_uppercase().replace(' ', " \n ");
        assert_eq!(root_key(&text).unwrap().user(), root_key(&shouted).unwrap().user());
    }

    /// The published BIP-39 vector for 32 zero bytes.
    #[test]
    fn the_published_vector_holds() {
        let expected = "abandon ".repeat(23) + "art";
        assert_eq!(*words(&[0; 32]), expected);
    }

    #[test]
    fn words_never_show_themselves() {
        assert_eq!(format!("{:?}", Words::new("abandon art".into())), "Words(…)");
    }

    #[test]
    fn typing_errors_are_named() {
        assert_eq!(root_key("abandon art").unwrap_err(), WordsError::Count(2));
        let unknown = "abandon ".repeat(22) + "abandom art";
        assert_eq!(root_key(&unknown).unwrap_err(), WordsError::Unknown(23));
        assert_eq!(root_key(&"abandon ".repeat(24)).unwrap_err(), WordsError::Checksum);
    }
}
