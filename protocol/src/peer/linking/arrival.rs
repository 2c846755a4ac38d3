//! The new device's side of linking: a core of its own, because there is no account yet. It lives until the handover is
//! stored, or something failed.
//!
//! Not here: dialling, asking people, and writing what was handed over (the node's `setup`); it says when.

use super::code::Meeting;
use super::handover::{ContactCard, Handover, Offer, Said, SaidError, SettingRow};
use crate::core::{Core, Input, Now, Output, Wake};
use crate::ids::NodeId;
use crate::limits::{HANDOVER_MAX, LINK_CODE_LIFE_MS};
use crate::peer::account::{Account, NewDevice};
use crate::peer::links::{Links, Purpose};
use crate::session::pairing::{Pairing, PairingError, Step, Trust};
use crate::session::rendezvous::{Asked, MeetingError, Rendezvous, Way};
use crate::store::StoreRead;
use crate::wire::WireError;
use crate::wire::relay::FromRelay;
use rand_chacha::ChaCha20Rng;
use std::collections::VecDeque;
use thiserror::Error;

/// What the shell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrivalCommand {
    /// The person compared the numbers: they are equal.
    Confirm,
    /// The person says no.
    Refuse,
    /// The handover is durable.
    Stored,
}

/// Everything that was handed over, checked.
pub struct Arrived {
    /// Of this device.
    pub account: Account,
    /// People.
    pub contacts: Vec<ContactCard>,
    /// Settings.
    pub settings: Vec<SettingRow>,
}

impl std::fmt::Debug for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Arrived({:?}, {} contacts, …)", self.account, self.contacts.len())
    }
}

/// What happens.
#[derive(Debug)]
pub enum ArrivalEvent {
    /// Both devices show this number now. With `compare` a person has to say that they are equal.
    Number {
        /// `123 456`
        number: String,
        /// Answer with `Confirm` or `Refuse`.
        compare: bool,
    },
    /// Store this, then say `Stored`.
    Arrived(Box<Arrived>),
    /// The old device knows that it is stored: all is done.
    Over,
    /// It failed; nothing was handed over.
    Failed(ArrivalError),
}

/// Why it failed. The texts are for people.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ArrivalError {
    /// The pairing.
    #[error("{0}; start again with a new code")]
    Pairing(#[from] PairingError),
    /// The way.
    #[error("{0}; start again with a new code")]
    Meeting(#[from] MeetingError),
    /// What was said.
    #[error("{0}")]
    Said(#[from] SaidError),
    /// Said when it makes no sense.
    #[error("the other device said something out of turn")]
    OutOfTurn,
    /// By the other side's person.
    #[error("refused at the other device")]
    Refused,
    /// By ours.
    #[error("refused here")]
    RefusedHere,
    /// Too long.
    #[error("the other device did not answer in time; is the code still shown there, and is its node running?")]
    Late,
}

impl From<WireError> for ArrivalError {
    fn from(error: WireError) -> Self {
        Self::Said(error.into())
    }
}

enum Stage {
    Pairing,
    /// The number is shown; the person has not answered.
    Comparing,
    /// The offer is made.
    Offered,
    /// Handed over, not stored yet.
    Storing,
    /// Stored; the relay has to take the last word.
    Leaving,
    Over,
}

/// A new device on its way into an account.
pub struct Arrival {
    device: Option<NewDevice>,
    name: String,
    relay: NodeId,
    compare: bool,
    links: Links,
    meeting: Rendezvous,
    pairing: Pairing,
    stage: Stage,
    handover: Vec<u8>,
    deadline: Option<u64>,
    outputs: VecDeque<Output<ArrivalEvent>>,
}

impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arrival(…)")
    }
}

