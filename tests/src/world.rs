//! Peers, relays, links and a clock in one process.

use chappe_protocol::chat::op::SignedOp;
use chappe_protocol::chat::timeline::row::Row;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::core::{Core, Input, Now, Output};
use chappe_protocol::identity::keys::DeviceKey;
use chappe_protocol::identity::keys::RootKey;
use chappe_protocol::ids::{ChatId, NodeId, OpId, UserId};
use chappe_protocol::peer::Peer;
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::command::{Command, CommandError, Event, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::peer::view::{ChatView, ContactState, TruthView};
use chappe_protocol::relay::{Policy, Relay, RelayCommand, RelayConfig};
use chappe_protocol::store::{Batch, Range, StoreRead, Table};
use chappe_storage::{MemoryStore, Store};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A frame or a change of a link on its way.
#[derive(Debug)]
enum Packet {
    Up,
    Down,
    Frame(Vec<u8>),
}

/// Which core of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Peer(usize),
    Relay(usize),
}

/// One person's node.
pub struct PeerNode {
    core: Option<Peer>,
    /// Its disk.
    pub store: MemoryStore,
    id: NodeId,
    wanted: BTreeSet<NodeId>,
    linked: BTreeSet<NodeId>,
    /// What its people were told, replies excluded.
    pub events: Vec<Event>,
    replies: BTreeMap<u64, Result<Reply, CommandError>>,
    runs: u8,
    /// Commits until the machine loses its power, if a crash was asked for.
    fuse: Option<usize>,
    /// It reaches nobody.
    isolated: bool,
}

/// One community's relay.
pub struct RelayNode {
    core: Option<Relay>,
    /// Its disk.
    pub store: MemoryStore,
    /// Its key.
    pub id: NodeId,
    seed: [u8; 32],
    runs: u8,
    fuse: Option<usize>,
    deaf: bool,
}

/// A machine that is neither a node nor a relay of the world.
#[derive(Default)]
struct Guest {
    frames: VecDeque<(NodeId, Vec<u8>)>,
    linked: BTreeSet<NodeId>,
}

/// Everything.
pub struct World {
    /// People.
    pub peers: Vec<PeerNode>,
    /// Relays.
    pub relays: Vec<RelayNode>,
    now: Now,
    packets: VecDeque<(Place, NodeId, Packet)>,
    next_command: u64,
    /// Frames for machines that are neither: devices on their way into an account.
    guests: BTreeMap<NodeId, Guest>,
    /// Every byte that crossed a link, for those who search it.
    pub wire: Vec<u8>,
    /// How many frames crossed.
    pub frames: usize,
}

impl World {
    /// So many relays, all running.
    pub fn new(relays: usize) -> Self {
        let mut world = Self {
            peers: Vec::new(),
            relays: Vec::new(),
            now: Now { mono: 1_000, wall: 1_800_000_000_000 },
            packets: VecDeque::new(),
            next_command: 1,
            guests: BTreeMap::new(),
            wire: Vec::new(),
            frames: 0,
        };
        for _ in 0..relays {
            world.spare_relay();
        }
        world
    }

    /// One more relay, which runs and which nobody knows yet; its number.
    pub fn spare_relay(&mut self) -> usize {
        let n = self.relays.len();
        let seed = [100 + n as u8; 32];
        let id = NodeId(DeviceKey::from_seed(seed).device().0);
        let node = RelayNode { core: None, store: MemoryStore::new(), id, seed, runs: 0, fuse: None, deaf: false };
        self.relays.push(node);
        self.start_relay(n);
        n
    }

    /// A new user whose relays are those of these numbers; the node runs.
    pub fn join(&mut self, name: &str, relays: &[usize]) -> usize {
        let n = self.peers.len();
        let hints = relays.iter().map(|r| RelayHint { relay: self.relays[*r].id, addrs: vec![format!("/memory/{r}")] });
        let root = RootKey::from_seed([n as u8 + 1; 32]);
        let rng = &mut ChaCha20Rng::from_seed([n as u8 + 50; 32]);
        let account = Account::create(&root, name.into(), hints.collect(), self.now.wall, rng).unwrap();
        self.settle_in(&account, |_| {})
    }

