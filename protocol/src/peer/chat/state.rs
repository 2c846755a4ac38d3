//! A chat in memory, and its rows.
//!
//! | table | partition | sort | value |
//! |---|---|---|---|
//! | Chat | – | chat | [`Info`], changes rarely |
//! | Chat | chat | `head` | [`Head`], changes with every own operation |
//! | Chat | chat | `state` | what the newest control block says, `chat::control::state` |
//! | Receipt | chat | device | [`DeviceHead`], changes with that device's operations and receipts |
//! | Room | chat, index | | keys, see `chat::ratchet` |
//! | Cursor | chat | index, relay | [`Mark`]: how far we are with a room at a relay |
//! | Timeline, … | chat | | messages, see `chat::timeline::row` and [`super::said`] |
//! | Op | chat, device | sequence number | time, id |
//! | Outbox | chat | sequence number | index, time, id, date, envelope |
//! | Outbox | chat, `key` | sequence number | what opens that envelope, see [`super::reseal`] |
//! | Parked | chat, device | sequence number | an operation that waits for one before it |
//! | Parked | chat, device, `?` | sequence number, id | one that nothing proves yet, see [`Unproven`] |

use super::control::Work;
use super::events::Events;
use super::forks::Forks;
use super::proof::Unproven;
use super::said::Said;
use super::strays::{Healing, Strays};
use super::views::Views;
use super::wishes::Wishes;
use crate::chat::control::rows;
use crate::chat::control::rules::Rules;
use crate::chat::control::state::State;
use crate::chat::op::{ControlPoint, Hlc};
use crate::chat::ratchet::{self, ReceiveChain, SendChain};
use crate::chat::room::{self, RatchetRoot, Room, SecretKey};
use crate::contact::mailbox::RelayHint;
use crate::ids::{BlockHash, ChatId, DeviceId, NodeId, OpId, UserId};
use crate::limits::RECEIPT_DEVICES_MAX;
use crate::peer::context::{Context, Fatal};
use crate::peer::message::MessageView;
use crate::store::{Batch, Range, StoreRead, Table};
use crate::wire::bytes::{Reader, Writer};
use crate::wire::{WireError, cbor};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const HEAD: &[u8] = b"head";
const STATE: &[u8] = b"state";

/// An epoch whose room is still open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// The control index that made it.
    pub index: u64,
    /// The block there.
    pub hash: BlockHash,
    /// Where it lives.
    pub home: Vec<NodeId>,
    /// When the next one began here, milliseconds since 1970; 0 for the newest.
    pub ended: u64,
}

/// How we stand to a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// We are in.
    In,
    /// We said that we leave; the others still have to decide it.
    Leaving,
    /// We were removed, or have left: the history stays, nothing is said or heard any more.
    Out,
    /// We know it from a backup: the history is here, and somebody who is in has to let this device in.
    Away,
    /// It comes from another messenger: the history is here, and nobody is in.
    Imported,
}

impl Standing {
    /// True if this device has no key of the chat.
    pub fn is_out(self) -> bool {
        matches!(self, Self::Out | Self::Away | Self::Imported)
    }

    /// Why nothing can be said or changed, for people; none for who is in.
    pub fn outside(self) -> Option<&'static str> {
        match self {
            Self::In => None,
            Self::Away => {
                Some("this device knows the chat from a backup; wait until somebody who is in it lets the device in")
            }
            Self::Imported => Some("this chat comes from another messenger; it can only be read"),
            Self::Leaving | Self::Out => Some("you are not in this chat any more"),
        }
    }
}

/// What changes rarely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The other person of a private chat.
    pub with: Option<UserId>,
    /// The other side of a private chat said hello (or we accepted); true for all other chats.
    pub accepted: bool,
    /// How we stand to it.
    pub standing: Standing,
    /// Every epoch whose room is open, ascending.
    pub epochs: Vec<Epoch>,
    /// Milliseconds since 1970.
    pub created: u64,
    /// When this device last renewed its keys here, milliseconds since 1970.
    pub renewed: u64,
    /// When this device last knew the newest epoch, to a day; milliseconds since 1970, 0 for never.
    #[serde(default)]
    pub current: u64,
    /// Relays that are home no more, but of an epoch whose room is open; the latest to leave is the last.
    #[serde(default)]
    pub former: Vec<RelayHint>,
    /// What was said until our user deleted the chat at that moment is erased, milliseconds since 1970; 0 for never.
    #[serde(default)]
    pub cleared: u64,
    /// Forks that this device and others came over from.
    #[serde(default)]
    pub healing: Healing,
}

