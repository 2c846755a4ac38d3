//! States come back as they were, and only blocks that are allowed lead from one to the next.

use super::*;
use crate::chat::control::apply::NotAllowed;
use crate::chat::control::block::{Block, Content};
use crate::chat::control::genesis::Genesis;
use crate::chat::control::intent::{Added, Departure, InfoChange, Intent, Removed};
use crate::chat::control::readmission::Readmission;
use crate::chat::control::rules::{Act, Denied, Permissions, Rights, Role};
use crate::chat::control::topic::Face;
use crate::chat::parcel::{Parcel, ParcelError};
use crate::chat::recall::{Recall, RecallError};
use crate::chat::vector;
use crate::identity::keys::DeviceKey;
use crate::ids::{BlockHash, OpId};
use crate::limits::{TOPIC_ICON_MAX, TOPIC_TITLE_MAX, TOPICS_MAX};

const CHAT: ChatId = ChatId([2; 32]);

fn key(n: u8) -> DeviceKey {
    DeviceKey::from_seed([n; 32])
}

fn user(n: u8) -> UserId {
    UserId([n; 32])
}

fn origin() -> Origin {
    let home = HomeSet::new(vec![NodeId([7; 32])], false).unwrap();
    let (kind, title) = (chat::GROUP, "Pioneers".to_owned());
    Origin { chat: CHAT, kind, title, creator: user(1), device: key(1).device(), created: 5, home }
}

