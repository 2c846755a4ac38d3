//! Text with formatting: entities over UTF-16 units, as Telegram's clients count, so that a browser's and a phone's
//! offsets need no conversion.
//!
//! An entity is `[kind, offset, length, argument]`; the argument is a byte string or null:
//!
//! | kind | is | argument |
//! |---|---|---|
//! | 1 | bold | |
//! | 2 | italic | |
//! | 3 | underline | |
//! | 4 | strike | |
//! | 5 | spoiler | |
//! | 6 | code | |
//! | 7 | pre | language, may be empty |
//! | 8 | quote | |
//! | 9 | text link | URL: `https:`, `http:` or `mailto:` |
//! | 10 | URL in the text | |
//! | 11 | mention | user, 32 bytes |
//! | 12 | hashtag | |
//! | 13 | e-mail address in the text | |
//!
//! They are sorted by offset, the longer first, then by kind; each lies in the text, on whole characters; two of them
//! are nested or apart, never half over each other; nothing lies within code or pre.
//!
//! Not here: how Markdown is read ([`super::markdown`]).

use crate::ids::UserId;
use crate::limits::{ENTITIES_MAX, ENTITY_URL_MAX, LANGUAGE_MAX, TEXT_UNITS_MAX};
use crate::wire::WireError;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// What an entity does to its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strike,
    /// Hidden until it is asked for.
    Spoiler,
    /// Code within a line.
    Code,
    /// A block of code.
    Pre {
        /// The programming language, may be empty.
        language: String,
    },
    /// A quotation.
    Quote,
    /// Leads elsewhere.
    Link {
        /// `https:`, `http:` or `mailto:`.
        url: String,
    },
    /// A URL that stands in the text.
    Url,
    /// Names a person.
    Mention {
        /// Whom.
        user: UserId,
    },
    /// A hashtag that stands in the text.
    Hashtag,
    /// An e-mail address that stands in the text.
    Email,
}

/// A style over a part of a text. Offset and length are in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Entity {
    /// Where it begins.
    pub offset: u32,
    /// How long it is, at least 1.
    pub length: u32,
    /// What it does.
    pub style: Style,
}

/// As on the wire.
#[derive(Serialize, Deserialize)]
struct Wire(u8, u32, u32, Option<ByteBuf>);

impl Style {
    /// The kind in the table above.
    pub fn number(&self) -> u8 {
        match self {
            Style::Bold => 1,
            Style::Italic => 2,
            Style::Underline => 3,
            Style::Strike => 4,
            Style::Spoiler => 5,
            Style::Code => 6,
            Style::Pre { .. } => 7,
            Style::Quote => 8,
            Style::Link { .. } => 9,
            Style::Url => 10,
            Style::Mention { .. } => 11,
            Style::Hashtag => 12,
            Style::Email => 13,
        }
    }

    fn argument(&self) -> Option<Vec<u8>> {
        match self {
            Style::Pre { language } => Some(language.as_bytes().to_vec()),
            Style::Link { url } => Some(url.as_bytes().to_vec()),
            Style::Mention { user } => Some(user.0.to_vec()),
            Style::Bold
            | Style::Italic
            | Style::Underline
            | Style::Strike
            | Style::Spoiler
            | Style::Code
            | Style::Quote
            | Style::Url
            | Style::Hashtag
            | Style::Email => None,
        }
    }

    fn read(number: u8, argument: Option<Vec<u8>>) -> Result<Self, WireError> {
        let text = |bytes| String::from_utf8(bytes).map_err(|_| WireError::Invalid("entity's text"));
        Ok(match (number, argument) {
            (1, None) => Style::Bold,
            (2, None) => Style::Italic,
            (3, None) => Style::Underline,
            (4, None) => Style::Strike,
            (5, None) => Style::Spoiler,
            (6, None) => Style::Code,
            (7, Some(language)) => Style::Pre { language: text(language)? },
            (8, None) => Style::Quote,
            (9, Some(url)) => Style::Link { url: text(url)? },
            (10, None) => Style::Url,
            (11, Some(user)) => {
                Style::Mention { user: UserId(user.try_into().map_err(|_| WireError::Invalid("mention"))?) }
            }
            (12, None) => Style::Hashtag,
            (13, None) => Style::Email,
            (1..=13, _) => return Err(WireError::Invalid("entity's argument")),
            _ => return Err(WireError::Unknown { what: "entity", number: number.into() }),
        })
    }

    /// True if nothing may be formatted within.
    fn is_verbatim(&self) -> bool {
        matches!(self, Style::Code | Style::Pre { .. })
    }

