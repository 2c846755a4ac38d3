//! What a control block is for.
//!
//! A loser of the race for an index keeps its intent and builds a new block from it on the new state; the MLS commit
//! belongs to one state only and is made anew.
//!
//! | kind | body |
//! |---|---|
//! | 1 key update | empty |
//! | 2 add devices | `count u16 \| (user 32 \| device 32)*`, ascending by device |
//! | 3 remove devices | `count u16 \| (device 32 \| last seq u64 \| last op 32)*`, ascending by device |
//! | 4 set home relays | `count u16 \| (relay 32 \| count u16 \| addresses as bytes*)*`, ascending by relay |
//! | 5 depart | as 3, then `device 32 \| signature 64` of one of the user's devices, see [`Departure`] |
//! | 6 set info | `fields u8 \| title bytes? \| description bytes? \| picture (flag u8 \| 32?)?`, bit 0, 1, 2 of `fields` |
//! | 7 set role | `user 32 \| role`, see `rules` |
//! | 8 set policy | `permissions u16 \| slow mode u32, seconds \| signed u8` |
//! | 9 set link | `secret 32 \| by 32 \| uses u32 \| expires u64 \| approval u8` |
//! | 10 revoke link | `id 16` |
//! | 11 transfer | `user 32` |
//! | 13 set topic | `id u64, 0 for a new one \| title bytes \| emoji bytes \| closed u8`, see `topic` |
//! | 14 add by link | `link 16 \| count u16 \| (user 32 \| device 32)*`, ascending by device |
//! | 15 remove topic | `id u64` |
//! | 16 readmit | see `readmission` |
//! | other | kept as it is, at most [`INTENT_MAX`] bytes |
//!
//! Not here: whether it may be done (`apply`).

use super::readmission::Readmission;
use super::rules::{self, Permissions, Role};
use super::state::{Link, check_text, read_hints, write_hints};
use super::topic::{Face, TopicId};
use crate::contact::entrance::LinkId;
use crate::contact::mailbox::RelayHint;
use crate::identity::keys::{DeviceKey, verify};
use crate::ids::{ChatId, DeviceId, OpId, UserId};
use crate::limits::{ABOUT_MAX, INTENT_DEVICES_MAX, INTENT_MAX, TITLE_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::registry::{context, intent};

/// A device that comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub device: DeviceId,
}

/// A device that goes, and up to where its operations count: what it signs behind the cut is refused, so that a
/// removed member cannot date something back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Which.
    pub device: DeviceId,
    /// Its last operation's sequence number that counts; 0 for none; [`Self::OPEN`] if who removes it does not know.
    pub last_seq: u64,
    /// That operation; zeros for none.
    pub last_op: OpId,
}

impl Removed {
    /// Who removes the device came later than its last operation and has never heard it: all that it said in the epochs
    /// that it was in counts. A smaller number would take back everywhere what everybody else has.
    pub const OPEN: u64 = u64::MAX;
}

/// A user's own word that some of their devices leave. Any member may have it decided: MLS lets nobody remove their
/// own leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Devices of one user, with their cuts.
    pub devices: Vec<Removed>,
    /// The device of that user that says so.
    pub by: DeviceId,
    /// Its signature over `chappe departure 1\0`, chat and list.
    pub signature: [u8; 64],
}

impl Departure {
    /// Signs.
    pub fn sign(chat: &ChatId, mut devices: Vec<Removed>, key: &DeviceKey) -> Self {
        devices.sort_by_key(|removed| removed.device);
        let signature = key.sign(&Self::statement(chat, &devices));
        Self { devices, by: key.device(), signature }
    }

    fn statement(chat: &ChatId, devices: &[Removed]) -> Vec<u8> {
        let mut w = Writer::default();
        w.raw(context::DEPARTURE).raw(&chat.0);
        write_removed(&mut w, devices);
        w.finish()
    }

