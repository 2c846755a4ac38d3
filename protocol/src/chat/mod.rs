//! Chats: who is in, which keys, what was said.

pub mod op;
