//! The only loop: takes what the network, people and clocks say, tells the cores, and does what they ask.
//!
//! A turn of the loop: wait for one input, then take all that wait (up to a bound); every commit a core makes is
//! applied to the store at once; everything else it asks is queued in order. At the end of the turn cores that want to
//! be woken at once are woken, then the store is synced once if anything was applied (group commit), and only then is the queue carried out. So nothing leaves the
//! machine before what it depends on is durable (the contract of `chappe_protocol::core`). If a commit or sync fails
//! the cores are dropped, nothing more is sent, and the loop ends with the error.
//!
//! A node may run two cores over one store and one network: the peer core holds links to relays, an embedded relay
//! core serves others. Between the two there is a link inside the machine ([`inside`]).
//!
//! The loop has a thread of its own ([`spawn`]), because cores and stores compute and block; the network runs on the
//! runtime. Where time is simulated everything is one thread, and the loop is a task of it ([`task`]).

mod effects;
mod inside;
mod seat;
#[cfg(test)]
mod tests;

pub use seat::{Desk, Idle, Inspect, NoCore, NodeDesk, Seat, ServerSide, Tell};

use crate::clock::Clock;
use crate::net::{FromNet, Net};
use chappe_protocol::core::{Core, Input, Now, Output, Side};
use chappe_protocol::ids::NodeId;
use chappe_storage::{Store, WriteError};
use effects::{Effect, Effects};
use inside::{Inside, Passage};
use seat::Line;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::runtime::Handle as Runtime;
use tokio::sync::{mpsc, oneshot, watch};

/// Inputs of one turn. More wait for the next turn, so that a flood cannot hold back what was decided already.
const TURN_INPUTS: usize = 1024;

/// Bytes queued for sending in one turn, likewise.
const TURN_BYTES: usize = 4 * 1024 * 1024;

/// How long the network may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// Why the loop ended early. Nothing was sent after it.
#[derive(Debug, Error)]
pub enum ShellError {
    /// A commit could not be stored.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The network's task ended by itself, which is a bug.
    #[error("the network stopped unexpectedly; the log says why")]
    Net,
    /// The loop's thread could not be started or died.
    #[error("the loop stopped unexpectedly; the log says why")]
    Thread,
}

/// What a loop is made of.
pub struct Parts<P, R, D>
where
    P: Core,
    R: Core,
    D: Desk<P>,
{
    /// The core that holds links to relays, and the desk where people ask it things.
    pub client: Option<(P, D)>,
    /// The core that serves others.
    pub server: Option<ServerSide<R>>,
    /// Shared by both.
    pub store: Arc<dyn Store>,
    /// Takes orders.
    pub net: Net,
    /// Says what happens.
    pub events: mpsc::Receiver<FromNet>,
    /// Gives `Now`.
    pub clock: Clock,
}

/// A running loop.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    /// Gone once the outcome is known and told.
    end: Option<oneshot::Receiver<Result<(), ShellError>>>,
}

impl Running {
    /// Ends gracefully: the turn is finished, the store synced, the links closed after writing what they hold. After
    /// [`Running::ended`] has told how the loop ended, there is nothing left to do.
    pub async fn stop(mut self) -> Result<(), ShellError> {
        self.stop.send_replace(true);
        self.ended().await
    }

    /// Waits until the loop ends by itself, which it does only with an error. Cancel-safe.
    pub async fn ended(&mut self) -> Result<(), ShellError> {
        let Some(end) = &mut self.end else { return Ok(()) };
        let outcome = end.await.unwrap_or(Err(ShellError::Thread));
        self.end = None;
        outcome
    }
}

/// Starts the loop on a thread of its own. Call it on the runtime that the network runs on.
pub fn spawn<P, R, D>(parts: Parts<P, R, D>) -> Running
where
    P: Core + Send + 'static,
    R: Core + Send + 'static,
    D: Desk<P>,
    P::Event: Send,
    R::Event: Send,
{
    let runtime = Runtime::current();
    let (running, turns) = task(parts);
    if let Err(error) = std::thread::Builder::new().name("loop".into()).spawn(move || runtime.block_on(turns)) {
        tracing::error!(%error, "the loop's thread cannot start");
    }
    running
}

