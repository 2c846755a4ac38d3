//! What the relay remembers of each link: its rates and its garbage. The transport key is a link's only name, and it
//! is never stored with anything.

use super::bucket::{Bucket, Rate};
use super::policy::Policy;
use crate::ids::NodeId;
use std::collections::{BTreeMap, VecDeque};

/// Rates of links that went down and are remembered, so that hanging up is no way around a rate.
const RESTING_MAX: usize = 4096;

/// What is counted against a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meter {
    Requests,
    Bytes,
    Creations,
    Signatures,
    PaidAppends,
    Takes,
    RecordPuts,
}

const METERS: [Meter; 7] = [
    Meter::Requests,
    Meter::Bytes,
    Meter::Creations,
    Meter::Signatures,
    Meter::PaidAppends,
    Meter::Takes,
    Meter::RecordPuts,
];

impl Meter {
    fn rate(self, policy: &Policy) -> &Rate {
        match self {
            Self::Requests => &policy.requests,
            Self::Bytes => &policy.bytes,
            Self::Creations => &policy.creations,
            Self::Signatures => &policy.signatures,
            Self::PaidAppends => &policy.paid_appends,
            Self::Takes => &policy.takes,
            Self::RecordPuts => &policy.record_puts,
        }
    }
}

type Buckets = [Bucket; METERS.len()];

#[derive(Debug)]
struct Link {
    buckets: Buckets,
    garbage: u32,
}

/// The links that are up.
#[derive(Debug, Default)]
pub(super) struct Links {
    up: BTreeMap<NodeId, Link>,
    resting: BTreeMap<NodeId, Buckets>,
    /// Every key of `resting` once, the longest resting in front.
    order: VecDeque<NodeId>,
}

impl Links {
    pub(super) fn len(&self) -> usize {
        self.up.len()
    }

    pub(super) fn is_up(&self, remote: &NodeId) -> bool {
        self.up.contains_key(remote)
    }

    /// False if there are as many as the policy allows. A link that is up already keeps its rates.
    pub(super) fn open(&mut self, remote: NodeId, policy: &Policy, mono: u64) -> bool {
        if self.is_up(&remote) {
            return true;
        }
        if self.up.len() >= policy.links_max {
            return false;
        }
        let rested = self.resting.remove(&remote);
        if rested.is_some() {
            self.order.retain(|other| *other != remote);
        }
        let buckets = rested.unwrap_or_else(|| METERS.map(|meter| Bucket::new(meter.rate(policy), mono)));
        self.up.insert(remote, Link { buckets, garbage: 0 });
        true
    }

    pub(super) fn close(&mut self, remote: &NodeId) {
        let Some(link) = self.up.remove(remote) else { return };
        if self.order.len() >= RESTING_MAX
            && let Some(longest) = self.order.pop_front()
        {
            self.resting.remove(&longest);
        }
        self.resting.insert(*remote, link.buckets);
        self.order.push_back(*remote);
    }

    /// True if the link has `n` left. Links that are not up have nothing.
    pub(super) fn take(&mut self, remote: &NodeId, meter: Meter, n: u32, policy: &Policy, mono: u64) -> bool {
        let Some(link) = self.up.get_mut(remote) else { return false };
        link.buckets[meter as usize].take(meter.rate(policy), n, mono)
    }

    /// Counts a frame that is no request. False if that was one too many.
    pub(super) fn count_garbage(&mut self, remote: &NodeId, policy: &Policy) -> bool {
        let Some(link) = self.up.get_mut(remote) else { return false };
        link.garbage += 1;
        link.garbage < policy.garbage_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hanging_up_is_no_way_around_a_rate() {
        let policy = Policy { takes: Rate::per_hour(1, 1), links_max: 2, ..Policy::default() };
        let (mut links, me) = (Links::default(), NodeId([1; 32]));
        assert!(links.open(me, &policy, 0));
        assert!(links.take(&me, Meter::Takes, 1, &policy, 0));
        links.close(&me);
        assert!(!links.take(&me, Meter::Takes, 1, &policy, 0), "not up");
        assert!(links.open(me, &policy, 1));
        assert!(!links.take(&me, Meter::Takes, 1, &policy, 1));
        assert!(links.take(&me, Meter::Requests, 1, &policy, 1), "rates are apart");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let policy = Policy { links_max: 2, garbage_max: 2, ..Policy::default() };
        let mut links = Links::default();
        for n in 0..RESTING_MAX as u64 + 10 {
            let mut remote = NodeId([0; 32]);
            remote.0[..8].copy_from_slice(&n.to_be_bytes());
            assert!(links.open(remote, &policy, 0));
            links.close(&remote);
        }
        assert_eq!((links.resting.len(), links.order.len(), links.len()), (RESTING_MAX, RESTING_MAX, 0));
        let up = [1, 2, 3].map(|n| links.open(NodeId([n; 32]), &policy, 0));
        assert_eq!(up, [true, true, false]);
        assert!(links.count_garbage(&NodeId([1; 32]), &policy));
        assert!(!links.count_garbage(&NodeId([1; 32]), &policy));
    }
}
