//! More than one device of a person: from the words, beside another one, off the list again; and what all of them share.

use crate::conversation::couple;
use chappe_protocol::chat::proof;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::content::Body;
use chappe_protocol::identity::account_record::{AccountRecord, RecordKey};
use chappe_protocol::identity::keys::RootKey;
use chappe_protocol::identity::profile::Field;
use chappe_protocol::identity::words::{self, Words};
use chappe_protocol::ids::{ChatId, DeviceId, OpId, UserId};
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::command::{Act, Command, CommandError, ListChange, OwnCommand, Reply};
use chappe_protocol::peer::contacts::Contacts;
use chappe_protocol::peer::linking::arrival::{Arrival, ArrivalCommand, ArrivalError, ArrivalEvent, Arrived};
use chappe_protocol::peer::linking::code;
use chappe_protocol::peer::restore::{Answer, Restore, RestoreError, RestoreEvent, Restored};
use chappe_protocol::peer::settings::Settings;
use chappe_protocol::peer::view::{ContactView, DevicesView, FOR_EVER, LinkStage, LinkView, SafetyView, Ticks};
use chappe_protocol::wire::record::Record;
use chappe_protocol::wire::registry::{self, record as kind};
use chappe_protocol::wire::relay::Request;
use chappe_tests::world::World;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const DAY: u64 = 24 * 3600 * 1000;

pub(crate) fn rng(n: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([n; 32])
}

/// The words of everybody here are made from one number.
pub(crate) fn words_of(n: u8) -> Words {
    Words::new(words::words(&[n; 32]).to_string())
}

fn root_of(n: u8) -> RootKey {
    words_of(n).root_key().unwrap()
}

/// Somebody whose words are known.
pub(crate) fn join(world: &mut World, n: u8, name: &str, relays: &[usize]) -> usize {
    let hints: Vec<RelayHint> = relays.iter().map(|relay| world.hint(*relay)).collect();
    let account = Account::create(&root_of(n), name.into(), hints, world.now().wall, &mut rng(n)).unwrap();
    world.settle_in(&account, |_| {})
}

pub(crate) fn own(world: &mut World, peer: usize, command: OwnCommand) -> Result<Reply, CommandError> {
    world.ask(peer, Command::Own(command))
}