/// The loop as a task, for whoever runs it. It blocks while cores compute and stores write.
pub fn task<P, R, D>(parts: Parts<P, R, D>) -> (Running, impl Future<Output = ()> + Send + 'static)
where
    P: Core + Send + 'static,
    R: Core + Send + 'static,
    D: Desk<P>,
    P::Event: Send,
    R::Event: Send,
{
    let (stop, stopping) = watch::channel(false);
    let (ending, end) = oneshot::channel();
    let turns = async move {
        let outcome = Loop::new(parts, stopping).run().await;
        if let Err(error) = &outcome {
            tracing::error!(%error, "the loop stops; nothing more is sent");
        }
        // Nobody waits for the end if the program is ending anyway.
        drop(ending.send(outcome));
    };
    (Running { stop, end: Some(end) }, turns)
}

/// What woke the loop.
enum Woken<A, R> {
    Net(FromNet),
    NetGone,
    Ask(A),
    AsksGone,
    Inspect(Inspect<R>),
    InspectsGone,
    Timer,
    Stop,
}

struct Loop<P, R, D>
where
    P: Core,
    R: Core,
    D: Desk<P>,
{
    client: Option<Seat<P>>,
    desk: Option<D>,
    asks: Option<mpsc::Receiver<D::Ask>>,
    server: Option<Seat<R>>,
    inspects: Option<mpsc::Receiver<Inspect<R>>>,
    tell: Option<Tell<R::Event>>,
    store: Arc<dyn Store>,
    net: Net,
    events: mpsc::Receiver<FromNet>,
    clock: Clock,
    inside: Inside,
    effects: Effects<P::Event, R::Event>,
    /// Something was applied and not yet synced.
    unsynced: bool,
    stopping: watch::Receiver<bool>,
}

impl<P, R, D> Loop<P, R, D>
where
    P: Core,
    R: Core,
    D: Desk<P>,
{
    fn new(parts: Parts<P, R, D>, stopping: watch::Receiver<bool>) -> Self {
        let Parts { client, server, store, net, events, clock } = parts;
        let (client, mut desk) = client.map_or((None, None), |(core, desk)| (Some(Seat::new(core)), Some(desk)));
        let (server, inspects, tell) = match server {
            Some(ServerSide { core, inspects, tell }) => (Some(Seat::new(core)), inspects, tell),
            None => (None, None, None),
        };
        let asks = desk.as_mut().and_then(Desk::asks);
        let (inside, effects) = (Inside::default(), Effects::default());
        let unsynced = false;
        Self {
            client,
            desk,
            asks,
            server,
            inspects,
            tell,
            store,
            net,
            events,
            clock,
            inside,
            effects,
            unsynced,
            stopping,
        }
    }

    async fn run(mut self) -> Result<(), ShellError> {
        let outcome = self.turns().await;
        let Self { client, server, effects, mut events, net, store, .. } = self;
        // The cores go before anything else happens: what they might still want is not to be done.
        drop((client, server, effects));
        let goodbye = async {
            net.stop().await;
            // Links wait for their reader; what they still say has nobody to hear it.
            while events.recv().await.is_some() {}
        };
        if tokio::time::timeout(GOODBYE, goodbye).await.is_err() {
            tracing::debug!("the network took too long to say goodbye");
        }
        outcome?;
        Ok(store.sync()?)
    }

    async fn turns(&mut self) -> Result<(), ShellError> {
        // A core may want something before it hears anything.
        self.drain_client()?;
        self.drain_server()?;
        self.finish_turn().await?;
        loop {
            let mut woken = Some(self.wait().await);
            let mut inputs = 0;
            while let Some(input) = woken.take().or_else(|| self.next_ready()) {
                match input {
                    Woken::Stop => return self.finish_turn().await,
                    Woken::NetGone => return self.finish_turn().await.and(Err(ShellError::Net)),
                    Woken::AsksGone => self.asks = None,
                    Woken::InspectsGone => self.inspects = None,
                    Woken::Timer => self.on_timers()?,
                    Woken::Ask(ask) => self.on_ask(ask)?,
                    Woken::Inspect(inspect) => self.on_inspect(inspect),
                    Woken::Net(event) => inputs += self.on_net(event).await?,
                }
                self.cross()?;
                inputs += 1;
                if inputs >= TURN_INPUTS || self.effects.bytes() >= TURN_BYTES {
                    break;
                }
            }
            self.finish_turn().await?;
        }
    }

    /// Makes everything of this turn durable, then lets it out, in order.
    async fn finish_turn(&mut self) -> Result<(), ShellError> {
        self.wake_hasty()?;
        if self.unsynced {
            self.store.sync()?;
            self.unsynced = false;
        }
        while let Some(effect) = self.effects.pop() {
            match effect {
                Effect::Send(link, bytes) => link.send(&bytes),
                Effect::Close(link, reason) => link.close(reason),
                Effect::Dial(remote, addrs) => self.net.dial(remote, addrs).await.map_err(|_| ShellError::Net)?,
                Effect::Hangup(remote, reason) => self.net.hangup(remote, reason).await.map_err(|_| ShellError::Net)?,
                Effect::Tell(event) => {
                    if let Some(desk) = &mut self.desk {
                        desk.tell(event);
                    }
                }
                Effect::TellServer(event) => {
                    if let Some(tell) = &mut self.tell {
                        tell(event);
                    }
                }
            }
        }
        Ok(())
    }

    // Waiting.

    async fn wait(&mut self) -> Woken<D::Ask, R> {
        if !self.inside.is_empty() {
            return Woken::Timer;
        }
        let wake = self.next_wake().map(|at| self.clock.instant_of(at));
        tokio::select! {
            event = self.events.recv() => event.map_or(Woken::NetGone, Woken::Net),
            ask = receive(&mut self.asks) => ask.map_or(Woken::AsksGone, Woken::Ask),
            inspect = receive(&mut self.inspects) => inspect.map_or(Woken::InspectsGone, Woken::Inspect),
            // The sender is gone only when nobody can ask for the end any more; then the loop goes on.
            Ok(_) = self.stopping.wait_for(|stop| *stop) => Woken::Stop,
            () = sleep_until(wake) => Woken::Timer,
        }
    }

    /// What waits already. People come before the network, so that a flood does not shut them out.
    fn next_ready(&mut self) -> Option<Woken<D::Ask, R>> {
        if let Some(ask) = self.asks.as_mut().and_then(|asks| asks.try_recv().ok()) {
            return Some(Woken::Ask(ask));
        }
        if let Some(inspect) = self.inspects.as_mut().and_then(|inspects| inspects.try_recv().ok()) {
            return Some(Woken::Inspect(inspect));
        }
        self.events.try_recv().ok().map(Woken::Net)
    }

    fn next_wake(&self) -> Option<u64> {
        let client = self.client.as_ref().and_then(Seat::wake_at);
        let server = self.server.as_ref().and_then(Seat::wake_at);
        client.into_iter().chain(server).min()
    }

    // Inputs.

    fn on_timers(&mut self) -> Result<(), ShellError> {
        let now = self.clock.now();
        if self.client.as_mut().is_some_and(|seat| seat.take_wake(now)) {
            self.tell_client(now, Input::Wake)?;
        }
        if self.server.as_mut().is_some_and(|seat| seat.take_wake(now)) {
            self.tell_server(now, Input::Wake)?;
        }
        Ok(())
    }

    /// Wakes cores that put something off to the end of the turn.
    fn wake_hasty(&mut self) -> Result<(), ShellError> {
        let now = self.clock.now();
        if self.client.as_mut().is_some_and(|seat| seat.take_hasty_wake(now)) {
            self.tell_client(now, Input::Wake)?;
        }
        if self.server.as_mut().is_some_and(|seat| seat.take_hasty_wake(now)) {
            self.tell_server(now, Input::Wake)?;
        }
        Ok(())
    }

    fn on_ask(&mut self, ask: D::Ask) -> Result<(), ShellError> {
        let Some(desk) = &mut self.desk else { return Ok(()) };
        let (id, command) = desk.accept(ask);
        let now = self.clock.now();
        self.tell_client(now, Input::Command { id, command })
    }

    fn on_inspect(&mut self, inspect: Inspect<R>) {
        if let Some(seat) = &self.server {
            inspect(&seat.core);
        }
    }

    /// Returns how many inputs it made beyond the one that every event counts as.
    async fn on_net(&mut self, event: FromNet) -> Result<usize, ShellError> {
        let now = self.clock.now();
        match event {
            FromNet::LinkUp(link) => {
                let (side, remote) = (link.side, link.remote);
                match self.put_line(side, remote, Line::Net(link)) {
                    Put::Stale => return Ok(0),
                    Put::Replaced => self.input(side, now, Input::LinkDown { remote }, Input::LinkDown { remote })?,
                    Put::New => {}
                }
                self.input(side, now, Input::LinkUp { remote }, Input::LinkUp { remote })?;
                Ok(0)
            }
            FromNet::LinkDown { link, side, remote } => {
                if self.is_current(side, &remote, link) {
                    self.remove_line(side, &remote);
                    self.input(side, now, Input::LinkDown { remote }, Input::LinkDown { remote })?;
                }
                Ok(0)
            }
            FromNet::Frames { link, side, remote, frames } => {
                if !self.is_current(side, &remote, link) {
                    return Ok(0);
                }
                let count = frames.len();
                for bytes in frames {
                    match side {
                        Side::Client => self.tell_client(now, Input::Frame { remote, bytes })?,
                        Side::Server => self.tell_server(now, Input::Frame { remote, bytes })?,
                    }
                    // A batch of small requests can ask for a hundred megabytes of answers.
                    if self.effects.bytes() >= TURN_BYTES {
                        self.finish_turn().await?;
                    }
                }
                Ok(count.saturating_sub(1))
            }
        }
    }

    /// Gives the cores what went through the link inside the machine. A bounded number; the rest waits.
    fn cross(&mut self) -> Result<(), ShellError> {
        for _ in 0..TURN_INPUTS {
            let Some((to, passage)) = self.inside.pop() else { break };
            let (now, remote) = (self.clock.now(), self.net.id());
            match passage {
                Passage::Up => {
                    if let Put::New = self.put_line(to, remote, Line::Inside) {
                        self.input(to, now, Input::LinkUp { remote }, Input::LinkUp { remote })?;
                    }
                }
                Passage::Down => {
                    if self.remove_line(to, &remote) {
                        self.input(to, now, Input::LinkDown { remote }, Input::LinkDown { remote })?;
                    }
                }
                Passage::Frame(bytes) => match to {
                    Side::Client => self.tell_client(now, Input::Frame { remote, bytes })?,
                    Side::Server => self.tell_server(now, Input::Frame { remote, bytes })?,
                },
            }
        }
        Ok(())
    }

    // Lines.

    fn put_line(&mut self, side: Side, remote: NodeId, line: Line) -> Put {
        let Some(lines) = self.lines(side) else { return Put::Stale };
        match lines.get(&remote) {
            Some(old) if old.id() >= line.id() => Put::Stale,
            Some(_) => {
                lines.insert(remote, line);
                Put::Replaced
            }
            None => {
                lines.insert(remote, line);
                Put::New
            }
        }
    }

    fn remove_line(&mut self, side: Side, remote: &NodeId) -> bool {
        self.lines(side).is_some_and(|lines| lines.remove(remote).is_some())
    }

    fn is_current(&mut self, side: Side, remote: &NodeId, link: u64) -> bool {
        self.lines(side).and_then(|lines| lines.get(remote)).is_some_and(|line| line.id() == Some(link))
    }

    fn lines(&mut self, side: Side) -> Option<&mut seat::Lines> {
        match side {
            Side::Client => self.client.as_mut().map(|seat| &mut seat.lines),
            Side::Server => self.server.as_mut().map(|seat| &mut seat.lines),
        }
    }

    // Cores.

    /// Gives the core of that side its form of one input.
    fn input(
        &mut self,
        side: Side,
        now: Now,
        client: Input<P::Command>,
        server: Input<R::Command>,
    ) -> Result<(), ShellError> {
        match side {
            Side::Client => self.tell_client(now, client),
            Side::Server => self.tell_server(now, server),
        }
    }

    fn tell_client(&mut self, now: Now, input: Input<P::Command>) -> Result<(), ShellError> {
        if let Some(seat) = &mut self.client {
            seat.core.handle(now, input, self.store.as_ref());
        }
        self.drain_client()
    }

    fn tell_server(&mut self, now: Now, input: Input<R::Command>) -> Result<(), ShellError> {
        if let Some(seat) = &mut self.server {
            seat.core.handle(now, input, self.store.as_ref());
        }
        self.drain_server()
    }

    fn drain_client(&mut self) -> Result<(), ShellError> {
        let Some(seat) = &mut self.client else { return Ok(()) };
        while let Some(output) = seat.core.poll_output() {
            match output {
                Output::Commit(batch) => {
                    self.store.apply(&batch)?;
                    self.unsynced = true;
                }
                Output::Transmit { remote, bytes } => match seat.lines.get(&remote) {
                    Some(Line::Net(link)) => self.effects.push_send(link, bytes),
                    Some(Line::Inside) => self.inside.push(Side::Server, bytes),
                    None => {}
                },
                Output::Dial { remote, .. } if remote == self.net.id() && self.server.is_some() => self.inside.open(),
                Output::Dial { remote, addrs } => self.effects.push(Effect::Dial(remote, addrs)),
                Output::Hangup { remote, .. } if remote == self.net.id() => self.inside.close(),
                Output::Hangup { remote, reason } => self.effects.push(Effect::Hangup(remote, reason)),
                Output::Notify(event) => self.effects.push(Effect::Tell(event)),
            }
        }
        Ok(())
    }

    fn drain_server(&mut self) -> Result<(), ShellError> {
        let Some(seat) = &mut self.server else { return Ok(()) };
        while let Some(output) = seat.core.poll_output() {
            match output {
                Output::Commit(batch) => {
                    self.store.apply(&batch)?;
                    self.unsynced = true;
                }
                Output::Transmit { remote, bytes } => match seat.lines.get(&remote) {
                    Some(Line::Net(link)) => self.effects.push_send(link, bytes),
                    Some(Line::Inside) => self.inside.push(Side::Client, bytes),
                    None => {}
                },
                // A server hangs up by closing the line it was reached on; it dials nobody.
                Output::Hangup { remote, reason } => match seat.lines.get(&remote) {
                    Some(Line::Net(link)) => self.effects.push(Effect::Close(link.clone(), reason)),
                    Some(Line::Inside) => self.inside.close(),
                    None => {}
                },
                Output::Dial { remote, .. } => tracing::error!(?remote, "a serving core dials; that is ignored"),
                Output::Notify(event) => self.effects.push(Effect::TellServer(event)),
            }
        }
        Ok(())
    }
}

/// What became of a line.
enum Put {
    New,
    Replaced,
    /// Older than the one that is there, or there is no core for it.
    Stale,
}

async fn receive<T>(channel: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match channel {
        Some(channel) => channel.recv().await,
        None => std::future::pending().await,
    }
}

async fn sleep_until(at: Option<tokio::time::Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
