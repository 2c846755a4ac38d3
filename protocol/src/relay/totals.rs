//! How much the relay stores, without a row that every append would have to write.
//!
//! After a start nothing is known. The sweep goes once through the index of everything stored and counts it. A
//! change to something that the sweep has not reached yet is not counted, because the sweep will find it there.

use super::index::Indexed;
use super::stats::Stored;

/// The sums, and how far they are true.
#[derive(Debug, Default)]
pub(super) struct Totals {
    stored: Stored,
    counted: Counted,
}

#[derive(Debug)]
enum Counted {
    /// Everything up to and with this place of the index.
    UpTo(Vec<u8>),
    All,
}

impl Default for Counted {
    fn default() -> Self {
        Self::UpTo(Vec::new())
    }
}

impl Totals {
    pub(super) fn stored(&self) -> Stored {
        self.stored
    }

    /// Changes the sums because of what changed at one place of the index.
    pub(super) fn change(&mut self, thing: &Indexed, change: impl FnOnce(&mut Stored)) {
        let counts = match &self.counted {
            Counted::UpTo(reached) => thing.place() <= *reached,
            Counted::All => true,
        };
        if counts {
            change(&mut self.stored);
        }
    }

    /// The first sweep has come to a place: from here on its changes count.
    pub(super) fn reach(&mut self, thing: &Indexed, count: impl FnOnce(&mut Stored)) {
        if let Counted::UpTo(reached) = &mut self.counted
            && thing.place() > *reached
        {
            *reached = thing.place();
            count(&mut self.stored);
        }
    }

    /// The first sweep is through.
    pub(super) fn complete(&mut self) {
        self.counted = Counted::All;
    }

    pub(super) fn is_complete(&self) -> bool {
        matches!(self.counted, Counted::All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LogTag;

    #[test]
    fn nothing_is_counted_twice_or_forgotten() {
        let mut totals = Totals::default();
        let [a, b, c] = [1, 2, 3].map(|n| Indexed::Log(LogTag([n; 32])));
        totals.change(&b, |s| s.entries += 1);
        assert_eq!(totals.stored().entries, 0, "the sweep will find it");
        totals.reach(&b, |s| s.entries += 1);
        totals.reach(&b, |s| s.entries += 1);
        totals.change(&a, |s| s.entries += 1);
        totals.change(&c, |s| s.entries += 1);
        assert_eq!((totals.stored().entries, totals.is_complete()), (2, false));
        totals.complete();
        totals.change(&c, |s| s.entries += 1);
        assert_eq!((totals.stored().entries, totals.is_complete()), (3, true));
    }
}
