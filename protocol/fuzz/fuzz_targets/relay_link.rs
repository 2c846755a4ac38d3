#![no_main]
//! See `chappe_protocol::fuzzing`.

use chappe_protocol::fuzzing::Decoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    Decoder::RelayLink.run(bytes);
});
