//! Drives a short-lived core that has no store: looking for a lost account, linking this device to another one.
//! A network of its own, with a fresh key; it ends with the errand.
//!
//! Not here: what the core decides, and writing what comes of it (`setup`).

use crate::clock::Clock;
use crate::net::{self, FromNet, Link, Net};
use anyhow::{Context, Result, bail};
use chappe_protocol::core::{Core, Input, Output, Side};
use chappe_protocol::ids::NodeId;
use chappe_storage::MemoryStore;
use std::collections::BTreeMap;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// A core on its errand.
pub struct Errand<C: Core> {
    core: C,
    clock: Clock,
    net: Net,
    from_net: mpsc::Receiver<FromNet>,
    network: JoinHandle<()>,
    links: BTreeMap<NodeId, Link>,
    commands: u64,
    /// What an errand's core reads from.
    nothing: MemoryStore,
}

impl<C: Core> Errand<C> {
    /// Starts the network. `lan`: find machines on the local network too. Must run in a tokio runtime.
    pub async fn start(core: C, transport_key: &Zeroizing<[u8; 32]>, lan: bool) -> Result<Self> {
        let mut config = net::Config::node(net::NodeKey::from_seed(transport_key));
        config.lan = lan;
        let (net, from_net, network) = net::spawn(config).await.context("the network does not start")?;
        let links = BTreeMap::new();
        let (clock, nothing) = (Clock::new(), MemoryStore::new());
        Ok(Self { core, clock, net, from_net, network, links, commands: 0, nothing })
    }

    /// Waits for the next thing that the core has to tell.
    pub async fn next(&mut self) -> Result<C::Event> {
        loop {
            while let Some(output) = self.core.poll_output() {
                match output {
                    Output::Notify(event) => return Ok(event),
                    Output::Dial { remote, addrs } => self.net.dial(remote, addrs).await?,
                    Output::Hangup { remote, reason } => self.net.hangup(remote, reason).await?,
                    Output::Transmit { remote, bytes } => {
                        if let Some(link) = self.links.get(&remote) {
                            link.send(&bytes);
                        }
                    }
                    Output::Commit(_) => bail!("an errand has no store (please report it)"),
                }
            }
            let wake = self.core.poll_wake().map_or(u64::MAX, |wake| wake.at);
            let sleep = tokio::time::sleep_until(self.clock.instant_of(wake));
            tokio::select! {
                event = self.from_net.recv() => self.take(event.context("the network has stopped")?),
                () = sleep => self.feed(Input::Wake),
            }
        }
    }

    /// Tells the core something.
    pub fn order(&mut self, command: C::Command) {
        self.commands += 1;
        self.feed(Input::Command { id: self.commands, command });
    }

    fn feed(&mut self, input: Input<C::Command>) {
        self.core.handle(self.clock.now(), input, &self.nothing);
    }

    fn take(&mut self, event: FromNet) {
        match event {
            FromNet::LinkUp(link) if link.side == Side::Client => {
                let remote = link.remote;
                self.links.insert(remote, link);
                self.feed(Input::LinkUp { remote });
            }
            FromNet::LinkDown { link, side: Side::Client, remote } => {
                if self.links.get(&remote).is_some_and(|known| known.id == link) {
                    self.links.remove(&remote);
                    self.feed(Input::LinkDown { remote });
                }
            }
            FromNet::Frames { side: Side::Client, remote, frames, .. } => {
                for bytes in frames {
                    self.feed(Input::Frame { remote, bytes });
                }
            }
            // Nobody is served here.
            FromNet::LinkUp(_) | FromNet::LinkDown { .. } | FromNet::Frames { .. } => {}
        }
    }

    /// Ends the network in order (what was sent is written) and gives the core back.
    pub async fn finish(self) -> C {
        self.net.stop().await;
        drop(self.from_net);
        drop(self.links);
        drop(self.network.await);
        self.core
    }
}
