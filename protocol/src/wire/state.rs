//! Rows of libraries' types: state that a library hands us through serde and that we only keep (OpenMLS). It never
//! leaves the machine, so it is not the canonical CBOR of [`super::cbor`]; it is serde_cbor's, packed by four rules:
//!
//! | in serde_cbor's output | in the row | why |
//! |---|---|---|
//! | array of numbers 0..=255 | tag 0, byte string | `Vec<u8>` goes through serde as a list: half of the bytes |
//! | a text that came before in this row | tag 1, its number | names of fields and variants repeat per leaf |
//! | value of a field `added_at` | null | OpenMLS stamps epochs with the system's clock; a core has none |
//! | list of a field `queued_proposals` | sorted | it is a hash map inside, and equal states shall give equal rows |
//!
//! Both numbers of tags are private to this format. The two last rules lose nothing that is used: the clock is read
//! for policies about past epochs only (we keep none), and the list's order is no part of the map.
//!
//! Not here: what the rows mean, and where they lie (`chat::mls::storage`).

use super::WireError;
use serde::{Serialize, de::DeserializeOwned};

/// Tag of a byte string that serde sees as a list of numbers.
const LIST_OF_BYTES: u64 = 0;
/// Tag of the number of a text seen before.
const TEXT_AGAIN: u64 = 1;
/// Deepest nesting of a row; OpenMLS needs about 20.
const DEPTH_MAX: usize = 64;
/// Texts remembered in one row; OpenMLS has about 150 names.
const TEXTS_MAX: usize = 1024;

/// The bytes of a row. Equal values give equal bytes.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, WireError> {
    let plain = serde_cbor::to_vec(value).map_err(|e| WireError::Cbor(e.to_string()))?;
    let mut walk = Walk { texts: Vec::new(), out: Vec::with_capacity(plain.len()) };
    let rest = walk.pack(&plain, DEPTH_MAX)?;
    if rest.is_empty() { Ok(walk.out) } else { Err(WireError::Trailing) }
}

/// Reads what [`encode`] wrote.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let mut walk = Walk { texts: Vec::new(), out: Vec::with_capacity(bytes.len() * 2) };
    let rest = walk.unpack(bytes, DEPTH_MAX)?;
    if !rest.is_empty() {
        return Err(WireError::Trailing);
    }
    serde_cbor::from_slice(&walk.out).map_err(|e| WireError::Cbor(e.to_string()))
}

/// The head of a CBOR item: major type, argument, and how many bytes it takes.
struct Head {
    major: u8,
    value: u64,
    size: usize,
}

fn head(bytes: &[u8]) -> Result<Head, WireError> {
    let first = *bytes.first().ok_or(WireError::Truncated)?;
    let (major, info) = (first >> 5, first & 0x1f);
    let width = match info {
        0..=23 => return Ok(Head { major, value: u64::from(info), size: 1 }),
        24..=27 => 1_usize << (info - 24),
        _ => return Err(WireError::Cbor("indefinite length or reserved head".into())),
    };
    let number = bytes.get(1..=width).ok_or(WireError::Truncated)?;
    let value = number.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    Ok(Head { major, value, size: 1 + width })
}

/// The content of a byte string or text, and what follows.
fn content<'a>(bytes: &'a [u8], head: &Head) -> Result<(&'a [u8], &'a [u8]), WireError> {
    let length = usize::try_from(head.value).map_err(|_| WireError::Truncated)?;
    let rest = &bytes[head.size..];
    if rest.len() < length { Err(WireError::Truncated) } else { Ok(rest.split_at(length)) }
}

/// The bytes of a list, if it is a list of numbers 0..=255 that is worth packing, and what follows.
fn list_of_bytes(bytes: &[u8], count: u64) -> Option<(Vec<u8>, &[u8])> {
    if count == 0 || count > bytes.len() as u64 {
        return None;
    }
    let mut list = Vec::with_capacity(count as usize);
    let mut rest = bytes;
    for _ in 0..count {
        let head = head(rest).ok()?;
        let byte = u8::try_from(head.value).ok().filter(|_| head.major == 0)?;
        list.push(byte);
        rest = &rest[head.size..];
    }
    Some((list, rest))
}

struct Walk {
    /// Texts in order of first appearance.
    texts: Vec<Vec<u8>>,
    out: Vec<u8>,
}

