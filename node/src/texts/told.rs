//! What the core says in English, found again in the catalogue.
//!
//! The protocol and the node's services say why something fails in English sentences: they serve programs and logs
//! too, and know of no languages. `locales/en/errors.ftl` has those that people meet, word for word (a test looks for
//! them in the source), under a key that stays when the words change. So a sentence leads to its key and to what was
//! put into it, and the key to every language.

use super::{LANGUAGES, Language, Texts};
use fluent_bundle::FluentArgs;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Sentences in sentences: "the message cannot be sent: not a member of the chat".
const DEPTH_MAX: usize = 3;

/// A sentence that the catalogue knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its key: `error-…`.
    pub key: &'static str,
    /// What was put into it, by name; in English if it is a sentence itself.
    pub args: BTreeMap<&'static str, String>,
}

/// An English sentence with gaps.
struct Pattern {
    key: &'static str,
    /// What stands before, between and behind the gaps.
    pieces: Vec<&'static str>,
    names: Vec<&'static str>,
}

impl Pattern {
    /// `key = there must be 24 words, and these are { $count }`
    fn read(line: &'static str) -> Option<Self> {
        let (key, mut rest) = line.split_once(" = ").filter(|(key, _)| key.starts_with("error-"))?;
        let (mut pieces, mut names) = (Vec::new(), Vec::new());
        while let Some((before, gap)) = rest.split_once("{ $") {
            let (name, behind) = gap.split_once(" }")?;
            pieces.push(before);
            names.push(name);
            rest = behind;
        }
        pieces.push(rest);
        Some(Self { key, pieces, names })
    }

    fn known(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }

    fn fits(&self, text: &str) -> Option<Told> {
        let (first, others) = self.pieces.split_first()?;
        let mut rest = text.strip_prefix(first)?;
        let mut args = BTreeMap::new();
        for (n, (piece, name)) in others.iter().zip(&self.names).enumerate() {
            let at = match n + 1 == others.len() {
                true => rest.strip_suffix(piece)?.len(),
                false => rest.find(piece)?,
            };
            args.insert(*name, rest[..at].to_owned());
            rest = &rest[at + piece.len()..];
        }
        rest.is_empty().then_some(Told { key: self.key, args })
    }
}

/// Finds a sentence; of several patterns that fit, the one that says most.
pub fn find(english: &str) -> Option<Told> {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| {
        let english = LANGUAGES.iter().filter(|(language, ..)| *language == Language::En);
        let lines = english.flat_map(|(.., files)| files).flat_map(|file| file.lines());
        let mut patterns: Vec<Pattern> = lines.filter_map(Pattern::read).collect();
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.known()));
        patterns
    });
    patterns.iter().find_map(|pattern| pattern.fits(english))
}

impl Texts {
    /// What the core said, in this language; in English if the catalogue does not know it.
    pub fn told(self, english: &str) -> String {
        self.told_within(english, DEPTH_MAX)
    }

    fn told_within(self, english: &str, depth: usize) -> String {
        let Some(told) = find(english).filter(|_| depth > 0 && self.language != Language::En) else {
            return english.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in &told.args {
            args.set(*name, self.told_within(value, depth - 1));
        }
        self.format(told.key, Some(&args))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_leads_to_its_key_and_to_what_was_put_into_it() {
        assert_eq!(find("not a member of the chat").unwrap().key, "error-not-member");
        let told = find("there must be 24 words, and these are 23").unwrap();
        assert_eq!((told.key, &*told.args["count"]), ("error-word-count", "23"));
        let told = find("cannot listen on 1.2.3.4:5: taken; choose another with --api 127.0.0.1:PORT").unwrap();
        assert_eq!((&*told.args["address"], &*told.args["why"]), ("1.2.3.4:5", "taken"));
        assert_eq!(find("something nobody wrote down"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn sentences_in_sentences_are_translated_and_what_is_not_known_stays() {
        let german = Texts::of(Language::De);
        assert_eq!(german.told("there is no such chat"), "Diesen Chat gibt es nicht");
        let both = german.told("the message cannot be sent: restricted in the chat");
        assert!(both.contains("kann nicht gesendet werden") && both.contains("eingeschränkt"), "{both}");
        assert_eq!(german.told("something nobody wrote down"), "something nobody wrote down");
        let deep = "the message cannot be sent: ".repeat(50);
        assert!(german.told(&deep).len() < 2 * deep.len() + 100);
        assert_eq!(Texts::of(Language::En).told("there is no such chat"), "there is no such chat");
    }
}
