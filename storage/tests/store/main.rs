//! Claims about the stores, each on both of them where it makes sense.

mod conformance;
mod damage;
mod erasure;
mod kill;
mod opening;
mod power;
mod rows;
mod sim;
mod together;
