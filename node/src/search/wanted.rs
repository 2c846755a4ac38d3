//! What somebody looks for: the words of a query, as they are matched and as they are shown.
//!
//! `word other` both, in any order, also as beginnings of words; `"word other"` one behind the other; `-word` not that.
//! Everything else that is typed is text. If nothing is found, words that differ by a letter or two are taken.
//!
//! Not here: filters that are no text (`query.rs`).

use super::fold::{self, Word};
use super::index::Fields;
use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use thiserror::Error;

/// Bytes of a query.
pub const QUERY_MAX: usize = 1024;
/// Words of a query: each costs a walk through the dictionary.
pub const WORDS_MAX: usize = 24;

/// A query that is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Too long.
    #[error("that is too much to look for: at most {QUERY_MAX} bytes and {WORDS_MAX} words")]
    TooLong,
    /// Neither words nor a filter.
    #[error("say what to look for: a word, or a filter such as link=true")]
    Nothing,
}

/// Words that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    words: Vec<Word>,
    /// One behind the other, as written.
    exact: bool,
    /// Not that.
    not: bool,
}

/// A query's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    parts: Vec<Part>,
}

impl Wanted {
    /// Reads a query.
    pub fn read(query: &str) -> Result<Self, Refused> {
        if query.len() > QUERY_MAX {
            return Err(Refused::TooLong);
        }
        let mut parts = Vec::new();
        // Every second piece stands between quotation marks; an open one goes to the end.
        for (n, piece) in query.split(['"', '“', '”', '„', '«', '»']).enumerate() {
            if n % 2 == 1 {
                parts.extend(part(piece, true));
            } else {
                parts.extend(piece.split_whitespace().flat_map(loose));
            }
        }
        if parts.iter().map(|part| part.words.len()).sum::<usize>() > WORDS_MAX {
            return Err(Refused::TooLong);
        }
        Ok(Self { parts })
    }

    /// No word is wanted.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.not)
    }

    /// As tantivy asks it. `similar`: also words that differ a little.
    pub fn query(&self, fields: &Fields, similar: bool) -> Box<dyn Query> {
        let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for part in &self.parts {
            if part.not {
                let words = part.words.iter().map(|word| (Occur::Must, exactly(fields, word))).collect();
                all.push((Occur::MustNot, Box::new(BooleanQuery::new(words))));
                continue;
            }
            for word in &part.words {
                let one = match part.exact {
                    true => exactly(fields, word),
                    false if similar => similarly(fields, word),
                    false => beginning(fields, word),
                };
                all.push((Occur::Must, one));
            }
        }
        if self.is_empty() {
            all.push((Occur::Must, Box::new(AllQuery)));
        }
        Box::new(BooleanQuery::new(all))
    }

    /// True if a text has the words one behind the other where that is wanted.
    pub fn stands_in(&self, text: &str) -> bool {
        if self.parts.iter().all(|part| part.words.len() < 2 || !part.exact) {
            return true;
        }
        let text = fold::words(text);
        let stands = |part: &Part| {
            let same = |(one, other): (&Word, &Word)| one.folded == other.folded;
            text.windows(part.words.len()).any(|window| window.iter().zip(&part.words).all(same))
        };
        self.parts.iter().filter(|part| part.exact && part.words.len() > 1).all(|part| stands(part) != part.not)
    }

    /// Which parts of a text are what was looked for: offsets and lengths in UTF-16 units, ascending, apart.
    pub fn highlights(&self, text: &str, similar: bool) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for word in fold::words(text) {
            let hit = self.parts.iter().filter(|part| !part.not).any(|part| part.hits(&word, similar));
            match ranges.last_mut() {
                Some(last) if hit && word.start <= last.1 => last.1 = last.1.max(word.end),
                _ if hit => ranges.push((word.start, word.end)),
                _ => {}
            }
        }
        let (mut units, mut at) = (0u32, 0);
        let mut upto = |end: usize| {
            units += text[at..end].encode_utf16().count() as u32;
            at = end;
            units
        };
        let unit = |(start, end)| {
            let from = upto(start);
            (from, upto(end) - from)
        };
        ranges.into_iter().map(unit).collect()
    }
}

impl Part {
    fn hits(&self, word: &Word, similar: bool) -> bool {
        self.words.iter().any(|wanted| {
            let (one, other) = (wanted.folded.as_str(), word.folded.as_str());
            let begins = !self.exact && is_beginning(wanted) && other.starts_with(one);
            let differs = || strsim::osa_distance(one, other) <= usize::from(distance(wanted));
            one == other || begins || (similar && !self.exact && differs())
        })
    }
}

