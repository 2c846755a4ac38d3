//! The personal node's role.

pub mod command;
pub mod view;