    /// A node with this account, and what else `more` writes; it runs.
    pub fn settle_in(&mut self, account: &Account, more: impl FnOnce(&mut Batch)) -> usize {
        let n = self.peers.len();
        let store = MemoryStore::new();
        let mut batch = Batch::new();
        account.store(&mut batch).unwrap();
        more(&mut batch);
        store.apply(&batch).unwrap();
        store.sync().unwrap();
        self.peers.push(PeerNode {
            core: None,
            store,
            id: NodeId([n as u8 + 200; 32]),
            wanted: BTreeSet::new(),
            linked: BTreeSet::new(),
            events: Vec::new(),
            replies: BTreeMap::new(),
            runs: 0,
            fuse: None,
            isolated: false,
        });
        self.start(n);
        n
    }

    /// How a relay is named to a new device.
    pub fn hint(&self, relay: usize) -> RelayHint {
        RelayHint { relay: self.relays[relay].id, addrs: vec![format!("/memory/{relay}")] }
    }

    /// Lets a core without a store (a device on its way into an account) and the world go on until both have come to
    /// rest; gives what the core had to tell. `id` is its machine's key. Frames of relays that stand still are lost.
    pub fn visit<C: Core>(&mut self, core: &mut C, id: u8, orders: Vec<C::Command>) -> Vec<C::Event> {
        let id = NodeId([id; 32]);
        let (nothing, mut told) = (MemoryStore::new(), Vec::new());
        self.guests.entry(id).or_default();
        for command in orders {
            core.handle(self.now, Input::Command { id: 0, command }, &nothing);
        }
        core.handle(self.now, Input::Wake, &nothing);
        loop {
            let mut any = false;
            while let Some(output) = core.poll_output() {
                any = true;
                match output {
                    Output::Notify(event) => told.push(event),
                    Output::Dial { remote, .. } => {
                        let up = self.relays.iter().position(|node| node.id == remote && node.core.is_some());
                        let guest = self.guests.entry(id).or_default();
                        if up.is_some_and(|_| guest.linked.insert(remote)) {
                            self.packets.extend(up.map(|n| (Place::Relay(n), id, Packet::Up)));
                            core.handle(self.now, Input::LinkUp { remote }, &nothing);
                        }
                    }
                    Output::Transmit { remote, bytes } => {
                        if let Some(n) = self.relays.iter().position(|node| node.id == remote) {
                            self.send(Place::Relay(n), id, bytes);
                        }
                    }
                    Output::Commit(_) | Output::Hangup { .. } => panic!("a visitor has no store and holds on"),
                }
            }
            self.settle();
            let frames = self.guests.get_mut(&id).map(|guest| std::mem::take(&mut guest.frames)).unwrap_or_default();
            any |= !frames.is_empty();
            for (remote, bytes) in frames {
                core.handle(self.now, Input::Frame { remote, bytes }, &nothing);
            }
            if !any {
                return told;
            }
        }
    }

    /// A visitor's links broke; the visitor hears of it by [`Self::revisit`].
    pub fn unlink_guest(&mut self, id: u8) {
        let id = NodeId([id; 32]);
        for remote in self.guests.get_mut(&id).map(|guest| std::mem::take(&mut guest.linked)).unwrap_or_default() {
            let to = self.relays.iter().position(|node| node.id == remote && node.core.is_some());
            self.packets.extend(to.map(|n| (Place::Relay(n), id, Packet::Down)));
        }
        self.settle();
    }

    /// The links of a visitor come up again at all relays that run; then as [`Self::visit`].
    pub fn revisit<C: Core>(&mut self, core: &mut C, id: u8) -> Vec<C::Event> {
        let guest = NodeId([id; 32]);
        let nothing = MemoryStore::new();
        let up: Vec<usize> = (0..self.relays.len()).filter(|n| self.relays[*n].core.is_some()).collect();
        for n in up {
            let remote = self.relays[n].id;
            self.packets.push_back((Place::Relay(n), guest, Packet::Up));
            self.guests.entry(guest).or_default().linked.insert(remote);
            core.handle(self.now, Input::LinkDown { remote }, &nothing);
            core.handle(self.now, Input::LinkUp { remote }, &nothing);
        }
        self.visit(core, id, Vec::new())
    }

