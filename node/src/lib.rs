//! The personal node: an async shell around the peer core. The relay uses its network and loop as a library.

#[cfg(feature = "app")]
pub mod api;
#[cfg(feature = "app")]
pub mod cli;
pub mod handle;
#[cfg(feature = "app")]
pub mod run;
pub mod setup;
