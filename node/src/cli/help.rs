//! The command line's help and its complaints, in the language of who reads them.
//!
//! The doc comments of the commands are the English source. Other languages have them in `locales/LANGUAGE/help.ftl`
//! under a [`key`] that is made of the English text: what several commands say alike is translated once, and a text
//! that changes asks for a new translation. `locales/en/help.ftl` is written from the commands, for translators.

use super::Cli;
use crate::texts::program::{self, t};
use crate::texts::{Language, Texts};
use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command, CommandFactory, FromArgMatches};
use std::error::Error as _;

/// Words of a text that its key begins with.
const KEY_WORDS: usize = 6;

/// Takes the command line apart; says what is wrong with it, or the help, and ends the program.
pub fn parse() -> Cli {
    let texts = program::texts();
    let mut command = Cli::command();
    if texts.language() != Language::En {
        command.build();
        command = spoken(command, texts);
    }
    let parsed = command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| {
        if texts.language() != Language::En
            && let Some(complaint) = complaint(&error)
        {
            eprintln!("{complaint}");
            std::process::exit(error.exit_code());
        }
        error.exit()
    })
}

/// `help-` and the first words of an English text, and four digits of its hash.
fn key(english: &str) -> String {
    let words = english.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(KEY_WORDS).map(str::to_ascii_lowercase).collect();
    let hash = blake3::hash(english.as_bytes());
    format!("help-{}-{}", words.join("-"), &hash.to_hex()[..4])
}

/// A help text in a language; English if it is not translated.
fn text(english: &str, texts: Texts) -> String {
    texts.find(&key(english)).unwrap_or_else(|| english.to_owned())
}

/// A command with all below it, once it is built.
fn spoken(mut command: Command, texts: Texts) -> Command {
    let said = |text: &StyledStr| self::text(&text.to_string(), texts);
    if let Some(about) = command.get_about().map(said) {
        command = command.about(about);
    }
    if let Some(about) = command.get_long_about().map(said) {
        command = command.long_about(about);
    }
    let usage = t!("cli-usage");
    command
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .subcommand_help_heading(t!("cli-commands"))
        .mut_args(|arg| spoken_arg(arg, texts))
        .mut_subcommands(|command| spoken(command, texts))
}

fn spoken_arg(arg: Arg, texts: Texts) -> Arg {
    let heading = if arg.is_positional() { t!("cli-arguments") } else { t!("cli-options") };
    let said = |text: &StyledStr| self::text(&text.to_string(), texts);
    let (help, long) = (arg.get_help().map(said), arg.get_long_help().map(said));
    let values = values(&arg);
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let default = (arg.get_action().takes_values() && !default.is_empty() && !default.concat().is_empty())
        .then(|| t!("cli-default", value = default.join(" ")));
    let names = values.iter().map(PossibleValue::get_name).collect::<Vec<_>>().join(", ");
    let choice = (!values.is_empty()).then(|| t!("cli-values", values = names));
    let behind = |help: String, notes: &[&Option<String>]| {
        let notes = notes.iter().filter_map(|note| note.as_deref());
        std::iter::once(help.as_str()).chain(notes).collect::<Vec<_>>().join(" ")
    };
    let explained = values.iter().any(|value| value.get_help().is_some());
    let row = |value: &PossibleValue| {
        let about = value.get_help().map(|help| format!(": {}", said(help))).unwrap_or_default();
        format!("\n- {}{about}", value.get_name())
    };
    let rows: String = values.iter().map(row).collect();
    let mut arg = arg.help_heading(heading).hide_default_value(true).hide_possible_values(true);
    if explained || long.is_some() {
        let text = long.or_else(|| help.clone()).unwrap_or_default();
        arg = arg.long_help(format!("{}\n{rows}", behind(text, &[&default])).trim_end().to_owned());
    }
    if let Some(help) = help {
        arg = arg.help(behind(help, &[&default, &choice]));
    }
    arg
}

/// The words that an argument takes, if it takes certain ones.
fn values(arg: &Arg) -> Vec<PossibleValue> {
    if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() }
}

