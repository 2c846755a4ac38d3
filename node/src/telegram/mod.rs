//! Telegram Desktop's export in machine-readable form: `result.json` and the folders beside it, as written by "Export Telegram
//! data" (all chats) or "Export chat history" (one). The format is not documented; what stands here follows Telegram Desktop's
//! source (`export/output/export_output_json.cpp`).
//!
//! * [`shape`]: its JSON. [`read`]: chat by chat, message by message, however large it is. [`convert`]: what becomes of a
//!   message here. [`survey`]: what is in it, before anything is taken. [`second`]: what is taken, in order.
//! * [`export`]: one that a page handed over.
//! * [`write`]: what becomes of our messages there.
//!
//! Not here: what becomes of it (`cli::import`), where it comes from (`cli::export`).

pub mod convert;
pub mod export;
pub mod read;
pub mod second;
pub mod shape;
pub mod survey;
pub mod write;
