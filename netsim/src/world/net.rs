//! Links as physics. A link is a reliable ordered stream of frames, as TCP or QUIC with yamux give it; so
//!
//! * latency, jitter and bandwidth delay a frame, a lost packet delays it by a time-out (and all frames behind it), and
//!   too many losses in a row break the link;
//! * a broken link loses what was under way, in both directions: what was said and not answered may have arrived. This
//!   is where duplication comes from: the sender says it again;
//! * copies over other relays overtake a frame that is held back: this is where reordering comes from;
//! * a partition holds frames back and breaks the link when it lasts.
//!
//! Not here: what relays do that lie (`liar`).

use super::machine::{Stop, receiver};
use super::{Ends, Event, To, World};
use crate::invariants;
use crate::scenario::{LinkClass, Nat};
use chappe_protocol::core::{Input, Side};
use chappe_protocol::ids::NodeId;

/// How long a link is silent until its ends give it up (yamux and ping of the node, rounded).
pub(super) const DEAD_AFTER: u64 = 20_000_000;

/// Bytes of one packet.
const PACKET: u64 = 1_400;

/// Bytes of headers and encryption a frame.
const OVERHEAD: u64 = 60;

/// Lost in a row until the link breaks, as TCP gives up.
const LOSSES_MAX: u32 = 7;

/// Bytes under way in one direction until the link breaks (`node/src/net` has the same bound).
const QUEUE_MAX: u64 = 16 * 1024 * 1024;

/// The first pause before dialling again, and the longest.
const RETRY: u64 = 1_000_000;
const RETRY_MAX: u64 = 60_000_000;

/// How a link runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// From end to end.
    #[default]
    Direct,
    /// Through a hole in two NATs.
    Punched,
    /// Through a circuit relay.
    Relayed(u32),
    /// On one local network.
    Lan,
    /// Inside one machine.
    Inside,
}

/// A link of a client, wanted or up.
#[derive(Debug)]
pub struct Link {
    /// Who serves.
    pub server: u32,
    /// Of this attempt.
    pub id: u32,
    /// The core asked for it.
    pub wanted: bool,
    /// It is up, or about to be.
    pub up: bool,
    /// How it runs.
    pub route: Route,
    pub(super) dialling: bool,
    pub(super) tries: u32,
    /// When the last frame arrives, in each direction.
    pub(super) last: [u64; 2],
    /// Which attempt each end has been told of; 0: none.
    pub(super) told: [u32; 2],
    pub(super) stalled: Vec<(To, Vec<u8>)>,
    pub(super) under_way: [u64; 2],
    pub(super) timed: bool,
}

impl Link {
    fn new(server: u32) -> Self {
        Self {
            server,
            id: 0,
            wanted: false,
            up: false,
            route: Route::Direct,
            dialling: false,
            tries: 0,
            last: [0; 2],
            told: [0; 2],
            stalled: Vec::new(),
            under_way: [0; 2],
            timed: false,
        }
    }
}

impl World {
    pub(super) fn link(&mut self, ends: Ends) -> Option<&mut Link> {
        self.machines[ends.client as usize].links.iter_mut().find(|link| link.server == ends.server)
    }

    // Dialling.

    pub(super) fn dial(&mut self, n: u32, remote: NodeId) {
        let Some(server) = self.by_id.get(&remote).copied() else {
            return self.watch.count("dials to nobody", 1);
        };
        let ends = Ends { client: n, server };
        if self.link(ends).is_none() {
            self.machines[n as usize].links.push(Link::new(server));
        }
        let Some(link) = self.link(ends) else { return };
        link.wanted = true;
        link.tries = 0;
        if !link.up && !link.dialling {
            link.dialling = true;
            self.queue.push(self.now, Event::Dial(ends));
        }
    }

