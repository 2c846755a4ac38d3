//! How two people meet: an invite link from one, a sealed request from the other.
//!
//! * [`mailbox`]: where one is reached: names of an inbox and of key packages at relays.
//! * [`invite`]: the link.
//! * [`request`]: what its user sends back, with everything a chat needs.
//! * [`entrance`]: the same for groups and channels: where those who have a link ask to be let in. [`join`]: what they say.
//! * [`relay_link`]: how one hands on a relay.
//!
//! Not here: when they are sent and answered (`peer::contacts`).

pub mod entrance;
pub mod invite;
pub mod join;
pub mod mailbox;
pub mod relay_link;
pub mod request;
