//! `@name` in a text that somebody types becomes a mention ([`super::rich::Style::Mention`]), if somebody of that name is
//! there: by the whole name, or by its first word if nobody else's begins so.
//!
//! Not here: who is there (whoever asks knows), and what a mention does for who is named (`peer::chat::mentions`).

use super::rich::{Entity, Style, check_entities, order};
use crate::ids::UserId;

/// A text's entities with those of mentions. `people`: names and users that can be meant.
pub fn find(text: &str, mut entities: Vec<Entity>, people: &[(String, UserId)]) -> Vec<Entity> {
    let names = names(people);
    let (mut before, mut unit) = (None, 0);
    for (at, c) in text.char_indices() {
        let begins = c == '@' && !before.is_some_and(is_of_a_word);
        if begins && let Some((length, user)) = named(&text[at + 1..], &names) {
            let entity = Entity { offset: unit, length: length + 1, style: Style::Mention { user } };
            let mut trial = entities.clone();
            trial.push(entity.clone());
            trial.sort_by_key(order);
            if !is_within_an_address(&entity, &entities) && check_entities(text, &trial).is_ok() {
                entities = trial;
            }
        }
        before = Some(c);
        unit += c.len_utf16() as u32;
    }
    entities
}

/// What can follow the sign, folded, the longest first.
fn names(people: &[(String, UserId)]) -> Vec<(Vec<char>, UserId)> {
    let whole = people.iter().map(|(name, user)| (fold(name), *user));
    let first = |name: &str| name.split_whitespace().next().map(fold);
    let firsts: Vec<_> = people.iter().filter_map(|(name, user)| Some((first(name)?, *user))).collect();
    let unique = |(name, user): &&(Vec<char>, UserId)| firsts.iter().all(|(other, of)| of == user || other != name);
    let mut all: Vec<_> =
        whole.chain(firsts.iter().filter(unique).cloned()).filter(|(name, _)| !name.is_empty()).collect();
    all.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    // A name that several people have means none of them.
    let clear: Vec<bool> =
        all.iter().map(|(name, user)| all.iter().all(|(other, of)| of == user || other != name)).collect();
    all.into_iter().zip(clear).filter_map(|(one, clear)| clear.then_some(one)).collect()
}

fn fold(name: &str) -> Vec<char> {
    name.trim().chars().flat_map(char::to_lowercase).collect()
}

/// Whose name stands at the beginning of a text, and how many UTF-16 units it has there.
fn named(rest: &str, names: &[(Vec<char>, UserId)]) -> Option<(u32, UserId)> {
    names.iter().find_map(|(name, user)| {
        let (mut left, mut units) = (name.iter(), 0);
        let mut chars = rest.chars();
        let mut folded = Vec::new();
        while folded.len() < name.len() {
            let c = chars.next()?;
            units += c.len_utf16() as u32;
            folded.extend(c.to_lowercase());
        }
        let same = folded.iter().all(|c| left.next() == Some(c)) && left.next().is_none();
        (same && !chars.next().is_some_and(is_of_a_word)).then_some((units, *user))
    })
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_within_an_address(entity: &Entity, entities: &[Entity]) -> bool {
    let address =
        |style: &Style| matches!(style, Style::Url | Style::Email | Style::Link { .. } | Style::Mention { .. });
    entities.iter().any(|other| {
        address(&other.style) && u64::from(other.offset) < entity.end() && u64::from(entity.offset) < other.end()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown;

    fn people() -> Vec<(String, UserId)> {
        let names = ["Bob", "Ann Lee", "Ann Smith", "Zoë", "Straße", "Eve", "Eve"];
        names.iter().zip(1..).map(|(name, n)| ((*name).to_owned(), UserId([n; 32]))).collect()
    }

    fn found(text: &str) -> Vec<(u32, u32, u8)> {
        let (text, entities) = markdown::parse(text);
        let all = find(&text, entities, &people());
        check_entities(&text, &all).unwrap();
        all.iter()
            .filter_map(|entity| match &entity.style {
                Style::Mention { user } => Some((entity.offset, entity.length, user.0[0])),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn names_of_those_who_are_there_are_found() {
        assert_eq!(found("@Bob, look"), [(0, 4, 1)]);
        assert_eq!(found("hello @bob and @ANN LEE!"), [(6, 4, 1), (15, 8, 2)]);
        assert_eq!(found("**@Bob**"), [(0, 4, 1)]);
        assert_eq!(found("👍 @zoë"), [(3, 4, 4)]);
        assert_eq!(found("(@Straße)"), [(1, 7, 5)]);
        assert_eq!(found("@Bob @Bob"), [(0, 4, 1), (5, 4, 1)]);
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        for text in [
            "@Bobby",
            "a@Bob",
            "mail bob@bob.example",
            "`@Bob`",
            "https://x.example/@Bob",
            "@Ann",
            "@Eve",
            "@",
            "@@",
            "@nobody",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("@Ann Smith"), [(0, 10, 3)]);
        assert_eq!(found("@@Bob"), [(1, 4, 1)]);
    }

    #[test]
    fn no_text_makes_more_entities_than_fit() {
        let text = "@Bob ".repeat(500);
        assert_eq!(find(&text, Vec::new(), &people()).len(), crate::limits::ENTITIES_MAX);
    }
}
