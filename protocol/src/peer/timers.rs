//! Deadlines by what they are for: one deadline a purpose, so nothing can pile up.

use super::links::RoomAt;
use crate::ids::{ChatId, NodeId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Tell the members of a chat how far we have got.
    Receipt(ChatId),
    /// Tell a relay which entries we have, so that it can drop them.
    RelayAck(RoomAt),
    /// Try a refused room again.
    RoomRetry(RoomAt),
    /// Try our inbox at a relay again.
    InboxRetry(NodeId),
    /// Try a contact request again.
    ContactRetry(UserId),
    /// Look for relays that owe an answer.
    Overdue,
    /// Go on with a control block.
    Control(ChatId),
    /// Drop messages whose lifetime is over.
    Expire,
    /// Erase what was said in a deleted chat.
    Erase(ChatId),
    /// Ask again for key packages of those who are to be added to a chat.
    MemberKeys(ChatId),
    /// The newest epoch has been known for a while: see to what waits in others.
    Settle(ChatId),
    /// Propose an own intent whose time has come.
    Wish(ChatId),
    /// Say again what is decided.
    Fork(ChatId),
    /// Ask to be let in again.
    Stray(ChatId),
    /// Give up operations that are too old.
    Sweep,
    /// Look at account records, ours and contacts'.
    Records,
    /// Hand out parcels to own devices.
    Letters,
    /// We are out of a chat: look for a welcome that came before we heard of it.
    WayBack(ChatId),
    /// See to own devices in all chats.
    Siblings,
    /// Open entrances that a relay refused.
    Entrances,
    /// Ask again to be let in.
    Joins,
    /// Look at the backup.
    Backup,
    /// The time for linking a device is over.
    Link,
    /// No program has said for a while that our user is there.
    Gone,
}

impl Timer {
    /// Names the timer in `Wake`.
    pub fn reason(&self) -> &'static str {
        match self {
            Timer::Receipt(_) => "receipt",
            Timer::RelayAck(_) => "relay ack",
            Timer::RoomRetry(_) => "room retry",
            Timer::InboxRetry(_) => "inbox retry",
            Timer::ContactRetry(_) => "contact retry",
            Timer::Overdue => "overdue answers",
            Timer::Control(_) => "control block",
            Timer::Expire => "lifetime of messages",
            Timer::Erase(_) => "deleted chat",
            Timer::MemberKeys(_) => "key packages of newcomers",
            Timer::Settle(_) => "what waits in older epochs",
            Timer::Wish(_) => "own intent",
            Timer::Fork(_) => "what is decided, said again",
            Timer::Stray(_) => "way back from a fork",
            Timer::Sweep => "sweep of the outbox",
            Timer::Records => "account records",
            Timer::Letters => "letters",
            Timer::WayBack(_) => "welcome that came early",
            Timer::Siblings => "own devices in chats",
            Timer::Entrances => "entrances",
            Timer::Joins => "requests to join",
            Timer::Backup => "backup",
            Timer::Link => "linking takes too long",
            Timer::Gone => "user not there any more",
        }
    }
}

/// All deadlines, in `Now::mono`.
#[derive(Debug, Default)]
pub struct Timers {
    by_time: BTreeSet<(u64, Timer)>,
    by_timer: BTreeMap<Timer, u64>,
}

impl Timers {
    /// Sets a deadline unless an earlier one is set.
    pub fn by(&mut self, timer: Timer, at: u64) {
        match self.by_timer.get(&timer) {
            Some(&earlier) if earlier <= at => {}
            _ => {
                self.cancel(&timer);
                self.by_timer.insert(timer, at);
                self.by_time.insert((at, timer));
            }
        }
    }

    /// Forgets a deadline.
    pub fn cancel(&mut self, timer: &Timer) {
        if let Some(at) = self.by_timer.remove(timer) {
            self.by_time.remove(&(at, *timer));
        }
    }

    /// Takes one that is due.
    pub fn due(&mut self, mono: u64) -> Option<Timer> {
        let &(at, timer) = self.by_time.first()?;
        if at > mono {
            return None;
        }
        self.cancel(&timer);
        Some(timer)
    }

    /// The next deadline.
    pub fn next(&self) -> Option<(u64, Timer)> {
        self.by_time.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_deadline_stands_and_fires_once() {
        let mut timers = Timers::default();
        timers.by(Timer::Sweep, 10);
        timers.by(Timer::Sweep, 20);
        timers.by(Timer::Overdue, 5);
        assert_eq!(timers.next(), Some((5, Timer::Overdue)));
        assert_eq!(timers.due(4), None);
        assert_eq!(timers.due(10), Some(Timer::Overdue));
        assert_eq!(timers.due(10), Some(Timer::Sweep));
        assert_eq!(timers.due(100), None);
    }
}