/// A hole in a device's log: operations behind it are here and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// When it was noticed, milliseconds since 1970.
    pub since: u64,
    /// The first number behind it that is here.
    pub before: u64,
}

/// Up to where the operations of a removed device count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The last sequence number that counts; 0 for none.
    pub seq: u64,
    /// The operation there.
    pub op: OpId,
}

/// What we know of one other device. Its row is written when it changes, so that no operation writes more in a larger
/// chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceHead {
    /// The device.
    pub device: DeviceId,
    /// Whose.
    pub user: UserId,
    /// We have its log up to here.
    pub seq: u64,
    /// The operation there.
    pub prev: OpId,
    /// Its time.
    pub hlc: u64,
    /// The time of its last message, for slow mode.
    pub said: u64,
    /// The number of its latest state operation.
    pub state_seq: u64,
    /// It has our log up to here.
    pub delivered: u64,
    /// Its user has seen ours up to here.
    pub read: u64,
    /// Our user has seen its log up to here.
    pub seen: u64,
    /// The epoch of its last operation: it says nothing more in earlier ones.
    pub index: u64,
    /// Where its log goes on for us is not known: the next operation that we get of it is where we begin.
    pub anew: bool,
    /// It has said something since it came in (again), so it is really there.
    #[serde(default)]
    pub arrived: bool,
    /// It was removed.
    pub cut: Option<Cut>,
    /// It was removed before it came back: up to there counts what it said in the stay before this one.
    #[serde(default)]
    pub past: Option<Cut>,
    /// What is missing before its log can go on.
    #[serde(default)]
    pub gap: Option<Gap>,
    /// Operations of its log that never came, and that nobody waits for any more.
    #[serde(default)]
    pub lost: u64,
    /// When its user was there last, as they tell, seconds since 1970; 0 for unknown.
    #[serde(default)]
    pub active: u64,
    /// In a channel: how far its user has read whose log, by device, see `views`.
    #[serde(default, skip_serializing_if = "Views::is_empty")]
    pub views: Views,
    /// It came in again behind a fork at this index: what it said before may name a chain that lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strayed: Option<u64>,
}

impl DeviceHead {
    /// A device that comes in by a control block, whose log we have from its start; or, with `anew`, from where we
    /// first hear it. `ours` is our own last number: it has no claim to what was said before it came.
    pub fn new(device: DeviceId, user: UserId, index: u64, ours: u64, anew: bool) -> Self {
        let prev = OpId([0; 32]);
        let (seq, hlc, said, state_seq, seen, cut, past) = (0, 0, 0, 0, 0, None, None);
        let (delivered, read, gap, lost, active) = (ours, ours, None, 0, 0);
        Self {
            device,
            user,
            seq,
            prev,
            hlc,
            said,
            state_seq,
            delivered,
            read,
            seen,
            index,
            anew,
            arrived: false,
            cut,
            past,
            gap,
            lost,
            active,
            views: Views::default(),
            strayed: None,
        }
    }

    /// True for a device that is in the chat.
    pub fn is_in(&self) -> bool {
        self.cut.is_none()
    }

    /// False once everything that counts of a removed device is here.
    pub fn may_speak(&self) -> bool {
        self.cut.is_none_or(|cut| self.seq < cut.seq)
    }
}

/// What changes with every own operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Our log's last sequence number.
    pub seq: u64,
    /// The operation there.
    pub prev: OpId,
    /// The latest time seen or given.
    pub hlc: u64,
    /// The time of our last message, for slow mode.
    pub said: u64,
    /// The number of our latest state operation.
    pub state_seq: u64,
    /// Messages not seen by our user.
    pub unread: u64,
    /// The control index at which we last said our name, and when (milliseconds since 1970).
    #[serde(default)]
    pub introduced: (u64, u64),
}

impl Head {
    /// Nothing said or heard.
    pub fn new() -> Self {
        Self { seq: 0, prev: OpId([0; 32]), hlc: 0, said: 0, state_seq: 0, unread: 0, introduced: (0, 0) }
    }
}

