#![no_main]
//! What a relay sends to a client.

use chappe_protocol::wire::relay::FromRelay;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(said) = FromRelay::decode(bytes) {
        assert_eq!(said.encode(), bytes);
    }
});
