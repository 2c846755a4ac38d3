//! A node's bug report holds nothing private, and the simulator runs it.

use chappe_netsim::plan::Act;
use chappe_netsim::trace::Trace;
use chappe_netsim::world::{Options, World};
use chappe_tests::processes::{ALICE, BOB, Couple, until};
use std::fs;
use std::rc::Rc;

#[test]
fn a_bug_report_holds_nothing_private_and_the_simulator_runs_it() {
    let couple = &Couple::new(1, &[]);
    let texts = ["the meeting is at nine", "bring the red folder"];
    for text in texts {
        couple.alice.ask(&["send", BOB, text]);
    }
    couple.bob.ask(&["send", ALICE, "very well"]);
    until("an answer", || (couple.alice.texts(&couple.chat).len() >= 3).then_some(()));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let output = couple.alice.run(&["bug-report", "--out", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(&file).unwrap();
    let user = couple.alice.user();
    for private in [texts[0], "folder", "very well", ALICE, BOB, &couple.chat, &user, &user[..12], "127.0.0.1"] {
        assert!(!report.contains(private), "{private} in {report}");
    }

    let (plan, _) = Trace::load(&file).unwrap().plan().unwrap();
    let lengths: Vec<u32> = plan
        .acts
        .iter()
        .filter_map(|timed| match timed.act {
            Act::Say { by: 0, bytes, .. } => Some(bytes),
            _ => None,
        })
        .collect();
    assert_eq!(lengths, texts.map(|text| text.len() as u32), "what Alice sent, by length");
    let mut world = World::new(Rc::new(plan), Options::default());
    world.run(|_| ());
    assert_eq!(world.watch.violations, []);
    assert!(world.watch.said_count() >= 3, "{}", world.watch.said_count());
}
