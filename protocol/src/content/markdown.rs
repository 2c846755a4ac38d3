//! Markdown as people type it in messengers, into text with entities.
//!
//! `**bold**`, `__underline__`, `*italic*` and `_italic_`, `~~strike~~`, `||spoiler||`, `` `code` ``, a fence of three
//! backticks with a language, `[text](https://…)`, `> quote` at the beginning of lines; a backslash takes the meaning
//! from the next character. What does not close stays as it was typed. URLs, e-mail addresses and hashtags are found
//! in the result, also in that of [`plain`]. The work grows with the text, never faster.
//!
//! Not here: headings, lists, tables, HTML.

use super::rich::{Entity, Style, check_url, order};
use crate::limits::{ENTITIES_MAX, LANGUAGE_MAX};

const MARKERS: [&str; 6] = ["**", "__", "~~", "||", "*", "_"];

/// Text and its entities.
pub fn parse(source: &str) -> (String, Vec<Entity>) {
    let chars = source.chars().collect();
    let mut parser =
        Parser { chars, at: 0, text: String::new(), units: 0, open: Vec::new(), quote: None, entities: Vec::new() };
    parser.run();
    let Parser { text, entities, .. } = parser;
    finish(text, entities)
}

/// Text as it is, with what can be found in it.
pub fn plain(text: &str) -> (String, Vec<Entity>) {
    finish(text.to_owned(), Vec::new())
}

fn finish(text: String, mut entities: Vec<Entity>) -> (String, Vec<Entity>) {
    find(&text, &mut entities);
    entities.sort_by_key(order);
    let mut fitting: Vec<Entity> = Vec::new();
    for entity in entities {
        if fitting.len() < ENTITIES_MAX && fitting.iter().all(|outer| goes_with(outer, &entity)) {
            fitting.push(entity);
        }
    }
    (text, fitting)
}

/// True if an entity may stand behind `outer` in one text.
fn goes_with(outer: &Entity, entity: &Entity) -> bool {
    let apart = outer.end() <= u64::from(entity.offset);
    let verbatim = matches!(outer.style, Style::Code | Style::Pre { .. });
    apart || (outer.end() >= entity.end() && !verbatim && outer.style.number() != entity.style.number())
}

struct Marker {
    mark: &'static str,
    /// Where its text begins, in bytes and UTF-16 units.
    byte: usize,
    unit: u32,
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    text: String,
    units: u32,
    open: Vec<Marker>,
    /// Where an open quotation began.
    quote: Option<u32>,
    entities: Vec<Entity>,
}

impl Parser {
    fn run(&mut self) {
        while self.at < self.chars.len() {
            if self.at == 0 || self.chars[self.at - 1] == '\n' {
                self.line();
            }
            let Some(&c) = self.chars.get(self.at) else { break };
            let taken = match c {
                '\\' => self.escaped(),
                '`' => self.fence() || self.code(),
                '[' => self.link(),
                _ => false,
            };
            if !taken {
                self.mark_or_text(c);
            }
        }
        self.end_quote(0);
        while let Some(marker) = self.open.pop() {
            self.restore(&marker);
        }
    }

    /// A marker with its meaning, or without it as text; or one character.
    fn mark_or_text(&mut self, c: char) {
        let mark = MARKERS.into_iter().find(|mark| self.starts_with(self.at, mark));
        match mark {
            Some(mark) if self.marker(mark) => {}
            Some(mark) => {
                mark.chars().for_each(|c| self.push(c));
                self.at += mark.len();
            }
            None => {
                self.push(c);
                self.at += 1;
            }
        }
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.units += c.len_utf16() as u32;
    }

    fn entity(&mut self, from: u32, style: Style) {
        if self.units > from {
            self.entities.push(Entity { offset: from, length: self.units - from, style });
        }
    }

    fn starts_with(&self, at: usize, mark: &str) -> bool {
        mark.chars().enumerate().all(|(n, c)| self.chars.get(at + n) == Some(&c))
    }

    fn find(&self, from: usize, mark: &str) -> Option<usize> {
        (from..self.chars.len()).find(|at| self.starts_with(*at, mark))
    }

