//! Claims about the simulator itself, and seeds that once found something.

mod golden;
mod mutants;
mod runs;
mod traces;