    /// True if the device that it names signed it for this chat.
    pub fn is_signed(&self, chat: &ChatId) -> bool {
        verify(&self.by.0, &Self::statement(chat, &self.devices), &self.signature)
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        write_removed(&mut w, &self.devices);
        w.raw(&self.by.0).raw(&self.signature);
        w.finish()
    }

    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Anything else. The signature is not checked here.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        let mut r = Reader::new(bytes);
        let departure = Self::read(&mut r)?;
        r.finish()?;
        Ok(departure)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, WireError> {
        let devices = devices(r, 72, read_removed, |removed| removed.device)?;
        Ok(Self { devices, by: DeviceId(r.array()?), signature: r.array()? })
    }
}

/// What of a chat's face changes; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InfoChange {
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub about: Option<String>,
    /// The picture: a reference, or none from now on.
    pub picture: Option<Option<[u8; 32]>>,
}

/// What a control block changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Fresh keys, nothing else.
    KeyUpdate,
    /// Devices come in. At least one.
    AddDevices(Vec<Added>),
    /// Devices go. At least one.
    RemoveDevices(Vec<Removed>),
    /// The next epoch lives at the relays that the block names; here with their addresses.
    SetHomeRelays(Vec<RelayHint>),
    /// A user leaves.
    Depart(Departure),
    /// Title, description, picture.
    SetInfo(InfoChange),
    /// A user's role. `Member` takes the former one away.
    SetRole {
        /// Whose.
        user: UserId,
        /// Never `Owner`: that is `Transfer`.
        role: Role,
    },
    /// What members may do.
    SetPolicy {
        /// Of members.
        permissions: Permissions,
        /// Seconds.
        slow_mode: u32,
        /// Whether posts of a channel name their author.
        signed: bool,
    },
    /// A new invite link, or a changed one.
    SetLink(Link),
    /// The link lets nobody in any more.
    RevokeLink(LinkId),
    /// Another member owns the chat; the former owner becomes an admin with all rights.
    Transfer(UserId),
    /// Devices of strangers come in by an invite link. At least one.
    AddByLink {
        /// Which link.
        link: LinkId,
        /// Who.
        devices: Vec<Added>,
    },
    /// A new topic, or a changed one.
    SetTopic {
        /// Which; 0 for a new one.
        id: TopicId,
        /// What people see from now on.
        face: Face,
    },
    /// A topic goes; what stands in it is general.
    RemoveTopic(TopicId),
    /// Devices whose chain lost at a fork come in again.
    Readmit(Readmission),
    /// A kind from a newer program.
    Unknown {
        /// Its number.
        kind: u16,
        /// Its body.
        body: Vec<u8>,
    },
}

impl Intent {
    /// Its number in `registry::intent`.
    pub fn kind(&self) -> u16 {
        match self {
            Intent::KeyUpdate => intent::KEY_UPDATE,
            Intent::AddDevices(_) => intent::ADD_DEVICES,
            Intent::RemoveDevices(_) => intent::REMOVE_DEVICES,
            Intent::SetHomeRelays(_) => intent::SET_HOME_RELAYS,
            Intent::Depart(_) => intent::DEPART,
            Intent::SetInfo(_) => intent::SET_INFO,
            Intent::SetRole { .. } => intent::SET_ROLE,
            Intent::SetPolicy { .. } => intent::SET_POLICY,
            Intent::SetLink(_) => intent::SET_LINK,
            Intent::RevokeLink(_) => intent::REVOKE_LINK,
            Intent::Transfer(_) => intent::TRANSFER,
            Intent::AddByLink { .. } => intent::ADD_BY_LINK,
            Intent::SetTopic { .. } => intent::SET_TOPIC,
            Intent::RemoveTopic(_) => intent::REMOVE_TOPIC,
            Intent::Readmit(_) => intent::READMIT,
            Intent::Unknown { kind, .. } => *kind,
        }
    }

    /// Devices that come in and devices that go.
    pub fn moves(&self) -> (&[Added], &[Removed]) {
        match self {
            Intent::AddDevices(devices) | Intent::AddByLink { devices, .. } => (devices, &[]),
            Intent::RemoveDevices(devices) => (&[], devices),
            Intent::Depart(departure) => (&[], &departure.devices),
            Intent::KeyUpdate
            | Intent::SetHomeRelays(_)
            | Intent::SetInfo(_)
            | Intent::SetRole { .. }
            | Intent::SetPolicy { .. }
            | Intent::SetLink(_)
            | Intent::RevokeLink(_)
            | Intent::Transfer(_)
            | Intent::SetTopic { .. }
            | Intent::RemoveTopic(_)
            | Intent::Readmit(_)
            | Intent::Unknown { .. } => (&[], &[]),
        }
    }

