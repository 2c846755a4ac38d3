//! The loop with scripted cores: what is promised in `chappe_protocol::core`, held against it.

use super::*;
use crate::handle::Handle;
use crate::net::{Link, Order};
use chappe_protocol::core::Wake;
use chappe_protocol::peer::command::{Command, Event, Reply};
use chappe_protocol::store::{Batch, Range, ReadError, Rows, StoreRead, Table};
use chappe_storage::MemoryStore;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const OWN: NodeId = NodeId([1; 32]);
const RELAY: NodeId = NodeId([2; 32]);
const PATIENCE: Duration = Duration::from_secs(20);

/// Commits every frame under its bytes, then answers it with the same bytes; as a client it dials `dials` at the
/// first wake and sends `greeting` on every link.
#[derive(Default)]
struct Echo {
    dials: Vec<NodeId>,
    greeting: Vec<u8>,
    wake: Option<u64>,
    outputs: VecDeque<Output<Event>>,
    /// How often each input came.
    seen: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    fn client(dials: &[NodeId], greeting: &[u8]) -> Self {
        Self { dials: dials.to_vec(), greeting: greeting.to_vec(), wake: Some(0), ..Self::default() }
    }

    fn note(&self, what: String) {
        self.seen.lock().unwrap().push(what);
    }

    /// Two cores on one store keep apart.
    fn partition(&self) -> &'static [u8] {
        if self.greeting.is_empty() { b"server" } else { b"client" }
    }

    fn commit(&mut self, sort: &[u8]) {
        let mut batch = Batch::new();
        batch.put(Table::Test, self.partition(), sort, b"seen".to_vec());
        self.outputs.push_back(Output::Commit(batch));
    }
}

impl Core for Echo {
    type Command = Command;
    type Event = Event;

    fn handle(&mut self, _: Now, input: Input<Command>, store: &dyn StoreRead) {
        match input {
            Input::Command { id, .. } => {
                self.commit(&id.to_be_bytes());
                self.outputs.push_back(Output::Notify(Event::Relays));
                self.outputs.push_back(Output::Notify(Event::Reply { id, result: Box::new(Ok(Reply::Done)) }));
            }
            Input::LinkUp { remote } => {
                self.note(format!("up {remote:?}"));
                if !self.greeting.is_empty() {
                    self.commit(&self.greeting.clone());
                    self.outputs.push_back(Output::Transmit { remote, bytes: self.greeting.clone() });
                }
            }
            Input::LinkDown { remote } => self.note(format!("down {remote:?}")),
            Input::Frame { remote, bytes } => {
                self.note(format!("frame {}", String::from_utf8_lossy(&bytes)));
                let known = store.get(Table::Test, self.partition(), &bytes).unwrap().is_some();
                assert_eq!(known, bytes == self.greeting);
                self.commit(&bytes);
                if self.greeting.is_empty() {
                    self.outputs.push_back(Output::Transmit { remote, bytes });
                }
            }
            Input::Wake => {
                self.note("wake".into());
                self.wake = None;
                for remote in std::mem::take(&mut self.dials) {
                    self.outputs.push_back(Output::Dial { remote, addrs: vec![] });
                }
            }
        }
    }

    fn poll_output(&mut self) -> Option<Output<Event>> {
        self.outputs.pop_front()
    }

    fn poll_wake(&self) -> Option<Wake> {
        self.wake.map(|at| Wake { at, reason: "test" })
    }
}

/// A memory store that looks, at every sync, at what has left already.
struct Watched {
    inner: MemoryStore,
    link: Link,
    /// Frames whose commits are synced.
    durable: Mutex<Vec<Vec<u8>>>,
    applied: Mutex<Vec<Vec<u8>>>,
    syncs: AtomicUsize,
    fail_at: usize,
}

