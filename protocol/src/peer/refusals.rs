//! Counts of what was refused, by the name of the rule: for status, tests, and a bug report.

use std::collections::BTreeMap;

/// Names are static, so the map is bounded by the program's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    counts: BTreeMap<&'static str, u64>,
}

impl Refusals {
    /// One more.
    pub fn count(&mut self, name: &'static str) {
        *self.counts.entry(name).or_default() += 1;
    }

    /// All so far.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }
}