    /// A stranger's frame for a relay.
    pub fn tell_relay(&mut self, n: usize, frame: Vec<u8>) {
        let stranger = NodeId([249; 32]);
        self.guests.entry(stranger).or_default();
        self.packets.push_back((Place::Relay(n), stranger, Packet::Up));
        self.send(Place::Relay(n), stranger, frame);
        self.packets.push_back((Place::Relay(n), stranger, Packet::Down));
        self.settle();
    }

    /// The time.
    pub fn now(&self) -> Now {
        self.now
    }

    /// Starts a node that stands still.
    pub fn start(&mut self, peer: usize) {
        let node = &mut self.peers[peer];
        node.runs += 1;
        let rng = ChaCha20Rng::from_seed([node.runs; 32].map(|b| b ^ node.id.0[0]));
        node.core = Some(Peer::load(&node.store, rng, None).unwrap());
        self.drain(Place::Peer(peer));
        self.settle();
    }

    /// Kills a node; what was not synced is lost (`sync` comes behind every input here, so only a crash inside one).
    pub fn stop(&mut self, peer: usize) {
        let node = &mut self.peers[peer];
        node.core = None;
        node.fuse = None;
        node.store = node.store.after_crash(0);
        let (id, linked) = (node.id, std::mem::take(&mut node.linked));
        node.wanted.clear();
        self.packets.retain(|(to, from, _)| *to != Place::Peer(peer) && *from != id);
        for relay in linked {
            if let Some(n) = self.relays.iter().position(|node| node.id == relay) {
                self.packets.push_back((Place::Relay(n), id, Packet::Down));
            }
        }
        self.settle();
    }

    /// Starts a relay that stands still.
    pub fn start_relay(&mut self, n: usize) {
        let node = &mut self.relays[n];
        node.runs += 1;
        let config = RelayConfig { key_seed: node.seed, rng_seed: [node.runs; 32], policy: Policy::default() };
        node.core = Some(Relay::new(config).unwrap());
        self.drain(Place::Relay(n));
        self.settle();
    }

    /// Kills a relay.
    pub fn stop_relay(&mut self, n: usize) {
        let node = &mut self.relays[n];
        node.core = None;
        node.fuse = None;
        node.store = node.store.after_crash(0);
        let id = node.id;
        self.packets.retain(|(to, from, _)| *to != Place::Relay(n) && *from != id);
        for (p, peer) in self.peers.iter_mut().enumerate() {
            if peer.linked.remove(&id) {
                self.packets.push_back((Place::Peer(p), id, Packet::Down));
            }
        }
        self.settle();
    }

    /// The relay's disk is gone.
    pub fn wipe_relay(&mut self, n: usize) {
        self.stop_relay(n);
        self.relays[n].store = MemoryStore::new();
        self.start_relay(n);
    }

    /// The node loses its power just behind its `commits`-th commit from now: what hung on it is not sent.
    pub fn crash_after(&mut self, peer: usize, commits: usize) {
        self.peers[peer].fuse = Some(commits);
    }

    /// As [`Self::crash_after`], for a relay.
    pub fn crash_relay_after(&mut self, relay: usize, commits: usize) {
        self.relays[relay].fuse = Some(commits);
    }

    /// No crash any more, anywhere.
    pub fn disarm(&mut self) {
        self.peers.iter_mut().for_each(|node| node.fuse = None);
        self.relays.iter_mut().for_each(|node| node.fuse = None);
    }

    /// Asks the first two nodes the same thing before anything is delivered.
    pub fn order_both(&mut self, command: Command) {
        for peer in [0, 1] {
            let id = self.next_command;
            self.next_command += 1;
            self.feed_peer(peer, Input::Command { id, command: command.clone() });
        }
        self.settle();
    }

    /// Asks every node something of its own before anything is delivered.
    pub fn order_each(&mut self, commands: Vec<Command>) {
        for (peer, command) in commands.into_iter().enumerate() {
            let id = self.next_command;
            self.next_command += 1;
            self.feed_peer(peer, Input::Command { id, command });
        }
        self.settle();
    }

