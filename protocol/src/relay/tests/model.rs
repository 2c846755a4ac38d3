//! A log against the simplest thing that has the same rules.

use super::world::*;
use crate::core::Input;
use crate::limits::{PAGE_ENTRIES_MAX, RETENTION_MS};
use crate::wire::relay::{Reply, Request};
use proptest::prelude::*;
use std::collections::BTreeMap;

const DAY: u64 = 24 * 3_600_000;
const READERS: u8 = 2;

#[derive(Clone, Debug)]
enum Action {
    Append(u8),
    Read { from: u64, limit: u16 },
    Ack { reader: u8, cursor: u64 },
    Days(u64),
    Restart,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => any::<u8>().prop_map(Action::Append),
        2 => (0..40_u64, 0..40_u16).prop_map(|(from, limit)| Action::Read { from, limit }),
        3 => (0..3_u8, 0..40_u64).prop_map(|(reader, cursor)| Action::Ack { reader, cursor }),
        1 => (1..20_u64).prop_map(Action::Days),
        1 => Just(Action::Restart),
    ]
}

#[derive(Default)]
struct Model {
    /// Sequence number to envelope and expiry.
    entries: BTreeMap<u64, (Vec<u8>, u64)>,
    next: u64,
    cursors: BTreeMap<u8, u64>,
}

impl Model {
    fn ack(&mut self, reader: u8, cursor: u64) -> bool {
        if cursor > self.next {
            return false;
        }
        let known = self.cursors.entry(reader).or_default();
        *known = cursor.max(*known);
        let mut cursors: Vec<u64> = self.cursors.values().copied().collect();
        cursors.sort_unstable();
        if let Some(at) = cursors.len().checked_sub(READERS.into()) {
            self.entries.retain(|seq, _| *seq >= cursors[at]);
        }
        true
    }
}

fn step(world: &mut World, model: &mut Model, action: Action) {
    match action {
        Action::Append(n) => {
            let envelope = vec![n; usize::from(n)];
            assert_eq!(world.append(&envelope), model.next);
            model.entries.insert(model.next, (envelope, world.now.wall + RETENTION_MS));
            model.next += 1;
        }
        Action::Read { from, limit } => {
            let Reply::Entries { next, entries } = world.ask(BOB, &read(from, limit)) else { panic!() };
            let limit = usize::from(limit).min(PAGE_ENTRIES_MAX);
            let expected: Vec<_> = model.entries.range(from..).take(limit).collect();
            let got: Vec<_> = entries.iter().map(|entry| (entry.seq, &entry.envelope)).collect();
            assert_eq!(next, model.next);
            assert_eq!(got, expected.iter().map(|(seq, (envelope, _))| (**seq, envelope)).collect::<Vec<_>>());
        }
        Action::Ack { reader, cursor } => {
            let done = world.ack(reader, cursor) == Reply::Done;
            assert_eq!(done, model.ack(reader, cursor));
        }
        Action::Days(days) => {
            world.now.wall += days * DAY;
            world.now.mono += days * DAY;
            world.input(Input::Wake);
            model.entries.retain(|_, (_, expires)| *expires > world.now.wall);
        }
        Action::Restart => world.restart(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_log_behaves_as_its_model(actions in proptest::collection::vec(action(), 1..60)) {
        let mut world = World::with_room(READERS);
        let mut model = Model { next: 1, ..Model::default() };
        let incarnation = world.open(ROOM, room_spec(READERS)).incarnation;
        world.input(Input::Wake);
        for action in actions {
            step(&mut world, &mut model, action);
            let head = world.open(ROOM, room_spec(READERS));
            prop_assert_eq!((head.incarnation, head.next), (incarnation, model.next));
            prop_assert!(model.entries.keys().next().is_none_or(|first| head.first <= *first));
        }
        step(&mut world, &mut model, Action::Read { from: 0, limit: u16::MAX });
        world.restart();
        world.input(Input::Wake);
        let stored = world.stats().stored;
        let bytes: usize = model.entries.values().map(|(envelope, _)| envelope.len()).sum();
        prop_assert_eq!((stored.logs, stored.entries, stored.bytes), (1, model.entries.len() as u64, bytes as u64));
    }

    #[test]
    fn any_frames_leave_the_relay_standing(
        frames in proptest::collection::vec((0..50_u16, proptest::collection::vec(any::<u8>(), 0..120)), 1..30)
    ) {
        let mut world = World::with_room(1);
        for (kind, rest) in frames {
            world.link(ALICE);
            world.frame(ALICE, [&kind.to_be_bytes()[..], &rest].concat());
        }
        world.link(ALICE);
        prop_assert_eq!(world.append(b"still there"), 1);
        prop_assert_eq!(world.ask(ALICE, &Request::Unsubscribe { tag: ROOM }), Reply::Done);
    }
}
