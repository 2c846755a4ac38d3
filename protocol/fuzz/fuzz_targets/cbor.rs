#![no_main]
//! The structural walk that stands before serde_cbor.

use chappe_protocol::wire::cbor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = cbor::check(bytes);
});