    /// Its canonical bytes.
    pub fn body(&self) -> Vec<u8> {
        let mut w = Writer::default();
        match self {
            Intent::KeyUpdate => {}
            Intent::AddDevices(devices) => write_added(&mut w, devices),
            Intent::AddByLink { link, devices } => {
                w.raw(link);
                write_added(&mut w, devices);
            }
            Intent::RemoveDevices(devices) => write_removed(&mut w, devices),
            Intent::SetHomeRelays(hints) => write_hints(&mut w, hints),
            Intent::Depart(departure) => {
                w.raw(&departure.encode());
            }
            Intent::SetInfo(change) => write_info(&mut w, change),
            Intent::SetRole { user, role } => {
                w.raw(&user.0);
                role.write(&mut w);
            }
            Intent::SetPolicy { permissions, slow_mode, signed } => {
                w.u16(permissions.0).u32(*slow_mode).bool(*signed);
            }
            Intent::SetLink(link) => link.write(&mut w),
            Intent::RevokeLink(id) => {
                w.raw(id);
            }
            Intent::Transfer(user) => {
                w.raw(&user.0);
            }
            Intent::SetTopic { id, face } => {
                w.u64(*id);
                face.write(&mut w);
            }
            Intent::RemoveTopic(id) => {
                w.u64(*id);
            }
            Intent::Readmit(readmission) => readmission.write(&mut w),
            Intent::Unknown { body, .. } => {
                w.raw(body);
            }
        }
        w.finish()
    }

    /// Reads a kind and its body.
    ///
    /// # Errors
    /// A body that is not its kind's canonical form.
    pub fn decode(kind: u16, body: &[u8]) -> Result<Self, WireError> {
        if body.len() > INTENT_MAX {
            return Err(WireError::TooLarge { what: "intent", limit: INTENT_MAX });
        }
        let mut r = Reader::new(body);
        let decoded = match kind {
            intent::KEY_UPDATE => Intent::KeyUpdate,
            intent::SET_HOME_RELAYS => Intent::SetHomeRelays(read_hints(&mut r)?),
            intent::ADD_DEVICES => Intent::AddDevices(devices(&mut r, 64, read_added, |added| added.device)?),
            intent::REMOVE_DEVICES => {
                Intent::RemoveDevices(devices(&mut r, 72, read_removed, |removed| removed.device)?)
            }
            intent::DEPART => Intent::Depart(Departure::read(&mut r)?),
            intent::SET_INFO => Intent::SetInfo(read_info(&mut r)?),
            intent::SET_ROLE => read_role(&mut r)?,
            intent::SET_POLICY => {
                let (permissions, slow_mode) = (rules::permissions(&mut r)?, rules::slow_mode(&mut r)?);
                Intent::SetPolicy { permissions, slow_mode, signed: r.bool()? }
            }
            intent::SET_LINK => Intent::SetLink(Link::read(&mut r)?),
            intent::REVOKE_LINK => Intent::RevokeLink(r.array()?),
            intent::TRANSFER => Intent::Transfer(UserId(r.array()?)),
            intent::ADD_BY_LINK => {
                Intent::AddByLink { link: r.array()?, devices: devices(&mut r, 64, read_added, |added| added.device)? }
            }
            intent::SET_TOPIC => Intent::SetTopic { id: r.u64()?, face: Face::read(&mut r)? },
            intent::REMOVE_TOPIC => Intent::RemoveTopic(r.u64()?),
            intent::READMIT => Intent::Readmit(Readmission::read(&mut r)?),
            kind => return Ok(Intent::Unknown { kind, body: body.to_vec() }),
        };
        r.finish()?;
        Ok(decoded)
    }
}

