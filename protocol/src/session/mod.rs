//! Noise (noiseprotocol.org, revision 34) by snow, where MLS is not the tool.
//!
//! * [`sealed`]: one-way first messages to a known key.
//! * [`pairing`]: a new device and an old one of one user, who share a code or compare a number.
//! * [`rendezvous`]: the pair of logs at a relay over which two machines that share a secret talk.
//!
//! Not here: transport encryption of links (the shell's libp2p has its own Noise).

pub mod pairing;
pub mod rendezvous;
pub mod sealed;
