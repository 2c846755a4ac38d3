//! Traces, the shrinker, the swarm, a node's bug report.

use chappe_netsim::plan::{Act, Plan};
use chappe_netsim::scenario::shipped;
use chappe_netsim::shrink::{broken_rule, shrink};
use chappe_netsim::swarm::{Swarm, plan, trace_of};
use chappe_netsim::trace::{Trace, TraceError, plan_of};
use chappe_netsim::world::double::Double;
use chappe_netsim::world::{Options, World};
use chappe_protocol::core::{Input, Now};
use chappe_protocol::ids::{ChatId, NodeId};
use chappe_protocol::peer::command::Command;
use chappe_protocol::trace::{FORMAT, Recorder};
use std::rc::Rc;
use std::time::Duration;

fn first_contact() -> Plan {
    let scenario = shipped::scenario("first-contact").unwrap().unwrap();
    chappe_netsim::plan::compile::compile(&scenario, 5)
}

#[test]
fn a_trace_is_replayed_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.trace");
    let plan = first_contact();
    let (hash, violation) = trace_of(&plan);
    assert_eq!(violation, None);
    Trace::of(&plan, hash.clone(), None).save(&path).unwrap();
    let (again, wanted) = Trace::load(&path).unwrap().plan().unwrap();
    assert_eq!((&again, wanted.as_deref()), (&plan, Some(&*hash)));
    assert_eq!(trace_of(&again).0, hash);
}

#[test]
fn what_is_no_trace_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.trace");
    let mut far = first_contact();
    far.acts.push(chappe_netsim::plan::Timed { at: far.end, act: Act::Meet { chat: 7 } });
    let text = |trace: &Trace| serde_json::to_string(trace).unwrap();
    let far = text(&Trace::of(&far, String::new(), None));
    let other =
        text(&Trace::of(&first_contact(), String::new(), None)).replace("\"chappe_trace\":1", "\"chappe_trace\":9");
    for (content, wanted) in [("", "no trace"), ("{}", "no trace"), (&*other, "format 9"), (&*far, "does not exist")] {
        std::fs::write(&path, content).unwrap();
        let error = match Trace::load(&path).and_then(Trace::plan) {
            Ok(_) => panic!("{wanted} was taken"),
            Err(error) => error,
        };
        assert!(error.to_string().contains(wanted), "{error}");
    }
    assert!(matches!(Trace::load(&folder.path().join("none")), Err(TraceError::Io(_))));
}

/// It ends by itself when nothing more can go; on a machine that does something else beside, that takes a while.
const PATIENCE: Duration = Duration::from_secs(600);

#[test]
fn a_failure_is_made_smaller_and_still_fails() {
    let options = Options { double: Some(Double::ForgetsTimeline), ..Options::default() };
    let plan = plan(3, 8).unwrap();
    let rule = broken_rule(&plan, &options).expect("a timeline that forgets is seen");
    let small = shrink(&plan, &rule, &options, PATIENCE).plan;
    assert_eq!(small.check(), Ok(()));
    assert_eq!(broken_rule(&small, &options), Some(rule));
    assert!(small.acts.len() < plan.acts.len() / 4, "{} of {} acts are left", small.acts.len(), plan.acts.len());
    assert!(small.nodes() < plan.nodes(), "{} of {} people are left", small.nodes(), plan.nodes());
}

#[test]
fn a_small_swarm_finds_nothing_and_its_faults_are_real() {
    let folder = tempfile::tempdir().unwrap();
    let swarm = Swarm {
        lasts: Duration::from_secs(3_600),
        nodes: 6,
        jobs: 2,
        from: 1_000,
        seeds: 24,
        traces: folder.path().to_owned(),
    };
    let outcome = swarm.run(|_| ()).unwrap();
    assert_eq!((outcome.seeds, &outcome.failed), (24, &Vec::new()));
    for what in [
        "links broken",
        "packets lost and sent again",
        "frames held by a partition",
        "crashes between commit and send",
        "effects that hung on a commit and were lost",
        "links given up because nothing came",
        "frames lost with their link",
        "questions of programs asked again",
        "contact requests that arrived",
    ] {
        assert!(outcome.counts.contains_key(what), "{what} never happened: {:?}", outcome.counts);
    }
}

/// What a node's shell notes of a conversation over two relays, with a restart in it.
fn noted() -> Recorder {
    let mut recorder = Recorder::default();
    let at = |mono| Now { mono, wall: 0 };
    recorder.start(at(1_000));
    for relay in [1, 2] {
        recorder.note(at(1_100), &Input::LinkUp { remote: NodeId([relay; 32]) });
    }
    for n in 0..10 {
        let said = Command::SendText { chat: ChatId([1; 32]), text: "x".repeat(40), nonce: None };
        recorder.note(at(10_000 + n * 1_000), &Input::Command { id: n, command: said });
        for relay in [1, 2] {
            let push = [&[1, 0, 0, 0, 0, 0][..], &[0; 500]].concat();
            recorder.note(at(10_400 + n * 1_000), &Input::Frame { remote: NodeId([relay; 32]), bytes: push });
        }
    }
    recorder.note(at(25_000), &Input::LinkDown { remote: NodeId([1; 32]) });
    recorder.start(at(60_000));
    recorder.note(at(61_000), &Input::LinkUp { remote: NodeId([1; 32]) });
    recorder
}

#[test]
fn a_nodes_bug_report_is_replayed_with_its_times_sizes_links_and_restarts() {
    let trace = Trace::Node { chappe_trace: FORMAT, trace: noted().trace() };
    let text = serde_json::to_string(&trace).unwrap();
    let read: Trace = serde_json::from_str(&text).unwrap();
    let (plan, hash) = read.plan().unwrap();
    assert_eq!((plan.relays(), plan.nodes(), hash), (2, 2, None));
    assert_eq!(plan, plan_of(&noted().trace()));
    let count = |wanted: fn(&Act) -> bool| plan.acts.iter().filter(|timed| wanted(&timed.act)).count();
    assert_eq!(count(|act| matches!(act, Act::Say { by: 0, bytes: 40, .. })), 10);
    assert_eq!(count(|act| matches!(act, Act::Say { by: 1, .. })), 10, "copies over the second relay are no messages");
    assert_eq!(count(|act| matches!(act, Act::LinkDown { .. })), 1);
    let mut world = World::new(Rc::new(plan), Options::default());
    world.run(|_| ());
    assert_eq!(world.watch.violations, []);
    assert_eq!(world.watch.said_count(), 20);
    assert!(world.watch.counts["fault: kill"] >= 1 && world.machines[2].boot >= 2);
}