impl Walk {
    fn write_head(&mut self, major: u8, value: u64) {
        let top = major << 5;
        match value {
            0..=23 => self.out.push(top | value as u8),
            24..=0xff => self.out.extend([top | 24, value as u8]),
            0x100..=0xffff => {
                self.out.push(top | 25);
                self.out.extend((value as u16).to_be_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.out.push(top | 26);
                self.out.extend((value as u32).to_be_bytes());
            }
            0x1_0000_0000.. => {
                self.out.push(top | 27);
                self.out.extend(value.to_be_bytes());
            }
        }
    }

    fn write_content(&mut self, major: u8, content: &[u8]) {
        self.write_head(major, content.len() as u64);
        self.out.extend_from_slice(content);
    }

    fn pack<'a>(&mut self, bytes: &'a [u8], depth: usize) -> Result<&'a [u8], WireError> {
        let depth = deeper(depth)?;
        let head = head(bytes)?;
        let rest = &bytes[head.size..];
        match head.major {
            2 => {
                let (content, rest) = content(bytes, &head)?;
                self.write_content(2, content);
                Ok(rest)
            }
            3 => {
                let (text, rest) = content(bytes, &head)?;
                self.pack_text(text);
                Ok(rest)
            }
            4 => match list_of_bytes(rest, head.value) {
                Some((list, rest)) => {
                    self.write_head(6, LIST_OF_BYTES);
                    self.write_content(2, &list);
                    Ok(rest)
                }
                None => {
                    self.write_head(4, head.value);
                    (0..head.value).try_fold(rest, |rest, _| self.pack(rest, depth))
                }
            },
            5 => {
                self.write_head(5, head.value);
                (0..head.value).try_fold(rest, |rest, _| self.pack_field(rest, depth))
            }
            0 | 1 | 7 => {
                self.out.extend_from_slice(&bytes[..head.size]);
                Ok(rest)
            }
            _ => Err(WireError::Cbor("a tag in a library's type".into())),
        }
    }

    fn pack_text(&mut self, text: &[u8]) {
        match self.texts.iter().position(|known| known == text) {
            Some(number) => {
                self.write_head(6, TEXT_AGAIN);
                self.write_head(0, number as u64);
            }
            None => {
                self.remember(text);
                self.write_content(3, text);
            }
        }
    }

    fn remember(&mut self, text: &[u8]) {
        if self.texts.len() < TEXTS_MAX {
            self.texts.push(text.to_vec());
        }
    }

    /// A key and its value, with the two rules that go by the name of a field.
    fn pack_field<'a>(&mut self, bytes: &'a [u8], depth: usize) -> Result<&'a [u8], WireError> {
        let key = head(bytes)?;
        let name = if key.major == 3 { content(bytes, &key)?.0 } else { &[] };
        let value = self.pack(bytes, depth)?;
        match name {
            b"added_at" => {
                self.write_head(7, 22);
                skip(value, depth)
            }
            b"queued_proposals" if head(value)?.major == 4 => self.pack_sorted(value, depth),
            _ => self.pack(value, depth),
        }
    }

    fn pack_sorted<'a>(&mut self, bytes: &'a [u8], depth: usize) -> Result<&'a [u8], WireError> {
        let head = head(bytes)?;
        let mut rest = &bytes[head.size..];
        let mut items = Vec::new();
        for _ in 0..head.value {
            let behind = skip(rest, depth)?;
            items.push(&rest[..rest.len() - behind.len()]);
            rest = behind;
        }
        items.sort_unstable();
        self.write_head(4, head.value);
        for item in items {
            self.pack(item, depth)?;
        }
        Ok(rest)
    }

    fn unpack<'a>(&mut self, bytes: &'a [u8], depth: usize) -> Result<&'a [u8], WireError> {
        let depth = deeper(depth)?;
        let head = head(bytes)?;
        let rest = &bytes[head.size..];
        match (head.major, head.value) {
            (2, _) => {
                let (content, rest) = content(bytes, &head)?;
                self.write_content(2, content);
                Ok(rest)
            }
            (3, _) => {
                let (text, rest) = content(bytes, &head)?;
                self.remember(text);
                self.write_content(3, text);
                Ok(rest)
            }
            (4 | 5, count) => {
                // A count that lies runs into the end of the bytes, so it costs nothing.
                self.write_head(head.major, count);
                let items = if head.major == 5 { count.saturating_mul(2) } else { count };
                (0..items).try_fold(rest, |rest, _| self.unpack(rest, depth))
            }
            (6, LIST_OF_BYTES) => self.unpack_list(rest),
            (6, TEXT_AGAIN) => self.unpack_text(rest),
            (0 | 1 | 7, _) => {
                self.out.extend_from_slice(&bytes[..head.size]);
                Ok(rest)
            }
            (_, tag) => Err(WireError::Unknown { what: "tag in a row", number: tag }),
        }
    }

    fn unpack_list<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], WireError> {
        let head = head(bytes)?;
        if head.major != 2 {
            return Err(WireError::Invalid("list of bytes"));
        }
        let (list, rest) = content(bytes, &head)?;
        self.write_head(4, head.value);
        for byte in list {
            self.write_head(0, u64::from(*byte));
        }
        Ok(rest)
    }

    fn unpack_text<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], WireError> {
        let head = head(bytes)?;
        let number = usize::try_from(head.value).ok().filter(|_| head.major == 0);
        let text = number.and_then(|number| self.texts.get(number)).cloned();
        self.write_content(3, &text.ok_or(WireError::Invalid("number of a text"))?);
        Ok(&bytes[head.size..])
    }
}

