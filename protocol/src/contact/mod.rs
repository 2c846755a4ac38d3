//! How two people meet: an invite link from one, a sealed request from the other.
//!
//! * [`mailbox`]: where one is reached: names of an inbox and of key packages at relays.
//! * [`invite`]: the link.
//! * [`request`]: what its user sends back, with everything a chat needs.
//!
//! Not here: when they are sent and answered (`peer::contacts`).

pub mod invite;
pub mod mailbox;
pub mod request;
