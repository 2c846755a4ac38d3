//! The local API over real sockets, in front of a scripted core.

mod auth;
mod lite;
mod node;
mod page;
mod routes;
mod stream;
mod telegram;