    pub(super) fn on_dial(&mut self, ends: Ends) {
        if self.waits(ends.client, || Event::Dial(ends)) {
            return;
        }
        let (now, on) = (self.now, self.machines[ends.client as usize].on);
        let route = self.route(ends);
        let wait = RETRY / 2 + self.physics.below(RETRY);
        let Some(link) = self.link(ends) else { return };
        if !link.wanted || link.up || !on {
            link.dialling = false;
            return;
        }
        let Some(route) = route else {
            let pause = (wait << link.tries.min(6)).min(RETRY_MAX);
            link.tries += 1;
            self.watch.count("dials that failed", 1);
            return self.queue.push(now + pause, Event::Dial(ends));
        };
        self.watch.routes.insert(ends, route);
        let round = 2 * self.latency(ends, route).0;
        let id = self.next_link;
        self.next_link += 1;
        let Some(link) = self.link(ends) else { return };
        (link.id, link.up, link.dialling, link.route, link.tries) = (id, true, false, route, 0);
        (link.timed, link.under_way) = (false, [0; 2]);
        link.stalled.clear();
        let (at_server, at_client) = (now + round * 3 / 2, now + round * 2);
        link.last = [at_client, at_server];
        self.queue.push(at_server, Event::Up { ends, id, to: To::Server });
        self.queue.push(at_client, Event::Up { ends, id, to: To::Client });
        self.machines[ends.server as usize].clients.insert(ends.client);
        self.watch.links += 1;
        let plan = self.plan.clone();
        if let Some(often) = plan.links[plan.machines[ends.client as usize].link].resets
            && !self.healthy
        {
            let at = now + round * 2 + self.physics.pause(often.every);
            self.queue.push(at, Event::Reset { ends, id });
        }
    }

    /// How two machines could talk now.
    pub(super) fn route(&self, ends: Ends) -> Option<Route> {
        if !self.passes(ends) {
            return None;
        }
        if ends.client == ends.server {
            return Some(Route::Inside);
        }
        let (client, server) = (&self.plan.machines[ends.client as usize], &self.plan.machines[ends.server as usize]);
        if client.lan.is_some() && client.lan == server.lan {
            return Some(Route::Lan);
        }
        match (client.nat, server.nat) {
            (_, Nat::Open) => Some(Route::Direct),
            // The server dials back.
            (Nat::Open, _) => Some(Route::Punched),
            (Nat::Cone, Nat::Cone) if self.punches(ends) => Some(Route::Punched),
            (Nat::Cone | Nat::Symmetric, Nat::Cone | Nat::Symmetric) => self.circuit(ends).map(Route::Relayed),
        }
    }

    /// 70 % of the pairs of cones, always the same ones.
    fn punches(&self, ends: Ends) -> bool {
        let (low, high) = (ends.client.min(ends.server), ends.client.max(ends.server));
        let seed = crate::dice::seed_of(self.plan.seed, "hole punching", u64::from(low) << 32 | u64::from(high));
        u16::from_be_bytes([seed[0], seed[1]]) < (65_536.0 * 0.7) as u16
    }

    /// A running relay that carries their circuit.
    fn circuit(&self, ends: Ends) -> Option<u32> {
        let relays: Vec<u32> = (0..self.plan.relays() as u32).filter(|n| self.machines[*n as usize].on).collect();
        relays.get((ends.client.wrapping_add(ends.server)) as usize % relays.len().max(1)).copied()
    }

    /// Both run and nothing lies between them.
    pub(super) fn passes(&self, ends: Ends) -> bool {
        let (client, server) = (&self.machines[ends.client as usize], &self.machines[ends.server as usize]);
        let together = client.islands == server.islands || ends.client == ends.server;
        client.on && server.on && together && !self.barred.contains(&ends)
    }

    pub(super) fn on_up(&mut self, ends: Ends, id: u32, to: To) {
        let n = receiver(ends, to);
        if self.waits(n, || Event::Up { ends, id, to }) {
            return;
        }
        let passes = self.passes(ends);
        let Some(link) = self.link(ends).filter(|link| link.id == id && link.up) else { return };
        if !passes {
            return self.break_link(ends);
        }
        let before = std::mem::replace(&mut link.told[to.at()], id);
        if before != 0 {
            self.tell_down(ends, to);
        }
        let (client, server) = (self.machines[ends.client as usize].id, self.machines[ends.server as usize].id);
        self.note(n, || format!("link to {} is up", if to == To::Client { ends.server } else { ends.client }));
        match to {
            To::Client => self.feed_client(ends.client, Input::LinkUp { remote: server }),
            To::Server => self.serve(ends, Input::LinkUp { remote: client }),
        }
    }

    // Sending.

