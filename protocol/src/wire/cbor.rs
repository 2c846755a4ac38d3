//! Canonical CBOR (RFC 8949, section 4.2.1: shortest integers, definite lengths, sorted unique keys; no floats,
//! tags, undefined), strictly decoded. serde_cbor is archived (RUSTSEC-2021-0127) and lenient, so a structural walk
//! checks the bytes before it sees them. Structs are written packed: field numbers instead of names.

use super::WireError;
use crate::limits::CBOR_DEPTH_MAX;
use serde::{Serialize, de::DeserializeOwned};

/// Encodes. Fails only for types that have no canonical form (floats, unsorted maps), which is our bug.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, WireError> {
    let bytes = serde_cbor::ser::to_vec_packed(value).map_err(|e| WireError::Cbor(e.to_string()))?;
    debug_assert!(check(&bytes).is_ok(), "our own encoding is not canonical");
    Ok(bytes)
}

/// Decodes bytes that are in canonical form, at most `limit` long.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], what: &'static str, limit: usize) -> Result<T, WireError> {
    if bytes.len() > limit {
        return Err(WireError::TooLarge { what, limit });
    }
    check(bytes)?;
    serde_cbor::from_slice(bytes).map_err(|e| WireError::Cbor(e.to_string()))
}

/// Checks that `bytes` are one canonical CBOR item and nothing else.
pub fn check(bytes: &[u8]) -> Result<(), WireError> {
    let rest = item(bytes, CBOR_DEPTH_MAX)?;
    if rest.is_empty() { Ok(()) } else { Err(WireError::Trailing) }
}

fn bad(why: &str) -> WireError {
    WireError::Cbor(why.to_owned())
}

/// Reads an item's head: major type, argument, rest.
fn head(bytes: &[u8]) -> Result<(u8, u64, &[u8]), WireError> {
    let (&first, rest) = bytes.split_first().ok_or(WireError::Truncated)?;
    let (major, info) = (first >> 5, first & 0x1f);
    let width = match info {
        0..=23 => return Ok((major, u64::from(info), rest)),
        24..=27 => 1_usize << (info - 24),
        _ => return Err(bad("indefinite length or reserved head")),
    };
    if major == 7 {
        return Err(bad("floats and extended simple values are not used"));
    }
    if rest.len() < width {
        return Err(WireError::Truncated);
    }
    let (number, rest) = rest.split_at(width);
    let value = number.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let least = [24, 1 << 8, 1 << 16, 1 << 32][(info - 24) as usize];
    if value < least {
        return Err(bad("a number that is not in its shortest form"));
    }
    Ok((major, value, rest))
}

fn item(bytes: &[u8], depth: usize) -> Result<&[u8], WireError> {
    let (major, value, rest) = head(bytes)?;
    let nested = depth.checked_sub(1).ok_or(WireError::TooLarge { what: "nesting", limit: CBOR_DEPTH_MAX });
    match major {
        0 | 1 => Ok(rest),
        2 | 3 => {
            let n = usize::try_from(value).map_err(|_| WireError::Truncated)?;
            let text = rest.get(..n).ok_or(WireError::Truncated)?;
            if major == 3 && std::str::from_utf8(text).is_err() {
                return Err(bad("text that is not UTF-8"));
            }
            Ok(&rest[n..])
        }
        4 => (0..value).try_fold(rest, |rest, _| item(rest, *nested.as_ref().map_err(Clone::clone)?)),
        5 => map(value, rest, nested?),
        7 if (20..=22).contains(&value) => Ok(rest),
        _ => Err(bad("tags, floats and undefined are not used")),
    }
}

/// Pairs with strictly ascending keys (bytewise order of their encodings).
fn map(pairs: u64, mut rest: &[u8], depth: usize) -> Result<&[u8], WireError> {
    let mut last: Option<&[u8]> = None;
    for _ in 0..pairs {
        let behind = item(rest, depth)?;
        let key = &rest[..rest.len() - behind.len()];
        if last.is_some_and(|last| last >= key) {
            return Err(bad("map keys that are double or not in order"));
        }
        last = Some(key);
        rest = item(behind, depth)?;
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        number: u64,
        text: String,
        list: Vec<u8>,
        maybe: Option<bool>,
    }

    #[test]
    fn what_is_encoded_decodes_and_checks() {
        for number in [0, 23, 24, 255, 256, 65_535, 65_536, u64::from(u32::MAX), u64::MAX] {
            let sample = Sample { number, text: "Zoë".into(), list: vec![1, 200], maybe: None };
            let bytes = encode(&sample).unwrap();
            assert_eq!(decode::<Sample>(&bytes, "sample", 100), Ok(sample));
        }
    }

    #[test]
    fn everything_that_is_not_canonical_is_refused() {
        let bad: &[(&[u8], &str)] = &[
            (&[], "nothing"),
            (&[0x18, 0x17], "23 in two bytes"),
            (&[0x19, 0x00, 0xff], "255 in three bytes"),
            (&[0x1a, 0, 0, 0xff, 0xff], "65,535 in five bytes"),
            (&[0x1b, 0, 0, 0, 0, 1, 0, 0, 0], "2^24 in nine bytes"),
            (&[0x01, 0x01], "a second item"),
            (&[0x9f, 0x01, 0xff], "an indefinite array"),
            (&[0x5f, 0x41, 0x01, 0xff], "an indefinite byte string"),
            (&[0xa2, 0x01, 0x00, 0x01, 0x00], "a double key"),
            (&[0xa2, 0x02, 0x00, 0x01, 0x00], "keys in the wrong order"),
            (&[0xf9, 0x3c, 0x00], "a half float"),
            (&[0xc0, 0x01], "a tag"),
            (&[0xf7], "undefined"),
            (&[0x62, 0xff, 0xff], "text that is not UTF-8"),
            (&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "a byte string of 2^64 bytes"),
            (&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "an array of 2^64 items"),
            (&[0x1c], "a reserved head"),
        ];
        for (bytes, what) in bad {
            assert!(check(bytes).is_err(), "{what}");
        }
        let deep = vec![0x81; 10_000];
        assert_eq!(check(&deep), Err(WireError::TooLarge { what: "nesting", limit: CBOR_DEPTH_MAX }));
        assert!(decode::<Sample>(&[0; 101], "sample", 100).is_err());
    }
}
