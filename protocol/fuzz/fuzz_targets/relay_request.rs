#![no_main]
//! What a client sends to a relay.

use chappe_protocol::wire::relay::Request;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((number, request)) = Request::decode(bytes) {
        assert_eq!(request.encode(number), bytes);
    }
});