    pub(super) fn transmit_up(&mut self, n: u32, remote: NodeId, bytes: Vec<u8>) {
        let Some(server) = self.by_id.get(&remote).copied() else { return };
        let ends = Ends { client: n, server };
        self.note(n, || format!("sends {} to {server}", frame_name(&bytes)));
        if self.options.double.is_some_and(|double| double.drops(&bytes)) {
            return;
        }
        self.watch.appended(ends, &bytes);
        self.send(ends, To::Server, bytes);
    }

    pub(super) fn transmit_down(&mut self, n: u32, remote: NodeId, bytes: Vec<u8>) {
        let Some(client) = self.by_id.get(&remote).copied() else { return };
        self.say_as_relay(Ends { client, server: n }, bytes);
    }

    /// Puts a frame on a link, if both ends know of it.
    pub(super) fn send(&mut self, ends: Ends, to: To, bytes: Vec<u8>) {
        invariants::bounds_of_a_frame(self, ends, &bytes);
        let from = match to {
            To::Client => To::Server,
            To::Server => To::Client,
        };
        let passes = self.passes(ends);
        let Some(link) = self.link(ends) else { return };
        if !link.up || link.told[from.at()] != link.id {
            return;
        }
        let id = link.id;
        if link.route == Route::Inside {
            return self.queue.push(self.now, Event::Frame { ends, id, to, bytes });
        }
        if !passes {
            return self.stall(ends, id, to, bytes);
        }
        link.under_way[to.at()] += bytes.len() as u64;
        if link.under_way[to.at()] > QUEUE_MAX {
            self.watch.count("links broken because too much was under way", 1);
            return self.break_link(ends);
        }
        self.travel(ends, id, to, bytes);
    }

    /// One way, without bandwidth: fixed latency and the mean of what comes on top.
    fn latency(&self, ends: Ends, route: Route) -> (u64, f64) {
        let class = |n: u32| &self.plan.links[self.plan.machines[n as usize].link];
        let (a, b) = (class(ends.client), class(ends.server));
        let both = (a.latency.0 + b.latency.0, (a.jitter.0 + b.jitter.0) as f64);
        match route {
            Route::Direct | Route::Punched => both,
            Route::Relayed(relay) => (both.0 + 2 * class(relay).latency.0, both.1 + class(relay).jitter.0 as f64),
            Route::Lan => (600, 100.0),
            Route::Inside => (0, 0.0),
        }
    }

    fn travel(&mut self, ends: Ends, id: u32, to: To, bytes: Vec<u8>) {
        let plan = self.plan.clone();
        let class = |n: u32| &plan.links[plan.machines[n as usize].link];
        let Some(route) = self.link(ends).map(|link| link.route) else { return };
        let (sender, reader) = match to {
            To::Client => (ends.server, ends.client),
            To::Server => (ends.client, ends.server),
        };
        let size = bytes.len() as u64 + OVERHEAD;
        self.watch.sent(sender, reader, route, size);
        let (latency, jitter) = self.latency(ends, route);
        let gone = take_turn(&mut self.machines[sender as usize].up_free, self.now, size, class(sender));
        let taken = take_turn(&mut self.machines[reader as usize].down_free, self.now, size, class(reader));
        let mut extra = if jitter > 0.0 { self.physics.pause(jitter) } else { 0 };
        let quiet = self.healthy || route == Route::Lan;
        if !quiet {
            let (a, b) = (class(ends.client), class(ends.server));
            let lost = a.loss + b.loss - a.loss * b.loss;
            match self.losses(size.div_ceil(PACKET), lost) {
                Some(0) => {}
                Some(n) => {
                    self.watch.count("packets lost and sent again", n.into());
                    extra += (200_000_u64.max(2 * latency)) << (n - 1).min(LOSSES_MAX);
                }
                None => {
                    self.watch.count("links broken by loss", 1);
                    return self.break_link(ends);
                }
            }
            if self.physics.chance(a.reordering + b.reordering) {
                self.watch.count("frames held back so that others overtake them", 1);
                extra += 50_000 + self.physics.below(950_000);
            }
            if to == To::Server && self.physics.chance(a.duplication + b.duplication) {
                self.watch.count("links broken between a request and its answer", 1);
                let at = gone.max(taken) + latency + extra + 1;
                self.queue.push(at, Event::Reset { ends, id });
            }
        }
        let Some(link) = self.link(ends) else { return };
        let at = (gone.max(taken) + latency + extra).max(link.last[to.at()] + 1);
        link.last[to.at()] = at;
        self.queue.push(at, Event::Frame { ends, id, to, bytes });
    }

