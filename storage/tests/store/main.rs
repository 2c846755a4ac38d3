//! Claims about the stores, each on both of them where it makes sense.

mod conformance;
mod rows;
