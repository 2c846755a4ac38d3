//! That every language says everything, and that nothing is said which nobody asks for.

use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The keys of a catalogue, read by eye: what the parser lost is missing from the bundle.
fn keys(files: &[&str]) -> BTreeSet<String> {
    let lines = files.iter().flat_map(|text| text.lines());
    let keys = lines.filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()));
    keys.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect()
}

fn variables(files: &[&str], key: &str) -> BTreeSet<String> {
    let text = files.concat();
    let from = text.find(&format!("\n{key} =")).map_or(0, |at| at + 1);
    let body = text[from..].split("\n").enumerate().take_while(|(n, line)| *n == 0 || line.starts_with([' ', '}']));
    let body: String = body.map(|(_, line)| line).collect();
    let names = body.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    names.flatten().map(str::to_owned).collect()
}

#[test]
fn every_language_has_every_text_and_no_other() {
    let (_, _, [english @ .., _]) = &LANGUAGES[0];
    let wanted = keys(english);
    assert!(wanted.len() > 25);
    for (language, code, [files @ .., _]) in &LANGUAGES {
        let theirs = keys(files);
        let (missing, foreign): (Vec<_>, Vec<_>) =
            (wanted.difference(&theirs).collect(), theirs.difference(&wanted).collect());
        assert!(missing.is_empty() && foreign.is_empty(), "{code} lacks {missing:?} and has {foreign:?}");
        for key in &wanted {
            let texts = Texts::of(*language);
            assert!(texts.bundle.has_message(key), "{code}: {key} is not valid Fluent");
            assert!(variables(files, key).is_subset(&variables(english, key)), "{code}: {key} has other variables");
        }
    }
}

/// All of the code that speaks by key.
fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    code_below(&[root.join("src"), root.join("web/src")])
}

fn code_below(folders: &[PathBuf]) -> String {
    let mut code = String::new();
    let mut folders = folders.to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "ts" || kind == "tsx") {
                code.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    code
}

#[test]
fn nobody_keeps_a_text_that_is_not_used() {
    let (_, _, [english @ .., _]) = &LANGUAGES[0];
    let code = sources();
    for key in keys(english).into_iter().filter(|key| !key.starts_with("error-")) {
        let used = code.contains(&format!("\"{key}\"")) || code.contains(&format!("'{key}'"));
        assert!(used, "nobody uses {key}");
    }
}

/// What the core and the node's services say: a sentence of `errors.ftl` that nobody says any more would never be found.
#[test]
fn every_sentence_of_the_core_stands_in_the_source_word_for_word() {
    let protocol = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/src");
    // A string that goes on in the next line is one.
    let code = code_below(&[protocol.into(), concat!(env!("CARGO_MANIFEST_DIR"), "/src").into()]);
    let lines = code.split("\\\n").map(str::trim_start).collect::<String>();
    let (_, _, english) = &LANGUAGES[0];
    let mut sentences = 0;
    for line in english.iter().flat_map(|file| file.lines()).filter(|line| line.starts_with("error-")) {
        let (key, sentence) = line.split_once(" = ").unwrap();
        sentences += 1;
        if let Some(what) = sentence.strip_prefix("there is no such ") {
            let noun = format!("NotFound(\"{what}\")");
            assert!(lines.contains(&noun) || lines.contains(sentence), "{key}: nobody says {sentence:?}");
            continue;
        }
        let pieces = sentence.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, behind)| behind));
        for piece in pieces.map(str::trim).filter(|piece| piece.len() > 3) {
            assert!(lines.contains(piece), "{key}: nobody says {piece:?}");
        }
    }
    assert!(sentences > 100, "{sentences}");
}

#[test]
fn whoever_asks_for_a_text_gets_it_with_all_that_it_names() {
    let (_, _, english) = &LANGUAGES[0];
    let known = keys(english);
    let mut calls = 0;
    // Behind each `t!("`: the key, then the arguments up to the bracket that ends the call.
    for call in sources().split("t!(").skip(1) {
        let Some(rest) = call.trim_start().strip_prefix('"') else { continue };
        let Some((key, rest)) = rest.split_once('"').filter(|(key, _)| known.contains(*key) || key.starts_with("cli-"))
        else {
            continue;
        };
        let mut depth = 1;
        let args = rest.split(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let args = args.take(1).collect::<String>();
        assert!(known.contains(key), "nobody says {key}");
        for name in variables(english, key) {
            assert!(args.contains(&format!("{name} = ")), "{key} is asked for without {name}");
        }
        calls += 1;
    }
    assert!(calls > 100, "{calls}");
}

#[test]
fn a_language_is_found_by_what_browsers_and_systems_say() {
    for (list, language) in [
        ("de-CH,de;q=0.9,en;q=0.8", Language::De),
        ("pt-BR, zh-Hant;q=0.5", Language::Zh),
        ("AR", Language::Ar),
        ("", Language::En),
        ("<script>,;;;,xx", Language::En),
    ] {
        assert_eq!(Language::wanted(list), language, "{list}");
    }
    assert_eq!(Language::Ar.direction(), "rtl");
}

#[test]
fn numbers_take_their_form_and_names_cannot_turn_their_surroundings() {
    assert_eq!(Texts::of(Language::En).with("lite-unread", "count", 1), "\u{2068}1\u{2069} new");
    assert_eq!(Texts::of(Language::En).get("no-such-key"), "no-such-key");
    assert_eq!(format!("{:?}", Texts::of(Language::Fr)), "Texts(fr)");
}
