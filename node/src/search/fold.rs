//! A text as words to look for: folded to small letters without marks, in every script.
//!
//! Words are those of Unicode (UAX 29). Scripts that are written without spaces have none there, so a run of them
//! becomes overlapping pairs of characters, and its last character once more alone: every character begins one.
//!
//! Folding: compatibility decomposition, marks of Latin, Greek, Cyrillic, Hebrew and Arabic taken off, small letters, and
//! the letters that have no decomposition but that people type without their stroke. Marks that make another letter
//! (Indic vowels, Japanese voicing, Hangul) stay.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Bytes of a word that are looked at.
pub const WORD_MAX: usize = 64;

/// A word in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is indexed.
    pub folded: String,
    /// Where it begins, in bytes of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// A piece of a run without spaces.
    pub gram: bool,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut run: Vec<(usize, char)> = Vec::new();
    for (start, piece) in text.unicode_word_indices() {
        let first = piece.chars().next().unwrap_or(' ');
        if !is_unspaced(first) {
            grams(&mut run, &mut words);
            words.extend(word(piece, start));
            continue;
        }
        if run.last().is_some_and(|(at, last)| at + last.len_utf8() != start) {
            grams(&mut run, &mut words);
        }
        run.extend(piece.char_indices().map(|(at, character)| (start + at, character)));
    }
    grams(&mut run, &mut words);
    words
}

fn word(piece: &str, start: usize) -> Option<Word> {
    let mut folded = fold(piece);
    let cut = (0..=folded.len().min(WORD_MAX)).rev().find(|at| folded.is_char_boundary(*at)).unwrap_or(0);
    folded.truncate(cut);
    (!folded.is_empty()).then_some(Word { folded, start, end: start + piece.len(), gram: false })
}

/// Pairs of a run, and its last character.
fn grams(run: &mut Vec<(usize, char)>, words: &mut Vec<Word>) {
    for at in 0..run.len() {
        let pair = &run[at..run.len().min(at + 2)];
        let text: String = pair.iter().map(|(_, character)| *character).collect();
        let (start, end) = (pair[0].0, pair[pair.len() - 1]);
        let word = Word { folded: fold(&text), start, end: end.0 + end.1.len_utf8(), gram: true };
        words.extend(Some(word).filter(|word| !word.folded.is_empty()));
    }
    run.clear();
}

/// A word without what people leave out when they look for it.
pub fn fold(text: &str) -> String {
    let bare = text.nfkd().filter(|character| !is_mark(*character));
    let small = bare.flat_map(char::to_lowercase).filter(|character| !is_mark(*character));
    let mut plain = String::with_capacity(text.len());
    for character in small {
        match character {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'đ' | 'ð' => plain.push('d'),
            'ł' => plain.push('l'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            '’' | '\'' | '\u{640}' | '\u{200c}' | '\u{200d}' => {}
            other => plain.push(other),
        }
    }
    plain.nfc().collect()
}

/// Marks over and under letters that are left out when typing.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Scripts written without spaces: Han, kana, Thai, Lao, Myanmar, Khmer; and Hangul, which glues its endings on.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3134f}' | '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}'
        | '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn marks_and_capitals_make_no_difference() {
        for (written, typed) in [
            ("Übermäßig", "ubermassig"),
            ("ŁÓDŹ", "lodz"),
            ("İstanbul", "istanbul"),
            ("naïve", "naive"),
            ("Ёлка", "елка"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("مُحَمَّد", "محمد"),
            ("שָׁלוֹם", "שלום"),
            ("ﬁne", "fine"),
            ("Ｗｉｄｅ", "wide"),
            ("Việt", "viet"),
        ] {
            assert_eq!(folded(written), folded(typed), "{written}");
        }
    }

    #[test]
    fn letters_that_marks_make_stay_apart() {
        for (one, other) in [("が", "か"), ("हिन्दी", "हनद"), ("각", "가")] {
            assert_ne!(fold(one), fold(other));
        }
        assert_eq!(folded("हिन्दी भाषा").len(), 2);
    }

    #[test]
    fn runs_without_spaces_are_pairs_and_every_character_begins_one() {
        assert_eq!(folded("東京都へ go"), ["東京", "京都", "都へ", "へ", "go"]);
        assert_eq!(folded("서울 역"), ["서울", "울", "역"]);
        assert_eq!(folded("ภาษา"), ["ภา", "าษ", "ษา", "า"]);
    }

    #[test]
    fn offsets_are_those_of_the_text_as_written() {
        let text = "Été à Łódź, 東京!";
        for word in words(text) {
            assert_eq!(fold(&text[word.start..word.end]), word.folded);
        }
    }

    #[test]
    fn anything_may_stand_in_a_text() {
        for text in
            ["", "\u{0}\u{301}", "👩‍👩‍👧 \u{202e}abc", &"a".repeat(10_000), &"\u{301}".repeat(5000), &"東".repeat(5000)]
        {
            assert!(
                words(text).iter().all(|word| !word.folded.is_empty() && word.folded.len() <= WORD_MAX),
                "{text:.20}"
            );
        }
    }
}
