#![no_main]
//! Signed records.

use chappe_protocol::wire::record::{Record, decode_addrs, encode_addrs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = Record::decode_verified(bytes) {
        assert_eq!(record.encode(), bytes);
    }
    if let Ok(addrs) = decode_addrs(bytes) {
        assert_eq!(encode_addrs(&addrs), bytes);
    }
});