/// What is wrong with a command line; `None` if the error is no complaint but help.
fn complaint(error: &clap::Error) -> Option<String> {
    let named = |kind| error.get(kind).map(ToString::to_string);
    let (arg, value) = (named(ContextKind::InvalidArg), named(ContextKind::InvalidValue));
    let (arg, value) = (arg.unwrap_or_default(), value.unwrap_or_default());
    let wrong = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => t!("cli-usage-no-value", arg = arg),
        ErrorKind::InvalidValue => match named(ContextKind::ValidValue) {
            Some(values) => t!("cli-usage-value-of", value = value, arg = arg, values = values),
            None => t!("cli-usage-value", value = value, arg = arg),
        },
        ErrorKind::ValueValidation => {
            let why = error.source().map(ToString::to_string).unwrap_or_default();
            // What clap says of a number out of range.
            let why = match why.split_once(" is not in ") {
                Some((_, range)) => t!("cli-usage-range", range = range),
                None => why,
            };
            t!("cli-usage-value-why", value = value, arg = arg, why = why)
        }
        ErrorKind::UnknownArgument => t!("cli-usage-unknown", arg = arg),
        ErrorKind::InvalidSubcommand => {
            t!("cli-usage-command", command = named(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => {
            t!("cli-usage-conflict", arg = arg, other = named(ContextKind::PriorArg).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => t!("cli-usage-missing", args = arg),
        ErrorKind::TooFewValues | ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            t!("cli-usage-count", arg = arg)
        }
        // Help and version are no complaints; of the rest nothing is known but its English text.
        _ => return None,
    };
    let similar = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let similar =
        similar.into_iter().find_map(named).map(|word| format!("\n\n  {}", t!("cli-usage-similar", word = word)));
    let usage = named(ContextKind::Usage)
        .map(|usage| format!("\n\n{} {}", t!("cli-usage"), usage.trim_start_matches("Usage:").trim()));
    let (similar, usage) = (similar.unwrap_or_default(), usage.unwrap_or_default());
    Some(format!("chappe: {wrong}{similar}{usage}\n\n{}", t!("cli-usage-more")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    /// Every text that some help shows, by its key.
    fn all() -> BTreeMap<String, String> {
        fn collect(command: &Command, texts: &mut Vec<String>) {
            texts.extend(command.get_about().map(ToString::to_string));
            texts.extend(command.get_long_about().map(ToString::to_string));
            for arg in command.get_arguments() {
                texts.extend(arg.get_help().map(ToString::to_string));
                texts.extend(arg.get_long_help().map(ToString::to_string));
                texts.extend(values(arg).iter().filter_map(|value| value.get_help().map(ToString::to_string)));
            }
            command.get_subcommands().for_each(|below| collect(below, texts));
        }
        let mut command = Cli::command();
        command.build();
        let mut texts = Vec::new();
        collect(&command, &mut texts);
        texts.into_iter().map(|text| (key(&text), text)).collect()
    }

    #[test]
    fn every_language_has_every_help_text_and_no_other() {
        let all = all();
        let rows = all.iter().map(|(key, text)| format!("{key} = {}\n", text.replace('\n', "\n    ")));
        let english = format!(
            "# Written from the commands' doc comments by CHAPPE_BLESS=1 cargo test -p chappe-node cli::help\n{}",
            rows.collect::<String>()
        );
        let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        if std::env::var_os("CHAPPE_BLESS").is_some() {
            fs::write(locales.join("en/help.ftl"), &english).unwrap();
        }
        let stands = fs::read_to_string(locales.join("en/help.ftl")).unwrap();
        assert_eq!(stands, english, "a doc comment changed; CHAPPE_BLESS=1 writes locales/en/help.ftl anew");
        let mut problems = Vec::new();
        for code in ["de", "es", "fr", "ru", "zh", "ar"] {
            let file = fs::read_to_string(locales.join(code).join("help.ftl")).unwrap();
            let keys: Vec<&str> = file.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
            let texts = Texts::of(Language::wanted(code));
            let missing = all.iter().filter(|(key, _)| texts.find(key).is_none());
            problems.extend(missing.map(|(key, text)| format!("{code} lacks {key} = {text}")));
            let unused = keys.iter().filter(|key| !all.contains_key(**key));
            problems.extend(unused.map(|key| format!("{code}: no command says {key} any more")));
        }
        assert!(problems.is_empty(), "locales/*/help.ftl:\n{}", problems.join("\n"));
    }

    #[test]
    fn the_arguments_are_consistent_in_another_language() {
        let mut command = Cli::command();
        command.build();
        let mut command = spoken(command, Texts::of(Language::De));
        assert!(command.render_long_help().to_string().contains("chats"));
        assert!(command.try_get_matches_from(["chappe", "send", "bob", "hi", "--format", "markdown"]).is_ok());
    }
}