fn devices(world: &mut World, peer: usize) -> DevicesView {
    match own(world, peer, OwnCommand::Devices) {
        Ok(Reply::Devices(devices)) => devices,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn ids(world: &mut World, peer: usize) -> Vec<DeviceId> {
    devices(world, peer).devices.iter().map(|device| device.device).collect()
}

pub(crate) fn contacts(world: &mut World, peer: usize) -> Vec<ContactView> {
    match world.ask(peer, Command::Contacts) {
        Ok(Reply::Contacts(contacts)) => contacts,
        other => panic!("{other:?}"),
    }
}

/// Looks for a user at these relays; also what each relay said.
fn search(world: &mut World, n: u8, relays: &[usize]) -> (Restore, Vec<Answer>) {
    let hints = relays.iter().map(|relay| world.hint(*relay)).collect();
    let mut search = Restore::new(root_of(n), hints);
    let mut told = world.visit(&mut search, 250, vec![]);
    if told.last() != Some(&RestoreEvent::Over) {
        world.pass(30_000);
        told.extend(world.visit(&mut search, 250, vec![]));
    }
    assert_eq!(told.pop(), Some(RestoreEvent::Over));
    world.unlink_guest(250);
    let answers = told.into_iter().filter_map(|event| match event {
        RestoreEvent::Answered(_, answer) => Some(answer),
        RestoreEvent::Over => None,
    });
    (search, answers.collect())
}

fn restore(world: &mut World, n: u8, relays: &[usize], replace: bool) -> Result<Account, RestoreError> {
    restore_all(world, n, relays, replace).map(|restored| restored.account)
}

/// Another device of the same person: its keys come from `seed`.
pub(crate) fn restore_another(world: &mut World, n: u8, relays: &[usize], seed: u8) -> Account {
    let wall = world.now().wall;
    search(world, n, relays).0.finish(None, false, wall, &mut rng(seed)).unwrap().account
}

pub(crate) fn restore_all(world: &mut World, n: u8, relays: &[usize], replace: bool) -> Result<Restored, RestoreError> {
    let wall = world.now().wall;
    search(world, n, relays).0.finish(None, replace, wall, &mut rng(n + 100))
}

#[test]
fn the_words_bring_a_person_back() {
    let mut world = World::new(3);
    let alice = join(&mut world, 1, "Alice", &[0, 1, 2]);
    world.pass(1_000);
    let user = world.user(alice);
    let first = ids(&mut world, alice);
    world.stop(alice);
    // One relay is enough: its record names the others.
    let account = restore(&mut world, 1, &[1], false).unwrap();
    assert_eq!((account.user(), &*account.name, account.relays.len()), (user, "Alice", 3));
    assert_ne!(account.device(), first[0], "a restored device is a new device");
    let again = world.settle_in(&account, |_| {});
    world.pass(1_000);
    assert_eq!(ids(&mut world, again), [first[0], account.device()]);
    // The new log is where the old one was, so the old device hears of the new one when it wakes up.
    world.start(alice);
    world.pass(1_000);
    assert_eq!(ids(&mut world, alice), [first[0], account.device()]);
    assert!(!devices(&mut world, alice).removed && !devices(&mut world, alice).forked);
}

#[test]
fn a_lost_device_is_replaced_and_its_contacts_hear_of_it() {
    let mut world = World::new(2);
    let (alice, bob) = (join(&mut world, 1, "Alice", &[0, 1]), join(&mut world, 2, "Bob", &[0, 1]));
    world.pass(1_000);
    world.introduce(alice, bob);
    world.pass(10_000);
    let lost = ids(&mut world, alice);
    world.stop(alice);
    let account = restore(&mut world, 1, &[0], true).unwrap();
    let again = world.settle_in(&account, |_| {});
    world.pass(1_000);
    assert_eq!(ids(&mut world, again), [account.device()]);
    world.pass(DAY);
    let seen = &contacts(&mut world, bob)[0];
    assert_eq!((seen.devices, seen.forked), (1, false));
    // The thief's device finds out that it speaks for nobody.
    world.start(alice);
    world.pass(1_000);
    assert!(devices(&mut world, alice).removed);
    assert_ne!(lost, [account.device()]);
    // Bob let the new device into their chat, and what the thief's says there counts for nobody.
    let mut refused = world.refusals(again);
    refused.remove("operation behind the cut of a removed device");
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn people_and_settings_come_back_with_the_words_and_the_conversation_with_an_invite() {
    let (mut world, chat) = people(2);
    own(&mut world, 0, OwnCommand::ChangeList { chat, change: ListChange::MuteUntil(FOR_EVER) }).unwrap();
    own(&mut world, 0, OwnCommand::Block { user: UserId([9; 32]), blocked: true }).unwrap();
    world.pass(10_000);
    world.stop(0);
    let Restored { account, contacts: cards, settings } = restore_all(&mut world, 1, &[1], true).unwrap();
    assert_eq!((cards.len(), settings.len()), (1, 2));
    let again = world.settle_in(&account, |batch| {
        Contacts::store_cards(cards, batch).unwrap();
        Settings::store_rows(settings, batch).unwrap();
    });
    world.pass(10_000);
    let bob = world.user(1);
    let known = contacts(&mut world, again);
    assert_eq!((known.len(), known[0].profile.user, known[0].chat), (1, bob, None));
    assert_eq!(known[0].devices, 1, "the contact's device log came by their record");
    // Bob's node knows Alice and lets her new device in without asking Bob again.
    let Ok(Reply::Invite(invite)) = world.ask(1, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
    world.ask(again, Command::AddContact { link: invite.link, greeting: "it is me".into() }).unwrap();
    world.pass(10_000);
    let chat = contacts(&mut world, again)[0].chat.unwrap();
    assert_eq!(contacts(&mut world, 1)[0].chat, Some(chat));
    world.say(1, chat, "welcome back");
    world.pass(1_000);
    assert_eq!(world.texts(again, chat), ["it is me", "welcome back"]);
}

#[test]
fn own_devices_tell_each_other_of_people_and_settings() {
    let (mut world, chat) = people(2);
    let account = restore(&mut world, 1, &[0], false).unwrap();
    let second = world.settle_in(&account, |_| {});
    world.pass(30_000);
    assert_eq!(contacts(&mut world, second).len(), 1);
    let eve = join(&mut world, 3, "Eve", &[0]);
    world.pass(1_000);
    world.introduce(second, eve);
    own(&mut world, second, OwnCommand::PutFolder { id: None, name: "Work".into(), chats: vec![chat] }).unwrap();
    world.pass(20 * 60 * 1000);
    assert_eq!(contacts(&mut world, 0).len(), 2);
    let Ok(Reply::Folders(folders)) = own(&mut world, 0, OwnCommand::Folders) else { panic!() };
    assert_eq!((folders.len(), &*folders[0].name), (1, "Work"));
    for peer in [0, second] {
        assert!(world.refusals(peer).is_empty(), "{:?}", world.refusals(peer));
    }
}

/// Alice with two devices that are in everything, and Bob.
pub(crate) fn two_devices() -> (World, ChatId, usize) {
    let (mut world, chat) = people(2);
    let account = restore(&mut world, 1, &[0], false).unwrap();
    let second = world.settle_in(&account, |_| {});
    // The first device hears of the second by their record, and sees to it that it comes in everywhere.
    world.pass(15 * 60_000);
    (world, chat, second)
}

#[test]
fn a_new_device_is_in_every_chat_and_all_hear_the_same() {
    let (mut world, chat, second) = two_devices();
    assert!(world.chats(second).iter().any(|row| row.id == chat), "{:?}", world.chats(second));
    world.say(1, chat, "hello you two");
    world.pass(5_000);
    let from_second = world.say(second, chat, "from my other device");
    world.pass(5_000);
    world.say(0, chat, "and from this one");
    world.pass(5_000);
    let expected = ["hello you two", "from my other device", "and from this one"];
    for peer in [0, 1, second] {
        assert_eq!(world.texts(peer, chat), expected, "peer {peer}");
    }
    let seen = world.history(0, chat);
    assert_eq!(seen.iter().map(|message| message.mine).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(seen[1].id, from_second.id);
    assert_eq!(contacts(&mut world, second)[0].chat, Some(chat));
    // A message that Bob has is delivered, whether our other device is there or not.
    world.stop(second);
    let late = world.say(0, chat, "are you there?");
    world.pass(5_000);
    assert_eq!(world.truth(0, &late).message.ticks, Some(Ticks::Delivered));
    world.start(second);
    world.pass(5_000);
    assert_eq!(world.texts(second, chat).len(), 4);
    assert!(world.refusals(0).is_empty() && world.refusals(1).is_empty(), "{:?}", world.refusals(1));
}

#[test]
fn what_was_read_on_one_device_is_read_on_the_other() {
    let (mut world, chat, second) = two_devices();
    let said = world.say(1, chat, "news");
    world.pass(5_000);
    let unread = |world: &mut World, peer: usize| world.chats(peer).iter().find(|row| row.id == chat).unwrap().unread;
    assert_eq!((unread(&mut world, 0), unread(&mut world, second)), (1, 1));
    world.ask(second, Command::MarkRead { chat, up_to: said.id }).unwrap();
    world.pass(5_000);
    assert_eq!((unread(&mut world, 0), unread(&mut world, second)), (0, 0));
    world.say(second, chat, "answer");
    world.pass(5_000);
    assert_eq!(unread(&mut world, 0), 0, "an own message is no news");
}

#[test]
fn what_was_read_is_read_on_the_other_device_also_if_nobody_else_is_told() {
    let (mut world, chat, second) = two_devices();
    for peer in [0, second] {
        world.ask(peer, Command::Act(Act::SetReadReceipts(false))).unwrap();
    }
    world.pass(60_000);
    let first = world.say(1, chat, "news");
    let said = world.say(1, chat, "more news");
    world.pass(5_000);
    let unread = |world: &mut World, peer: usize| world.chats(peer).iter().find(|row| row.id == chat).unwrap().unread;
    assert_eq!(unread(&mut world, 0), 2);
    world.ask(second, Command::MarkRead { chat, up_to: said.id }).unwrap();
    world.pass(60_000);
    assert_eq!((unread(&mut world, 0), unread(&mut world, second)), (0, 0));
    for message in [first, said] {
        let truth = world.truth(1, &message);
        assert_eq!(truth.message.ticks, Some(Ticks::Delivered), "Bob is told nothing");
    }
    world.stop(0);
    world.start(0);
    assert_eq!(unread(&mut world, 0), 0, "it stays so");
}

#[test]
fn a_removed_device_reads_nothing_that_is_said_after() {
    let (mut world, chat, second) = two_devices();
    world.say(1, chat, "before");
    world.pass(5_000);
    let device = devices(&mut world, second).devices[1].device;
    own(&mut world, 0, OwnCommand::RemoveDevice { device, words: words_of(1) }).unwrap();
    world.pass(120_000);
    world.say(1, chat, "after");
    world.say(0, chat, "after, too");
    world.pass(120_000);
    assert_eq!(world.texts(second, chat), ["before"]);
    assert_eq!(world.texts(1, chat), ["before", "after", "after, too"]);
    // What it says does not count any more.
    let _ = world.ask(second, Command::SendText { chat, text: "I am Alice".into(), nonce: None });
    world.pass(120_000);
    assert_eq!(world.texts(1, chat).len(), 3);
}

#[test]
fn a_lost_device_removed_by_one_that_never_heard_it_takes_nothing_back() {
    let (mut world, chat) = people(2);
    world.say(0, chat, "long ago");
    world.pass(5_000);
    let account = restore(&mut world, 1, &[0], false).unwrap();
    let second = world.settle_in(&account, |_| {});
    world.pass(15 * 60_000);
    let device = devices(&mut world, second).devices[0].device;
    assert_ne!(device, account.device());
    world.stop(0);
    own(&mut world, second, OwnCommand::RemoveDevice { device, words: words_of(1) }).unwrap();
    world.pass(10 * 60_000);
    world.say(second, chat, "my telephone is gone");
    world.pass(120_000);
    assert_eq!(world.texts(1, chat), ["long ago", "my telephone is gone"]);
    world.start(0);
    world.pass(120_000);
    assert!(!world.texts(0, chat).contains(&"my telephone is gone".to_owned()));
}

#[test]
fn a_chat_made_on_one_device_and_the_own_chat_are_on_both() {
    let (mut world, _, second) = two_devices();
    let own_chat = |world: &mut World, peer: usize| {
        world.chats(peer).iter().find(|row| row.kind == registry::chat::OWN).map(|row| row.id)
    };
    let saved = own_chat(&mut world, 0).expect("a chat of own devices");
    assert_eq!(own_chat(&mut world, second), Some(saved));
    world.say(second, saved, "note to self");
    world.pass(5_000);
    assert_eq!(world.texts(0, saved), ["note to self"]);
    let eve = join(&mut world, 3, "Eve", &[0, 1]);
    world.pass(1_000);
    let chat = world.introduce(second, eve);
    world.pass(120_000);
    world.say(eve, chat, "to both of you");
    world.pass(5_000);
    assert_eq!(world.texts(0, chat), ["to both of you"]);
    assert_eq!(world.texts(second, chat), ["to both of you"]);
}

#[test]
fn a_crash_at_every_commit_while_a_device_comes_in_loses_nothing() {
    for victim in [0, 2] {
        for commits in [1, 2, 3, 5, 8, 13, 21, 34] {
            let (mut world, chat) = people(1);
            let account = restore(&mut world, 1, &[0], false).unwrap();
            let second = world.settle_in(&account, |_| {});
            world.pass(9 * 60_000);
            world.crash_after(victim, commits);
            world.pass(120_000);
            world.disarm();
            if !world.runs(victim) {
                world.start(victim);
            }
            world.pass(180_000);
            world.say(1, chat, "both?");
            world.pass(60_000);
            for peer in [0, second] {
                assert_eq!(world.texts(peer, chat), ["both?"], "victim {victim}, commit {commits}, peer {peer}");
            }
        }
    }
}

#[test]
fn what_relays_do_not_know_or_lie_about_is_not_restored() {
    let mut world = World::new(2);
    let alice = join(&mut world, 1, "Alice", &[0]);
    world.pass(1_000);
    assert_eq!(restore(&mut world, 9, &[0], false).unwrap_err(), RestoreError::NotFound);
    assert_eq!(restore(&mut world, 1, &[1], false).unwrap_err(), RestoreError::NotFound);
    world.stop_relay(1);
    assert_eq!(restore(&mut world, 1, &[1], false).unwrap_err(), RestoreError::Unreachable);
    // One relay that is away does not stop the other.
    assert!(restore(&mut world, 1, &[0, 1], false).is_ok());
    world.start_relay(1);
    // Somebody with the record's key (a removed device) puts nonsense there: it is named, and the honest relay counts.
    let key = RecordKey::of(&root_of(1));
    let signer = chappe_protocol::identity::keys::DeviceKey::from_seed(key.to_bytes()[..32].try_into().unwrap());
    let junk = Record::sign(kind::ACCOUNT, signer.device().0, 5, u64::MAX, vec![7; 99], |bytes| signer.sign(bytes));
    let request = Request::PutRecord { record: junk.unwrap().encode() };
    world.tell_relay(1, request.encode(1));
    let (search, answers) = search(&mut world, 1, &[0, 1]);
    assert!(answers.contains(&Answer::Found));
    assert!(answers.iter().any(|answer| matches!(answer, Answer::Bad(_))), "{answers:?}");
    assert!(search.finish(None, false, 1, &mut rng(101)).is_ok());
    assert!(world.runs(alice));
}

#[test]
fn two_lists_of_devices_that_contradict_each_other_are_noticed_by_everybody() {
    let mut world = World::new(2);
    let (alice, bob) = (join(&mut world, 1, "Alice", &[0, 1]), join(&mut world, 2, "Bob", &[0, 1]));
    world.pass(1_000);
    world.introduce(alice, bob);
    world.pass(10_000);
    // Two people with the same words restore from the same old log, each at a relay of their own.
    let accounts = [7, 8].map(|seed| {
        let wall = world.now().wall;
        search(&mut world, 1, &[0]).0.finish(None, false, wall, &mut rng(seed)).unwrap().account
    });
    world.stop(alice);
    let mut records = accounts.iter().map(|account| {
        let record = AccountRecord::new(account.devices.clone());
        record.seal(&account.record, world.now().wall + 10, u64::MAX, &mut rng(1)).unwrap().encode()
    });
    for (relay, record) in records.by_ref().enumerate().collect::<Vec<_>>() {
        world.tell_relay(relay, Request::PutRecord { record }.encode(1));
    }
    assert_eq!(restore(&mut world, 1, &[0, 1], false).unwrap_err(), RestoreError::Forked);
    world.pass(DAY);
    assert!(contacts(&mut world, bob)[0].forked, "the contact sees it");
    world.start(alice);
    world.pass(1_000);
    assert!(devices(&mut world, alice).forked, "and so does the owner");
}

#[test]
fn a_relay_learns_nothing_of_an_account_from_its_record() {
    let mut world = World::new(1);
    let alice = join(&mut world, 1, "Aliceandthelookingglass", &[0]);
    world.pass(1_000);
    let (user, device) = (world.user(alice), ids(&mut world, alice)[0]);
    for secret in [&user.0[..], &device.0, b"Aliceandthelookingglass"] {
        assert!(!world.wire.windows(secret.len()).any(|window| window == secret), "{secret:?}");
    }
}

/// A code of a device, and how far linking is there.
fn start_link(world: &mut World, peer: usize) -> LinkView {
    match own(world, peer, OwnCommand::StartLink) {
        Ok(Reply::Link(link)) => link,
        other => panic!("{other:?}"),
    }
}

fn link_state(world: &mut World, peer: usize) -> LinkView {
    match own(world, peer, OwnCommand::LinkState) {
        Ok(Reply::Link(link)) => link,
        other => panic!("{other:?}"),
    }
}

fn arrival(world: &World, text: &str, relay: Option<usize>, name: &str) -> Arrival {
    let meeting = code::parse(text, relay.map(|relay| world.hint(relay))).unwrap();
    Arrival::new(meeting, name.into(), &mut rng(77))
}

fn arrived(events: Vec<ArrivalEvent>) -> Arrived {
    match events.into_iter().last() {
        Some(ArrivalEvent::Arrived(arrived)) => *arrived,
        other => panic!("{other:?}"),
    }
}

fn failed(events: &[ArrivalEvent]) -> &ArrivalError {
    match events.last() {
        Some(ArrivalEvent::Failed(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// Stores what arrived, as the node does, and runs it.
fn move_in(world: &mut World, arrived: Arrived) -> usize {
    let Arrived { account, contacts, settings } = arrived;
    world.settle_in(&account, |batch| {
        Contacts::store_cards(contacts, batch).unwrap();
        Settings::store_rows(settings, batch).unwrap();
    })
}

/// Alice, who has words, and Bob, introduced.
pub(crate) fn people(relays: usize) -> (World, chappe_protocol::ids::ChatId) {
    let mut world = World::new(relays);
    let all: Vec<usize> = (0..relays).collect();
    let (alice, bob) = (join(&mut world, 1, "Alice", &all), join(&mut world, 2, "Bob", &all));
    world.pass(1_000);
    let chat = world.introduce(alice, bob);
    world.pass(1_000);
    (world, chat)
}

#[test]
fn a_new_device_is_linked_by_a_scanned_code() {
    let (mut world, chat) = people(2);
    let change = ListChange::MuteUntil(FOR_EVER);
    own(&mut world, 0, OwnCommand::ChangeList { chat, change }).unwrap();
    let shown = start_link(&mut world, 0);
    assert_eq!(shown.stage, LinkStage::Waiting);
    let mut new = arrival(&world, &shown.text, None, "laptop");
    let told = world.visit(&mut new, 251, vec![]);
    assert!(matches!(&told[..], [ArrivalEvent::Number { compare: false, .. }]), "{told:?}");
    let offered = link_state(&mut world, 0);
    assert_eq!((offered.stage, &*offered.name, offered.compare), (LinkStage::Offered, "laptop", false));
    // Nothing is certified before the owner of the words says so.
    let wrong = own(&mut world, 0, OwnCommand::ConfirmLink(words_of(2)));
    assert!(matches!(wrong, Err(CommandError::Refused(_))), "{wrong:?}");
    assert_eq!(ids(&mut world, 0).len(), 1);
    own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1))).unwrap();
    let arrived = arrived(world.visit(&mut new, 251, vec![]));
    assert_eq!(link_state(&mut world, 0).stage, LinkStage::HandingOver);
    assert_eq!(Some(arrived.account.device()), offered.device);
    let laptop = move_in(&mut world, arrived);
    let told = world.visit(&mut new, 251, vec![ArrivalCommand::Stored]);
    assert!(matches!(&told[..], [ArrivalEvent::Over]), "{told:?}");
    assert_eq!(link_state(&mut world, 0).stage, LinkStage::Done);
    world.pass(1_000);
    assert_eq!(devices(&mut world, laptop).devices[1].name, "laptop");
    assert_eq!(ids(&mut world, 0), ids(&mut world, laptop));
    assert_eq!(world.user(0), world.user(laptop));
    let (of_old, of_new) = (contacts(&mut world, 0), contacts(&mut world, laptop));
    assert_eq!((of_new.len(), &of_new[0].profile), (1, &of_old[0].profile));
    world.pass(DAY);
    assert_eq!(contacts(&mut world, 1)[0].devices, 2, "the contact hears of the new device");
    assert!(world.refusals(0).is_empty() && world.refusals(laptop).is_empty());
}

#[test]
fn a_new_device_is_linked_by_a_typed_code_and_a_compared_number() {
    let (mut world, _) = people(1);
    let shown = start_link(&mut world, 0);
    let mut new = arrival(&world, &shown.code.to_lowercase(), Some(0), "");
    let told = world.visit(&mut new, 251, vec![]);
    let [ArrivalEvent::Number { number, compare: true }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(link_state(&mut world, 0).stage, LinkStage::Waiting, "nothing is offered before the person compared");
    assert!(world.visit(&mut new, 251, vec![ArrivalCommand::Confirm]).is_empty());
    let offered = link_state(&mut world, 0);
    assert_eq!((offered.stage, &offered.number, offered.compare), (LinkStage::Offered, number, true));
    own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1))).unwrap();
    let arrived = arrived(world.visit(&mut new, 251, vec![]));
    assert_eq!(arrived.account.user(), root_of(1).user());
}

#[test]
fn whoever_says_no_ends_it_and_nothing_is_certified() {
    let (mut world, _) = people(1);
    let shown = start_link(&mut world, 0);
    let mut new = arrival(&world, &shown.code, Some(0), "");
    world.visit(&mut new, 251, vec![]);
    let told = world.visit(&mut new, 251, vec![ArrivalCommand::Refuse]);
    assert_eq!(failed(&told), &ArrivalError::RefusedHere);
    world.settle();
    assert_eq!(link_state(&mut world, 0).stage, LinkStage::Failed);

    let shown = start_link(&mut world, 0);
    let mut new = arrival(&world, &shown.text, None, "");
    world.visit(&mut new, 252, vec![]);
    own(&mut world, 0, OwnCommand::CancelLink).unwrap();
    let told = world.visit(&mut new, 252, vec![]);
    assert_eq!(failed(&told), &ArrivalError::Refused);
    assert!(own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1))).is_err());
    assert_eq!(ids(&mut world, 0).len(), 1);
}

#[test]
fn a_code_works_once_for_ten_minutes_and_for_one_device() {
    let (mut world, _) = people(1);
    // Nobody comes.
    let old = start_link(&mut world, 0);
    world.pass(11 * 60 * 1000);
    assert_eq!(link_state(&mut world, 0).stage, LinkStage::Failed);
    let mut late = arrival(&world, &old.text, None, "");
    world.visit(&mut late, 251, vec![]);
    world.pass(11 * 60 * 1000);
    let told = world.visit(&mut late, 251, vec![]);
    assert_eq!(failed(&told), &ArrivalError::Late);
    // Two come: one of them may be a stranger who saw the code.
    let shown = start_link(&mut world, 0);
    let mut first = arrival(&world, &shown.text, None, "");
    world.visit(&mut first, 252, vec![]);
    let mut second = arrival(&world, &shown.code, Some(0), "");
    world.visit(&mut second, 253, vec![]);
    assert_eq!(link_state(&mut world, 0).stage, LinkStage::Failed);
    assert!(own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1))).is_err());
    // A second one on the same line disturbs, and the code is burnt.
    let shown = start_link(&mut world, 0);
    let mut first = arrival(&world, &shown.text, None, "");
    world.visit(&mut first, 254, vec![]);
    let mut second = Arrival::new(code::parse(&shown.text, None).unwrap(), "".into(), &mut rng(78));
    world.visit(&mut second, 255, vec![]);
    world.pass(1_000);
    let state = link_state(&mut world, 0);
    assert_ne!(state.stage, LinkStage::Done);
    assert_eq!(ids(&mut world, 0).len(), 1);
}