fn write_added(w: &mut Writer, devices: &[Added]) {
    w.count(devices.len());
    for added in devices {
        w.raw(&added.user.0).raw(&added.device.0);
    }
}

fn write_removed(w: &mut Writer, devices: &[Removed]) {
    w.count(devices.len());
    for removed in devices {
        w.raw(&removed.device.0).u64(removed.last_seq).raw(&removed.last_op.0);
    }
}

fn read_added(r: &mut Reader<'_>) -> Result<Added, WireError> {
    Ok(Added { user: UserId(r.array()?), device: DeviceId(r.array()?) })
}

fn read_removed(r: &mut Reader<'_>) -> Result<Removed, WireError> {
    let removed = Removed { device: DeviceId(r.array()?), last_seq: r.u64()?, last_op: OpId(r.array()?) };
    let none = removed.last_op == OpId([0; 32]);
    if matches!(removed.last_seq, 0 | Removed::OPEN) == none {
        Ok(removed)
    } else {
        Err(WireError::Invalid("the cut of a removed device"))
    }
}

fn read_role(r: &mut Reader<'_>) -> Result<Intent, WireError> {
    let (user, role) = (UserId(r.array()?), Role::read(r)?);
    if role == Role::Owner { Err(WireError::Invalid("role")) } else { Ok(Intent::SetRole { user, role }) }
}

fn write_info(w: &mut Writer, change: &InfoChange) {
    let bit = |is: bool, n: u8| u8::from(is) << n;
    w.u8(bit(change.title.is_some(), 0) | bit(change.about.is_some(), 1) | bit(change.picture.is_some(), 2));
    for text in [&change.title, &change.about].into_iter().flatten() {
        w.bytes(text.as_bytes());
    }
    if let Some(picture) = &change.picture {
        w.bool(picture.is_some()).raw(picture.as_ref().map_or(&[][..], |hash| hash));
    }
}

fn read_info(r: &mut Reader<'_>) -> Result<InfoChange, WireError> {
    let fields = r.u8()?;
    if fields == 0 || fields > 7 {
        return Err(WireError::Invalid("fields of a chat's info"));
    }
    let mut change = InfoChange::default();
    if fields & 1 != 0 {
        let title = r.text("title", TITLE_MAX)?.to_owned();
        check_text("title", &title, TITLE_MAX)?;
        change.title = Some(title);
    }
    if fields & 2 != 0 {
        let about = r.text("description", ABOUT_MAX)?.to_owned();
        check_text("description", &about, ABOUT_MAX)?;
        change.about = Some(about);
    }
    if fields & 4 != 0 {
        change.picture = Some(if r.bool()? { Some(r.array()?) } else { None });
    }
    Ok(change)
}

