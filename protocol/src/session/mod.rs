//! Noise (noiseprotocol.org, revision 34) by snow, where MLS is not the tool: one-way sealed first messages today.
//!
//! Not here: transport encryption of links (the shell's libp2p has its own Noise).

pub mod sealed;