impl Default for Head {
    fn default() -> Self {
        Self::new()
    }
}

/// How far we are with a room at a relay, as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The log's incarnation; zeros before the first contact.
    #[serde(with = "serde_bytes")]
    pub incarnation: [u8; 16],
    /// The next entry to read.
    pub cursor: u64,
    /// The relay durably has our operations of this room up to this sequence number.
    pub acked: u64,
    /// Some acknowledged sequence numbers and until when the relay keeps them: a lower bound for all above.
    pub until: Vec<(u64, u64)>,
    /// The relay durably has our state operation of this number.
    pub state_acked: u64,
}

/// Checkpoints in [`Mark::until`]; one an hour of sending, so a day is covered finely and the rest by the oldest.
pub const UNTIL_MAX: usize = 24;

/// Where the conversation with a relay about a room stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No link, or refused and waiting.
    Down,
    /// `Open` is asked.
    Opening,
    /// The log exists; `Read` is asked. Appending goes on already.
    Reading,
    /// `Subscribe` is asked or answered.
    Live,
}

/// A room at one relay.
#[derive(Debug)]
pub struct RoomLink {
    /// As stored.
    pub mark: Mark,
    /// The stored row is older than `mark`.
    pub dirty: bool,
    /// Where we stand.
    pub phase: Phase,
    /// Our operations are on their way up to this sequence number.
    pub sent: u64,
    /// Of these, how many are not answered.
    pub in_flight: usize,
    /// The relay knows that we have entries below this.
    pub relay_acked: u64,
    /// Refusals in a row, for the back-off.
    pub refused: u32,
    /// The number of the state operation that told here that the chat has moved on; 0 for none.
    pub hint: u64,
}

/// One epoch of a chat.
#[derive(Debug)]
pub struct RoomState {
    /// Names and keys at the relays.
    pub room: Room,
    /// The control point operations in this room must name.
    pub control: ControlPoint,
    /// When the next one began here, milliseconds since 1970; 0 for the newest.
    pub ended: u64,
    /// Our chain.
    pub send: SendChain,
    /// The others' chains.
    pub receive: BTreeMap<DeviceId, ReceiveChain>,
    /// The home relays.
    pub at: BTreeMap<NodeId, RoomLink>,
}

/// A receipt as it was said last (not stored: after a start it is said anew).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipted {
    /// In which epoch.
    pub index: u64,
    /// Its number among our state operations.
    pub number: u64,
    /// As the relays got it.
    pub envelope: Vec<u8>,
}

/// An own operation that some recipient has not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// In our log.
    pub seq: u64,
    /// The room its envelope is for.
    pub index: u64,
    /// When.
    pub hlc: Hlc,
    /// Which.
    pub id: OpId,
    /// Milliseconds since 1970 when it entered the outbox.
    pub at: u64,
}

/// A chat.
#[derive(Debug)]
pub struct Chat {
    /// Its id.
    pub id: ChatId,
    /// Our user.
    pub us: UserId,
    /// What changes rarely.
    pub info: Info,
    /// What the newest control block says.
    pub state: State,
    /// What changes often.
    pub head: Head,
    /// The other devices, removed ones included.
    pub devices: BTreeMap<DeviceId, DeviceHead>,
    /// Of these, whose row is older than what is here.
    pub dirty: BTreeSet<DeviceId>,
    /// Epochs, the newest last.
    pub rooms: BTreeMap<u64, RoomState>,
    /// Own operations not confirmed by all, ascending.
    pub outbox: VecDeque<Queued>,
    /// The newest message.
    pub last: Option<MessageView>,
    /// Own operations are on enough relays up to here (derived).
    pub sent: u64,
    /// When the last receipt went out, in `Now::mono`.
    pub receipt_at: Option<u64>,
    /// The last one, for relays that missed it; none if there is more to say than it says.
    pub receipt: Option<Receipted>,
    /// Received operations that wait for one before them.
    pub parked: usize,
    /// Received operations that nothing proves yet.
    pub unproven: Unproven,
    /// What goes on about the next control block.
    pub work: Work,
    /// What is known of its messages.
    pub said: Said,
    /// What happened to it.
    pub events: Events,
    /// The rules from each index on at which they changed.
    pub rules: BTreeMap<u64, Rules>,
    /// Own intents that are not decided, in the order in which they were made.
    pub wishes: Wishes,
    /// Indexes at which two blocks were decided.
    pub forks: Forks,
    /// Who comes over from a fork.
    pub strays: Strays,
    /// Blocks proposed for the next index that were looked at, and whether they can be followed.
    pub judged: RefCell<BTreeMap<BlockHash, bool>>,
    /// The newest epoch is known, and what waited in others was looked at.
    pub settled: bool,
}

