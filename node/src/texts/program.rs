//! The language of a program at a terminal, and its texts: `t!("chats-none")`, `t!("chats-new", count = 3)`.
//!
//! Arguments are put in as they are: text of other people goes through `terminal::safe` before, which leaves no
//! character that turns text around. So there are no isolates here as on a page: many terminals show them as boxes.

use super::{Language, Texts, read};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::OnceLock;

static SPOKEN: OnceLock<(Language, FluentBundle<FluentResource>)> = OnceLock::new();

fn bundle(language: Language) -> (Language, FluentBundle<FluentResource>) {
    (language, read(language, false))
}

/// Decides the language of this program, once.
pub fn speak(language: Language) {
    SPOKEN.get_or_init(|| bundle(language));
}

/// The texts of this program: English before [`speak`].
pub fn texts() -> Texts {
    let (language, bundle) = SPOKEN.get_or_init(|| bundle(Language::En));
    Texts { language: *language, bundle }
}

/// A text with its arguments; what `t!` calls.
pub fn say(key: &str, args: &FluentArgs<'_>) -> String {
    texts().format(key, Some(args))
}

/// The language that is asked for: by `--language`, by `CHAPPE_LANG`, else as POSIX says (XBD 8.2): the first of
/// `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty.
pub fn wanted(args: impl Iterator<Item = String>, variable: impl Fn(&str) -> Option<String>) -> Language {
    let names = ["CHAPPE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
    let found = flag(args).or_else(|| names.into_iter().filter_map(variable).find(|value| !value.is_empty()));
    Language::wanted(&found.unwrap_or_default())
}

/// The value of `--language`, before the command line is taken apart: its errors are to be in that language, too.
fn flag(mut args: impl Iterator<Item = String>) -> Option<String> {
    loop {
        match args.next()?.as_str() {
            "--" => return None,
            "--language" => return args.next(),
            other => {
                if let Some(value) = other.strip_prefix("--language=") {
                    return Some(value.to_owned());
                }
            }
        }
    }
}

/// A text of the program in its language, by its key and with its arguments.
macro_rules! t {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        #[allow(unused_mut, reason = "a text may have no arguments")]
        let mut args = fluent_bundle::FluentArgs::new();
        $(args.set(stringify!($name), $value);)*
        $crate::texts::program::say($key, &args)
    }};
}
pub(crate) use t;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_as_posix_says() {
        let found = |args: &[&str], variables: &[(&str, &str)]| {
            let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
            let get =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            wanted(args.into_iter(), get)
        };
        assert_eq!(found(&[], &[]), Language::En);
        assert_eq!(found(&[], &[("LANG", "de_CH.UTF-8")]), Language::De);
        assert_eq!(found(&[], &[("LANG", "de_DE"), ("LC_ALL", "C")]), Language::En);
        assert_eq!(found(&[], &[("LANG", "de_DE"), ("LC_ALL", ""), ("LC_MESSAGES", "fr_FR@euro")]), Language::Fr);
        assert_eq!(found(&[], &[("LC_ALL", "de_DE"), ("CHAPPE_LANG", "ru")]), Language::Ru);
        assert_eq!(found(&["chappe", "--language", "ar", "chats"], &[("CHAPPE_LANG", "ru")]), Language::Ar);
        assert_eq!(found(&["chappe", "--language=zh-TW"], &[]), Language::Zh);
        assert_eq!(found(&["chappe", "--", "--language=zh"], &[]), Language::En);
        assert_eq!(found(&["chappe", "--language"], &[("LANG", "pt_BR.UTF-8")]), Language::En);
    }
}
