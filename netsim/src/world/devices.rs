//! People with several devices: a new one is linked by the shipped core (`peer::linking`) over a relay, one is taken off
//! the list, names and settings change at any of them.
//!
//! The first device of a person is that of the plan's chats; further ones are machines of their own that stand empty
//! until they are linked. As in life, the person reads the code from one and types it at the other, and the program of
//! the new device ends when it has stored everything; then its node starts.
//!
//! Not here: what must be true of them (`invariants::devices`).

use super::World;
use super::machine::Stop;
use super::people::Want;
use crate::dice::{core_rng, seed_of};
use chappe_protocol::core::{Core, Input, Output, Side};
use chappe_protocol::identity::keys::RootKey;
use chappe_protocol::identity::words::{Words, words};
use chappe_protocol::ids::{ChatId, DeviceId};
use chappe_protocol::limits::LINK_CODE_LIFE_MS;
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Command, ListChange, OwnCommand, Reply};
use chappe_protocol::peer::contacts::Contacts;
use chappe_protocol::peer::linking::arrival::{Arrival, ArrivalCommand, ArrivalEvent, Arrived};
use chappe_protocol::peer::linking::code;
use chappe_protocol::peer::settings::Settings;
use chappe_protocol::peer::view::{DevicesView, LinkStage, LinkView};
use chappe_protocol::store::Batch;
use chappe_storage::Store;
use std::collections::{BTreeMap, BTreeSet};

/// When somebody looks whether linking came to its end, and begins again if not: the code has expired by then.
const LOOK: u64 = LINK_CODE_LIFE_MS * 1_000 + 60_000_000;

/// How long somebody waits until another device of theirs is done.
const LATER: u64 = 30_000_000;

/// What is known of people's devices.
#[derive(Debug, Default)]
pub(super) struct Devices {
    /// Further machines of a person, by their first.
    of: BTreeMap<u32, Vec<u32>>,
    /// The machine that a person links, and until when they wait for it.
    linking: BTreeMap<u32, (u32, u64)>,
    /// Machines whose device was taken off the list, as its person was told.
    removed: BTreeSet<u32>,
    /// Devices that were certified and never said that they had stored everything.
    given_up: BTreeSet<DeviceId>,
    /// The number that a new device shows.
    numbers: BTreeMap<u32, String>,
    starts: u64,
}

impl Devices {
    pub(super) fn new(plan: &crate::plan::Plan) -> Self {
        let mut of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (n, spec) in plan.machines.iter().enumerate() {
            if let Some(person) = spec.of {
                of.entry(person).or_default().push(n as u32);
            }
        }
        Self { of, ..Self::default() }
    }
}

impl World {
    /// The first machine of the person whose machine this is.
    pub fn person(&self, n: u32) -> u32 {
        self.plan.machines[n as usize].of.unwrap_or(n)
    }

    /// All machines of a person, those that were never linked and those that were removed among them.
    pub fn machines_of(&self, person: u32) -> Vec<u32> {
        let further = self.devices.of.get(&person).map_or(&[][..], Vec::as_slice);
        std::iter::once(person).chain(further.iter().copied()).collect()
    }

    /// All machines of the people of a chat.
    pub fn machines_in(&self, chat: u32) -> Vec<u32> {
        self.plan.chats[chat as usize].members.iter().flat_map(|person| self.machines_of(*person)).collect()
    }

    /// Some member of a chat has more than one device.
    pub fn has_devices(&self, chat: u32) -> bool {
        self.plan.chats[chat as usize].members.iter().any(|person| self.devices.of.contains_key(person))
    }

    /// It has an account, and its person did not take it off the list.
    pub fn is_living(&self, n: u32) -> bool {
        self.machines[n as usize].user.is_some() && !self.is_removed(n)
    }

    /// Its person took it off the list.
    pub fn is_removed(&self, n: u32) -> bool {
        self.devices.removed.contains(&n)
    }

    /// The machine at which a person writes: any of theirs that runs and is in the chat, not always the same.
    pub(super) fn speaker(&mut self, person: u32, chat: u32, turn: u32) -> u32 {
        let Some(id) = self.people.chats[chat as usize].id.filter(|_| self.devices.of.contains_key(&person)) else {
            return person;
        };
        let mut able = self.machines_of(person);
        able.retain(|n| *n == person || (self.is_living(*n) && self.speaks_in(*n, id)));
        able[turn as usize % able.len()]
    }

    /// A further device is in a chat and may speak, by its own account.
    pub(super) fn speaks_in(&mut self, n: u32, chat: ChatId) -> bool {
        self.chat_list(n).iter().any(|row| row.id == chat && row.standing == Standing::In && row.accepted)
    }

    /// The root key of somebody who will type its words.
    pub(super) fn root_of_words(&self, person: u32) -> Option<RootKey> {
        self.devices.of.contains_key(&person).then(|| self.words_of(person).root_key().ok())?
    }

