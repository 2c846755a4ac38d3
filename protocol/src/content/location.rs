//! A place. Body: `{0: point, 1: venue, 2: live, 3: head}`. A point is `{0: latitude, 1: longitude, 2: accuracy,
//! 3: heading}`: degrees times 10^7 as integers (a step is at most 1.1 cm), accuracy in metres, heading in degrees from
//! north; a venue is `{0: title, 1: address}`; live is how many seconds the sender goes on telling. What is absent is
//! left out.
//!
//! Not here: where the sender is later ([`super::live`]).

use super::canonical;
use super::head::Head;
use super::poll::bounded;
use crate::limits::{CARD_FIELD_MAX, LIVE_MAX_S, LIVE_MIN_S};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};

/// A place on Earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north times 10^7.
    pub latitude: i32,
    /// Degrees east times 10^7.
    pub longitude: i32,
    /// Metres, at most 1,500 as in Telegram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<u16>,
    /// Degrees from north, 1 to 360.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<u16>,
}

/// What is at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Venue {
    /// 1 to 256 units.
    pub title: String,
    /// 1 to 256 units.
    pub address: String,
}

/// A place that somebody sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Where.
    pub point: Point,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    /// Seconds in which the sender goes on telling, 60 to 86,400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_s: Option<u32>,
    /// What else it carries.
    #[serde(default, skip_serializing_if = "Head::is_empty")]
    pub head: Head,
}

impl Point {
    pub(super) fn check(&self) -> Result<(), WireError> {
        let inside = (-900_000_000..=900_000_000).contains(&self.latitude)
            && (-1_800_000_000..=1_800_000_000).contains(&self.longitude);
        let accurate = self.accuracy.is_none_or(|metres| metres <= 1_500);
        let heading = self.heading.is_none_or(|degrees| (1..=360).contains(&degrees));
        if inside && accurate && heading { Ok(()) } else { Err(WireError::Invalid("point")) }
    }
}

impl Location {
    /// Checks the bounds.
    pub fn checked(self) -> Result<Self, WireError> {
        self.point.check()?;
        if let Some(venue) = &self.venue {
            bounded("title of a venue", &venue.title, CARD_FIELD_MAX)?;
            bounded("address of a venue", &venue.address, CARD_FIELD_MAX)?;
        }
        let live = self.live_s.is_none_or(|seconds| (LIVE_MIN_S..=LIVE_MAX_S).contains(&seconds));
        if !live || (self.live_s.is_some() && self.venue.is_some()) {
            return Err(WireError::Invalid("live location"));
        }
        self.head.check_unproven()?;
        if self.live_s.is_some() && self.head.forward.is_some() {
            return Err(WireError::Invalid("a forwarded live location"));
        }
        Ok(self)
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, WireError> {
        cbor::encode(self)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        canonical::<Self>(bytes, "location").and_then(Self::checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Location {
        let point = Point { latitude: 473_769_000, longitude: -1, accuracy: None, heading: None };
        Location { point, venue: None, live_s: None, head: Head::default() }
    }

    #[test]
    fn the_vector_holds() {
        // a1                     map of one
        //    00 a2               field 0: a point of two fields
        //       00 1a 1c3d2428   latitude 47.3769
        //       01 20            longitude -0.0000001
        let bytes = [0xa1, 0x00, 0xa2, 0x00, 0x1a, 0x1c, 0x3d, 0x24, 0x28, 0x01, 0x20];
        assert_eq!(place().encode().unwrap(), bytes);
        assert_eq!(Location::decode(&bytes), Ok(place()));
    }

    #[test]
    fn hostile_bodies_are_refused() {
        let at = |latitude, longitude| Point { latitude, longitude, accuracy: None, heading: None };
        let venue = |title: &str| Some(Venue { title: title.into(), address: "x".into() });
        let bad = [
            Location { point: at(900_000_001, 0), ..place() },
            Location { point: at(0, i32::MIN), ..place() },
            Location { point: Point { accuracy: Some(1_501), ..at(0, 0) }, ..place() },
            Location { point: Point { heading: Some(0), ..at(0, 0) }, ..place() },
            Location { venue: venue(""), ..place() },
            Location { venue: venue(&"x".repeat(257)), ..place() },
            Location { live_s: Some(LIVE_MIN_S - 1), ..place() },
            Location { live_s: Some(LIVE_MAX_S + 1), ..place() },
            Location { live_s: Some(60), venue: venue("x"), ..place() },
        ];
        for place in bad {
            assert!(Location::decode(&cbor::encode(&place).unwrap()).is_err(), "{place:?}");
        }
    }
}