/// Users 1 to 4 with a device each: the owner, an admin who may ban, two members.
fn group() -> State {
    let hint = RelayHint { relay: NodeId([7; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] };
    let devices = [1, 2, 3, 4].map(|n| (key(n).device(), user(n)));
    let mut state = State::founding(&origin(), vec![hint], &devices);
    state.rules.roles.insert(user(2), Role::Admin(Rights(Rights::BAN.0 | Rights::PROMOTE.0)));
    let link = link(5);
    state.links.insert(link.id(), link);
    state
}

fn come(link: u8, users: &[u8]) -> Intent {
    let mut devices: Vec<Added> =
        users.iter().map(|n| Added { user: user(*n), device: key(n + 50).device() }).collect();
    devices.sort_by_key(|added| added.device);
    Intent::AddByLink { link: self::link(link).id(), devices }
}

/// Of the owner, for three people, one of whom has come.
fn link(n: u8) -> Link {
    Link { secret: EntranceSecret::from([n; 32]), by: user(1), uses: 3, expires: 9, approval: true, used: 1 }
}

fn with(state: &State, by: u8, intent: Intent) -> Result<State, NotAllowed> {
    state.with(&key(by).device(), &intent)
}

fn cut(n: u8) -> Removed {
    Removed { device: key(n).device(), last_seq: 0, last_op: OpId([0; 32]) }
}

#[test]
fn vector() {
    let state = group();
    let fields = [("state", state.encode()), ("its hash", state.hash().to_vec())];
    vector::check("groups", include_str!("../../../../vectors/groups.hex"), &fields);
}

#[test]
fn a_state_comes_back_and_nothing_else_does() {
    let state = group();
    let bytes = state.encode();
    assert_eq!(State::decode(&bytes), Ok(state));
    for end in 0..bytes.len() {
        assert!(State::decode(&bytes[..end]).is_err(), "cut at {end}");
    }
    assert!(State::decode(&[&bytes[..], &[0]].concat()).is_err());
    let large = State::decode(&vec![1; CHAT_STATE_MAX + 1]);
    assert_eq!(large, Err(WireError::TooLarge { what: "state of a chat", limit: CHAT_STATE_MAX }));
    let face = |title: &str| Face { title: title.into(), icon: "⛵".into(), closed: title == "Closed" };
    let mut topical = group();
    for title in ["Boats", "Closed"] {
        topical = topical.with(&key(1).device(), &Intent::SetTopic { id: 0, face: face(title) }).unwrap();
    }
    assert_eq!((topical.topics.len(), topical.rules.closed.len()), (2, 1));
    assert_eq!(State::decode(&topical.encode()), Ok(topical));
}

#[test]
fn a_state_of_a_thousand_devices_has_its_bound() {
    let mut state = group();
    for n in 0..CHAT_DEVICES_MAX as u16 {
        let mut id = [9; 32];
        id[..2].copy_from_slice(&n.to_be_bytes());
        state.devices.insert(DeviceId(id), Seat { user: UserId(id), since: 1 });
        state.rules.roles.insert(UserId(id), Role::Restricted { permissions: Permissions::REACT, until: 1 });
    }
    state.rules.roles = state.rules.roles.into_iter().take(crate::limits::ROLES_MAX).collect();
    while state.devices.len() > CHAT_DEVICES_MAX {
        state.devices.pop_first();
    }
    let face = || Face { title: "x".repeat(TOPIC_TITLE_MAX), icon: "y".repeat(TOPIC_ICON_MAX), closed: false };
    state.topics = (1..=TOPICS_MAX as u64).map(|id| (id, Topic { face: face(), by: user(1) })).collect();
    let size = state.encode().len();
    assert!(size < CHAT_STATE_MAX, "{size}");
    assert_eq!(State::decode(&state.encode()), Ok(state));
}

#[test]
fn what_is_not_allowed_is_refused_by_name() {
    let state = group();
    let admin = |rights| Role::Admin(rights);
    let role = |n, role| Intent::SetRole { user: user(n), role };
    let title = Intent::SetInfo(InfoChange { title: Some("Mine".into()), ..InfoChange::default() });
    let newcomer = |n: u8, whose: u8| Intent::AddDevices(vec![Added { user: user(whose), device: key(n).device() }]);
    let policy = Intent::SetPolicy { permissions: Permissions::ALL, slow_mode: 0, signed: true };
    let elsewhere = Departure::sign(&ChatId([9; 32]), vec![cut(4)], &key(4));
    let anothers = Departure::sign(&CHAT, vec![cut(3)], &key(4));
    let owners = Departure::sign(&CHAT, vec![cut(1)], &key(1));
    for (by, intent, why) in [
        (9, Intent::KeyUpdate, NotAllowed::Stranger),
        (3, title, NotAllowed::Denied(Denied::NotPermitted)),
        (3, Intent::RemoveDevices(vec![cut(4)]), NotAllowed::Denied(Denied::NotPermitted)),
        (2, Intent::RemoveDevices(vec![cut(1)]), NotAllowed::Rank),
        (2, Intent::RemoveDevices(vec![cut(2)]), NotAllowed::Oneself),
        (2, Intent::RemoveDevices(vec![cut(8)]), NotAllowed::NotIn),
        (2, role(1, Role::Member), NotAllowed::Rank),
        (2, role(3, admin(Rights::ALL)), NotAllowed::Escalation),
        (2, role(8, admin(Rights::BAN)), NotAllowed::NotIn),
        (2, role(3, Role::Banned), NotAllowed::Already),
        (2, role(3, Role::Member), NotAllowed::Nothing),
        (2, Intent::Transfer(user(2)), NotAllowed::Denied(Denied::NoRight)),
        (1, Intent::Transfer(user(8)), NotAllowed::NotIn),
        (2, policy, NotAllowed::Denied(Denied::NoRight)),
        (1, newcomer(3, 3), NotAllowed::Already),
        (1, Intent::RevokeLink([1; 16]), NotAllowed::NoLink),
        (2, Intent::RevokeLink(link(5).id()), NotAllowed::Denied(Denied::NoRight)),
        (2, Intent::SetLink(Link { by: user(2), ..link(6) }), NotAllowed::Denied(Denied::NoRight)),
        (1, Intent::SetLink(Link { by: user(2), ..link(6) }), NotAllowed::Rank),
        (1, Intent::SetLink(link(5)), NotAllowed::Nothing),
        (2, come(5, &[8]), NotAllowed::Denied(Denied::NoRight)),
        (1, come(6, &[8]), NotAllowed::NoLink),
        (1, come(5, &[7, 8, 9]), NotAllowed::UsedUp),
        (1, come(5, &[3]), NotAllowed::Already),
        (1, come(5, &[1]), NotAllowed::Already),
        (3, Intent::Depart(elsewhere), NotAllowed::Departure),
        (2, Intent::Depart(anothers), NotAllowed::Departure),
        (3, Intent::Depart(owners), NotAllowed::OwnerLeaves),
        (1, Intent::SetHomeRelays(state.home.clone()), NotAllowed::Nothing),
        (1, Intent::Unknown { kind: 999, body: vec![] }, NotAllowed::Unknown(999)),
    ] {
        assert_eq!(with(&state, by, intent.clone()), Err(why), "{by}: {intent:?}");
    }
}

#[test]
fn what_is_allowed_leads_to_the_next_state() {
    let state = group();
    let out = with(&state, 2, Intent::RemoveDevices(vec![cut(4)])).unwrap();
    assert!(!out.is_member(&user(4)) && out.index == 1);
    let banned = with(&out, 2, Intent::SetRole { user: user(4), role: Role::Banned }).unwrap();
    let again = Intent::AddDevices(vec![Added { user: user(4), device: key(4).device() }]);
    assert_eq!(with(&banned, 3, again.clone()), Err(NotAllowed::Denied(Denied::Banned)));
    assert!(with(&out, 3, again).unwrap().is_member(&user(4)), "members of a new group may add");
    // A member's further device, by whoever could add them.
    let further = Intent::AddDevices(vec![Added { user: user(3), device: key(8).device() }]);
    assert_eq!(with(&state, 1, further).unwrap().devices_of(&user(3)).len(), 2);
    // One's own further device, always.
    let second = Intent::AddDevices(vec![Added { user: user(3), device: key(33).device() }]);
    let two = with(&state, 3, second).unwrap();
    assert_eq!(two.devices_of(&user(3)).len(), 2);
    assert_eq!(with(&two, 3, Intent::RemoveDevices(vec![cut(33)])).unwrap().devices, state.devices);
    let left = Departure::sign(&CHAT, vec![cut(2)], &key(2));
    let left = with(&state, 3, Intent::Depart(left)).unwrap();
    assert_eq!(left.rules.role(&user(2)), Role::Member, "who comes back is no admin");
    let given = with(&state, 1, Intent::Transfer(user(3))).unwrap();
    assert_eq!((given.rules.role(&user(3)), given.rules.role(&user(1))), (Role::Owner, Role::Admin(Rights::ALL)));
    assert_eq!(given.rules.may(&user(3), Act::Promote, 0), Ok(()));
}

#[test]
fn links_count_who_comes_whoever_lets_them_in() {
    let mut state = group();
    state.rules.roles.insert(user(2), Role::Admin(Rights::INVITE));
    let id = link(5).id();
    let one = with(&state, 2, come(5, &[8])).unwrap();
    assert_eq!((one.links[&id].used, one.is_member(&user(8))), (2, true));
    assert_eq!(with(&one, 1, come(5, &[7, 9])), Err(NotAllowed::UsedUp));
    let full = with(&one, 1, come(5, &[9])).unwrap();
    assert!(full.links[&id].is_used_up());
    assert_eq!(with(&full, 2, come(5, &[7])), Err(NotAllowed::UsedUp));
    // Another number of people, the same count.
    let more = with(&full, 1, Intent::SetLink(Link { uses: 0, used: 0, ..link(5) })).unwrap();
    assert_eq!(more.links[&id].used, 3);
    assert!(with(&more, 2, come(5, &[7])).is_ok());
    let gone = with(&more, 2, Intent::RevokeLink(id)).unwrap();
    assert_eq!(with(&gone, 1, come(5, &[7])), Err(NotAllowed::NoLink));
    let mut banned = state;
    banned.rules.roles.insert(user(8), Role::Banned);
    assert_eq!(with(&banned, 1, come(5, &[8])), Err(NotAllowed::Denied(Denied::Banned)));
}

fn block(state: &State, next: &State, intent: Intent) -> Content {
    let (author, prev) = (key(1).device(), BlockHash([3; 32]));
    let (home, commit) = (state.home_set().unwrap(), vec![1]);
    Content { chat: CHAT, index: next.index, prev, author, intent, commit, state: next.hash(), home }
}

#[test]
fn a_block_that_names_another_state_or_home_is_refused() {
    let state = group();
    let next = with(&state, 1, Intent::KeyUpdate).unwrap();
    let good = block(&state, &next, Intent::KeyUpdate);
    assert_eq!(state.after(&good), Ok(next.clone()));
    let lie = Content { state: [0; 32], ..good.clone() };
    assert_eq!(state.after(&lie), Err(NotAllowed::OtherState));
    let home = HomeSet::new(vec![NodeId([8; 32])], false).unwrap();
    assert_eq!(state.after(&Content { home, ..good }), Err(NotAllowed::Home));
}

#[test]
fn a_parcel_is_checked_before_it_is_opened() {
    let genesis = Genesis::sign(origin(), &key(1)).unwrap();
    let before = group();
    let intent = Intent::AddDevices(vec![Added { user: user(8), device: key(8).device() }]);
    let state = with(&before, 1, intent.clone()).unwrap();
    let content = block(&before, &state, intent);
    let sign = |content: Content| Block::sign(content, &key(1)).unwrap();
    let good = Parcel { genesis, block: sign(content.clone()), state: state.clone(), welcome: vec![4; 9] };
    let open = |parcel: &Parcel, n| Parcel::decode(&parcel.encode(), &key(n).device());
    assert_eq!(open(&good, 8), Ok(good.clone()));
    assert_eq!(open(&good, 9), Err(ParcelError::OtherDevice));
    let other = sign(Content { chat: ChatId([9; 32]), ..content.clone() });
    assert_eq!(open(&Parcel { block: other, ..good.clone() }, 8), Err(ParcelError::Unfitting));
    let mut richer = state;
    richer.rules.roles.insert(user(8), Role::Admin(Rights::ALL));
    assert_eq!(open(&Parcel { state: richer, ..good.clone() }, 8), Err(ParcelError::State));
    let stranger = Content { author: key(9).device(), ..content };
    let stranger = Block::sign(stranger, &key(9)).unwrap();
    assert_eq!(open(&Parcel { block: stranger, ..good.clone() }, 8), Err(ParcelError::Author));
    let bytes = good.encode();
    for end in 0..bytes.len() {
        assert!(Parcel::decode(&bytes[..end], &key(8).device()).is_err(), "cut at {end}");
    }
}

/// Devices of these users ask to come in again behind the fork at index 4.
fn again(state: &State, users: &[u8]) -> Readmission {
    let (from, hash) = (4, BlockHash([6; 32]));
    let sign = |n: &u8| (key(*n).device(), Readmission::sign(&state.chat, from, &hash, &key(*n)));
    let mut devices: Vec<_> = users.iter().map(sign).collect();
    devices.sort();
    Readmission { from, hash, devices }
}

#[test]
fn a_device_comes_in_again_only_as_it_signed_and_changes_nothing() {
    let state = State { index: 7, ..group() };
    let good = again(&state, &[3, 4]);
    let next = with(&state, 2, Intent::Readmit(good.clone())).unwrap();
    assert_eq!(next, State { index: 8, ..state.clone() });
    let refused = |by, readmission: Readmission| with(&state, by, Intent::Readmit(readmission)).unwrap_err();
    assert_eq!(refused(3, good.clone()), NotAllowed::Oneself);
    assert_eq!(refused(9, good.clone()), NotAllowed::Stranger);
    assert_eq!(refused(2, again(&state, &[3, 9])), NotAllowed::NotIn);
    assert_eq!(refused(2, Readmission { from: 5, ..good.clone() }), NotAllowed::Readmission);
    assert_eq!(refused(2, Readmission { hash: BlockHash([7; 32]), ..good.clone() }), NotAllowed::Readmission);
    let later = State { index: 3, ..state.clone() };
    assert_eq!(with(&later, 2, Intent::Readmit(good)), Err(NotAllowed::Readmission), "a fork that is to come");
}

#[test]
fn a_way_back_is_checked_before_it_is_opened() {
    let genesis = Genesis::sign(origin(), &key(1)).unwrap();
    let before = State { index: 6, ..group() };
    let intent = Intent::Readmit(again(&before, &[3]));
    let state = with(&before, 1, intent.clone()).unwrap();
    let content = Content { prev: BlockHash([9; 32]), ..block(&before, &state, intent) };
    let sign = |content: Content| Block::sign(content, &key(1)).unwrap();
    let parcel = Parcel { genesis, block: sign(content.clone()), state: state.clone(), welcome: vec![4; 9] };
    let passed = vec![BlockHash([6; 32]), BlockHash([7; 32]), BlockHash([9; 32])];
    let good = Recall { parcel, passed: passed.clone(), rules: [(5, before.rules.clone())].into() };
    let stands = BlockHash([6; 32]);
    let open = |recall: &Recall| Recall::decode(&recall.encode(), &key(3).device(), 4, &stands);
    assert_eq!(open(&good), Ok(good.clone()));
    let bytes = good.encode();
    assert_eq!(Recall::decode(&bytes, &key(3).device(), 5, &stands), Err(RecallError::Other));
    assert_eq!(Recall::decode(&bytes, &key(3).device(), 4, &BlockHash([7; 32])), Err(RecallError::Other));
    assert_eq!(
        Recall::decode(&bytes, &key(4).device(), 4, &stands),
        Err(RecallError::Other),
        "it names another device"
    );
    let other = Content { intent: Intent::KeyUpdate, ..content };
    let other = Parcel { block: sign(other), ..good.parcel.clone() };
    assert_eq!(open(&Recall { parcel: other, ..good.clone() }), Err(RecallError::Other));
    for passed in [vec![], passed[..2].to_vec(), vec![passed[1], passed[1], passed[2]], vec![passed[0]; 3]] {
        assert_eq!(open(&Recall { passed, ..good.clone() }), Err(RecallError::Chain));
    }
    for index in [3, 7] {
        let rules = [(index, before.rules.clone())].into();
        assert_eq!(open(&Recall { rules, ..good.clone() }), Err(RecallError::Chain), "rules of index {index}");
    }
    for end in 0..bytes.len() {
        assert!(Recall::decode(&bytes[..end], &key(3).device(), 4, &stands).is_err(), "cut at {end}");
    }
}