fn loose(piece: &str) -> Vec<Part> {
    let (piece, not) = match piece.strip_prefix('-').filter(|rest| !rest.is_empty()) {
        Some(rest) => (rest, true),
        None => (piece, false),
    };
    let words = asked(piece);
    if not || words.iter().any(|word| word.gram) {
        let exact = words.len() > 1 || not;
        return if words.is_empty() { Vec::new() } else { vec![Part { words, exact, not }] };
    }
    words.into_iter().map(|word| Part { words: vec![word], exact: false, not }).collect()
}

fn part(piece: &str, exact: bool) -> Option<Part> {
    let words = asked(piece);
    (!words.is_empty()).then_some(Part { words, exact, not: false })
}

/// The words of a piece of a query: the last character of a run is in the pair before it already.
fn asked(piece: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for word in fold::words(piece) {
        if !(word.gram && words.last().is_some_and(|last| last.gram && last.end == word.end)) {
            words.push(word);
        }
    }
    words
}

/// A single letter begins too many words.
fn is_beginning(word: &Word) -> bool {
    word.gram || word.folded.chars().count() > 1
}

/// Letters in which a word may differ.
fn distance(word: &Word) -> u8 {
    match word.folded.chars().count() {
        _ if word.gram => 0,
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

fn exactly(fields: &Fields, word: &Word) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(fields.words, &word.folded), IndexRecordOption::Basic))
}

fn beginning(fields: &Fields, word: &Word) -> Box<dyn Query> {
    if !is_beginning(word) {
        return exactly(fields, word);
    }
    Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(fields.words, &word.folded), 0, true))
}

fn similarly(fields: &Fields, word: &Word) -> Box<dyn Query> {
    let begins = beginning(fields, word);
    if distance(word) == 0 {
        return begins;
    }
    let near = FuzzyTermQuery::new(Term::from_field_text(fields.words, &word.folded), distance(word), true);
    Box::new(BooleanQuery::new(vec![(Occur::Should, begins), (Occur::Should, Box::new(near))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(query: &str) -> Vec<(Vec<String>, bool, bool)> {
        let read = Wanted::read(query).unwrap();
        let words = |part: Part| (part.words.into_iter().map(|word| word.folded).collect(), part.exact, part.not);
        read.parts.into_iter().map(words).collect()
    }

    #[test]
    fn words_phrases_and_exclusions_are_told_apart() {
        let of = |words: &[&str], exact, not| (words.iter().map(|word| (*word).to_owned()).collect(), exact, not);
        assert_eq!(
            parts(r#"Meet "At Noon" -rain e-mail"#),
            [
                of(&["meet"], false, false),
                of(&["at", "noon"], true, false),
                of(&["rain"], true, true),
                of(&["e"], false, false),
                of(&["mail"], false, false)
            ]
        );
        assert_eq!(parts("東京都"), [of(&["東京", "京都"], true, false)]);
        assert_eq!(parts("京"), [of(&["京"], false, false)]);
        assert_eq!(parts(r#"open "to the end"#), [of(&["open"], false, false), of(&["to", "the", "end"], true, false)]);
    }

    #[test]
    fn every_operator_and_any_bytes_are_only_text() {
        for query in [
            "+a AND (b OR c) NOT d~2^3 field:x [1 TO 5] {a b} /re.*/ * ? \\ <> && || !",
            "\"\"\"\"",
            "- -- -\"",
            "\u{0}\u{7}\u{202e}",
            "()()((((",
            "*:*",
            "words:*",
            "a\"b\"c",
            "«»„“”",
            "'; DROP TABLE messages; --",
            "%00%ff",
            "👍🏽",
        ] {
            let wanted = Wanted::read(query).unwrap();
            wanted.highlights(query, true);
            wanted.stands_in(query);
        }
        assert_eq!(Wanted::read(&"x".repeat(10_000)), Err(Refused::TooLong));
        assert_eq!(Wanted::read(&"x ".repeat(WORDS_MAX + 1)), Err(Refused::TooLong));
        assert!(Wanted::read(" . , ! ").unwrap().is_empty());
    }

    #[test]
    fn highlights_are_in_utf16_units_and_apart() {
        let of = |query: &str, text: &str, similar| Wanted::read(query).unwrap().highlights(text, similar);
        assert_eq!(of("cafe", "👍 Un CAFÉ, cafeteria", false), [(6, 4), (12, 9)]);
        assert_eq!(of("東京都", "👍東京都庁", false), [(2, 3)]);
        assert_eq!(of("meting", "the meeting", true), [(4, 7)]);
        assert_eq!(of("meting", "the meeting", false), []);
        assert_eq!(of("-rain", "rain", false), []);
    }

    #[test]
    fn a_phrase_stands_or_does_not() {
        let stands = |query: &str, text: &str| Wanted::read(query).unwrap().stands_in(text);
        assert!(stands(r#""at noon""#, "Meet me AT NOON!"));
        assert!(!stands(r#""at noon""#, "at the noon"));
        assert!(stands("東京都", "東京都庁") && !stands("東京都", "東京と京都"));
        assert!(stands("noon at", "at noon"));
    }
}