#[test]
fn linking_goes_on_over_a_broken_link_and_a_relay_that_restarts() {
    let (mut world, _) = people(1);
    let shown = start_link(&mut world, 0);
    let mut new = arrival(&world, &shown.text, None, "");
    world.visit(&mut new, 251, vec![]);
    world.stop_relay(0);
    world.start_relay(0);
    world.unlink_guest(251);
    own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1))).unwrap();
    world.pass(100);
    let told = world.revisit(&mut new, 251);
    let arrived = arrived(told);
    assert_eq!(arrived.account.user(), root_of(1).user());
}

#[test]
fn ten_devices_and_no_more() {
    let (mut world, _) = people(1);
    for n in 0..9 {
        let shown = start_link(&mut world, 0);
        let meeting = code::parse(&shown.text, None).unwrap();
        let mut new = Arrival::new(meeting, format!("device {n}"), &mut rng(150 + n));
        world.visit(&mut new, 100 + n, vec![]);
        own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1))).unwrap();
        arrived(world.visit(&mut new, 100 + n, vec![]));
        world.visit(&mut new, 100 + n, vec![ArrivalCommand::Stored]);
    }
    let shown = start_link(&mut world, 0);
    let mut new = Arrival::new(code::parse(&shown.text, None).unwrap(), "one more".into(), &mut rng(190));
    world.visit(&mut new, 120, vec![]);
    let refused = own(&mut world, 0, OwnCommand::ConfirmLink(words_of(1)));
    assert!(matches!(&refused, Err(CommandError::Refused(why)) if why.contains("remove")), "{refused:?}");
    assert_eq!(ids(&mut world, 0).len(), 10);
    assert_eq!(restore(&mut world, 1, &[0], false).unwrap_err().to_string().matches("--replace").count(), 1);
}