impl Watched {
    fn new(link: &Link, fail_at: usize) -> Arc<Self> {
        Arc::new(Self {
            inner: MemoryStore::new(),
            link: link.clone(),
            durable: Mutex::default(),
            applied: Mutex::default(),
            syncs: AtomicUsize::new(0),
            fail_at,
        })
    }

    fn assert_nothing_left_early(&self) {
        let (durable, sent) = (self.durable.lock().unwrap(), self.link.queued());
        assert!(durable.starts_with(&sent), "sent {} frames, {} are durable", sent.len(), durable.len());
    }
}

impl StoreRead for Watched {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.inner.get(table, partition, sort)
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        self.inner.scan(table, partition, range, limit)
    }
}

impl Store for Watched {
    fn apply(&self, batch: &Batch) -> Result<(), WriteError> {
        for write in &batch.writes {
            if let chappe_protocol::store::Write::Put { sort, .. } = write {
                self.applied.lock().unwrap().push(sort.clone());
            }
        }
        self.assert_nothing_left_early();
        self.inner.apply(batch)
    }

    fn sync(&self) -> Result<(), WriteError> {
        self.assert_nothing_left_early();
        if self.syncs.fetch_add(1, Ordering::SeqCst) + 1 == self.fail_at {
            return Err(WriteError("the disk is full".into()));
        }
        self.inner.sync()?;
        let mut durable = self.durable.lock().unwrap();
        durable.clone_from(&self.applied.lock().unwrap());
        Ok(())
    }
}

struct Bench {
    running: Running,
    events: mpsc::Sender<FromNet>,
    orders: mpsc::Receiver<Order>,
    seen: Arc<Mutex<Vec<String>>>,
}

/// A server core alone, answering on `link`.
fn serve(store: Arc<Watched>) -> Bench {
    let core = Echo::default();
    let seen = Arc::clone(&core.seen);
    let (net, orders) = Net::detached(OWN);
    let (events, inbox) = mpsc::channel(64);
    let server = Some(ServerSide::quiet(core));
    let parts: Parts<NoCore, Echo, Idle> =
        Parts { client: None, server, store, net, events: inbox, clock: Clock::new() };
    Bench { running: spawn(parts), events, orders, seen }
}

fn frames(link: &Link, from: usize, count: usize) -> FromNet {
    let frames = (from..from + count).map(|n| format!("{n:06}").into_bytes()).collect();
    FromNet::Frames { link: link.id, side: link.side, remote: link.remote, frames }
}

