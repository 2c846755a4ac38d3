//! A text message. Body: `{0: text, 1: entities, 2: head}`; empty entities and an empty head are left out.

use super::canonical;
use super::head::Head;
use super::rich::{self, Entity};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// A text message of 1 to 4096 UTF-16 units that is not only white space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its formatting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// What else it carries.
    #[serde(default, skip_serializing_if = "Head::is_empty")]
    pub head: Head,
}

impl Text {
    /// A plain one; checks the bounds.
    pub fn new(text: String) -> Result<Self, WireError> {
        Self { text, entities: Vec::new(), head: Head::default() }.checked()
    }

    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        rich::check_text(&self.text, &self.entities)?;
        self.head.check()?;
        if let Some(forward) = &self.head.forward {
            forward.check(&self.text, &self.entities)?;
        }
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "text").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::head::Reply;
    use crate::content::rich::Style;
    use crate::ids::OpId;

    #[test]
    fn the_vector_holds() {
        let text = Text::new("Zoë".into()).unwrap();
        // a1        map of one
        //    00     field 0
        //    64 …   text of four bytes
        let bytes = [0xa1, 0x00, 0x64, b'Z', b'o', 0xc3, 0xab];
        assert_eq!(text.encode().unwrap(), bytes);
        assert_eq!(Text::decode(&bytes).unwrap(), text);
    }

    #[test]
    fn the_vector_of_a_formatted_answer_holds() {
        let entities = vec![Entity { offset: 0, length: 2, style: Style::Bold }];
        let reply = Some(Reply { to: OpId([7; 32]), quote: None });
        let head = Head { reply, ttl_s: Some(60), ..Head::default() };
        let text = Text { text: "ok".into(), entities, head }.checked().unwrap();
        // a3                 map of three
        //    00 62 6f 6b     field 0: "ok"
        //    01 81           field 1: one entity
        //       84 01 00 02 f6   bold, offset 0, length 2, no argument
        //    02 a2           field 2: the head, two fields
        //       00 a1 00 5820 07…  reply: to message 0707…
        //       02 18 3c     lifetime: 60 seconds
        let mut bytes = vec![0xa3, 0x00, 0x62, b'o', b'k', 0x01, 0x81, 0x84, 0x01, 0x00, 0x02, 0xf6, 0x02, 0xa2];
        bytes.extend([0x00, 0xa1, 0x00, 0x58, 0x20]);
        bytes.extend([7; 32]);
        bytes.extend([0x02, 0x18, 0x3c]);
        assert_eq!(text.encode().unwrap(), bytes);
        assert_eq!(Text::decode(&bytes).unwrap(), text);
    }

    #[test]
    fn bounds_count_utf16_units() {
        assert!(Text::new(" \n ".into()).is_err());
        assert!(Text::new("a".repeat(4096)).is_ok());
        assert!(Text::new("a".repeat(4097)).is_err());
        assert!(Text::new("𝄞".repeat(2048)).is_ok());
        assert!(Text::new("𝄞".repeat(2049)).is_err());
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let plain = |text: &str| Text { text: text.into(), entities: vec![], head: Head::default() };
        let empty = cbor::encode(&plain(" ")).unwrap();
        let long = cbor::encode(&plain(&"a".repeat(5000))).unwrap();
        let wild = Entity { offset: 1, length: 1, style: Style::Bold };
        let outside = cbor::encode(&Text { entities: vec![wild], ..plain("a") }).unwrap();
        let empty_list = [0xa2, 0x00, 0x61, b'a', 0x01, 0x80];
        let extra_field = [0xa2, 0x00, 0x61, b'a', 0x09, 0x00];
        let bad_entity = [0xa2, 0x00, 0x61, b'a', 0x01, 0x81, 0x84, 0x18, 0x63, 0x00, 0x01, 0xf6];
        for bytes in
            [&[][..], &[0xa0], &[0xa1, 0x00, 0x00], &empty, &long, &outside, &empty_list, &extra_field, &bad_entity]
        {
            assert!(Text::decode(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
