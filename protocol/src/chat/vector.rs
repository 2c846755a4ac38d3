//! Vectors: commented hexdumps in `protocol/vectors`, compared byte by byte. `CHAPPE_BLESS=1` rewrites them, so that
//! a change of a format shows as a diff that a person can read.

use std::fmt::Write;

/// Compares `fields` with the committed `text` of `protocol/vectors/<name>.hex`.
pub(crate) fn check(name: &str, text: &str, fields: &[(&str, Vec<u8>)]) {
    let now = render(fields);
    if std::env::var_os("CHAPPE_BLESS").is_some() {
        let path = format!("{}/vectors/{name}.hex", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(&path, &now).unwrap_or_else(|e| panic!("{path}: {e}"));
        return;
    }
    assert_eq!(text, now, "protocol/vectors/{name}.hex differs; CHAPPE_BLESS=1 rewrites it");
}

fn render(fields: &[(&str, Vec<u8>)]) -> String {
    let mut text = String::new();
    for (what, bytes) in fields {
        let _ = writeln!(text, "# {what} ({} bytes)", bytes.len());
        for line in bytes.chunks(32) {
            let hex = line.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
            let _ = writeln!(text, "{hex}");
        }
    }
    text
}