/// Lets the loop finish: the network answers the order to stop by closing.
async fn finish(bench: Bench) -> (Result<(), ShellError>, Vec<String>) {
    let Bench { running, events, mut orders, seen } = bench;
    let network = tokio::spawn(async move {
        while !matches!(orders.recv().await, Some(Order::Stop) | None) {}
        drop(events);
    });
    let outcome = tokio::time::timeout(PATIENCE, running.stop()).await.expect("in time");
    network.await.unwrap();
    (outcome, Arc::try_unwrap(seen).unwrap().into_inner().unwrap())
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let waiting = async {
        while !done() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waiting for {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_leaves_before_its_commit_is_synced() {
    let link = Link::detached(1, Side::Server, RELAY);
    let store = Watched::new(&link, usize::MAX);
    let bench = serve(store.clone());
    bench.events.send(FromNet::LinkUp(link.clone())).await.unwrap();
    for n in 0..100 {
        bench.events.send(frames(&link, n * 50, 50)).await.unwrap();
    }
    until("5,000 answers", || link.queued().len() == 5_000).await;
    let expected: Vec<_> = (0..5_000).map(|n| format!("{n:06}").into_bytes()).collect();
    assert!(link.queued() == expected, "answers in order");
    let syncs = store.syncs.load(Ordering::SeqCst);
    assert!((1..=101).contains(&syncs), "{syncs} syncs for 5,000 commits is no group commit");
    assert!(finish(bench).await.0.is_ok());
    assert_eq!(store.inner.unsynced(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_sync_stops_everything_and_sends_nothing_of_its_turn() {
    let link = Link::detached(1, Side::Server, RELAY);
    let store = Watched::new(&link, 2);
    let mut bench = serve(store.clone());
    bench.events.send(FromNet::LinkUp(link.clone())).await.unwrap();
    bench.events.send(frames(&link, 0, 10)).await.unwrap();
    until("the first turn", || link.queued().len() == 10).await;
    bench.events.send(frames(&link, 10, 10)).await.unwrap();
    let (mut orders, events) = (bench.orders, bench.events);
    assert!(matches!(orders.recv().await, Some(Order::Stop)));
    drop(events);
    let outcome = tokio::time::timeout(PATIENCE, bench.running.ended()).await.expect("in time");
    assert!(matches!(outcome, Err(ShellError::Write(_))), "{outcome:?}");
    assert_eq!(link.queued().len(), 10);
    // The core is gone with everything it might have said.
    assert!(Arc::try_unwrap(bench.seen).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_apply_stops_everything_too() {
    let link = Link::detached(1, Side::Server, RELAY);
    let store = Watched::new(&link, usize::MAX);
    store.inner.fail_writes();
    let mut bench = serve(store.clone());
    bench.events.send(FromNet::LinkUp(link.clone())).await.unwrap();
    bench.events.send(frames(&link, 0, 1)).await.unwrap();
    assert!(matches!(bench.orders.recv().await, Some(Order::Stop)));
    drop(bench.events);
    assert!(matches!(bench.running.ended().await, Err(ShellError::Write(_))));
    assert!(link.queued().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_link_replaces_an_older_whose_frames_then_count_no_more() {
    let (old, new) = (Link::detached(1, Side::Server, RELAY), Link::detached(2, Side::Server, RELAY));
    let bench = serve(Watched::new(&Link::detached(9, Side::Server, OWN), usize::MAX));
    let down = FromNet::LinkDown { link: 1, side: Side::Server, remote: RELAY };
    for event in [
        FromNet::LinkUp(old.clone()),
        frames(&old, 1, 1),
        FromNet::LinkUp(new.clone()),
        frames(&old, 2, 1),
        frames(&new, 3, 1),
        down,
        FromNet::LinkUp(old.clone()),
        frames(&new, 4, 1),
    ] {
        bench.events.send(event).await.unwrap();
    }
    until("answers on the new link", || new.queued().len() == 2).await;
    assert_eq!(old.queued(), [b"000001".to_vec()]);
    let (_, seen) = finish(bench).await;
    let (up, down) = (format!("up {RELAY:?}"), format!("down {RELAY:?}"));
    assert_eq!(seen, [&up, "frame 000001", &down, &up, "frame 000003", "frame 000004"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_is_its_own_relay_without_the_network() {
    let client = Echo::client(&[OWN, RELAY], b"hello");
    let server = Echo::default();
    let (at_client, at_server) = (Arc::clone(&client.seen), Arc::clone(&server.seen));
    let (handle, asks, told) = Handle::new();
    let mut listening = handle.events();
    let (net, mut orders) = Net::detached(OWN);
    let (events, inbox) = mpsc::channel(64);
    let running = spawn(Parts {
        client: Some((client, NodeDesk::new(asks, told))),
        server: Some(ServerSide::quiet(server)),
        store: Arc::new(MemoryStore::new()),
        net,
        events: inbox,
        clock: Clock::new(),
    });
    assert!(matches!(orders.recv().await, Some(Order::Dial { remote: RELAY, .. })));
    until("the echo inside", || at_client.lock().unwrap().len() == 3).await;
    assert_eq!(*at_server.lock().unwrap(), [format!("up {OWN:?}"), "frame hello".into()]);
    assert_eq!(*at_client.lock().unwrap(), ["wake".into(), format!("up {OWN:?}"), "frame hello".into()]);
    // Questions get their own answers; other events go to everybody.
    let (one, two) = tokio::join!(handle.ask(Command::Status), handle.ask(Command::Chats));
    assert!(matches!((one, two), (Ok(Reply::Done), Ok(Reply::Done))));
    assert!(matches!(listening.recv().await, Ok(Event::Relays)));
    let bench = Bench { running, events, orders, seen: at_client };
    drop(at_server);
    assert!(finish(bench).await.0.is_ok());
    assert!(handle.ask(Command::Status).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_core_that_always_wants_to_be_woken_does_not_shut_out_others() {
    struct Restless(AtomicUsize);
    impl Core for Restless {
        type Command = NoCore;
        type Event = NoCore;
        fn handle(&mut self, _: Now, _: Input<NoCore>, _: &dyn StoreRead) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        fn poll_output(&mut self) -> Option<Output<NoCore>> {
            None
        }
        fn poll_wake(&self) -> Option<Wake> {
            Some(Wake { at: 0, reason: "restless" })
        }
    }
    let (net, orders) = Net::detached(OWN);
    let (events, inbox) = mpsc::channel(64);
    let (inspect, inspects) = mpsc::channel::<Inspect<Restless>>(4);
    let server = Some(ServerSide { core: Restless(AtomicUsize::new(0)), inspects: Some(inspects), tell: None });
    let store = Arc::new(MemoryStore::new());
    let parts: Parts<NoCore, Restless, Idle> =
        Parts { client: None, server, store, net, events: inbox, clock: Clock::new() };
    let bench = Bench { running: spawn(parts), events, orders, seen: Arc::default() };
    let (answer, count) = oneshot::channel();
    let look: Inspect<Restless> = Box::new(move |core| answer.send(core.0.load(Ordering::SeqCst)).expect("asked"));
    assert!(inspect.send(look).await.is_ok());
    assert!(tokio::time::timeout(PATIENCE, count).await.expect("in time").is_ok());
    assert!(finish(bench).await.0.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_core_puts_off_to_the_end_of_the_turn_goes_out_with_it() {
    /// Counts frames, and says at a wake how many there were.
    #[derive(Default)]
    struct Gatherer {
        frames: usize,
        outputs: VecDeque<Output<NoCore>>,
    }
    impl Core for Gatherer {
        type Command = NoCore;
        type Event = NoCore;
        fn handle(&mut self, _: Now, input: Input<NoCore>, _: &dyn StoreRead) {
            match input {
                Input::Frame { .. } => self.frames += 1,
                Input::Wake => {
                    let bytes = std::mem::take(&mut self.frames).to_string().into_bytes();
                    self.outputs.push_back(Output::Transmit { remote: RELAY, bytes });
                }
                Input::LinkUp { .. } | Input::LinkDown { .. } | Input::Command { .. } => {}
            }
        }
        fn poll_output(&mut self) -> Option<Output<NoCore>> {
            self.outputs.pop_front()
        }
        fn poll_wake(&self) -> Option<Wake> {
            (self.frames > 0).then_some(Wake { at: 0, reason: "gathered" })
        }
    }
    let link = Link::detached(1, Side::Server, RELAY);
    let (net, orders) = Net::detached(OWN);
    let (events, inbox) = mpsc::channel(64);
    events.send(FromNet::LinkUp(link.clone())).await.unwrap();
    events.send(frames(&link, 0, 50)).await.unwrap();
    events.send(frames(&link, 50, 20)).await.unwrap();
    let server = Some(ServerSide::quiet(Gatherer::default()));
    let store = Arc::new(MemoryStore::new());
    let parts: Parts<NoCore, Gatherer, Idle> =
        Parts { client: None, server, store, net, events: inbox, clock: Clock::new() };
    let bench = Bench { running: spawn(parts), events, orders, seen: Arc::default() };
    until("the count", || !link.queued().is_empty()).await;
    assert_eq!(link.queued(), [b"70".to_vec()]);
    assert!(finish(bench).await.0.is_ok());
}
