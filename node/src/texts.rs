//! What the node says to people, in their language: the Fluent catalogues in `node/locales`, which the web client
//! shares. `common.ftl` and `lite.ftl` are read here; a test compares the languages.
//!
//! What is not here: dates (the caller's) and errors of the protocol, which are English wherever they come from.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use unic_langid::LanguageIdentifier;

/// A language with a complete catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English, the source of all others.
    En,
    /// German.
    De,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// Russian.
    Ru,
    /// Chinese.
    Zh,
    /// Arabic, from right to left.
    Ar,
}

macro_rules! catalogue {
    ($code:literal) => {
        [
            include_str!(concat!("../locales/", $code, "/common.ftl")),
            include_str!(concat!("../locales/", $code, "/lite.ftl")),
        ]
    };
}

/// Every language with its code and its files.
const LANGUAGES: [(Language, &str, [&str; 2]); 7] = [
    (Language::En, "en", catalogue!("en")),
    (Language::De, "de", catalogue!("de")),
    (Language::Es, "es", catalogue!("es")),
    (Language::Fr, "fr", catalogue!("fr")),
    (Language::Ru, "ru", catalogue!("ru")),
    (Language::Zh, "zh", catalogue!("zh")),
    (Language::Ar, "ar", catalogue!("ar")),
];

/// Tags of an `Accept-Language` that are looked at.
const WANTED_MAX: usize = 16;

impl Language {
    /// Its BCP 47 code.
    pub fn code(self) -> &'static str {
        LANGUAGES.iter().find(|(language, ..)| *language == self).map_or("en", |(_, code, _)| code)
    }

    /// `rtl` or `ltr`, as HTML says it.
    pub fn direction(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            Self::En | Self::De | Self::Es | Self::Fr | Self::Ru | Self::Zh => "ltr",
        }
    }

    /// The first language of a list such as `de-CH, en;q=0.7` that we speak; English if none. The list's order is
    /// taken for the wish: browsers send it sorted.
    pub fn wanted(list: &str) -> Self {
        let tags = list.split(',').take(WANTED_MAX).map(|tag| tag.split(';').next().unwrap_or_default().trim());
        tags.filter_map(Self::of_tag).next().unwrap_or(Self::En)
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        LANGUAGES.iter().find(|(_, code, _)| primary.eq_ignore_ascii_case(code)).map(|(language, ..)| *language)
    }
}

/// The texts of one language. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Texts {
    language: Language,
    bundle: &'static FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.language.code())
    }
}

impl Texts {
    /// Those of a language.
    pub fn of(language: Language) -> Self {
        static ALL: OnceLock<BTreeMap<Language, FluentBundle<FluentResource>>> = OnceLock::new();
        let all = ALL
            .get_or_init(|| LANGUAGES.iter().map(|(language, code, files)| (*language, read(code, files))).collect());
        // Every language is in the table that the map was made of.
        Self { language, bundle: &all[&language] }
    }

    /// Which language it is.
    pub fn language(self) -> Language {
        self.language
    }

    /// A text without variables; its key if it does not exist, which a test excludes.
    pub fn get(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with variables.
    pub fn with<'a, V: Into<FluentValue<'a>>>(self, key: &str, name: &'a str, value: V) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(key, Some(&args))
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        // What cannot be formatted shows as the name of its variable; a test excludes that too.
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

fn read(code: &str, files: &[&str]) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = code.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    for text in files {
        // A damaged line is left out by the parser; the test finds it missing.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(rest, _)| rest);
        drop(bundle.add_resource(resource));
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

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
        let (_, _, english) = &LANGUAGES[0];
        let wanted = keys(english);
        assert!(wanted.len() > 25);
        for (language, code, files) in &LANGUAGES {
            assert_eq!(keys(files), wanted, "{code}");
            for key in &wanted {
                let texts = Texts::of(*language);
                assert!(texts.bundle.has_message(key), "{code}: {key} is not valid Fluent");
                assert!(variables(files, key).is_subset(&variables(english, key)), "{code}: {key} has other variables");
            }
        }
    }

    #[test]
    fn nobody_keeps_a_text_that_is_not_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut code = String::new();
        let mut folders = vec![root.join("src"), root.join("web/src")];
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
        for key in keys(&LANGUAGES[0].2) {
            let used = code.contains(&format!("\"{key}\"")) || code.contains(&format!("'{key}'"));
            assert!(used, "nobody uses {key}");
        }
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
}
