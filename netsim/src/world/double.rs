//! Deliberately broken shells and stores: each breaks one promise, and the invariants must see it.
//!
//! Nothing of it runs unless [`super::Options::double`] asks for it; the tests in `netsim/tests` do.

use super::machine::Effect;
use super::{Options, World};
use chappe_protocol::store::{Batch, Table, Write};
use chappe_protocol::wire::registry::request as kind;
use chappe_storage::Store;
use serde::{Deserialize, Serialize};

/// Which promise is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Double {
    /// A sync says that it is done and does nothing.
    SkipsSync,
    /// What stands behind a commit leaves before it is synced.
    SendsBeforeCommit,
    /// Only what people are told leaves before its commit is synced.
    AnswersBeforeCommit,
    /// Acknowledgements of devices (receipts go as appends) are thrown away now and then.
    DropsAppends,
    /// The outbox is not stored.
    ForgetsOutbox,
    /// Where we are with relays and what we have is not stored.
    ForgetsHeads,
    /// The state of keys is not stored.
    ForgetsKeys,
    /// Operations are not stored in the timeline.
    ForgetsTimeline,
    /// Some messages are shown again.
    ShowsTwice,
    /// Which control block was decided is not stored.
    ForgetsControl,
    /// A relay does not store what it acknowledges.
    RelayForgetsEntries,
    /// What a node stores of messages, the next person's disk gets as well, whether they are in the chat or not.
    TellsTheNext,
    /// What a node stores of messages, devices get as well that its person took off the list.
    TellsTheRemoved,
    /// The parcel that leads a further device of one's own into a chat is not stored, so it never goes there.
    ForgetsParcels,
    /// A relay does not store what was decided about a chat.
    RelayForgetsRegisters,
    /// The state that a block ended is not stored: nobody can say which of two blocks stands.
    ForgetsFormerStates,
    /// Timers fire before their time.
    FiresEarly,
}

/// Sort prefix of former states in `Table::Control` (`chat::control::rows`).
const FORMER: u8 = 3;

impl Double {
    /// All of them.
    pub const ALL: [Double; 17] = [
        Double::SkipsSync,
        Double::SendsBeforeCommit,
        Double::AnswersBeforeCommit,
        Double::DropsAppends,
        Double::ForgetsOutbox,
        Double::ForgetsHeads,
        Double::ForgetsKeys,
        Double::ForgetsTimeline,
        Double::ShowsTwice,
        Double::ForgetsControl,
        Double::RelayForgetsEntries,
        Double::TellsTheNext,
        Double::TellsTheRemoved,
        Double::ForgetsParcels,
        Double::RelayForgetsRegisters,
        Double::ForgetsFormerStates,
        Double::FiresEarly,
    ];

    /// False if a sync does nothing.
    pub(super) fn syncs(self) -> bool {
        self != Double::SkipsSync
    }

    /// The table whose rows are not stored.
    fn forgets(self) -> Option<Table> {
        match self {
            Double::ForgetsOutbox => Some(Table::Outbox),
            Double::ForgetsHeads => Some(Table::Chat),
            Double::ForgetsKeys => Some(Table::Room),
            Double::ForgetsTimeline => Some(Table::Timeline),
            Double::ForgetsControl | Double::ForgetsFormerStates => Some(Table::Control),
            Double::RelayForgetsEntries => Some(Table::RelayEntry),
            Double::RelayForgetsRegisters => Some(Table::RelayRegister),
            Double::SkipsSync
            | Double::SendsBeforeCommit
            | Double::AnswersBeforeCommit
            | Double::DropsAppends
            | Double::ShowsTwice
            | Double::TellsTheNext
            | Double::TellsTheRemoved
            | Double::ForgetsParcels
            | Double::FiresEarly => None,
        }
    }

    /// What is stored instead of a batch, if it is another.
    pub(super) fn alters(self, batch: &Batch) -> Option<Batch> {
        if self == Double::ForgetsParcels {
            // Of `peer::chat::parcels`.
            const FETCHED: u8 = 7;
            let parcel = |write: &&Write| matches!(write, Write::Put { table: Table::Control, sort, .. } if sort.first() == Some(&FETCHED));
            return Some(Batch { writes: batch.writes.iter().filter(|write| !parcel(write)).cloned().collect() });
        }
        let table = self.forgets()?;
        let former = self == Double::ForgetsFormerStates;
        let kept = |write: &&Write| match write {
            Write::Put { table: Table::Control, sort, .. } if former => sort.first() != Some(&FORMER),
            // A chat is there, but what changes with every operation stays as it was.
            Write::Put { table: of, partition, .. } if table == Table::Chat => *of != table || partition.is_empty(),
            Write::Put { table: of, .. } => *of != table,
            Write::Delete { .. } => true,
        };
        Some(Batch { writes: batch.writes.iter().filter(kept).cloned().collect() })
    }

    /// True for a frame that is thrown away: one append in eight, chosen by its bytes.
    pub(super) fn drops(self, bytes: &[u8]) -> bool {
        let append = bytes.first_chunk::<2>().is_some_and(|number| u16::from_be_bytes(*number) == kind::APPEND);
        self == Double::DropsAppends && append && bytes.last().is_some_and(|byte| byte % 8 == 0)
    }

    /// When a timer of this machine fires that is set to a time.
    pub(super) fn fires(self, at: u64, now: u64) -> u64 {
        if self == Double::FiresEarly { now } else { at }
    }

    /// True now and then.
    pub(super) fn shows_twice(self, events: u64) -> bool {
        self == Double::ShowsTwice && events.is_multiple_of(7)
    }
}

impl Options {
    /// True if this effect does not wait for its commit.
    pub(super) fn releases_early(&self, effect: &Effect) -> bool {
        match (self.double, effect) {
            (Some(Double::SendsBeforeCommit), _) => true,
            (Some(Double::AnswersBeforeCommit), Effect::Tell(_)) => true,
            (_, _) => false,
        }
    }
}

impl World {
    /// What a node stores of messages, some disks get that should not.
    pub(super) fn tell_others(&self, n: u32, batch: &Batch) {
        let others: Vec<u32> = match self.options.double {
            Some(Double::TellsTheNext) if n as usize + 1 < self.machines.len() => vec![n + 1],
            Some(Double::TellsTheNext) => vec![self.plan.relays() as u32],
            Some(Double::TellsTheRemoved) => {
                let person = self.person(n);
                self.machines_of(person).into_iter().filter(|other| *other != n && self.is_removed(*other)).collect()
            }
            _ => return,
        };
        let message = |write: &&Write| matches!(write, Write::Put { table: Table::Op | Table::Timeline, .. });
        let told = Batch { writes: batch.writes.iter().filter(message).cloned().collect() };
        for other in others.into_iter().filter(|_| !told.writes.is_empty()) {
            let store = &self.machines[other as usize].store;
            // A disk that takes nothing now is told nothing.
            let _ = store.apply(&told).and_then(|()| store.sync());
        }
    }
}