    fn check(&self) -> Result<(), WireError> {
        match self {
            Style::Link { url } => check_url(url),
            Style::Pre { language } if language.len() > LANGUAGE_MAX => {
                Err(WireError::TooLarge { what: "language", limit: LANGUAGE_MAX })
            }
            Style::Pre { language } if !language.chars().all(|c| c.is_ascii_graphic()) => {
                Err(WireError::Invalid("language"))
            }
            Style::Pre { .. }
            | Style::Bold
            | Style::Italic
            | Style::Underline
            | Style::Strike
            | Style::Spoiler
            | Style::Code
            | Style::Quote
            | Style::Url
            | Style::Mention { .. }
            | Style::Hashtag
            | Style::Email => Ok(()),
        }
    }
}

impl Entity {
    /// Behind its last unit.
    pub fn end(&self) -> u64 {
        u64::from(self.offset) + u64::from(self.length)
    }
}

impl From<Entity> for Wire {
    fn from(entity: Entity) -> Self {
        let argument = entity.style.argument().map(ByteBuf::from);
        Self(entity.style.number(), entity.offset, entity.length, argument)
    }
}

impl TryFrom<Wire> for Entity {
    type Error = WireError;

    fn try_from(Wire(number, offset, length, argument): Wire) -> Result<Self, WireError> {
        Ok(Self { offset, length, style: Style::read(number, argument.map(ByteBuf::into_vec))? })
    }
}

/// A link that a person may follow: one of three schemes, no white space, no controls.
pub fn check_url(url: &str) -> Result<(), WireError> {
    if url.len() > ENTITY_URL_MAX {
        return Err(WireError::TooLarge { what: "URL", limit: ENTITY_URL_MAX });
    }
    let scheme = url.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
    let known = scheme.is_some_and(|(scheme, rest)| match scheme.as_str() {
        "http" | "https" => rest.len() > 2 && rest.starts_with("//"),
        "mailto" => !rest.is_empty(),
        _ => false,
    });
    if known && !url.chars().any(|c| c.is_control() || c.is_whitespace() || is_bidi(c)) {
        Ok(())
    } else {
        Err(WireError::Invalid("URL"))
    }
}

/// Bidirectional controls (UAX #9, section 2) make a text look like another.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// True for what does not belong into one line that somebody else shows: control characters, separators of lines, and
/// what turns the direction of writing.
pub fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || is_bidi(c)
}

/// A message's text: 1 to 4096 units, not only white space.
pub fn check_text(text: &str, entities: &[Entity]) -> Result<(), WireError> {
    if text.trim().is_empty() {
        return Err(WireError::Invalid("an empty text"));
    }
    let units = text.encode_utf16().count();
    if units > TEXT_UNITS_MAX {
        return Err(WireError::TooLarge { what: "text", limit: TEXT_UNITS_MAX });
    }
    check_entities(text, entities)
}

/// Entities over a text, in the order and places that the header of this file names.
pub fn check_entities(text: &str, entities: &[Entity]) -> Result<(), WireError> {
    if entities.len() > ENTITIES_MAX {
        return Err(WireError::TooLarge { what: "entities", limit: ENTITIES_MAX });
    }
    if entities.is_empty() {
        return Ok(());
    }
    let edges = Edges::of(text);
    let mut open: Vec<&Entity> = Vec::new();
    let mut last: Option<&Entity> = None;
    for entity in entities {
        entity.style.check()?;
        if entity.length == 0 || !edges.has(u64::from(entity.offset)) || !edges.has(entity.end()) {
            return Err(WireError::Invalid("place of an entity"));
        }
        if last.is_some_and(|last| order(last) >= order(entity)) {
            return Err(WireError::Invalid("order of entities"));
        }
        open.retain(|outer| outer.end() > u64::from(entity.offset));
        let fits = |outer: &&Entity| outer.end() >= entity.end() && !outer.style.is_verbatim();
        if !open.iter().all(fits) || open.iter().any(|outer| outer.style.number() == entity.style.number()) {
            return Err(WireError::Invalid("overlap of entities"));
        }
        open.push(entity);
        last = Some(entity);
    }
    Ok(())
}

/// The order in which entities stand.
pub fn order(entity: &Entity) -> (u32, std::cmp::Reverse<u32>, u8) {
    (entity.offset, std::cmp::Reverse(entity.length), entity.style.number())
}

/// The places between whole characters, in UTF-16 units.
struct Edges {
    within: Vec<bool>,
}

impl Edges {
    fn of(text: &str) -> Self {
        let mut within = Vec::with_capacity(text.len() + 1);
        for c in text.chars() {
            within.push(true);
            within.extend((c.len_utf16() == 2).then_some(false));
        }
        within.push(true);
        Self { within }
    }

