//! What was said and what was shown, as people saw it: the simulation's own book, beside the machines'.

use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::Event;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// The book. Clones are the same one.
#[derive(Clone, Default)]
pub struct Ledger(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    chats: BTreeMap<(usize, usize), ChatId>,
    said: BTreeMap<OpId, Said>,
    /// Who was shown what first when.
    shown: BTreeMap<(OpId, usize), Instant>,
}

/// A message whose sending was acknowledged to its writer.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Who.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// When it was asked for.
    pub at: Instant,
}

impl Ledger {
    /// Two people have a chat.
    pub fn met(&self, a: usize, b: usize, chat: ChatId) {
        let mut book = self.book();
        book.chats.insert((a, b), chat);
        book.chats.insert((b, a), chat);
    }

    /// The chat of two people.
    pub fn chat(&self, a: usize, b: usize) -> Option<ChatId> {
        self.book().chats.get(&(a, b)).copied()
    }

    /// How many chats there are.
    pub fn chats(&self) -> usize {
        self.book().chats.len() / 2
    }

    /// Something was said, and the node said that it keeps it.
    pub fn say(&self, from: usize, to: usize, id: OpId, at: Instant) {
        self.book().said.insert(id, Said { from, to, at });
    }

    /// How many messages were said.
    pub fn said(&self) -> usize {
        self.book().said.len()
    }

    /// All of them.
    pub fn all_said(&self) -> BTreeMap<OpId, Said> {
        self.book().said.clone()
    }

    /// From saying to showing, in milliseconds, sorted.
    pub fn latencies(&self) -> Vec<f64> {
        let book = self.book();
        let shown = |(id, said): (&OpId, &Said)| Some(book.shown.get(&(*id, said.to))?.duration_since(said.at));
        let mut all: Vec<f64> = book.said.iter().filter_map(shown).map(|took| took.as_secs_f64() * 1000.0).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    /// Writes down what one person is shown, until the node ends.
    pub async fn listen(self, person: usize, mut events: Receiver<Event>) {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let Some(id) = crate::people::shown(&event) {
                        self.book().shown.entry((id, person)).or_insert_with(Instant::now);
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
