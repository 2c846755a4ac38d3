//! What waits where nobody listens any more is sealed again; what never comes stops no log for ever.

use crate::conversation::couple;
use crate::groups::group;
use chappe_protocol::ids::ChatId;
use chappe_protocol::limits::GAP_WAIT_MS;
use chappe_protocol::peer::command::Command;
use chappe_protocol::peer::view::Ticks;
use chappe_tests::world::World;

const DAY_MS: u64 = 24 * 3_600_000;

/// Moves a chat on by so many epochs.
fn renew(world: &mut World, peer: usize, chat: ChatId, times: usize) {
    for _ in 0..times {
        world.ask(peer, Command::RenewKeys(chat)).unwrap();
        world.pass(2_000);
    }
}

fn row(world: &mut World, peer: usize, chat: ChatId) -> chappe_protocol::peer::view::ChatView {
    world.chats(peer).into_iter().find(|row| row.id == chat).unwrap()
}

#[test]
fn what_waited_while_others_closed_its_epoch_arrives_once() {
    for relays in [1, 4] {
        let (mut world, chat) = couple(relays);
        world.say(0, chat, "before");
        world.pass(3_000);
        world.isolate(1, true);
        for n in 0..20 {
            world.say(1, chat, &format!("waits {n}"));
        }
        renew(&mut world, 0, chat, 12);
        world.pass(10_000);
        assert!(!world.epochs(0, chat).contains(&0), "it is closed by then");
        world.isolate(1, false);
        world.pass(60_000);
        world.say(1, chat, "back");
        world.pass(60_000);
        assert_eq!(world.texts(0, chat), world.texts(1, chat), "{relays} relays");
        assert_eq!(world.texts(0, chat).len(), 22, "{relays} relays");
        let own: Vec<_> = world.history(1, chat).into_iter().filter(|message| message.mine).collect();
        assert!(own.iter().all(|message| message.ticks == Some(Ticks::Delivered)), "{relays} relays");
        assert!(row(&mut world, 0, chat).missing.is_empty());
    }
}

#[test]
fn in_a_group_that_moved_on_by_more_than_is_kept_open_nothing_is_lost_or_doubled() {
    let (mut world, chat) = group(4, 4);
    world.say(2, chat, "before");
    world.pass(3_000);
    world.isolate(2, true);
    for n in 0..5 {
        world.say(2, chat, &format!("waits {n}"));
    }
    for round in 0..40 {
        renew(&mut world, round % 2, chat, 1);
        if round % 10 == 0 {
            world.say(1, chat, &format!("round {round}"));
        }
    }
    world.stop_relay(3);
    world.isolate(2, false);
    world.pass(120_000);
    world.say(2, chat, "back");
    world.pass(60_000);
    let texts = world.texts(2, chat);
    assert_eq!(texts.len(), 11);
    for peer in [0, 1, 3] {
        assert_eq!(world.texts(peer, chat), texts, "peer {peer}");
        assert!(row(&mut world, peer, chat).missing.is_empty(), "peer {peer}");
    }
}

#[test]
fn what_never_left_the_machine_is_not_given_up_after_a_month() {
    let (mut world, chat) = couple(4);
    world.isolate(1, true);
    world.say(1, chat, "in the woods");
    renew(&mut world, 0, chat, 1);
    world.pass(45 * DAY_MS);
    assert!(!world.epochs(0, chat).contains(&0), "it is closed by then");
    world.isolate(1, false);
    world.pass(120_000);
    world.say(1, chat, "back");
    world.pass(60_000);
    assert_eq!(world.texts(0, chat), ["in the woods", "back"]);
    let own = world.history(1, chat);
    assert!(own.iter().all(|message| message.ticks == Some(Ticks::Delivered)), "{own:?}");
}

#[test]
fn a_crash_at_every_commit_of_sealing_again_loses_and_doubles_nothing() {
    for commits in 1..40 {
        let (mut world, chat) = couple(4);
        world.isolate(1, true);
        for n in 0..3 {
            world.say(1, chat, &format!("waits {n}"));
        }
        renew(&mut world, 0, chat, 10);
        world.pass(10_000);
        world.crash_after(1, commits);
        world.isolate(1, false);
        world.pass(30_000);
        if !world.runs(1) {
            world.start(1);
        }
        world.disarm();
        world.pass(60_000);
        world.say(1, chat, "back");
        world.pass(60_000);
        assert_eq!(world.texts(0, chat), ["waits 0", "waits 1", "waits 2", "back"], "commit {commits}");
        assert_eq!(world.texts(1, chat), world.texts(0, chat), "commit {commits}");
    }
}

/// What somebody said is gone from the relays and from their outbox after a month, and they go on: the others wait for a day,
/// know for how much, and then read what follows.
#[test]
fn a_gap_that_nobody_fills_stops_no_log_for_ever() {
    let (mut world, chat) = couple(1);
    world.say(1, chat, "heard");
    world.pass(3_000);
    world.isolate(0, true);
    world.say(1, chat, "lost");
    world.say(1, chat, "lost too");
    world.pass(31 * DAY_MS);
    world.say(1, chat, "late");
    world.pass(5_000);
    world.isolate(0, false);
    world.pass(60_000);
    assert_eq!(world.texts(0, chat), ["heard"]);
    let missing = row(&mut world, 0, chat).missing;
    assert!(matches!(missing.as_slice(), [one] if one.waiting >= 2 && one.lost == 0), "{missing:?}");
    let (waiting, until) = (missing[0].waiting, missing[0].until);
    assert!(until > world.now().wall && until <= world.now().wall + GAP_WAIT_MS);
    // A restart begins no new waiting.
    world.stop(0);
    world.start(0);
    world.pass(GAP_WAIT_MS + 2 * 3_600_000);
    assert_eq!(world.texts(0, chat), ["heard", "late"]);
    let missing = row(&mut world, 0, chat).missing;
    assert!(matches!(missing.as_slice(), [one] if one.waiting == 0 && one.lost == waiting), "{missing:?}");
    world.say(1, chat, "and on");
    world.pass(3_000);
    assert_eq!(world.texts(0, chat), ["heard", "late", "and on"]);
}
