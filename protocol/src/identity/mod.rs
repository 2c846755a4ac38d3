//! Who somebody is: 24 words give a root key, the root key certifies devices in an append-only log.
//!
//! * [`words`]: the 24 words (BIP-39).
//! * [`keys`]: secret keys of a user and of a device, and checking signatures.
//! * [`device_log`]: certificates of devices, and their removal.
//! * [`account_record`]: what the devices of a user publish about themselves, sealed, under a key that names nobody.
//! * [`backup`]: people and settings, for whoever has the words.
//! * [`profile`]: what a person says about themselves.
//! * [`safety`]: numbers that two people compare.
//!
//! Not here: names people give each other (`peer::contacts`) and transport keys (the shell's).

pub mod account_record;
pub mod backup;
pub mod device_log;
pub mod history;
pub mod keys;
pub mod profile;
pub mod safety;
pub mod words;
