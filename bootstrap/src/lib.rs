//! The relay role: the node's shell and network around the relay core, with what an operator needs.
//!
//! * [`cli`]: the command line. [`run`]: a relay from start to stop.
//! * [`data`]: the data directory. [`operator`]: policy from flags. [`metrics`]: Prometheus text.
//!
//! Not here: what a relay does with a request (`chappe_protocol::relay`), and anything about users: it knows none.

pub mod cli;
pub mod data;
pub mod metrics;
pub mod operator;
pub mod run;