#[test]
fn removing_needs_the_words_and_spares_this_device() {
    let (mut world, _) = people(1);
    let account = restore(&mut world, 1, &[0], false).unwrap();
    let again = world.settle_in(&account, |_| {});
    world.pass(7 * 3600 * 1000);
    let device = account.device();
    let remove = |words| OwnCommand::RemoveDevice { device, words };
    assert!(matches!(own(&mut world, 0, remove(words_of(2))), Err(CommandError::Refused(_))));
    assert!(matches!(own(&mut world, 0, remove(Words::new("no words".into()))), Err(CommandError::Invalid(_))));
    assert!(matches!(own(&mut world, again, remove(words_of(1))), Err(CommandError::Refused(_))), "itself");
    let stranger = OwnCommand::RemoveDevice { device: DeviceId([9; 32]), words: words_of(1) };
    assert!(matches!(own(&mut world, 0, stranger), Err(CommandError::NotFound(_))));
    own(&mut world, 0, remove(words_of(1))).unwrap();
    assert_eq!(ids(&mut world, 0).len(), 1);
    world.pass(7 * 3600 * 1000);
    assert!(devices(&mut world, again).removed);
    own(&mut world, 0, OwnCommand::CheckWords(words_of(1))).unwrap();
    assert!(own(&mut world, 0, OwnCommand::CheckWords(words_of(2))).is_err());
}

