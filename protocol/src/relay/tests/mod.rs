//! Tests of the relay core, driven as a shell drives it.

mod growing_old;
mod inbox;
mod key_packages;
mod logs;
mod records;
mod world;
