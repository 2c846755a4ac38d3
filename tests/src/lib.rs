//! A small world for claims about the whole: real peer and relay cores over stores in memory, links that deliver in
//! order and at once, a clock that jumps to the next deadline. Crashes at every commit boundary can be asked for.
//!
//! [`processes`] runs the real programs on loopback instead.
//!
//! Not here: links with physics, populations, plots (the simulator's).

pub mod processes;
pub mod world;