    /// The node reaches no relay from now on (or reaches them again).
    pub fn isolate(&mut self, peer: usize, isolated: bool) {
        self.peers[peer].isolated = isolated;
        if isolated {
            for relay in self.peers[peer].linked.clone() {
                self.unlink(peer, relay);
                self.packets.push_back((Place::Peer(peer), relay, Packet::Down));
            }
        }
        self.settle();
    }

    /// The open epochs of a chat at a node.
    pub fn epochs(&self, peer: usize, chat: ChatId) -> Vec<u64> {
        self.peers[peer].core.as_ref().map(|core| core.epochs(&chat)).unwrap_or_default()
    }

    /// True if the node runs (it stands still after a crash).
    pub fn runs(&self, peer: usize) -> bool {
        self.peers[peer].core.is_some()
    }

    /// True if the relay runs.
    pub fn relay_runs(&self, n: usize) -> bool {
        self.relays[n].core.is_some()
    }

    /// Asks a node.
    pub fn ask(&mut self, peer: usize, command: Command) -> Result<Reply, CommandError> {
        self.order(peer, command).unwrap_or_else(|| Err(CommandError::Refused("the node crashed".into())))
    }

    /// Asks a node; `None` if it crashed before it answered.
    pub fn order(&mut self, peer: usize, command: Command) -> Option<Result<Reply, CommandError>> {
        let id = self.next_command;
        self.next_command += 1;
        self.feed_peer(peer, Input::Command { id, command });
        self.settle();
        self.peers[peer].replies.remove(&id)
    }

