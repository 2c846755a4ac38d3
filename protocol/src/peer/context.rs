//! What every sub-machine of the peer gets with an input: the time, reads, randomness, who we are; and where it puts
//! what is to happen: rows into one batch, effects behind it. One input makes at most one commit, and everything
//! else it causes stands behind that commit (persist before send).

use super::account::Account;
use super::command::Event;
use super::links::{Links, Purpose};
use crate::chat::timeline::{Broken, Rows};
use crate::core::{Now, Output};
use crate::ids::NodeId;
use crate::store::overlay::Overlay;
use crate::store::{Batch, ReadError, StoreRead};
use crate::wire::relay::Request;
use rand_chacha::ChaCha20Rng;
use std::collections::VecDeque;

/// One input's surroundings.
pub struct Context<'a> {
    /// The time.
    pub now: Now,
    /// Reads; shows nothing of `batch` yet.
    pub store: &'a dyn StoreRead,
    /// Randomness.
    pub rng: &'a mut ChaCha20Rng,
    /// Who we are.
    pub account: &'a mut Account,
    /// Links to relays.
    pub links: &'a mut Links,
    /// Rows to write.
    pub batch: Batch,
    /// Rows of messages to write, readable before they are written.
    pub over: Overlay,
    /// The earliest date at which a message destroys itself that this input brought, milliseconds since 1970.
    pub expiry: Option<u64>,
    /// What happens behind the commit, in order.
    pub effects: VecDeque<Output<Event>>,
}

impl Context<'_> {
    /// Asks a relay something; without a link nothing happens (the link's coming up starts everything again).
    pub fn request(&mut self, relay: NodeId, request: &Request, purpose: Purpose) {
        if let Some(bytes) = self.links.request(self.now, relay, request, purpose) {
            self.effects.push_back(Output::Transmit { remote: relay, bytes });
        }
    }

    /// Rows as this input sees them.
    pub fn rows(&mut self) -> Rows<'_> {
        self.over.over(self.store)
    }

    /// Tells the people and programs of this machine.
    pub fn notify(&mut self, event: Event) {
        self.effects.push_back(Output::Notify(event));
    }

    /// Holds a link to a relay from now on.
    pub fn dial(&mut self, relay: NodeId, addrs: &[String]) {
        if let Some(addrs) = self.links.want(relay, addrs) {
            self.effects.push_back(Output::Dial { remote: relay, addrs });
        }
    }
}

/// A failure that stops the peer: its own store is broken or says what it cannot say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A row that this program wrote does not decode.
    #[error("the row of {0} in the store is damaged")]
    Row(&'static str),
    /// Something that cannot be, our bug.
    #[error("this cannot be (please report it): {0}")]
    Bug(&'static str),
}

impl From<Broken> for Fatal {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Read(error) => Self::Read(error),
            Broken::Row(what) => Self::Row(what),
        }
    }
}
