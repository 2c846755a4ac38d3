//! A node's bug report: what its core was told lately, with nothing private in it, played again by the simulator.

use chappe_tests::processes::{BOB, Couple, holds, netsim, until};
use std::fs;

const MARK: &str = "the optical telegraph of 1794";

#[test]
fn a_bug_report_of_a_running_node_says_nothing_private_and_is_played_again() {
    let mut couple = Couple::new(1, &[]);
    for n in 0..10 {
        couple.alice.send(&couple.chat, &format!("{MARK}, part {n}"));
    }
    until("Bob has it", || (couple.bob.history(&couple.chat).len() == 10).then_some(()));
    couple.alice.stop();
    couple.alice.start();
    couple.alice.send(&couple.chat, MARK);
    until("Bob has that too", || (couple.bob.history(&couple.chat).len() == 11).then_some(()));
    let path = couple.folder().join("report.json");
    let made = couple.alice.run(&["bug-report", "--out", path.to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
    let report = fs::read(&path).unwrap();
    let relay = couple.relays[0].address.rsplit('/').next().unwrap().to_owned();
    let port = couple.relays[0].address.split('/').nth(4).unwrap().to_owned();
    let word = couple.alice.words.split(' ').next().unwrap().to_owned();
    let user = couple.bob.user();
    for secret in [MARK, BOB, &couple.chat, &relay, &format!("/tcp/{port}"), &format!("\"{word}\""), &user] {
        assert!(!holds(&report, secret.as_bytes()), "{secret:?} stands in the report");
    }
    let played = netsim(&["replay", path.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&played.stdout);
    assert!(played.status.success(), "{said}{}", String::from_utf8_lossy(&played.stderr));
    assert!(said.contains("invariants hold"), "{said}");
    fs::write(&path, &report[..report.len() / 2]).unwrap();
    let refused = netsim(&["replay", path.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
