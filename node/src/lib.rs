//! The personal node: an async shell around the peer core. The relay uses its network and loop as a library.

pub mod handle;
