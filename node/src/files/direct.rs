//! Which nodes ask each other for a file without a relay between them.
//!
//! Whoever asks a node, and whoever is asked, sees the other's IP address. So a node says where it is, and dials what others
//! say, in a private chat with somebody whom its owner accepted, and nowhere else; with [`Direct::Nobody`] not even there.
//! On the local network machines find each other by multicast anyway: there the node's name alone is said, in every chat.
//!
//! The right to read needs nothing new: it comes from the file's key, which only readers of the message have.
//!
//! Not here: how bytes go (`blobs`), whom one may trust (nobody: every chunk is checked).

use super::Inner;
use super::transfer::Transfer;
use crate::blobs::server::BlobServer;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::ids::{BlobId, ChatId};
use chappe_protocol::limits::FILE_ADDRS_MAX;
use chappe_protocol::peer::command::{Command, Reply};
use chappe_protocol::peer::view::ContactState;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use std::net::IpAddr;
use std::sync::Arc;

/// To whom this node shows its IP address for the sake of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Direct {
    /// People with whom there is a private chat.
    #[default]
    Contacts,
    /// Relays alone.
    Nobody,
}

/// How this node can be reached for files.
#[derive(Clone, Debug)]
pub struct Reach {
    /// What its owner wants.
    pub rule: Direct,
    /// It finds machines on the local network, and is found.
    pub lan: bool,
    /// Gives its own files away; `None` if nobody can ask for them.
    pub server: Option<Arc<BlobServer>>,
}

impl Inner {
    /// True while somebody fetches this blob from here.
    pub(super) fn is_giving(&self, blob: &BlobId) -> bool {
        self.reach.server.as_ref().is_some_and(|server| server.is_giving(blob))
    }

    /// What a message says of this node; nothing if its readers shall not come.
    pub(super) async fn own_sources(&self, chat: &ChatId) -> Vec<RelayHint> {
        if self.reach.server.is_none() {
            return Vec::new();
        }
        let addrs = if self.may_meet(chat).await { told(&self.net.addresses().borrow()) } else { Vec::new() };
        let useful = self.reach.lan || !addrs.is_empty();
        useful.then(|| RelayHint { relay: self.net.id(), addrs }).into_iter().collect()
    }

    /// The nodes that may be asked for a file, with addresses that may be dialled.
    pub(super) async fn sources(&self, transfer: &Transfer) -> Vec<RelayHint> {
        let others = transfer.file.sources.iter().filter(|hint| !self.is_own(&hint.relay));
        let met = !transfer.file.sources.is_empty() && self.may_meet(&transfer.chat).await;
        let addrs = |hint: &RelayHint| if met { dialled(&hint.addrs) } else { Vec::new() };
        let hints = others.map(|hint| RelayHint { relay: hint.relay, addrs: addrs(hint) });
        hints.filter(|hint| self.reach.lan || !hint.addrs.is_empty()).collect()
    }

    /// True if whoever is in this chat may know this node's address.
    async fn may_meet(&self, chat: &ChatId) -> bool {
        if self.reach.rule == Direct::Nobody {
            return false;
        }
        match self.handle.ask(Command::Contacts).await {
            Ok(Reply::Contacts(contacts)) => contacts.iter().any(|contact| {
                contact.chat.as_ref() == Some(chat) && contact.state == ContactState::Accepted && !contact.blocked
            }),
            Ok(_) | Err(_) => false,
        }
    }
}

/// The address and port of a plain `/ip4|ip6/…/udp/…/quic-v1`.
fn plain_quic(addr: &Multiaddr) -> Option<(IpAddr, u16)> {
    let mut parts = addr.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::V4(ip),
        Protocol::Ip6(ip) => IpAddr::V6(ip),
        _ => return None,
    };
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Protocol::Udp(port)), Some(Protocol::QuicV1), None) if port != 0 => Some((ip, port)),
        _ => None,
    }
}

/// Which of this machine's addresses are told: those of QUIC, without loopback ones if there are others.
fn told(listening: &[Multiaddr]) -> Vec<String> {
    let quic = |loopback: bool| {
        let fits = move |(ip, _): (IpAddr, u16)| ip.is_loopback() == loopback;
        listening.iter().filter(move |addr| plain_quic(addr).is_some_and(fits)).map(ToString::to_string)
    };
    let outside: Vec<String> = quic(false).take(FILE_ADDRS_MAX).collect();
    if outside.is_empty() { quic(true).take(FILE_ADDRS_MAX).collect() } else { outside }
}

/// Which of the addresses that somebody else says are dialled: plain ones of QUIC to one machine. A name would make this
/// node ask the DNS for it, TCP could open a connection to a service of this network.
fn dialled(addrs: &[String]) -> Vec<String> {
    let one_machine = |(ip, _): (IpAddr, u16)| {
        let broadcast = matches!(ip, IpAddr::V4(ip) if ip.is_broadcast());
        !(ip.is_unspecified() || ip.is_multicast() || broadcast)
    };
    let good = |text: &&String| text.parse().ok().and_then(|addr| plain_quic(&addr)).is_some_and(one_machine);
    addrs.iter().take(FILE_ADDRS_MAX).filter(good).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_quic_are_dialled() {
        let bad = [
            "",
            "nonsense",
            "/ip4/127.0.0.1/tcp/22",
            "/dns4/example.org/udp/1/quic-v1",
            "/ip4/0.0.0.0/udp/1/quic-v1",
            "/ip4/224.0.0.1/udp/1/quic-v1",
            "/ip4/255.255.255.255/udp/1/quic-v1",
            "/ip6/ff02::1/udp/1/quic-v1",
            "/ip4/192.0.2.1/udp/0/quic-v1",
            "/ip4/192.0.2.1/udp/1",
            "/ip4/192.0.2.1/udp/1/quic-v1/p2p-circuit",
        ];
        for bad in bad {
            assert!(dialled(&[bad.to_owned()]).is_empty(), "{bad}");
        }
        let good = ["/ip4/192.0.2.1/udp/1/quic-v1", "/ip6/2001:db8::1/udp/65535/quic-v1"].map(str::to_owned);
        assert_eq!(dialled(&good), good);
        let many = vec![good[0].clone(); FILE_ADDRS_MAX + 1];
        assert_eq!(dialled(&many).len(), FILE_ADDRS_MAX);
    }

    #[test]
    fn loopback_is_told_only_by_who_has_nothing_else() {
        let [here, home, tcp] =
            ["/ip4/127.0.0.1/udp/5/quic-v1", "/ip4/192.168.1.2/udp/5/quic-v1", "/ip4/192.168.1.2/tcp/5"]
                .map(|text| text.parse::<Multiaddr>().unwrap());
        assert_eq!(told(&[here.clone(), home.clone(), tcp.clone()]), [home.to_string()]);
        assert_eq!(told(&[here.clone(), tcp]), [here.to_string()]);
    }
}