#[test]
fn the_chat_list_is_kept_in_order_over_restarts() {
    let mut world = World::new(1);
    let me = join(&mut world, 1, "Me", &[0]);
    world.pass(1_000);
    let mut chats = Vec::new();
    for n in 2..5 {
        let other = join(&mut world, n, &format!("Friend {n}"), &[0]);
        world.pass(1_000);
        chats.push((other, world.introduce(me, other)));
    }
    let change = |world: &mut World, chat, change| own(world, me, OwnCommand::ChangeList { chat, change }).unwrap();
    for (other, chat) in &chats {
        world.say(*other, *chat, "hello");
        world.pass(1_000);
    }
    let (a, b, c) = (chats[0].1, chats[1].1, chats[2].1);
    change(&mut world, a, ListChange::Pin(true));
    change(&mut world, b, ListChange::Pin(true));
    change(&mut world, c, ListChange::Archive(true));
    change(&mut world, c, ListChange::Draft("see you".into()));
    change(&mut world, a, ListChange::MarkUnread(true));
    change(&mut world, b, ListChange::MuteUntil(FOR_EVER));
    change(&mut world, b, ListChange::Archive(true));
    world.stop(me);
    world.start(me);
    let list = world.chats(me);
    assert_eq!(list.iter().map(|row| row.id).collect::<Vec<_>>(), [b, a, c]);
    assert_eq!((list[1].marked_unread, list[0].muted_until, &*list[2].draft), (true, FOR_EVER, "see you"));
    assert!(list[0].archived && list[2].archived);
    // News bring an archived chat back, a quiet one stays away.
    world.pass(10);
    for at in [1, 2] {
        world.say(chats[at].0, chats[at].1, "news");
    }
    world.pass(1_000);
    let list = world.chats(me);
    assert!(list[0].archived && !list[2].archived, "{list:?}");
    change(&mut world, b, ListChange::MuteUntil(0));
    assert!(!world.chats(me)[0].archived);
    let long = ListChange::Draft("x".repeat(20_000));
    assert!(own(&mut world, me, OwnCommand::ChangeList { chat: a, change: long }).is_err());
}