    fn words_of(&self, person: u32) -> Words {
        Words::new(words(&seed_of(self.plan.seed, "words", person.into())).to_string())
    }

    fn devices_at(&mut self, n: u32) -> Option<DevicesView> {
        match self.query(n, Command::Own(OwnCommand::Devices)) {
            Some(Ok(Reply::Devices(view))) => Some(view),
            _ => None,
        }
    }

    pub(super) fn link_device(&mut self, device: u32) {
        self.soon(self.person(device), 0, Want::Link(device));
    }

    pub(super) fn unlink_device(&mut self, device: u32) {
        self.soon(self.person(device), 0, Want::Unlink(device));
    }

    pub(super) fn arrange(&mut self, device: u32, number: u32) {
        self.soon(device, 0, Want::Arrange(device, number));
    }

    /// The order to link a device, or what has to be done before.
    pub(super) fn begins_to_link(&mut self, person: u32, device: u32) -> Option<Command> {
        let busy = self.devices.linking.get(&person).copied().filter(|(other, until)| {
            *other != device && *until > self.now && self.machines[*other as usize].user.is_none()
        });
        if self.machines[device as usize].user.is_some() || self.now >= self.plan.heal_at {
            return None;
        }
        if busy.is_some() {
            self.soon(person, LATER, Want::Link(device));
            return None;
        }
        // What was certified and never arrived goes off the list, as the person is told to do.
        let view = self.devices_at(person)?;
        if let Some(lost) = view.devices.iter().find(|row| !self.by_device.contains_key(&row.device)) {
            self.devices.given_up.insert(lost.device);
            self.watch.count("devices that were certified and never came", 1);
            return Some(Command::Own(OwnCommand::RemoveDevice { device: lost.device, words: self.words_of(person) }));
        }
        Some(Command::Own(OwnCommand::StartLink))
    }

    /// The code is shown: the person takes it to the new device.
    pub(super) fn code_is_shown(&mut self, person: u32, device: u32, view: &LinkView) {
        self.devices.linking.insert(person, (device, self.now + LOOK));
        self.soon(person, LOOK, Want::Link(device));
        // Every other one is typed, and the numbers are compared.
        let typed = (self.next_command % 2 == 1).then(|| view.code.clone());
        let pause = 2_000_000 + self.physics.below(10_000_000);
        self.soon(device, pause, Want::Arrive(device, view.text.as_str().into(), typed.map(Into::into)));
    }

    /// The new device begins.
    pub(super) fn arrives(&mut self, n: u32, text: &str, typed: Option<&str>) {
        if self.machines[n as usize].user.is_some() {
            return;
        }
        let scanned = code::parse(text, None);
        let relay = scanned.as_ref().ok().map(|meeting| meeting.relay.clone());
        let meeting = match typed.map_or(scanned, |typed| code::parse(typed, relay)) {
            Ok(meeting) => meeting,
            Err(error) => return self.watch.broken(self.now, format!("node {n} does not read a code: {error}")),
        };
        self.program_ends(n);
        self.devices.starts += 1;
        let mut rng = core_rng(self.plan.seed, "arrival", u64::from(n) << 32 | self.devices.starts);
        self.machines[n as usize].arrival = Some(Arrival::new(meeting, format!("Device {n}"), &mut rng));
        self.watch.count("devices that began to link", 1);
        self.drain_arrival(n);
    }

    /// The program that links ends, and its links with it; what the disk holds is started then.
    fn program_ends(&mut self, n: u32) {
        self.stop(n, Stop::Killed);
        self.start(n);
    }

    pub(super) fn feed_arrival(&mut self, n: u32, input: Input<ArrivalCommand>) {
        let now = self.clock_of(n);
        let machine = &mut self.machines[n as usize];
        if let Some(core) = &mut machine.arrival {
            core.handle(now, input, &machine.store);
            self.drain_arrival(n);
        }
    }

    fn drain_arrival(&mut self, n: u32) {
        while let Some(output) = self.machines[n as usize].arrival.as_mut().and_then(Core::poll_output) {
            match output {
                Output::Commit(_) => self.watch.broken(self.now, format!("node {n} keeps something before it has all")),
                Output::Transmit { remote, bytes } => self.transmit_up(n, remote, bytes),
                Output::Dial { remote, .. } => self.dial(n, remote),
                Output::Hangup { remote, .. } => self.hang_up(n, Side::Client, remote),
                Output::Notify(event) => self.arrival_told(n, event),
            }
        }
        self.note_wake(n, Side::Client);
    }

