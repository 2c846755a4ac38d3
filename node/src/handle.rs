//! How the local API, the CLI and other services of this machine talk to the loop that drives the peer core.

use crate::recorded::SharedRecorder;
use chappe_protocol::peer::command::{Command, CommandError, Event, Reply};
use tokio::sync::{broadcast, mpsc, oneshot};

/// One command on its way to the loop.
#[derive(Debug)]
pub struct Ask {
    /// What is asked.
    pub command: Command,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Result<Reply, CommandError>>,
}

/// A cheap, cloneable handle to a running node.
#[derive(Clone, Debug)]
pub struct Handle {
    asks: mpsc::Sender<Ask>,
    events: broadcast::Sender<Event>,
    recorder: SharedRecorder,
}

impl Handle {
    /// The handle, and the loop's ends: commands to take, events to send (replies are not sent there).
    pub fn new() -> (Self, mpsc::Receiver<Ask>, broadcast::Sender<Event>) {
        let (asks, inbox) = mpsc::channel(1024);
        let (events, _) = broadcast::channel(4096);
        (Self { asks, events: events.clone(), recorder: SharedRecorder::default() }, inbox, events)
    }

    /// What the core was told lately; empty unless the core is [`crate::recorded::Recorded`] with it.
    pub fn recorder(&self) -> &SharedRecorder {
        &self.recorder
    }

    /// Asks and waits for the answer.
    pub async fn ask(&self, command: Command) -> Result<Reply, CommandError> {
        let (answer, reply) = oneshot::channel();
        let gone = || CommandError::Refused("the node is shutting down".into());
        self.asks.send(Ask { command, answer }).await.map_err(|_| gone())?;
        reply.await.map_err(|_| gone())?
    }

    /// Events from now on; a receiver that lags far behind loses the oldest and is told so.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}