    /// At the beginning of a line: a quotation begins, goes on or ends.
    fn line(&mut self) {
        if self.starts_with(self.at, "> ") {
            self.at += 2;
            self.quote.get_or_insert(self.units);
        } else {
            self.end_quote(1);
        }
    }

    /// `behind`: units of the line end that does not belong to the quotation any more.
    fn end_quote(&mut self, behind: u32) {
        if let Some(from) = self.quote.take() {
            let end = self.units.saturating_sub(behind);
            if end > from {
                self.entities.push(Entity { offset: from, length: end - from, style: Style::Quote });
            }
        }
    }

    fn escaped(&mut self) -> bool {
        let Some(next) = self.chars.get(self.at + 1).copied().filter(char::is_ascii_punctuation) else { return false };
        self.push(next);
        self.at += 2;
        true
    }

    fn fence(&mut self) -> bool {
        if !self.starts_with(self.at, "```") {
            return false;
        }
        let begin = self.at + 3;
        let Some(end) = self.find(begin, "```") else { return false };
        let inner: String = self.chars[begin..end].iter().collect();
        let (language, code) = match inner.split_once('\n') {
            Some((first, code)) if first.len() <= LANGUAGE_MAX && first.chars().all(|c| c.is_ascii_graphic()) => {
                (first.to_owned(), code)
            }
            Some(_) | None => (String::new(), inner.as_str()),
        };
        self.verbatim(code.strip_suffix('\n').unwrap_or(code), Style::Pre { language });
        self.at = end + 3;
        true
    }

    fn code(&mut self) -> bool {
        let begin = self.at + 1;
        let Some(end) = self.find(begin, "`").filter(|end| *end > begin) else { return false };
        let inner: String = self.chars[begin..end].iter().collect();
        self.verbatim(&inner, Style::Code);
        self.at = end + 1;
        true
    }

    fn verbatim(&mut self, text: &str, style: Style) {
        let from = self.units;
        text.chars().for_each(|c| self.push(c));
        self.entity(from, style);
    }

    fn link(&mut self) -> bool {
        let Some(middle) = self.find(self.at, "](") else { return false };
        let Some(end) = self.find(middle, ")") else { return false };
        let label: String = self.chars[self.at + 1..middle].iter().collect();
        let url: String = self.chars[middle + 2..end].iter().collect();
        if label.is_empty() || label.contains(['[', '\n']) || check_url(&url).is_err() {
            return false;
        }
        self.verbatim(&label, Style::Link { url });
        self.at = end + 1;
        true
    }

    fn marker(&mut self, mark: &'static str) -> bool {
        if !self.starts_with(self.at, mark) {
            return false;
        }
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at)).copied();
        let behind = self.chars.get(self.at + mark.len()).copied();
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let word = |c: Option<char>| mark == "_" && c.is_some_and(char::is_alphanumeric);
        let opened = self.open.iter().rposition(|open| open.mark == mark);
        match opened {
            Some(n) if !space(before) && !word(behind) => {
                // What was opened within and did not close is no marker.
                while self.open.len() > n + 1 {
                    if let Some(inner) = self.open.pop() {
                        self.restore(&inner);
                    }
                }
                if let Some(marker) = self.open.pop() {
                    self.entity(marker.unit, style_of(mark));
                }
            }
            None if !space(behind) && !word(before) && self.find(self.at + mark.len(), mark).is_some() => {
                self.open.push(Marker { mark, byte: self.text.len(), unit: self.units });
            }
            Some(_) | None => return false,
        }
        self.at += mark.len();
        true
    }

    /// Puts a marker that did not close back into the text.
    fn restore(&mut self, marker: &Marker) {
        let length = marker.mark.len() as u32;
        self.text.insert_str(marker.byte, marker.mark);
        self.units += length;
        for entity in self.entities.iter_mut() {
            if entity.offset >= marker.unit {
                entity.offset += length;
            } else if entity.end() > u64::from(marker.unit) {
                entity.length += length;
            }
        }
    }
}

fn style_of(mark: &str) -> Style {
    match mark {
        "**" => Style::Bold,
        "__" => Style::Underline,
        "~~" => Style::Strike,
        "||" => Style::Spoiler,
        _ => Style::Italic,
    }
}