impl RoomState {
    /// The start of an epoch at `state`: derives everything from the exporter secret.
    pub fn start(secret: &[u8; 32], state: &State, us: &DeviceId, control: ControlPoint) -> Self {
        let room = Room::derive(secret, control.index);
        let root = RatchetRoot::derive(secret, control.index);
        let others = state.devices.keys().filter(|device| *device != us);
        let receive = others.map(|device| (*device, ReceiveChain::start(&root, &room, device))).collect();
        let at = state.home.iter().map(|hint| (hint.relay, RoomLink::new(Mark::default()))).collect();
        Self { send: SendChain::start(&root, us), receive, room, control, ended: 0, at }
    }

    /// The row of the epoch.
    pub fn epoch(&self) -> Epoch {
        let home = self.at.keys().copied().collect();
        Epoch { index: self.control.index, hash: self.control.hash, home, ended: self.ended }
    }

    /// Writes all rows of a new epoch.
    pub fn store(&self, chat: &ChatId, batch: &mut Batch) {
        let partition = room::partition(chat, self.room.index);
        ratchet::store_room(&self.room, &partition, batch);
        self.send.store(&partition, batch);
        for chain in self.receive.values() {
            chain.store(&partition, batch);
        }
    }
}

impl RoomLink {
    /// Before the first contact of this run.
    pub fn new(mark: Mark) -> Self {
        let sent = mark.acked;
        Self { mark, dirty: false, phase: Phase::Down, sent, in_flight: 0, relay_acked: 0, refused: 0, hint: 0 }
    }

    /// True if appends can be sent.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Reading | Phase::Live)
    }
}

fn row<T: Serialize>(value: &T) -> Result<Vec<u8>, Fatal> {
    cbor::encode(value).map_err(|_| Fatal::Bug("a row does not encode"))
}

fn cursor_sort(index: u64, relay: &NodeId) -> Vec<u8> {
    [&index.to_be_bytes()[..], &relay.0].concat()
}

impl Chat {
    /// Writes what changes rarely.
    pub fn store_info(&mut self, batch: &mut Batch) -> Result<(), Fatal> {
        self.info.epochs = self.rooms.values().map(RoomState::epoch).collect();
        batch.put(Table::Chat, &[], &self.id.0, row(&self.info)?);
        Ok(())
    }

    /// Writes what the newest control block says.
    pub fn store_state(&self, batch: &mut Batch) {
        batch.put(Table::Chat, &self.id.0, STATE, self.state.encode());
    }

    /// Writes what changes often: our head, and the rows of the devices that moved.
    pub fn store_head(&mut self, batch: &mut Batch) -> Result<(), Fatal> {
        batch.put(Table::Chat, &self.id.0, HEAD, row(&self.head)?);
        for device in std::mem::take(&mut self.dirty) {
            if let Some(head) = self.devices.get(&device) {
                batch.put(Table::Receipt, &self.id.0, &device.0, row(head)?);
            }
        }
        Ok(())
    }

    /// Writes the marks that changed.
    pub fn store_marks(&mut self, batch: &mut Batch) -> Result<(), Fatal> {
        for (index, state) in &mut self.rooms {
            for (relay, link) in state.at.iter_mut().filter(|(_, link)| link.dirty) {
                batch.put(Table::Cursor, &self.id.0, &cursor_sort(*index, relay), row(&link.mark)?);
                link.dirty = false;
            }
        }
        Ok(())
    }

    /// All chats of a store.
    pub fn load_all(store: &dyn StoreRead, us: (UserId, &DeviceId)) -> Result<Vec<Self>, Fatal> {
        let rows = store.scan(Table::Chat, &[], Range::All, usize::MAX)?;
        rows.iter().map(|(id, info)| Self::load(store, us, id, info)).collect()
    }

