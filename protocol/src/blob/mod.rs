//! Files as relays keep them: sealed in chunks, named by what only the members of a chat know.
//!
//! * [`sealing`]: a file's key, where its chunks lie, how they are sealed and checked.
//! * [`whole`]: small ones, in memory. [`picture`]: those of people and groups. [`stickers`]: packs of them.
//! * [`wire`]: what is said between a machine that has or wants a blob and the relay that keeps it.
//!
//! Not here: the bytes' way (that is the shell's, because they are many), what a message says of its file
//! (`content::file`).

pub mod picture;
pub mod sealing;
pub mod stickers;
pub mod whole;
pub mod wire;