impl Arrival {
    /// Begins with a code. `name` is what the device calls itself, perhaps nothing.
    pub fn new(meeting: Meeting, name: String, rng: &mut ChaCha20Rng) -> Self {
        let device = NewDevice::random(rng);
        let (pairing, first) = Pairing::new_device(&meeting.trust, &device.sealing, rng);
        let mut rendezvous = Rendezvous::new(*meeting.secret, Way::ToOld);
        rendezvous.say(first);
        let mut links = Links::default();
        let mut outputs = VecDeque::new();
        if let Some(addrs) = links.want(meeting.relay.relay, &meeting.relay.addrs) {
            outputs.push_back(Output::Dial { remote: meeting.relay.relay, addrs });
        }
        Self {
            device: Some(device),
            name,
            relay: meeting.relay.relay,
            compare: matches!(meeting.trust, Trust::Number),
            links,
            meeting: rendezvous,
            pairing,
            stage: Stage::Pairing,
            handover: Vec::new(),
            deadline: None,
            outputs,
        }
    }

    fn tell(&mut self, event: ArrivalEvent) {
        self.outputs.push_back(Output::Notify(event));
    }

    fn fail(&mut self, error: ArrivalError) {
        if !matches!(self.stage, Stage::Over) {
            self.stage = Stage::Over;
            self.tell(ArrivalEvent::Failed(error));
        }
    }

    fn ask(&mut self, now: Now, asked: Asked) {
        for (errand, request) in asked {
            if let Some(bytes) = self.links.request(now, self.relay, &request, Purpose::Link(0, errand)) {
                self.outputs.push_back(Output::Transmit { remote: self.relay, bytes });
            }
        }
    }

    fn say(&mut self, now: Now, said: &Said) -> Result<(), ArrivalError> {
        let sealed = self.pairing.say(&said.encode())?;
        let asked = self.meeting.say(sealed);
        self.ask(now, asked);
        Ok(())
    }

    fn on_frame(&mut self, now: Now, bytes: &[u8]) -> Result<(), ArrivalError> {
        let messages = match FromRelay::decode(bytes) {
            Ok(FromRelay::Reply { number, reply }) => match self.links.answered(&self.relay, number) {
                Some(Purpose::Link(_, errand)) => {
                    let (messages, asked) = self.meeting.on_reply(errand, reply)?;
                    self.ask(now, asked);
                    messages
                }
                Some(_) | None => return Ok(()),
            },
            Ok(FromRelay::Push { tag, entries }) if tag == self.meeting.incoming() => {
                self.meeting.on_entries(entries)?
            }
            Ok(FromRelay::Push { .. } | FromRelay::Signal { .. }) => return Ok(()),
            Err(_) => return Err(MeetingError::Disturbed.into()),
        };
        for message in messages {
            self.on_message(now, &message)?;
        }
        if matches!(self.stage, Stage::Leaving) && self.meeting.is_flushed() {
            self.stage = Stage::Over;
            self.tell(ArrivalEvent::Over);
        }
        Ok(())
    }

    fn on_message(&mut self, now: Now, message: &[u8]) -> Result<(), ArrivalError> {
        match self.pairing.receive(message)? {
            Step::Reply(reply) | Step::Open(Some(reply)) => {
                let asked = self.meeting.say(reply);
                self.ask(now, asked);
                Ok(())
            }
            Step::Open(None) => {
                self.tell(ArrivalEvent::Number { number: self.pairing.number(), compare: self.compare });
                self.stage = Stage::Comparing;
                if self.compare { Ok(()) } else { self.offer(now) }
            }
            Step::Said(plain) => self.on_said(Said::decode(&plain)?),
        }
    }

    fn offer(&mut self, now: Now) -> Result<(), ArrivalError> {
        let Some(device) = &self.device else { return Err(ArrivalError::OutOfTurn) };
        let offer = Offer::sign(device, &self.name, self.pairing.hash())?;
        self.say(now, &Said::Offer(offer))?;
        self.stage = Stage::Offered;
        Ok(())
    }

