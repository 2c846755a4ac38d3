//! The control chain of a chat: one decided block an index (protocol.md, section 2).
//!
//! * [`genesis`]: block 0. [`block`]: every later one; [`intent`]: what it is for; [`home`]: where an epoch lives.
//! * [`register`]: what may stand at a place and what a relay's words are worth. `seal`: a block as relays see it.
//! * [`receipt`]: the proof of a decision. [`fork`]: the proof of two, and which one stands; [`readmission`]: who had the other.
//! * [`proposer`]: gets a block decided. [`learner`]: finds out what was decided.
//! * [`state`]: what the blocks so far say; [`rules`]: who may do what; [`apply`]: what one more block does, if it may.
//! * [`rows`]: how all of it is stored.
//!
//! What holds, with q of n home relays (tests in `sim`, and against the relays that ship in `with_relays`):
//! * 1 of 1, 3 of 4: one block an index, whatever is lost, doubled, late or restarted; at 3 of 4 also if one relay
//!   lies in any way, sees every request, and knows every block.
//! * 2 of 3 with one lying relay: a fork can happen, and is then provable.
//! * A relay that lost its registers counts as one that lies.
//! * **Members** are trusted to propose by the rules: one that writes into registers as it likes can fork the chat
//!   (provably, under its signature) or block an index. Removing it is then up to the others.
//!
//! Not here: MLS (what a commit means), merging, what people say.

pub mod apply;
pub mod block;
pub mod fork;
pub mod genesis;
pub mod home;
pub mod intent;
pub mod learner;
pub mod proposer;
pub mod readmission;
pub mod receipt;
pub mod register;
pub mod rows;
pub mod rules;
mod seal;
pub mod state;
pub mod topic;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod sim;
#[cfg(test)]
mod with_relays;
