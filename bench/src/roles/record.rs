//! Listens to a node's events: which texts came and when, how far own messages are.

use crate::clock;
use crate::talk::{Answer, Until, parse};
use anyhow::Result;
use chappe_node::handle::Handle;
use chappe_protocol::peer::command::Event;
use chappe_protocol::peer::view::Ticks;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// How far things are; orders compare as text with `MessageView::order`.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Own messages up to this one are at the relay.
    pub sent: String,
    /// Own messages up to this one are at the recipient.
    pub delivered: String,
    /// The highest number received, plus one.
    pub received: u64,
}

impl Progress {
    /// How far own messages are.
    pub fn of(&self, until: Until) -> &str {
        match until {
            Until::Sent => &self.sent,
            Until::Delivered => &self.delivered,
        }
    }
}

#[derive(Debug, Default)]
struct Texts {
    latencies: Vec<u64>,
    first: Option<Instant>,
    last: Option<Instant>,
    lagged: u64,
}

/// What is known from events.
#[derive(Debug)]
pub struct Recorder {
    start: Instant,
    texts: Arc<Mutex<Texts>>,
    progress: watch::Receiver<Progress>,
}

impl Recorder {
    /// Begins to listen. `start`: when the node began to start.
    pub fn start(handle: &Handle, start: Instant) -> Self {
        let (told, progress) = watch::channel(Progress::default());
        let texts = Arc::new(Mutex::new(Texts::default()));
        let (mut events, shared) = (handle.events(), texts.clone());
        tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => note(event, &shared, &told),
                    Err(RecvError::Lagged(lost)) => lock(&shared).lagged += lost,
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Self { start, texts, progress }
    }

    /// How far things are.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Waits for a number and tells what came since the last time.
    pub async fn expect(&self, number: u64) -> Result<Answer> {
        self.progress().wait_for(|progress| progress.received > number).await?;
        let mut texts = std::mem::take(&mut *lock(&self.texts));
        texts.latencies.sort_unstable();
        let last = texts.last.unwrap_or(self.start);
        let first = texts.first.unwrap_or(last);
        Ok(Answer::Received {
            count: texts.latencies.len() as u64,
            seconds: (last - first).as_secs_f64(),
            since_start: (last - self.start).as_secs_f64(),
            latencies: texts.latencies,
            lagged: texts.lagged,
        })
    }

    /// Forgets what came so far.
    pub fn forget(&self) {
        *lock(&self.texts) = Texts::default();
    }
}

fn lock(texts: &Mutex<Texts>) -> MutexGuard<'_, Texts> {
    texts.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(event: Event, texts: &Mutex<Texts>, told: &watch::Sender<Progress>) {
    match event {
        Event::Message(message) if !message.mine => {
            let Some((number, nanos)) = parse(&message.text) else { return };
            let now = Instant::now();
            let mut texts = lock(texts);
            texts.latencies.push(clock::nanos().saturating_sub(nanos));
            texts.first.get_or_insert(now);
            texts.last = Some(now);
            drop(texts);
            told.send_modify(|progress| progress.received = progress.received.max(number + 1));
        }
        Event::Ticks { ticks, through, .. } => told.send_modify(|progress| {
            if ticks >= Ticks::Sent && through > progress.sent {
                progress.sent.clone_from(&through);
            }
            if ticks >= Ticks::Delivered && through > progress.delivered {
                progress.delivered = through;
            }
        }),
        Event::Message(_)
        | Event::Gone { .. }
        | Event::Typing { .. }
        | Event::Wanted { .. }
        | Event::Reply { .. }
        | Event::Chat(_)
        | Event::Refused { .. }
        | Event::Contact(_)
        | Event::Profile(_)
        | Event::Devices
        | Event::Link(_)
        | Event::Folders
        | Event::Relays
        | Event::Asking(_)
        | Event::Joins
        | Event::Stopped(_) => {}
    }
}
