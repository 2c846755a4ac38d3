//! The personal node: an async shell around the peer core. The relay uses its network and loop as a library.
//!
//! * [`net`]: connections and frames. [`shell`]: the one loop that drives the cores.
//! * [`clock`], [`entropy`], [`logging`], [`signals`]: the machine's time, randomness, logs and wish to stop.
//! * [`setup`]: a new node: a new user's, or another device of a user. [`upkeep`]: what the store needs from time to time.
//! * [`texts`]: what the node says to people, in their language.
//! * [`search`]: full text search, beside the loop.
//! * [`first`]: a node is made at the page. [`errand`]: short-lived cores without a store: restoring, linking.
//! * [`blobs`]: files as relays keep them, both ends.
//! * [`files`]: files in chats. [`pictures`]: those of people and groups. [`imports`]: chats of another messenger. [`telegram`]: the files that Telegram Desktop exports.
//! * [`handle`]: how the rest of the program talks to the loop. [`recorded`]: a core whose inputs are noted.

#[cfg(feature = "app")]
pub mod api;
#[cfg(feature = "app")]
pub mod backup;
pub mod blobs;
#[cfg(feature = "app")]
pub mod cli;
pub mod clock;
#[cfg(feature = "app")]
pub mod decoders;
pub mod entropy;
#[cfg(feature = "app")]
pub mod errand;
#[cfg(feature = "app")]
pub mod files;
#[cfg(feature = "app")]
pub mod first;
pub mod handle;
#[cfg(feature = "app")]
pub mod imports;
pub mod logging;
pub mod net;
#[cfg(feature = "app")]
pub mod photo;
#[cfg(feature = "app")]
pub mod pictures;
pub mod recorded;
#[cfg(feature = "app")]
pub mod run;
#[cfg(feature = "app")]
pub mod search;
pub mod setup;
pub mod shell;
pub mod signals;
#[cfg(feature = "app")]
pub mod space;
#[cfg(feature = "app")]
pub mod stickers;
#[cfg(feature = "app")]
pub mod tags;
#[cfg(feature = "app")]
pub mod telegram;
#[cfg(feature = "app")]
pub mod texts;
pub mod upkeep;
#[cfg(feature = "app")]
pub mod voice;
