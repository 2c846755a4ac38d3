//! The command line in the language of its user.

use chappe_tests::processes::{Node, programs};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What `chappe` says in a surrounding, without `--json`: whether it succeeded, stdout, stderr.
fn said(data: &std::path::Path, surrounding: &[(&str, &str)], args: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(programs().join("chappe"));
    for name in ["CHAPPE_DATA", "CHAPPE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.envs(surrounding.iter().copied()).arg("--data").arg(data).args(args).stdin(Stdio::null());
    let output = command.output().expect("chappe runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_line_speaks_as_its_user_does() {
    let folder = TempDir::new().unwrap();
    let node = Node::new(folder.path(), "Ada", &[], &["--lan"]);
    let german = [("LANG", "de_CH.UTF-8")];
    let arabic = [("CHAPPE_LANG", "ar"), ("LC_ALL", "de_DE.UTF-8")];

    let (ok, chats, _) = said(&node.data, &german, &["chats"]);
    assert!(ok && chats.contains("Noch keine Chats"), "{chats}");
    let (ok, chats, _) = said(&node.data, &arabic, &["chats"]);
    assert!(ok && chats.contains("لا محادثات بعد"), "{chats}");
    assert!(!chats.contains(['\u{2068}', '\u{2069}']), "{chats:?}");
    let (ok, chats, _) = said(&node.data, &arabic, &["--language", "fr", "chats"]);
    assert!(ok && chats.contains("Pas encore de discussions"), "{chats}");
    // No locale of ours, and none at all.
    for surrounding in [&[("LANG", "pt_BR.UTF-8")][..], &[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")], &[]] {
        let (ok, chats, _) = said(&node.data, surrounding, &["chats"]);
        assert!(ok && chats.contains("No chats yet"), "{surrounding:?}: {chats}");
    }

    // Programs read the same everywhere.
    let (_, here, _) = said(&node.data, &arabic, &["--json", "status"]);
    let (_, there, _) = said(&node.data, &[], &["--json", "status"]);
    assert_eq!(keys(&here), keys(&there));

    // What a program of ours says, what the node says, and what is wrong with the command line.
    let (ok, _, why) = said(&node.data, &german, &["send", "nobody\u{1b}[2J", "hi"]);
    assert!(!ok && why.contains("Kein Chat heißt „nobody\\u{1b}[2J“"), "{why:?}");
    let (ok, _, why) = said(&node.data, &german, &["contact", "add", "nonsense"]);
    assert!(!ok && why.contains("Das ist kein Einladungslink"), "{why}");
    let (ok, _, why) = said(&node.data, &arabic, &["contact", "add", "nonsense"]);
    assert!(!ok && why.contains("ليس هذا رابط دعوة"), "{why}");
    let (ok, _, why) = said(&node.data, &german, &["chats", "--nonsense"]);
    assert!(!ok && why.contains("gibt es hier nicht") && why.contains("Aufruf:"), "{why}");

    let (ok, _, why) = said(&node.data, &german, &["history", "x", "--limit", "900"]);
    assert!(!ok && why.contains("es muss in 1..=500 liegen"), "{why}");

    let (ok, help, _) = said(&node.data, &german, &["--help"]);
    assert!(ok && help.contains("Aufruf: chappe") && help.contains("Die Chats auflisten"), "{help}");
    let (ok, help, _) = said(&node.data, &arabic, &["send", "--help"]);
    assert!(ok && help.contains("الخيارات") && help.contains("--view-once"), "{help}");
    for english in ["Print help", "ossible values", "default:", "Usage"] {
        assert!(!help.contains(english), "{english} in {help}");
    }
    let (ok, help, _) = said(&node.data, &[], &["send", "--help"]);
    assert!(ok && help.contains("Usage: chappe") && help.contains("Possible values"), "{help}");
}

/// The names in a JSON object.
fn keys(json: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    value.as_object().expect("an object").keys().cloned().collect()
}
