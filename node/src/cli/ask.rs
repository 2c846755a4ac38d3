//! Asking the person at the terminal (or a program on stdin) for something. Questions go to stderr; secrets are never
//! taken from the command line, where every program of the machine could read them.

use crate::texts::program::t;
use anyhow::{Result, bail};
use chappe_protocol::identity::words::Words;
use std::io::{self, BufRead, IsTerminal};
use zeroize::Zeroizing;

/// Bytes read for an answer at most: 24 words are less than 400.
const ANSWER_MAX: usize = 4096;

/// The 24 words, on one line or several.
pub fn words() -> Result<Words> {
    if io::stdin().is_terminal() {
        eprintln!("{}", t!("cli-type-words"));
    }
    let mut text = Zeroizing::new(String::new());
    let mut lines = io::stdin().lock();
    while text.split_whitespace().count() < 24 {
        if lines.read_line(&mut text)? == 0 || text.len() > ANSWER_MAX {
            break;
        }
    }
    if text.trim().is_empty() {
        bail!(t!("cli-no-words"));
    }
    Ok(Words(text))
}

/// A question with yes or no; anything but yes is no.
pub fn yes(question: &str) -> Result<bool> {
    eprintln!("{}", t!("cli-yes-no", question = question));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    Ok(t!("cli-yes").split(' ').any(|yes| yes == answer))
}