    fn on_said(&mut self, said: Said) -> Result<(), ArrivalError> {
        match (&self.stage, said) {
            (_, Said::Refused) => Err(ArrivalError::Refused),
            (Stage::Offered, Said::Part { more, bytes }) => {
                if self.handover.len() + bytes.len() > HANDOVER_MAX {
                    return Err(WireError::TooLarge { what: "handover", limit: HANDOVER_MAX }.into());
                }
                self.handover.extend_from_slice(&bytes);
                if more { Ok(()) } else { self.arrive() }
            }
            (_, Said::Part { .. } | Said::Offer(_) | Said::Stored) => Err(ArrivalError::OutOfTurn),
        }
    }

    fn arrive(&mut self) -> Result<(), ArrivalError> {
        let Some(device) = self.device.take() else { return Err(ArrivalError::OutOfTurn) };
        let bytes = zeroize::Zeroizing::new(std::mem::take(&mut self.handover));
        let (handover, log) = Handover::decode(&bytes, &device.key, self.pairing.other())?;
        let account = handover.account(device, log)?;
        self.stage = Stage::Storing;
        let Handover { contacts, settings, .. } = handover;
        self.tell(ArrivalEvent::Arrived(Box::new(Arrived { account, contacts, settings })));
        Ok(())
    }

    fn on_command(&mut self, now: Now, command: ArrivalCommand) -> Result<(), ArrivalError> {
        match (&self.stage, command) {
            (Stage::Comparing, ArrivalCommand::Confirm) => self.offer(now),
            (Stage::Comparing | Stage::Offered, ArrivalCommand::Refuse) => {
                self.say(now, &Said::Refused)?;
                Err(ArrivalError::RefusedHere)
            }
            (Stage::Storing, ArrivalCommand::Stored) => {
                self.say(now, &Said::Stored)?;
                self.stage = Stage::Leaving;
                Ok(())
            }
            (_, ArrivalCommand::Confirm | ArrivalCommand::Refuse | ArrivalCommand::Stored) => Ok(()),
        }
    }
}

impl Core for Arrival {
    type Command = ArrivalCommand;
    type Event = ArrivalEvent;

    fn handle(&mut self, now: Now, input: Input<ArrivalCommand>, _: &dyn StoreRead) {
        let deadline = *self.deadline.get_or_insert(now.mono + LINK_CODE_LIFE_MS);
        if matches!(self.stage, Stage::Over) {
            return;
        }
        let result = match input {
            Input::Command { command, .. } => self.on_command(now, command),
            Input::LinkUp { remote } if remote == self.relay => {
                self.links.up(now, &remote);
                let asked = self.meeting.on_link_up();
                self.ask(now, asked);
                Ok(())
            }
            Input::LinkDown { remote } => {
                self.links.down(now, &remote);
                Ok(())
            }
            Input::Frame { remote, bytes } if remote == self.relay => self.on_frame(now, &bytes),
            Input::LinkUp { .. } | Input::Frame { .. } | Input::Wake => Ok(()),
        };
        if let Err(error) = result {
            self.fail(error);
        } else if now.mono >= deadline {
            match self.stage {
                // It is stored here; the old device will tell its person to look at the list.
                Stage::Leaving => self.tell(ArrivalEvent::Over),
                Stage::Pairing | Stage::Comparing | Stage::Offered | Stage::Storing => self.fail(ArrivalError::Late),
                Stage::Over => {}
            }
            self.stage = Stage::Over;
        }
    }

    fn poll_output(&mut self) -> Option<Output<ArrivalEvent>> {
        self.outputs.pop_front()
    }

    fn poll_wake(&self) -> Option<Wake> {
        match self.stage {
            Stage::Over => None,
            Stage::Pairing | Stage::Comparing | Stage::Offered | Stage::Storing | Stage::Leaving => {
                Some(Wake { at: self.deadline.unwrap_or(0), reason: "linking takes too long" })
            }
        }
    }
}