    fn arrival_told(&mut self, n: u32, event: ArrivalEvent) {
        match event {
            ArrivalEvent::Number { number, compare } => {
                self.devices.numbers.insert(n, number);
                if compare {
                    let pause = 2_000_000 + self.physics.below(8_000_000);
                    self.soon(n, pause, Want::Compare(n));
                }
            }
            ArrivalEvent::Arrived(arrived) => {
                if self.store_arrived(n, *arrived) {
                    self.feed_arrival(n, Input::Command { id: 0, command: ArrivalCommand::Stored });
                } else {
                    self.watch.count("commits refused by a full disk", 1);
                    self.program_ends(n);
                }
            }
            ArrivalEvent::Over => {
                self.watch.count("devices linked", 1);
                self.program_ends(n);
            }
            ArrivalEvent::Failed(error) => {
                self.note(n, || format!("is not linked: {error}"));
                self.watch.count("devices that were not linked at once", 1);
                self.program_ends(n);
            }
        }
    }

    /// As `chappe link` does; false if the disk refuses.
    fn store_arrived(&mut self, n: u32, arrived: Arrived) -> bool {
        let Arrived { account, contacts, settings } = arrived;
        let mut batch = Batch::new();
        let made = account.store(&mut batch).map_err(|error| error.to_string());
        let made = made.and_then(|()| Contacts::store_cards(contacts, &mut batch).map_err(|error| error.to_string()));
        let made = made.and_then(|()| Settings::store_rows(settings, &mut batch).map_err(|error| error.to_string()));
        if let Err(error) = made {
            self.watch.broken(self.now, format!("node {n} cannot store what was handed over: {error}"));
        }
        let store = &self.machines[n as usize].store;
        if store.apply(&batch).and_then(|()| store.sync()).is_err() {
            return false;
        }
        let device = account.device();
        self.machines[n as usize].user = Some(account.user());
        self.machines[n as usize].device = Some(device);
        self.by_device.insert(device, n);
        if self.devices.given_up.contains(&device) {
            self.devices.removed.insert(n);
        }
        true
    }

    /// The person compared the numbers at the new device.
    pub(super) fn compares(&mut self, n: u32) {
        self.feed_arrival(n, Input::Command { id: 0, command: ArrivalCommand::Confirm });
    }

    /// A session at the old device moved on.
    pub(super) fn on_link_state(&mut self, person: u32, view: &LinkView) {
        let Some((device, _)) = self.devices.linking.get(&person).copied() else { return };
        if view.stage != LinkStage::Offered {
            return;
        }
        if self.devices.numbers.get(&device) != Some(&view.number) {
            self.watch.broken(self.now, format!("nodes {person} and {device} show different numbers"));
        }
        let pause = 2_000_000 + self.physics.below(8_000_000);
        self.soon(person, pause, Want::Certify(person));
    }

    pub(super) fn certifies(&self, person: u32) -> Command {
        Command::Own(OwnCommand::ConfirmLink(self.words_of(person)))
    }

    /// The order to take a device off the list, if it is on it.
    pub(super) fn removes_device(&mut self, person: u32, n: u32) -> Option<Command> {
        let Some(device) = self.machines[n as usize].device else {
            if self.now < self.plan.heal_at {
                self.soon(person, 4 * LATER, Want::Unlink(n));
            }
            return None;
        };
        let listed = self.devices_at(person)?.devices.iter().any(|row| row.device == device);
        if !listed {
            self.device_removed(n);
            return None;
        }
        let words = self.words_of(person);
        Some(Command::Own(OwnCommand::RemoveDevice { device, words }))
    }

    pub(super) fn device_removed(&mut self, n: u32) {
        if self.devices.removed.insert(n) {
            self.note(n, || "is taken off the list of its person's devices".into());
            self.watch.count("devices removed", 1);
        }
    }

    /// Something that all devices of a person have to agree about.
    pub(super) fn arranges(&mut self, n: u32, number: u32) -> Option<Command> {
        if !self.is_living(n) {
            return None;
        }
        if number.is_multiple_of(3) {
            let devices = self.devices_at(n)?.devices;
            let device = devices.get(number as usize / 3 % devices.len().max(1))?.device;
            return Some(Command::Own(OwnCommand::NameDevice { device, name: format!("Name {number}") }));
        }
        let chats = self.chat_list(n);
        let chat = chats.get(number as usize / 3 % chats.len().max(1))?.id;
        let change = if number % 3 == 1 {
            ListChange::MuteUntil(super::WALL * 2 + u64::from(number))
        } else {
            ListChange::Pin(number.is_multiple_of(2))
        };
        Some(Command::Own(OwnCommand::ChangeList { chat, change }))
    }
}

/// What a machine hears that is not in an account yet. Nobody orders anything of it.
pub(super) fn for_arrival(input: Input<Command>) -> Option<Input<ArrivalCommand>> {
    match input {
        Input::Command { .. } => None,
        Input::LinkUp { remote } => Some(Input::LinkUp { remote }),
        Input::LinkDown { remote } => Some(Input::LinkDown { remote }),
        Input::Frame { remote, bytes } => Some(Input::Frame { remote, bytes }),
        Input::Wake => Some(Input::Wake),
    }
}