#[test]
fn folders_hold_chats_by_name() {
    let (mut world, chat) = couple(1);
    let put = |id, name: &str, chats| OwnCommand::PutFolder { id, name: name.into(), chats };
    let Ok(Reply::Folders(made)) = own(&mut world, 0, put(None, "Work", vec![chat])) else { panic!() };
    let Ok(Reply::Folders(made)) = own(&mut world, 0, put(Some(made[0].id), "Job", vec![])) else { panic!() };
    assert_eq!((made.len(), &*made[0].name, made[0].chats.len()), (1, "Job", 0));
    for bad in ["", "\u{1b}[2J"] {
        assert!(own(&mut world, 0, put(None, bad, vec![])).is_err());
    }
    for n in 1..64 {
        own(&mut world, 0, put(None, &format!("{n}"), vec![])).unwrap();
    }
    assert!(own(&mut world, 0, put(None, "one too many", vec![])).is_err());
    own(&mut world, 0, OwnCommand::RemoveFolder(made[0].id)).unwrap();
    assert!(own(&mut world, 0, OwnCommand::RemoveFolder(made[0].id)).is_err());
    assert!(own(&mut world, 0, put(None, "now there is room", vec![])).is_ok());
}

#[test]
fn a_blocked_persons_messages_and_requests_reach_nothing() {
    let (mut world, chat) = couple(1);
    let bob = world.user(1);
    own(&mut world, 0, OwnCommand::Block { user: bob, blocked: true }).unwrap();
    assert!(contacts(&mut world, 0)[0].blocked);
    world.say(1, chat, "can you hear me?");
    world.pass(1_000);
    assert!(world.texts(0, chat).is_empty());
    assert_eq!(world.chats(0)[0].unread, 0);
    world.stop(0);
    world.start(0);
    world.say(1, chat, "and now?");
    world.pass(1_000);
    assert!(world.texts(0, chat).is_empty() && world.chats(0)[0].unread == 0);
    own(&mut world, 0, OwnCommand::Block { user: bob, blocked: false }).unwrap();
    world.say(1, chat, "hello again");
    world.pass(1_000);
    assert!(world.texts(0, chat).contains(&"hello again".to_owned()));
    assert_eq!(world.chats(0)[0].unread, 1);

    // A stranger who is blocked may ask as often as they like.
    let eve = world.join("Eve", &[0]);
    world.pass(1_000);
    let user = world.user(eve);
    own(&mut world, 0, OwnCommand::Block { user, blocked: true }).unwrap();
    let Ok(Reply::Invite(invite)) = world.ask(0, Command::CreateInvite { uses: 1, ttl_ms: 0 }) else { panic!() };
    world.ask(eve, Command::AddContact { link: invite.link, greeting: "let me in".into() }).unwrap();
    world.pass(1_000);
    assert_eq!(contacts(&mut world, 0).len(), 1);
    assert_eq!(world.refusals(0).get("contact request of a blocked user"), Some(&1));
}