    /// Lets time pass; deadlines fire on the way.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now.mono + ms;
        loop {
            self.settle();
            let peers = self.peers.iter().filter_map(|node| node.core.as_ref()?.poll_wake());
            let relays = self.relays.iter().filter_map(|node| node.core.as_ref()?.poll_wake());
            let next = peers.chain(relays).map(|wake| wake.at.max(self.now.mono + 1)).min();
            let Some(at) = next.filter(|at| *at <= end) else { break };
            self.jump(at);
            for n in 0..self.peers.len() {
                self.feed_peer(n, Input::Wake);
            }
            for n in 0..self.relays.len() {
                self.feed_relay(n, Input::Wake);
            }
        }
        self.jump(end);
        self.settle();
    }

    fn jump(&mut self, mono: u64) {
        self.now.wall += mono - self.now.mono;
        self.now.mono = mono;
    }

    /// Delivers everything that is on its way, and what that causes. No time passes.
    pub fn settle(&mut self) {
        for _ in 0..5_000_000 {
            self.connect();
            let Some((to, from, packet)) = self.packets.pop_front() else {
                if self.wake_relays() {
                    continue;
                }
                return;
            };
            match (to, packet) {
                (Place::Peer(n), Packet::Up) => self.feed_peer(n, Input::LinkUp { remote: from }),
                (Place::Peer(n), Packet::Down) => self.feed_peer(n, Input::LinkDown { remote: from }),
                (Place::Peer(n), Packet::Frame(bytes)) => self.feed_peer(n, Input::Frame { remote: from, bytes }),
                (Place::Relay(n), Packet::Up) => self.feed_relay(n, Input::LinkUp { remote: from }),
                (Place::Relay(n), Packet::Down) => self.feed_relay(n, Input::LinkDown { remote: from }),
                (Place::Relay(n), Packet::Frame(bytes)) => self.feed_relay(n, Input::Frame { remote: from, bytes }),
            }
        }
        panic!("the world does not come to rest");
    }

    /// Wakes relays that want it at once, as a shell does at the end of a turn; false if none does.
    fn wake_relays(&mut self) -> bool {
        let at_once = |node: &RelayNode| node.core.as_ref().and_then(Core::poll_wake).is_some_and(|wake| wake.at == 0);
        let due: Vec<usize> = (0..self.relays.len()).filter(|n| at_once(&self.relays[*n])).collect();
        for n in &due {
            self.feed_relay(*n, Input::Wake);
        }
        !due.is_empty()
    }

    /// Makes the links that are wanted and possible.
    fn connect(&mut self) {
        for p in 0..self.peers.len() {
            if self.peers[p].core.is_none() || self.peers[p].isolated {
                continue;
            }
            for relay in self.peers[p].wanted.difference(&self.peers[p].linked).copied().collect::<Vec<_>>() {
                let Some(n) = self.relays.iter().position(|node| node.id == relay && node.core.is_some()) else {
                    continue;
                };
                self.peers[p].linked.insert(relay);
                let id = self.peers[p].id;
                self.packets.push_back((Place::Relay(n), id, Packet::Up));
                self.packets.push_back((Place::Peer(p), relay, Packet::Up));
            }
        }
    }

    fn feed_peer(&mut self, n: usize, input: Input<Command>) {
        let now = self.now;
        let node = &mut self.peers[n];
        if let Some(core) = &mut node.core {
            core.handle(now, input, &node.store);
            self.drain(Place::Peer(n));
        }
    }

    fn feed_relay(&mut self, n: usize, input: Input<RelayCommand>) {
        let now = self.now;
        let node = &mut self.relays[n];
        if node.deaf && matches!(input, Input::Frame { .. }) {
            return;
        }
        if let Some(core) = &mut node.core {
            core.handle(now, input, &node.store);
            self.drain(Place::Relay(n));
        }
    }

    /// What a shell does: commit and sync, then let out what stands behind.
    fn drain(&mut self, place: Place) {
        match place {
            Place::Peer(n) => {
                while let Some(output) = self.peers[n].core.as_mut().and_then(Core::poll_output) {
                    match output {
                        Output::Commit(batch) => {
                            let node = &mut self.peers[n];
                            if !commit(&node.store, &batch, &mut node.fuse) {
                                self.stop(n);
                                return;
                            }
                        }
                        Output::Notify(Event::Reply { id, result }) => {
                            self.peers[n].replies.insert(id, *result);
                        }
                        Output::Notify(event) => self.peers[n].events.push(event),
                        Output::Dial { remote, .. } => {
                            self.peers[n].wanted.insert(remote);
                        }
                        Output::Hangup { remote, .. } => {
                            self.peers[n].wanted.remove(&remote);
                            self.unlink(n, remote);
                        }
                        Output::Transmit { remote, bytes } => {
                            let to = self.relays.iter().position(|node| node.id == remote);
                            if let Some(to) = to.filter(|_| self.peers[n].linked.contains(&remote)) {
                                let from = self.peers[n].id;
                                self.send(Place::Relay(to), from, bytes);
                            }
                        }
                    }
                }
            }
            Place::Relay(n) => {
                while let Some(output) = self.relays[n].core.as_mut().and_then(Core::poll_output) {
                    match output {
                        Output::Commit(batch) => {
                            let node = &mut self.relays[n];
                            if !commit(&node.store, &batch, &mut node.fuse) {
                                self.stop_relay(n);
                                return;
                            }
                        }
                        Output::Notify(_) | Output::Dial { .. } => {}
                        Output::Hangup { remote, .. } => {
                            let relay = self.relays[n].id;
                            if let Some(p) = self.peers.iter().position(|node| node.id == remote) {
                                self.unlink(p, relay);
                                self.packets.push_back((Place::Peer(p), relay, Packet::Down));
                            }
                        }
                        Output::Transmit { remote, bytes } => {
                            let to = self.peers.iter().position(|node| node.id == remote);
                            let from = self.relays[n].id;
                            if let Some(guest) = self.guests.get_mut(&remote) {
                                self.wire.extend_from_slice(&bytes);
                                guest.frames.push_back((from, bytes));
                                continue;
                            }
                            if let Some(to) = to.filter(|to| self.peers[*to].linked.contains(&from)) {
                                self.send(Place::Peer(to), from, bytes);
                            }
                        }
                    }
                }
            }
        }
    }

    fn send(&mut self, to: Place, from: NodeId, bytes: Vec<u8>) {
        self.wire.extend_from_slice(&bytes);
        self.frames += 1;
        self.packets.push_back((to, from, Packet::Frame(bytes)));
    }

    fn unlink(&mut self, peer: usize, relay: NodeId) {
        if self.peers[peer].linked.remove(&relay)
            && let Some(n) = self.relays.iter().position(|node| node.id == relay)
        {
            let id = self.peers[peer].id;
            self.packets.push_back((Place::Relay(n), id, Packet::Down));
        }
    }

    /// The relay hears nothing of what is sent to it from now on (or again).
    pub fn deafen_relay(&mut self, n: usize, deaf: bool) {
        self.relays[n].deaf = deaf;
    }

    /// Puts a frame before a node as if the relay had sent it.
    pub fn inject(&mut self, peer: usize, relay: usize, bytes: Vec<u8>) {
        let from = self.relays[relay].id;
        self.packets.push_back((Place::Peer(peer), from, Packet::Frame(bytes)));
        self.settle();
    }

    /// A stored operation.
    pub fn stored_op(&self, peer: usize, chat: ChatId, id: &OpId) -> SignedOp {
        let rows = self.peers[peer].store.scan(Table::Timeline, &chat.0, Range::All, usize::MAX).unwrap();
        let row = rows.into_iter().find(|(place, _)| place.ends_with(&id.0)).unwrap();
        SignedOp::decode(Row::decode(&row.1).unwrap().op).unwrap()
    }

    /// The user of a node.
    pub fn user(&mut self, peer: usize) -> UserId {
        match self.ask(peer, Command::Status) {
            Ok(Reply::Status(status)) => status.profile.user,
            other => panic!("{other:?}"),
        }
    }

    /// Introduces two people: one invites, the other asks, the first accepts. Returns their chat.
    pub fn introduce(&mut self, host: usize, guest: usize) -> ChatId {
        let link = match self.ask(host, Command::CreateInvite { uses: 1, ttl_ms: 0 }) {
            Ok(Reply::Invite(invite)) => invite.link,
            other => panic!("{other:?}"),
        };
        self.ask(guest, Command::AddContact { link, greeting: String::new() }).unwrap();
        self.pass(1_000);
        let guest = self.user(guest);
        match self.ask(host, Command::AcceptContact(guest)) {
            Ok(Reply::Contact(contact)) => {
                assert_eq!(contact.state, ContactState::Accepted);
                self.pass(1_000);
                contact.chat.unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Says something.
    pub fn say(&mut self, peer: usize, chat: ChatId, text: &str) -> MessageView {
        match self.ask(peer, Command::SendText { chat, text: text.into(), nonce: None }) {
            Ok(Reply::Message(message)) => *message,
            other => panic!("{other:?}"),
        }
    }

    /// The newest 500 messages.
    pub fn history(&mut self, peer: usize, chat: ChatId) -> Vec<MessageView> {
        match self.ask(peer, Command::History { chat, before: None, limit: 500 }) {
            Ok(Reply::Messages(messages)) => messages,
            other => panic!("{other:?}"),
        }
    }

    /// The texts of the newest 500 messages.
    pub fn texts(&mut self, peer: usize, chat: ChatId) -> Vec<String> {
        self.history(peer, chat).into_iter().map(|message| message.text).collect()
    }

    /// The chat list.
    pub fn chats(&mut self, peer: usize) -> Vec<ChatView> {
        match self.ask(peer, Command::Chats) {
            Ok(Reply::Chats(chats)) => chats,
            other => panic!("{other:?}"),
        }
    }

    /// Delivery truth.
    pub fn truth(&mut self, peer: usize, message: &MessageView) -> TruthView {
        match self.ask(peer, Command::Truth(message.id)) {
            Ok(Reply::Truth(truth)) => *truth,
            other => panic!("{other:?}"),
        }
    }

    /// What a node refused so far.
    pub fn refusals(&self, peer: usize) -> BTreeMap<&'static str, u64> {
        self.peers[peer].core.as_ref().map(|core| core.refusals().counts().clone()).unwrap_or_default()
    }
}

/// Applies and syncs; false if the power went just behind it.
fn commit(store: &MemoryStore, batch: &Batch, fuse: &mut Option<usize>) -> bool {
    store.apply(batch).unwrap();
    store.sync().unwrap();
    match fuse {
        Some(1) => false,
        Some(left) => {
            *left -= 1;
            true
        }
        None => true,
    }
}
