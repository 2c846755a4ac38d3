//! What the node says to people, in their language: the Fluent catalogues in `node/locales`, of which the web client
//! shares `common.ftl` and `errors.ftl`. A test compares the languages.
//!
//! What is not here: dates (the caller's).

pub mod program;
#[cfg(test)]
mod tests;
pub mod told;

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
            include_str!(concat!("../locales/", $code, "/cli.ftl")),
            include_str!(concat!("../locales/", $code, "/errors.ftl")),
            include_str!(concat!("../locales/", $code, "/help.ftl")),
        ]
    };
}

/// Every language with its code and its files; `help.ftl`, which `cli/help.rs` checks, is the last.
const LANGUAGES: [(Language, &str, [&str; 5]); 7] = [
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

    /// The first language of a list such as `de-CH, en;q=0.7` that we speak, or of a locale's name such as
    /// `de_CH.UTF-8`; English if none. The list's order is taken for the wish: browsers send it sorted.
    pub fn wanted(list: &str) -> Self {
        let tags = list.split(',').take(WANTED_MAX).map(|tag| tag.split(';').next().unwrap_or_default().trim());
        tags.filter_map(Self::of_tag).next().unwrap_or(Self::En)
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
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
        let all =
            ALL.get_or_init(|| LANGUAGES.iter().map(|(language, ..)| (*language, read(*language, true))).collect());
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

    /// A text without variables, if there is one.
    pub fn find(self, key: &str) -> Option<String> {
        self.bundle.has_message(key).then(|| self.get(key))
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

/// Reads a language's files. `isolating`: variables stand between directional isolates (UAX #9), so that a name from
/// right to left cannot turn its surroundings.
fn read(language: Language, isolating: bool) -> FluentBundle<FluentResource> {
    let identifier: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    bundle.set_use_isolating(isolating);
    for text in LANGUAGES.iter().filter(|(other, ..)| *other == language).flat_map(|(.., files)| files) {
        // A damaged line is left out by the parser; the test finds it missing.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(rest, _)| rest);
        drop(bundle.add_resource(resource));
    }
    bundle
}