#[test]
fn what_was_said_can_be_proved_to_others() {
    let (mut world, chat) = couple(1);
    let (alice, bob) = (world.user(0), world.user(1));
    let said = world.say(1, chat, "I owe you ten");
    let mine = world.say(0, chat, "so you do");
    world.pass(10_000);
    for (id, user, text) in [(said.id, bob, "I owe you ten"), (mine.id, alice, "so you do")] {
        let Ok(Reply::Proof(bytes)) = own(&mut world, 0, OwnCommand::Prove(id)) else { panic!() };
        let proved = proof::verify(&bytes).unwrap();
        assert_eq!((proved.user, proved.chat, proved.id), (user, chat, id));
        assert!(matches!(proved.body, Body::Text(shown) if shown.text == text));
    }
    assert!(own(&mut world, 0, OwnCommand::Prove(OpId([1; 32]))).is_err());
}

#[test]
fn contacts_see_of_a_profile_what_they_may() {
    let (mut world, _) = couple(2);
    let set = |world: &mut World, field, text: &str| own(world, 0, OwnCommand::SetProfile { field, text: text.into() });
    set(&mut world, Field::Bio, "likes crabs").unwrap();
    set(&mut world, Field::Username, "alice_1990").unwrap();
    own(&mut world, 0, OwnCommand::HideProfile { field: Field::Username, hidden: true }).unwrap();
    world.ask(0, Command::SetName("Alice B.".into())).unwrap();
    world.pass(10_000);
    let seen = &contacts(&mut world, 1)[0];
    assert_eq!((&*seen.profile.name, &*seen.about.bio, &*seen.about.username), ("Alice B.", "likes crabs", ""));
    own(&mut world, 0, OwnCommand::HideProfile { field: Field::Username, hidden: false }).unwrap();
    world.pass(10_000);
    assert_eq!(contacts(&mut world, 1)[0].about.username, "alice_1990");
    assert!(set(&mut world, Field::Username, "Not Allowed").is_err());
    world.stop(0);
    world.start(0);
    let Ok(Reply::OwnProfile(mine)) = own(&mut world, 0, OwnCommand::OwnProfile) else { panic!() };
    assert_eq!((&*mine.about.bio, mine.hidden.len()), ("likes crabs", 0));
    assert_eq!(world.chats(1)[0].title, "Alice B.");
}

#[test]
fn both_sides_see_one_safety_number() {
    let (mut world, _) = couple(1);
    let safety = |world: &mut World, peer, of| -> SafetyView {
        match own(world, peer, OwnCommand::Safety(of)) {
            Ok(Reply::Safety(safety)) => safety,
            other => panic!("{other:?}"),
        }
    };
    let (alice, bob) = (world.user(0), world.user(1));
    let shown = safety(&mut world, 0, bob);
    assert_eq!(shown, safety(&mut world, 1, alice));
    assert!(!shown.verified);
    own(&mut world, 0, OwnCommand::Verify { user: bob, verified: true }).unwrap();
    world.stop(0);
    world.start(0);
    assert!(safety(&mut world, 0, bob).verified);
    assert!(own(&mut world, 0, OwnCommand::Safety(UserId([7; 32]))).is_err());
}