    fn load(store: &dyn StoreRead, (user, us): (UserId, &DeviceId), id: &[u8], info: &[u8]) -> Result<Self, Fatal> {
        let damaged = |_: WireError| Fatal::Row("a chat");
        let id = ChatId(id.try_into().map_err(|_| Fatal::Row("a chat"))?);
        let info: Info = cbor::decode(info, "chat", usize::MAX).map_err(damaged)?;
        let head = store.get(Table::Chat, &id.0, HEAD)?.ok_or(Fatal::Row("a chat's head"))?;
        let head: Head = cbor::decode(&head, "chat head", usize::MAX).map_err(damaged)?;
        let state = store.get(Table::Chat, &id.0, STATE)?.ok_or(Fatal::Row("a chat's state"))?;
        let state = State::decode(&state).map_err(damaged)?;
        let devices = load_devices(store, &id)?;
        let mut rooms = BTreeMap::new();
        for epoch in &info.epochs {
            rooms.insert(epoch.index, load_room(store, us, &id, &devices, epoch)?);
        }
        let outbox = load_outbox(store, &id, &info.healing)?;
        let mut parked = 0;
        for device in devices.keys() {
            parked += store.scan(Table::Parked, &device_partition(&id, device), Range::All, usize::MAX)?.len();
        }
        let unproven = Unproven::load(store, &id, devices.keys().copied())?;
        let (said, wishes) = (Said::load(store, &id)?, Wishes::load(store, &id)?);
        let (forks, strays) = (Forks::load(store, &id)?, Strays::load(store, &id, &info.healing)?);
        let new = Self::new((id, user), info, state, head, devices);
        let rules = rows::all_rules(store, &id).map_err(|_| Fatal::Row("a chat's rules"))?;
        let events = Events::load(store, &id)?;
        let mut chat = Self { rooms, outbox, parked, unproven, said, events, rules, wishes, forks, strays, ..new };
        chat.count_relays();
        Ok(chat)
    }

    /// Forgets an epoch with all its keys.
    pub fn close_room(&mut self, index: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let Some(state) = self.rooms.remove(&index) else { return Ok(()) };
        for relay in state.at.keys() {
            ctx.batch.delete(Table::Cursor, &self.id.0, &cursor_sort(index, relay));
        }
        ratchet::forget_room(ctx.store, &room::partition(&self.id, index), usize::MAX, &mut ctx.batch)?;
        Ok(())
    }

    /// True for a private chat in which both sides are.
    pub fn is_private_and_accepted(&self) -> bool {
        self.info.with.is_some() && self.info.accepted
    }

    /// A chat of which nothing else is known, of this user.
    pub fn new(
        (id, us): (ChatId, UserId),
        info: Info,
        state: State,
        head: Head,
        devices: BTreeMap<DeviceId, DeviceHead>,
    ) -> Self {
        Self {
            id,
            us,
            info,
            state,
            head,
            devices,
            dirty: BTreeSet::new(),
            rooms: BTreeMap::new(),
            outbox: VecDeque::new(),
            last: None,
            sent: 0,
            receipt_at: None,
            receipt: None,
            parked: 0,
            unproven: Unproven::default(),
            work: Work::Unknown,
            said: Said::default(),
            events: Events::default(),
            rules: BTreeMap::new(),
            wishes: Wishes::default(),
            forks: Forks::default(),
            strays: Strays::default(),
            judged: RefCell::default(),
            settled: false,
        }
    }

    /// The newest epoch.
    pub fn room(&mut self) -> Option<&mut RoomState> {
        self.rooms.last_entry().map(std::collections::btree_map::OccupiedEntry::into_mut)
    }

    /// The newest control index.
    pub fn index(&self) -> u64 {
        self.state.index
    }

    /// The user of a device that is or was in this chat.
    pub fn user_of(&self, device: &DeviceId) -> Option<UserId> {
        self.state.user_of(device).or_else(|| self.devices.get(device).map(|head| head.user))
    }

    /// What we know of another device, to be changed: its row is written with the head's.
    pub fn device(&mut self, device: &DeviceId) -> Option<&mut DeviceHead> {
        let head = self.devices.get_mut(device)?;
        self.dirty.insert(*device);
        Some(head)
    }

    /// The other devices that are in.
    pub fn others(&self) -> impl Iterator<Item = &DeviceHead> {
        self.devices.values().filter(|device| device.is_in())
    }