/// A count and its items, which are strictly ascending by device and not none.
fn devices<T>(
    r: &mut Reader<'_>,
    size: usize,
    read: fn(&mut Reader<'_>) -> Result<T, WireError>,
    device: fn(&T) -> DeviceId,
) -> Result<Vec<T>, WireError> {
    let n = r.count("devices of an intent", INTENT_DEVICES_MAX, size)?;
    let items = (0..n).map(|_| read(r)).collect::<Result<Vec<_>, _>>()?;
    if items.is_empty() || !items.windows(2).all(|pair| device(&pair[0]) < device(&pair[1])) {
        return Err(WireError::Invalid("the devices of an intent"));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::control::rules::Rights;
    use crate::contact::entrance::EntranceSecret;
    use crate::ids::NodeId;

    fn added(n: u8) -> Added {
        Added { user: UserId([9; 32]), device: DeviceId([n; 32]) }
    }

    fn removed(n: u8) -> Removed {
        Removed { device: DeviceId([n; 32]), last_seq: 5, last_op: OpId([2; 32]) }
    }

    #[test]
    fn every_kind_comes_back_and_unknown_ones_are_kept() {
        let key = DeviceKey::from_seed([1; 32]);
        let hint = |n| RelayHint { relay: NodeId([n; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] };
        let secret = EntranceSecret::from([1; 32]);
        let link = Link { secret, by: UserId([2; 32]), uses: 3, expires: 4, approval: true, used: 0 };
        let face = InfoChange { title: Some("T".into()), about: None, picture: Some(Some([3; 32])) };
        let bare = InfoChange { title: None, about: Some(String::new()), picture: Some(None) };
        let user = UserId([4; 32]);
        for intent in [
            Intent::KeyUpdate,
            Intent::SetHomeRelays(vec![hint(1)]),
            Intent::AddDevices(vec![added(1), added(2)]),
            Intent::RemoveDevices(vec![removed(1)]),
            Intent::Depart(Departure::sign(&ChatId([5; 32]), vec![removed(2), removed(1)], &key)),
            Intent::SetInfo(face),
            Intent::SetInfo(bare),
            Intent::SetRole { user, role: Role::Admin(Rights::ALL) },
            Intent::SetRole { user, role: Role::Restricted { permissions: Permissions::REACT, until: 7 } },
            Intent::SetPolicy { permissions: Permissions::ALL, slow_mode: 30, signed: false },
            Intent::SetLink(link),
            Intent::RevokeLink([1; 16]),
            Intent::Transfer(user),
            Intent::AddByLink { link: [1; 16], devices: vec![added(1), added(2)] },
            Intent::SetTopic { id: 7, face: Face { title: "Boats".into(), icon: "⛵".into(), closed: true } },
            Intent::RemoveTopic(7),
            Intent::Unknown { kind: 999, body: vec![1, 2, 3] },
        ] {
            assert_eq!(Intent::decode(intent.kind(), &intent.body()), Ok(intent));
        }
    }

    #[test]
    fn a_departure_is_worth_something_in_its_chat_only() {
        let departure = Departure::sign(&ChatId([5; 32]), vec![removed(1)], &DeviceKey::from_seed([1; 32]));
        assert!(departure.is_signed(&ChatId([5; 32])));
        assert!(!departure.is_signed(&ChatId([6; 32])));
        let more = Departure { devices: vec![removed(1), removed(2)], ..departure };
        assert!(!more.is_signed(&ChatId([5; 32])));
    }

    #[test]
    fn bodies_that_are_not_canonical_are_refused() {
        let bad = WireError::Invalid("the devices of an intent");
        let body = |devices: &[Added]| Intent::AddDevices(devices.to_vec()).body();
        let many: Vec<_> = (0..=INTENT_DEVICES_MAX).map(|_| added(1)).collect();
        let limit = INTENT_DEVICES_MAX;
        let owner = [&[4; 32][..], &[1]].concat();
        for (kind, body, reason) in [
            (intent::ADD_DEVICES, body(&[]), bad.clone()),
            (intent::ADD_DEVICES, body(&[added(1), added(1)]), bad.clone()),
            (intent::ADD_DEVICES, body(&[added(2), added(1)]), bad),
            (intent::ADD_DEVICES, body(&many), WireError::TooLarge { what: "devices of an intent", limit }),
            (intent::ADD_DEVICES, vec![0, 9], WireError::Truncated),
            (intent::KEY_UPDATE, vec![0], WireError::Trailing),
            (intent::SET_HOME_RELAYS, vec![0, 0], WireError::Invalid("list of relays")),
            (intent::SET_INFO, vec![0], WireError::Invalid("fields of a chat's info")),
            (intent::SET_INFO, vec![1, 0, 0, 0, 1, b'\n'], WireError::Invalid("title")),
            (intent::SET_ROLE, owner, WireError::Invalid("role")),
            (intent::SET_TOPIC, [&[0; 8][..], &[0, 0, 0, 1, b' '], &[0; 5]].concat(), WireError::Invalid("topic")),
            (intent::REMOVE_TOPIC, vec![0; 9], WireError::Trailing),
            (intent::SET_POLICY, vec![0xff, 0xff, 0, 0, 0, 0, 0], WireError::Invalid("permissions")),
            (999, vec![0; INTENT_MAX + 1], WireError::TooLarge { what: "intent", limit: INTENT_MAX }),
        ] {
            assert_eq!(Intent::decode(kind, &body), Err(reason));
        }
    }
}