    /// How often packets of a frame are lost; `None` if one is lost too often.
    fn losses(&mut self, packets: u64, lost: f64) -> Option<u32> {
        let mut worst = 0;
        if lost <= 0.0 {
            return Some(0);
        }
        for _ in 0..packets {
            let mut row = 0;
            while self.physics.chance(lost) {
                row += 1;
                if row >= LOSSES_MAX {
                    return None;
                }
            }
            worst = worst.max(row);
        }
        Some(worst)
    }

    fn stall(&mut self, ends: Ends, id: u32, to: To, bytes: Vec<u8>) {
        let at = self.now + DEAD_AFTER + self.physics.below(DEAD_AFTER / 2);
        let Some(link) = self.link(ends) else { return };
        link.stalled.push((to, bytes));
        if !std::mem::replace(&mut link.timed, true) {
            self.queue.push(at, Event::Timeout { ends, id });
        }
        self.watch.count("frames held by a partition", 1);
    }

    /// A partition is over: what it held goes on.
    pub(super) fn resume(&mut self) {
        for client in 0..self.machines.len() as u32 {
            for k in 0..self.machines[client as usize].links.len() {
                let link = &self.machines[client as usize].links[k];
                let (ends, id) = (Ends { client, server: link.server }, link.id);
                if link.stalled.is_empty() || !link.up || !self.passes(ends) {
                    continue;
                }
                for (to, bytes) in std::mem::take(&mut self.machines[client as usize].links[k].stalled) {
                    self.travel(ends, id, to, bytes);
                }
            }
        }
    }

    pub(super) fn on_arrival(&mut self, ends: Ends, id: u32, to: To, bytes: Vec<u8>) {
        let n = receiver(ends, to);
        if !self.machines[n as usize].on {
            return self.watch.count("frames lost with a machine", 1);
        }
        if self.machines[n as usize].asleep {
            self.machines[n as usize].waiting.push_back(Event::Frame { ends, id, to, bytes });
            return;
        }
        let passes = self.passes(ends);
        let Some(link) = self.link(ends) else { return };
        if link.told[to.at()] != id {
            return self.watch.count("frames lost with their link", 1);
        }
        if link.id == id && link.route != Route::Inside {
            if !passes && link.up {
                return self.stall(ends, id, to, bytes);
            }
            let under_way = &mut link.under_way[to.at()];
            *under_way = under_way.saturating_sub(bytes.len() as u64);
        }
        self.watch.frames += 1;
        match to {
            To::Client => {
                let remote = self.machines[ends.server as usize].id;
                self.note(n, || format!("gets {} from {}", frame_name(&bytes), ends.server));
                self.feed_client(n, Input::Frame { remote, bytes });
            }
            To::Server => self.hear_as_relay(ends, bytes),
        }
    }

    // Breaking.

    /// The link breaks; both ends hear of it soon, each in its own time.
    pub(super) fn break_link(&mut self, ends: Ends) {
        let (soon, sooner) = (self.physics.within(100, 50_000), self.physics.within(100, 50_000));
        let again = RETRY / 2 + self.physics.below(RETRY);
        let now = self.now;
        let Some(link) = self.link(ends).filter(|link| link.up) else { return };
        let lost = link.stalled.len();
        link.up = false;
        link.stalled.clear();
        let id = link.id;
        let redial = link.wanted && !std::mem::replace(&mut link.dialling, true);
        self.watch.count("links broken", 1);
        self.watch.count("frames lost with their link", lost as u64);
        self.queue.push(now + soon, Event::Down { ends, id, to: To::Server });
        self.queue.push(now + sooner, Event::Down { ends, id, to: To::Client });
        if redial {
            self.queue.push(now + sooner + again, Event::Dial(ends));
        }
    }

    pub(super) fn on_down(&mut self, ends: Ends, id: u32, to: To) {
        if self.waits(receiver(ends, to), || Event::Down { ends, id, to }) {
            return;
        }
        let Some(link) = self.link(ends).filter(|link| link.told[to.at()] == id) else { return };
        link.told[to.at()] = 0;
        self.tell_down(ends, to);
    }

