//! Everything Chappe decides: formats, keys, chats, sync and the relay's rules, as pure state machines.
//!
//! The contract with a shell (node, relay, simulator) is in [`core`]: a shell hands every [`core::Input`] to
//! [`core::Core::handle`] and then drains [`core::Core::poll_output`] before the next input.
//!
//! What is not here: clocks, randomness of its own, files, sockets, threads, runtimes. `Now` comes in with every
//! call, randomness is a seeded generator handed in at construction, reads go through [`store::StoreRead`] and
//! writes leave as data ([`store::Batch`]).

pub mod blob;
pub mod chat;
pub mod contact;
pub mod content;
pub mod core;
pub mod fuzzing;
pub mod identity;
pub mod ids;
pub mod limits;
pub mod peer;
pub mod relay;
pub mod session;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
pub mod trace;
pub mod wire;
