//! Chats: who is in, which keys, what was said.
//!
//! * [`op`]: one signed thing said in a chat.
//! * [`mls`]: who is in, and one secret per epoch, agreed on by MLS.
//! * [`room`]: what one epoch derives from its exporter secret.
//! * [`ratchet`]: one key a message, deleted after use.
//! * [`envelope`]: a sealed operation as relays see it.
//! * [`archive`], [`segment`]: a chat outside of the store; [`imported`]: one of another messenger in that form.
//! * [`parcel`]: what a newcomer is handed.
//! * [`proof`]: what somebody said, provable to others.
//! * [`timeline`]: messages and their changes, merged in any order.
//! * [`signal`]: what is shown and not kept.
//! * [`control`]: blocks, receipts and how one block an index is decided.

pub mod archive;
pub mod control;
pub mod envelope;
pub mod imported;
pub mod mls;
pub mod op;
pub mod parcel;
pub mod proof;
pub mod ratchet;
pub mod recall;
pub mod room;
pub mod segment;
pub mod signal;
pub mod timeline;

#[cfg(test)]
pub(crate) mod vector;
