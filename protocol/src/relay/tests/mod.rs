//! Tests of the relay core, driven as a shell drives it.

mod bad_input;
mod corpus;
mod crash;
mod growing_old;
mod inbox;
mod key_packages;
mod links;
mod logs;
mod model;
mod records;
mod registers;
mod world;