    fn has(&self, unit: u64) -> bool {
        usize::try_from(unit).ok().and_then(|unit| self.within.get(unit)).copied().unwrap_or(false)
    }
}

/// The part of a text between two places in UTF-16 units, if both are between characters.
pub fn slice(text: &str, offset: u32, length: u32) -> Option<&str> {
    let end = u64::from(offset) + u64::from(length);
    let (mut units, mut from) = (0_u64, None);
    for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
        if units == u64::from(offset) {
            from = Some(at);
        }
        if units == end {
            return from.and_then(|from| text.get(from..at));
        }
        units += c.len_utf16() as u64;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(offset: u32, length: u32, style: Style) -> Entity {
        Entity { offset, length, style }
    }

    fn link(url: &str) -> Style {
        Style::Link { url: url.into() }
    }

    #[test]
    fn nested_and_neighbouring_entities_are_fine() {
        let text = "bold and italic 🦀 end";
        let entities = [
            entity(0, 15, Style::Bold),
            entity(0, 4, Style::Underline),
            entity(9, 6, Style::Italic),
            entity(16, 2, Style::Code),
            entity(19, 3, link("https://example.org")),
        ];
        assert_eq!(check_entities(text, &entities), Ok(()));
    }

    #[test]
    fn every_wrong_place_order_and_overlap_is_refused_by_name() {
        let text = "ab🦀cd";
        let place = Err(WireError::Invalid("place of an entity"));
        for (offset, length) in [(0, 0), (0, 7), (6, 1), (3, 1), (2, 1), (u32::MAX, u32::MAX)] {
            assert_eq!(check_entities(text, &[entity(offset, length, Style::Bold)]), place, "{offset}+{length}");
        }
        let overlap = Err(WireError::Invalid("overlap of entities"));
        let half = [entity(0, 2, Style::Bold), entity(1, 3, Style::Italic)];
        assert_eq!(check_entities(text, &half), overlap);
        let in_code = [entity(0, 4, Style::Code), entity(1, 1, Style::Bold)];
        assert_eq!(check_entities(text, &in_code), overlap);
        let same = [entity(0, 4, Style::Bold), entity(1, 1, Style::Bold)];
        assert_eq!(check_entities(text, &same), overlap);
        let order = Err(WireError::Invalid("order of entities"));
        let back = [entity(4, 1, Style::Bold), entity(0, 1, Style::Bold)];
        assert_eq!(check_entities(text, &back), order);
        let twice = [entity(0, 1, Style::Bold), entity(0, 1, Style::Bold)];
        assert_eq!(check_entities(text, &twice), order);
        let short_first = [entity(0, 1, Style::Bold), entity(0, 2, Style::Italic)];
        assert_eq!(check_entities(text, &short_first), order);
        let long = "x".repeat(300);
        let many: Vec<_> = (0..=ENTITIES_MAX as u32).map(|n| entity(n, 1, Style::Bold)).collect();
        assert_eq!(check_entities(&long, &many[1..]), Ok(()));
        assert_eq!(check_entities(&long, &many), Err(WireError::TooLarge { what: "entities", limit: ENTITIES_MAX }));
    }

    #[test]
    fn only_three_schemes_lead_out_of_a_message() {
        for good in ["https://example.org/a?b=c#d", "HTTP://x", "mailto:a@b.c"] {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        let long = format!("https://{}", "x".repeat(ENTITY_URL_MAX));
        for bad in [
            "",
            "example.org",
            "javascript:alert(1)",
            "data:text/html,x",
            "http:x",
            "https://",
            "https://a b",
            "mailto:",
            "https://a\u{202e}b",
            "file:///etc/passwd",
            "https://a\nb",
            &long,
        ] {
            assert!(check_url(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn arguments_fit_their_kind() {
        assert!(Style::read(1, Some(vec![])).is_err());
        assert!(Style::read(11, Some(vec![1; 31])).is_err());
        assert!(Style::read(7, None).is_err());
        assert_eq!(Style::read(14, None), Err(WireError::Unknown { what: "entity", number: 14 }));
        assert!(Style::Pre { language: "a b".into() }.check().is_err());
        assert!(Style::Pre { language: "x".repeat(LANGUAGE_MAX + 1) }.check().is_err());
    }

    #[test]
    fn slices_count_units_and_never_cut_a_character() {
        assert_eq!(slice("ab🦀cd", 1, 3), Some("b🦀"));
        assert_eq!(slice("ab🦀cd", 4, 2), Some("cd"));
        for (offset, length) in [(3, 1), (0, 3), (0, 9), (9, 0)] {
            assert_eq!(slice("ab🦀cd", offset, length), None, "{offset}+{length}");
        }
    }
}
