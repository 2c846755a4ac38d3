//! Claims about the whole, in one binary.

mod conversation;
mod hostile;
mod renewal;
