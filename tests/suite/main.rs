//! Claims about the whole, in one binary.

mod architecture;
mod conversation;
mod documents;
mod hostile;
mod processes;
mod renewal;