fn deeper(depth: usize) -> Result<usize, WireError> {
    depth.checked_sub(1).ok_or(WireError::TooLarge { what: "nesting of a row", limit: DEPTH_MAX })
}

/// What stands behind the next item.
fn skip(bytes: &[u8], depth: usize) -> Result<&[u8], WireError> {
    let depth = deeper(depth)?;
    let head = head(bytes)?;
    let rest = &bytes[head.size..];
    match head.major {
        2 | 3 => Ok(content(bytes, &head)?.1),
        4 => (0..head.value).try_fold(rest, |rest, _| skip(rest, depth)),
        5 => (0..head.value).try_fold(rest, |rest, _| skip(skip(rest, depth)?, depth)),
        6 => skip(rest, depth),
        _ => Ok(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Unit,
        Tuple(u64, i64),
        Named { bytes: Vec<u8>, text: String },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        list: Vec<Shape>,
        numbers: Vec<u64>,
        maybe: Option<Box<Sample>>,
        added_at: Option<u64>,
    }

    fn shape() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Unit),
            (any::<u64>(), any::<i64>()).prop_map(|(a, b)| Shape::Tuple(a, b)),
            (any::<Vec<u8>>(), ".{0,9}").prop_map(|(bytes, text)| Shape::Named { bytes, text }),
        ]
    }

    fn sample() -> impl Strategy<Value = Sample> {
        let flat = (prop::collection::vec(shape(), 0..6), prop::collection::vec(0_u64..600, 0..9))
            .prop_map(|(list, numbers)| Sample { list, numbers, maybe: None, added_at: None });
        flat.prop_recursive(4, 8, 1, |inner| {
            inner.prop_map(|inner| Sample { maybe: Some(Box::new(inner.clone())), ..inner })
        })
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(sample in sample()) {
            let bytes = encode(&sample).unwrap();
            prop_assert_eq!(decode::<Sample>(&bytes).unwrap(), sample);
        }

        #[test]
        fn damaged_rows_are_refused_or_read_but_never_panic(sample in sample(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = encode(&sample).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = to;
            let _ = decode::<Sample>(&bytes);
            prop_assert!(decode::<Sample>(&bytes[..at]).is_err());
        }
    }

    #[test]
    fn bytes_and_repeated_names_are_short() {
        let shape = Shape::Named { bytes: vec![200; 100], text: "x".into() };
        let one = encode(&vec![shape.clone()]).unwrap().len();
        let two = encode(&vec![shape.clone(), shape]).unwrap().len();
        assert!(two - one < 100 + 16, "{} bytes for 100", two - one);
    }

    #[test]
    fn the_clock_and_the_order_of_a_hash_map_leave_no_trace() {
        #[derive(Serialize, Deserialize)]
        struct Queue {
            queued_proposals: Vec<(u8, String)>,
        }
        let sample = |at| Sample { list: vec![], numbers: vec![], maybe: None, added_at: at };
        assert_eq!(encode(&sample(Some(7))).unwrap(), encode(&sample(None)).unwrap());
        let (a, b) = ((300_u16, "a"), (2_u16, "b"));
        #[derive(Serialize)]
        struct Pairs {
            queued_proposals: Vec<(u16, &'static str)>,
        }
        let one = encode(&Pairs { queued_proposals: vec![a, b] }).unwrap();
        assert_eq!(one, encode(&Pairs { queued_proposals: vec![b, a] }).unwrap());
        assert!(decode::<Queue>(&one).is_err(), "300 is no u8");
    }

    #[test]
    fn deep_and_lying_rows_are_refused() {
        assert!(decode::<Vec<u8>>(&[0x81; 10_000]).is_err());
        assert!(decode::<Vec<u8>>(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
        assert!(decode::<String>(&[0xc1, 0x00]).is_err(), "a text that never came");
        assert!(decode::<u8>(&[0xc5, 0x00]).is_err(), "an unknown tag");
        assert!(decode::<u8>(&[0x01, 0x01]).is_err(), "a second item");
    }
}