    /// True if nobody else is here to hear anything.
    pub fn is_alone(&self) -> bool {
        self.state.devices.len() <= 1
    }

    /// True if the members tell each other how far they have got.
    pub fn has_receipts(&self) -> bool {
        self.state.devices.len() <= RECEIPT_DEVICES_MAX
    }

    /// Whether others are told that our user has heard something: as with what they have read.
    pub fn tells_heard(&self) -> bool {
        self.has_receipts() && !self.said.hides_read
    }

    /// Everybody whom we talk to has our log up to here, on some device of theirs. Where no receipts are sent, nothing is
    /// known of that.
    pub fn delivered(&self) -> u64 {
        self.least(|device| device.delivered)
    }

    /// Everybody whom we talk to has seen our log up to here, on some device of theirs.
    pub fn read(&self) -> u64 {
        self.least(|device| device.read)
    }

    /// Every other device, our own ones included, has our log up to here: nothing before has to be kept for them.
    pub fn kept_by_all(&self) -> u64 {
        let known = self.others().map(|device| device.delivered).min().unwrap_or(self.head.seq);
        if self.has_receipts() { known } else { 0 }
    }

    /// Those whom we talk to: that our own further devices have a message says nothing about anybody else. Where nobody
    /// else is, it is for them.
    fn hearers(&self) -> impl Iterator<Item = &DeviceHead> {
        let alone = self.others().all(|device| device.user == self.us);
        self.others().filter(move |device| match self.info.with {
            Some(with) => device.user == with,
            None => alone || device.user != self.us,
        })
    }

    /// The least that any of them knows; of a user's devices the one that knows most counts.
    fn least(&self, known: impl Fn(&DeviceHead) -> u64) -> u64 {
        if !self.has_receipts() {
            return 0;
        }
        let mut users: BTreeMap<UserId, u64> = BTreeMap::new();
        for device in self.hearers() {
            let most = users.entry(device.user).or_default();
            *most = known(device).max(*most);
        }
        users.into_values().min().unwrap_or(self.head.seq)
    }

    /// Acknowledgements by home relays that make a message "sent" (protocol.md, section 4).
    pub fn enough_relays(&self) -> usize {
        self.state.home.len().clamp(1, 2)
    }

    /// Moves [`Self::sent`] to the last own operation of an unbroken run that enough relays (or all recipients) have.
    pub fn count_relays(&mut self) {
        self.sent = self.sent.max(self.delivered());
        let start = self.outbox.partition_point(|queued| queued.seq <= self.sent);
        let enough = self.enough_relays();
        let has = |state: &RoomState, seq| state.at.values().filter(|link| link.mark.acked >= seq).count();
        for queued in self.outbox.range(start..) {
            if queued.index == Queued::NOWHERE {
                return;
            }
            if self.rooms.get(&queued.index).is_some_and(|state| has(state, queued.seq) < enough) {
                return;
            }
            self.sent = queued.seq;
        }
    }
}

fn load_devices(store: &dyn StoreRead, chat: &ChatId) -> Result<BTreeMap<DeviceId, DeviceHead>, Fatal> {
    let rows = store.scan(Table::Receipt, &chat.0, Range::All, usize::MAX)?;
    let read = |(_, row): &(Vec<u8>, Vec<u8>)| cbor::decode::<DeviceHead>(row, "device of a chat", usize::MAX);
    let heads = rows.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(|_| Fatal::Row("a chat's devices"))?;
    Ok(heads.into_iter().map(|head| (head.device, head)).collect())
}

fn load_room(
    store: &dyn StoreRead,
    us: &DeviceId,
    chat: &ChatId,
    devices: &BTreeMap<DeviceId, DeviceHead>,
    epoch: &Epoch,
) -> Result<RoomState, Fatal> {
    let damaged = |_| Fatal::Row("a room");
    let control = ControlPoint { index: epoch.index, hash: epoch.hash };
    let partition = room::partition(chat, control.index);
    let room = ratchet::load_room(store, &partition).map_err(damaged)?.ok_or(Fatal::Row("a room"))?;
    let send = SendChain::load(store, &partition).map_err(damaged)?.ok_or(Fatal::Row("a room"))?;
    let mut receive = BTreeMap::new();
    for device in devices.keys().filter(|device| *device != us) {
        if let Some(chain) = ReceiveChain::load(store, &partition, &room, device).map_err(damaged)? {
            receive.insert(*device, chain);
        }
    }
    let mut at = BTreeMap::new();
    for relay in &epoch.home {
        let row = store.get(Table::Cursor, &chat.0, &cursor_sort(control.index, relay))?;
        let mark = row.map(|row| cbor::decode(&row, "cursor", usize::MAX)).transpose();
        at.insert(*relay, RoomLink::new(mark.map_err(|_| Fatal::Row("a cursor"))?.unwrap_or_default()));
    }
    Ok(RoomState { room, control, ended: epoch.ended, send, receive, at })
}

