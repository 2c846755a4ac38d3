//! Contact cards as other programs write them: vCard 4.0 (RFC 6350) and 3.0 (RFC 2426), the properties FN, N, TEL,
//! EMAIL, ORG and NOTE; ours adds `X-CHAPPE-USER` with the key in hexadecimal. Everything else is skipped.
//!
//! A key that comes in by vCard carries no certificate, so it is dropped on import: only cards sent here name keys.

use super::card::Card;
use super::head::Head;
use crate::limits::VCARD_MAX;
use crate::wire::WireError;

/// The first card of a vCard file.
pub fn read(text: &str) -> Result<Card, WireError> {
    if text.len() > VCARD_MAX {
        return Err(WireError::TooLarge { what: "vCard", limit: VCARD_MAX });
    }
    let lines = unfolded(text);
    let begin = lines.iter().position(|line| line.eq_ignore_ascii_case("BEGIN:VCARD"));
    let begin = begin.ok_or(WireError::Invalid("vCard"))?;
    let length = lines[begin..].iter().position(|line| line.eq_ignore_ascii_case("END:VCARD"));
    let length = length.ok_or(WireError::Truncated)?;
    let mut card = Card::default();
    let mut family = String::new();
    for line in &lines[begin + 1..begin + length] {
        let Some((name, value)) = line.split_once(':') else { continue };
        // Parameters stand behind the first semicolon, a group before the first dot.
        let name = name.split(';').next().unwrap_or_default();
        let name = name.rsplit('.').next().unwrap_or_default().to_ascii_uppercase();
        let value = unescaped(value);
        match name.as_str() {
            "FN" if card.name.is_empty() => card.name = value.trim().to_owned(),
            "N" => family = structured(line),
            "TEL" => card.phones.push(value.trim_start_matches("tel:").trim().to_owned()),
            "EMAIL" => card.emails.push(value.trim().to_owned()),
            "ORG" => card.organisation = structured(line),
            "NOTE" => card.note = value.trim().to_owned(),
            _ => {}
        }
    }
    if card.name.is_empty() {
        card.name = family;
    }
    card.phones.retain(|phone| !phone.is_empty());
    card.emails.retain(|email| !email.is_empty());
    Card { head: Head::default(), ..card }.checked()
}

/// A card as a vCard 4.0.
pub fn write(card: &Card) -> String {
    let mut lines = vec!["BEGIN:VCARD".to_owned(), "VERSION:4.0".to_owned(), format!("FN:{}", escaped(&card.name))];
    lines.extend(card.phones.iter().map(|phone| format!("TEL:{}", escaped(phone))));
    lines.extend(card.emails.iter().map(|email| format!("EMAIL:{}", escaped(email))));
    let text = |name: &str, text: &str| (!text.is_empty()).then(|| format!("{name}:{}", escaped(text)));
    lines.extend(text("ORG", &card.organisation));
    lines.extend(text("NOTE", &card.note));
    lines.extend(card.key.as_ref().map(|key| format!("X-CHAPPE-USER:{}", key.user.to_hex())));
    lines.push("END:VCARD".to_owned());
    lines.iter().flat_map(|line| folded(line)).map(|line| line + "\r\n").collect()
}

/// Lines, with those that begin with white space joined to the one before.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n').map(|line| line.trim_end_matches('\r')) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            (Some(_), None) | (None, _) => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Lines of at most 75 bytes, the following begin with a space (RFC 6350, section 3.2).
fn folded(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in line.chars() {
        if lines.last().is_some_and(|last| last.len() + c.len_utf8() > 75) {
            lines.push(" ".to_owned());
        }
        if let Some(last) = lines.last_mut() {
            last.push(c);
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
        out
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// The parts of a structured value that are not empty, in one line; names stand family first.
fn structured(line: &str) -> String {
    let (name, value) = line.split_once(':').unwrap_or_default();
    let mut parts: Vec<String> = vec![String::new()];
    let mut escape = false;
    for c in value.chars() {
        match (c, escape) {
            (';', false) => parts.push(String::new()),
            ('\\', false) => escape = true,
            (c, _) => {
                escape = false;
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    if name.split(';').next().is_some_and(|name| name.eq_ignore_ascii_case("N")) && parts.len() > 1 {
        parts.swap(0, 1);
    }
    let full: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    full.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let card = Card {
            name: "Zoë; the \\ comma, and a name that is so long that its line is folded into several ones".into(),
            phones: vec!["+41 1".into(), "+41 2".into()],
            emails: vec!["zoe@example.org".into()],
            organisation: "Semaphore".into(),
            note: "two\nlines".into(),
            ..Card::default()
        };
        let text = write(&card);
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert_eq!(read(&text), Ok(card));
    }

    #[test]
    fn cards_of_other_programs_are_read() {
        let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Chappe;Claude;;;\r\nitem1.TEL;TYPE=CELL:+33 1\r\n\
                    TEL;VALUE=uri:tel:+33-2\r\nEMAIL;TYPE=INTERNET:claude@exa\r\n mple.org\r\nPHOTO;ENCODING=b:AAAA\r\n\
                    ORG:Telegraph;Line 1\r\nEND:VCARD\r\n";
        let card = read(text).unwrap();
        assert_eq!((&*card.name, &*card.organisation), ("Claude Chappe", "Telegraph Line 1"));
        assert_eq!(card.phones, ["+33 1", "+33-2"]);
        assert_eq!(card.emails, ["claude@example.org"]);
    }

    #[test]
    fn what_is_no_card_is_refused() {
        let many = format!("BEGIN:VCARD\nFN:x\n{}END:VCARD", "TEL:1\n".repeat(9));
        for bad in [
            "",
            "FN:x",
            "BEGIN:VCARD\nFN:x",
            "BEGIN:VCARD\nEND:VCARD",
            "BEGIN:VCARD\nFN:a\\nb\nEND:VCARD",
            &many,
            &" ".repeat(VCARD_MAX + 1),
        ] {
            assert!(read(bad).is_err(), "{bad:.40}");
        }
    }
}