/// URLs, e-mail addresses and hashtags that stand in a text outside of code and links.
fn find(text: &str, entities: &mut Vec<Entity>) {
    let mut unit = 0_u32;
    let mut found = Vec::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let trimmed = word.trim_end();
        let inner = trimmed.trim_start_matches(['(', '"', '\'', '<', '[']);
        let from = unit + units(&trimmed[..trimmed.len() - inner.len()]);
        let inner =
            inner.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '>', ']', '*', '_', '~', '|']);
        if let Some(style) = recognise(inner) {
            found.push(Entity { offset: from, length: units(inner), style });
        }
        unit += units(word);
    }
    let taken = |entity: &Entity| {
        entities.iter().any(|other| {
            let solid = matches!(other.style, Style::Code | Style::Pre { .. } | Style::Link { .. });
            solid && u64::from(other.offset) < entity.end() && u64::from(entity.offset) < other.end()
        })
    };
    found.retain(|entity| !taken(entity));
    entities.append(&mut found);
}

fn units(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

fn recognise(word: &str) -> Option<Style> {
    let web = word.starts_with("https://") || word.starts_with("http://");
    if web && check_url(word).is_ok() {
        return Some(Style::Url);
    }
    if let Some(tag) = word.strip_prefix('#') {
        let whole = !tag.is_empty() && tag.chars().all(|c| c.is_alphanumeric() || c == '_');
        return (whole && !tag.chars().all(|c| c.is_ascii_digit())).then_some(Style::Hashtag);
    }
    let (name, host) = word.split_once('@')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let address = !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    (address && name.chars().chain(host.chars()).all(plain)).then_some(Style::Email)
}

#[cfg(test)]
mod tests {
    use super::super::rich::{check_entities, slice};
    use super::*;
    use proptest::prelude::*;

    fn shown(source: &str) -> (String, Vec<(String, u8)>) {
        let (text, entities) = parse(source);
        assert_eq!(check_entities(&text, &entities), Ok(()), "{source}");
        let parts = entities.iter().map(|e| (slice(&text, e.offset, e.length).unwrap().to_owned(), e.style.number()));
        (text.clone(), parts.collect())
    }

    #[test]
    fn every_mark_becomes_an_entity() {
        for (source, text, part, number) in [
            ("a **b** c", "a b c", "b", 1),
            ("a *b c* d", "a b c d", "b c", 2),
            ("a _b_", "a b", "b", 2),
            ("__🦀 b__", "🦀 b", "🦀 b", 3),
            ("~~b~~", "b", "b", 4),
            ("||b||", "b", "b", 5),
            ("`**b**`", "**b**", "**b**", 6),
            ("```rust\nlet a = 1;\n```", "let a = 1;", "let a = 1;", 7),
            ("x\n> a\n> b\ny", "x\na\nb\ny", "a\nb", 8),
            ("[here](https://example.org)", "here", "here", 9),
            ("see https://example.org/a_b_c.", "see https://example.org/a_b_c.", "https://example.org/a_b_c", 10),
            ("#tag!", "#tag!", "#tag", 12),
            ("(me@example.org)", "(me@example.org)", "me@example.org", 13),
        ] {
            assert_eq!(shown(source), (text.to_owned(), vec![(part.to_owned(), number)]), "{source}");
        }
    }

    #[test]
    fn what_is_no_mark_stays() {
        for source in [
            "a * b * c",
            "2*3",
            "snake_case_name",
            "**open",
            "a ** b",
            "[x](javascript:alert(1))",
            "`",
            "```",
            "#1",
            "a@b",
            "1 > 0",
        ] {
            assert_eq!(shown(source), (source.to_owned(), vec![]), "{source}");
        }
        assert_eq!(shown(r"\*not\* \_this\_").0, "*not* _this_");
        assert_eq!(shown("**a *b**").0, "a *b");
    }

    #[test]
    fn marks_nest() {
        let (text, parts) = shown("**bold *both* `code`** end");
        assert_eq!(text, "bold both code end");
        assert_eq!(parts, [("bold both code".to_owned(), 1), ("both".to_owned(), 2), ("code".to_owned(), 6)]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_gives_valid_entities(source in "[a*_~|`\\[\\]()> \\\\#@.\n🦀:/ht]{0,60}") {
            let (text, entities) = parse(&source);
            prop_assert_eq!(check_entities(&text, &entities), Ok(()));
        }
    }
}
