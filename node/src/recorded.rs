//! A peer core whose inputs are noted for a bug report, without anything private (`chappe_protocol::trace`).

use chappe_protocol::core::{Core, Input, Now, Output, Wake};
use chappe_protocol::peer::Peer;
use chappe_protocol::peer::command::{Command, Event};
use chappe_protocol::store::StoreRead;
use chappe_protocol::trace::{NodeTrace, Recorder};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The notes, shared by the loop that makes them and whoever asks for them.
#[derive(Clone, Debug, Default)]
pub struct SharedRecorder(Arc<Mutex<Recorder>>);

impl SharedRecorder {
    /// What was noted so far.
    pub fn trace(&self) -> NodeTrace {
        self.lock().trace()
    }

    fn lock(&self) -> MutexGuard<'_, Recorder> {
        // Taking a note has no step between which a panic could leave half of one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A peer core, and the notes of what it is told.
#[derive(Debug)]
pub struct Recorded {
    core: Peer,
    notes: SharedRecorder,
}

impl Recorded {
    /// Begins to note.
    pub fn new(core: Peer, notes: SharedRecorder, now: Now) -> Self {
        notes.lock().start(now);
        Self { core, notes }
    }
}

impl Core for Recorded {
    type Command = Command;
    type Event = Event;

    fn handle(&mut self, now: Now, input: Input<Command>, store: &dyn StoreRead) {
        self.notes.lock().note(now, &input);
        self.core.handle(now, input, store);
    }

    fn poll_output(&mut self) -> Option<Output<Event>> {
        self.core.poll_output()
    }

    fn poll_wake(&self) -> Option<Wake> {
        self.core.poll_wake()
    }
}
