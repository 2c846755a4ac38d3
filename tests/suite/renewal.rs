//! Fresh keys while people talk: the control chain with one home relay and with four.

use crate::conversation::couple;
use chappe_protocol::ids::ChatId;
use chappe_protocol::peer::command::Command;
use chappe_protocol::peer::view::Ticks;
use chappe_tests::world::World;

fn renew(world: &mut World, peer: usize, chat: ChatId) {
    world.ask(peer, Command::RenewKeys(chat)).unwrap();
}

fn assert_same_and_clean(world: &mut World, chat: ChatId, messages: usize) {
    assert_eq!(world.texts(0, chat), world.texts(1, chat));
    assert_eq!(world.texts(0, chat).len(), messages);
    for peer in [0, 1] {
        assert!(world.refusals(peer).is_empty(), "{:?}", world.refusals(peer));
        let own = world.history(peer, chat).into_iter().filter(|message| message.mine);
        assert!(own.into_iter().all(|message| message.ticks == Some(Ticks::Delivered)));
    }
}

#[test]
fn both_go_on_with_fresh_keys() {
    for relays in [1, 4] {
        let (mut world, chat) = couple(relays);
        for round in 0..5 {
            world.say(0, chat, &format!("a{round}"));
            renew(&mut world, round % 2, chat);
            world.say(1, chat, &format!("b{round}"));
            world.pass(3_000);
            assert_eq!(world.epochs(0, chat).last(), Some(&(round as u64 + 1)));
            assert_eq!(world.epochs(1, chat).last(), Some(&(round as u64 + 1)));
        }
        world.say(0, chat, "last");
        world.say(1, chat, "last");
        world.pass(3_000);
        assert_same_and_clean(&mut world, chat, 12);
        assert_eq!(world.epochs(0, chat).len(), 1, "closed epochs are forgotten");
        assert_eq!(world.epochs(1, chat).len(), 1, "closed epochs are forgotten");
    }
}

#[test]
fn two_who_renew_at_once_agree() {
    for relays in [1, 4] {
        let (mut world, chat) = couple(relays);
        world.order_both(Command::RenewKeys(chat));
        world.pass(20_000);
        assert_eq!(world.epochs(0, chat).last(), world.epochs(1, chat).last());
        assert!(world.epochs(0, chat).last() >= Some(&1));
        world.say(0, chat, "hello");
        world.say(1, chat, "hello");
        world.pass(3_000);
        assert_same_and_clean(&mut world, chat, 2);
    }
}

#[test]
fn the_one_who_was_away_follows_through_all_epochs() {
    let (mut world, chat) = couple(4);
    world.stop(1);
    for round in 0..4 {
        world.say(0, chat, &format!("{round}"));
        renew(&mut world, 0, chat);
        world.pass(3_000);
    }
    world.say(0, chat, "4");
    world.start(1);
    world.pass(30_000);
    world.say(1, chat, "back");
    world.pass(3_000);
    assert_same_and_clean(&mut world, chat, 6);
    assert_eq!(world.epochs(1, chat), [4]);
}

/// Found by the simulator (`offline-for-a-week`): the epoch in which somebody's outbox waits must still be open when
/// they come back, however late and however many pushes it takes.
#[test]
fn what_waited_in_an_outbox_for_a_week_arrives_though_the_epoch_ended() {
    let (mut world, chat) = couple(1);
    world.say(0, chat, "before");
    world.pass(3_000);
    world.stop_relay(0);
    for n in 0..600 {
        world.say(1, chat, &format!("waits {n}"));
    }
    world.stop(1);
    world.start_relay(0);
    renew(&mut world, 0, chat);
    world.pass(3_000);
    assert_eq!(world.epochs(0, chat), [0, 1]);
    world.pass(7 * 24 * 3_600_000);
    world.start(1);
    world.pass(60_000);
    world.say(1, chat, "back");
    world.pass(60_000);
    assert_eq!(world.texts(0, chat), world.texts(1, chat));
    assert_eq!(world.texts(0, chat).last().map(String::as_str), Some("back"));
    assert_eq!(world.history(1, chat).last().and_then(|message| message.ticks), Some(Ticks::Delivered));
}

#[test]
fn one_relay_of_four_may_be_missing_and_two_may_not() {
    let (mut world, chat) = couple(4);
    world.stop_relay(1);
    renew(&mut world, 0, chat);
    world.pass(5_000);
    assert_eq!(world.epochs(0, chat).last(), Some(&1));
    world.stop_relay(2);
    renew(&mut world, 0, chat);
    world.pass(5_000);
    assert_eq!(world.epochs(0, chat).last(), Some(&1), "decided without a quorum");
    world.say(0, chat, "still talking");
    world.pass(1_000);
    assert_eq!(world.texts(1, chat), ["still talking"]);
    world.start_relay(1);
    world.start_relay(2);
    world.pass(60_000);
    assert_eq!(world.epochs(1, chat).last(), Some(&2), "what was staged is decided later");
}

#[test]
fn a_crash_at_every_commit_of_a_renewal_leaves_both_in_one_epoch() {
    for victim in [0, 1] {
        for commits in 1..12 {
            let (mut world, chat) = couple(4);
            world.crash_after(victim, commits);
            let _ = world.order(0, Command::RenewKeys(chat));
            world.pass(5_000);
            for peer in [0, 1] {
                if world.runs(peer) {
                    let _ = world.order(peer, Command::SendText { chat, text: "x".into(), nonce: None });
                }
            }
            world.pass(5_000);
            if !world.runs(victim) {
                world.start(victim);
            }
            world.disarm();
            world.pass(60_000);
            world.say(0, chat, "together");
            world.say(1, chat, "again");
            world.pass(10_000);
            assert_eq!(world.texts(0, chat), world.texts(1, chat), "victim {victim}, commit {commits}");
            assert_eq!(world.epochs(0, chat).last(), world.epochs(1, chat).last(), "victim {victim}, commit {commits}");
        }
    }
}