impl Queued {
    /// In place of an index: it was sealed for an epoch of a chain that lost, where nobody hears it.
    pub const NOWHERE: u64 = u64::MAX;

    /// Writes the outbox rows: the envelope, and the key that opens it.
    pub fn store(&self, chat: &ChatId, envelope: &[u8], key: &SecretKey, batch: &mut Batch) {
        let mut w = Writer::with_capacity(56 + envelope.len());
        w.u64(self.index).u64(self.hlc.0).raw(&self.id.0).u64(self.at).raw(envelope);
        batch.put(Table::Outbox, &chat.0, &self.seq.to_be_bytes(), w.finish());
        batch.put(Table::Outbox, &outbox_keys(chat), &self.seq.to_be_bytes(), key.bytes().to_vec());
    }

    /// The key of its envelope; none for what an earlier version left here.
    pub fn key(&self, store: &dyn StoreRead, chat: &ChatId) -> Result<Option<SecretKey>, Fatal> {
        let row = store.get(Table::Outbox, &outbox_keys(chat), &self.seq.to_be_bytes())?;
        let read = |row: Vec<u8>| row.try_into().map(SecretKey).map_err(|_| Fatal::Row("the outbox"));
        row.map(read).transpose()
    }

    /// It leaves the outbox.
    pub fn forget(&self, chat: &ChatId, batch: &mut Batch) {
        batch.delete(Table::Outbox, &chat.0, &self.seq.to_be_bytes());
        batch.delete(Table::Outbox, &outbox_keys(chat), &self.seq.to_be_bytes());
    }

    fn decode(sort: &[u8], value: &[u8]) -> Result<(Self, Vec<u8>), WireError> {
        let (mut s, mut r) = (Reader::new(sort), Reader::new(value));
        let seq = s.u64()?;
        let queued = Self { seq, index: r.u64()?, hlc: Hlc(r.u64()?), id: OpId(r.array()?), at: r.u64()? };
        Ok((queued, r.take(r.remaining())?.to_vec()))
    }
}

fn outbox_keys(chat: &ChatId) -> Vec<u8> {
    [&chat.0[..], b"key"].concat()
}

fn load_outbox(store: &dyn StoreRead, chat: &ChatId, healing: &Healing) -> Result<VecDeque<Queued>, Fatal> {
    let lost =
        |queued: &Queued| healing.strayed.is_some_and(|from| queued.index >= from && queued.seq <= healing.lifted);
    let mut outbox = VecDeque::new();
    let mut from = 0_u64;
    loop {
        let page = outbox_page(store, chat, from, 512)?;
        let Some((last, _)) = page.last() else { return Ok(outbox) };
        from = last.seq + 1;
        outbox.extend(page.into_iter().map(|(queued, _)| {
            let index = if lost(&queued) { Queued::NOWHERE } else { queued.index };
            Queued { index, ..queued }
        }));
    }
}

/// Outbox rows with their envelopes, from a sequence number on.
pub fn outbox_page(
    store: &dyn StoreRead,
    chat: &ChatId,
    from: u64,
    limit: usize,
) -> Result<Vec<(Queued, Vec<u8>)>, Fatal> {
    let rows = store.scan(Table::Outbox, &chat.0, Range::From(&from.to_be_bytes()), limit)?;
    let read = rows.iter().map(|(sort, value)| Queued::decode(sort, value)).collect::<Result<_, _>>();
    read.map_err(|_| Fatal::Row("the outbox"))
}

/// Partition of rows that belong to one device's log in a chat.
pub fn device_partition(chat: &ChatId, device: &DeviceId) -> Vec<u8> {
    [chat.0, device.0].concat()
}