    fn tell_down(&mut self, ends: Ends, to: To) {
        let (client, server) = (self.machines[ends.client as usize].id, self.machines[ends.server as usize].id);
        let n = receiver(ends, to);
        self.note(n, || format!("link to {} is down", if to == To::Client { ends.server } else { ends.client }));
        match to {
            To::Client => self.feed_client(ends.client, Input::LinkDown { remote: server }),
            To::Server => self.serve(ends, Input::LinkDown { remote: client }),
        }
    }

    pub(super) fn on_timeout(&mut self, ends: Ends, id: u32) {
        let asleep = self.machines[ends.client as usize].asleep || self.machines[ends.server as usize].asleep;
        let passes = self.passes(ends);
        let Some(link) = self.link(ends).filter(|link| link.id == id && link.up) else { return };
        link.timed = false;
        if !passes || asleep {
            self.watch.count("links given up because nothing came", 1);
            self.break_link(ends);
        }
    }

    pub(super) fn on_reset(&mut self, ends: Ends, id: u32) {
        if !self.healthy && self.link(ends).is_some_and(|link| link.id == id && link.up) {
            self.watch.count("links reset", 1);
            self.break_link(ends);
        }
    }

    /// A core closes a link.
    pub(super) fn hang_up(&mut self, n: u32, side: Side, remote: NodeId) {
        let Some(other) = self.by_id.get(&remote).copied() else { return };
        let ends = match side {
            Side::Client => Ends { client: n, server: other },
            Side::Server => Ends { client: other, server: n },
        };
        self.watch.count("hang-ups", 1);
        if side == Side::Client
            && let Some(link) = self.link(ends)
        {
            link.wanted = false;
            // The one who hangs up knows.
            link.told[To::Client.at()] = 0;
        }
        self.break_link(ends);
    }

    /// All links of a machine that goes down.
    pub(super) fn unplug(&mut self, n: u32, how: Stop) {
        let dead = |world: &mut World| match how {
            Stop::Killed => world.physics.within(500, 30_000),
            Stop::PowerLost => DEAD_AFTER + world.physics.below(DEAD_AFTER / 2),
        };
        for k in 0..self.machines[n as usize].links.len() {
            let at = self.now + dead(self);
            let link = &mut self.machines[n as usize].links[k];
            (link.up, link.wanted, link.dialling) = (false, false, false);
            link.told[To::Client.at()] = 0;
            link.stalled.clear();
            let (ends, id) = (Ends { client: n, server: link.server }, link.told[To::Server.at()]);
            if id != 0 {
                self.queue.push(at, Event::Down { ends, id, to: To::Server });
            }
        }
        for client in std::mem::take(&mut self.machines[n as usize].clients) {
            let ends = Ends { client, server: n };
            let at = self.now + dead(self);
            let Some(link) = self.link(ends) else { continue };
            link.told[To::Server.at()] = 0;
            let (id, told, wanted) = (link.id, link.told[To::Client.at()], link.wanted);
            if std::mem::replace(&mut link.up, false) && told != 0 {
                self.queue.push(at, Event::Down { ends, id, to: To::Client });
            }
            let Some(link) = self.link(ends) else { continue };
            if wanted && !std::mem::replace(&mut link.dialling, true) {
                self.queue.push(at + RETRY, Event::Dial(ends));
            }
        }
    }

    /// A link that a trace forbids, or allows again.
    pub(super) fn bar(&mut self, ends: Ends, barred: bool) {
        if barred {
            self.barred.insert(ends);
            self.break_link(ends);
        } else {
            self.barred.remove(&ends);
            let wanted = self.link(ends).is_some_and(|link| {
                link.tries = 0;
                link.wanted && !link.up
            });
            if wanted {
                self.queue.push(self.now, Event::Dial(ends));
            }
        }
    }
}

/// When a line that is busy until `free` has taken so many bytes more.
fn take_turn(free: &mut u64, now: u64, size: u64, class: &LinkClass) -> u64 {
    *free = (*free).max(now) + size * 1_000_000 / class.bandwidth.0;
    *free
}

/// What a frame is called in a log: never its content.
pub(super) fn frame_name(bytes: &[u8]) -> String {
    let kind = bytes.first_chunk::<2>().map_or(0, |kind| u16::from_be_bytes(*kind));
    format!("frame {kind} of {} bytes", bytes.len())
}
