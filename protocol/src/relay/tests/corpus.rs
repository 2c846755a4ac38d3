//! What fuzzing found or started from, replayed: every file of `fuzz/corpus` through every decoder and the core.

use super::world::*;
use crate::core::Input;
use crate::wire::relay::{FromRelay, Request};
use crate::wire::{cbor, record};
use std::path::Path;

/// Name and bytes of every file below the corpus.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let below = |dir: &Path| std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let files = below(&root).into_iter().flat_map(|target| below(&target));
    files.map(|file| (file.display().to_string(), std::fs::read(&file).unwrap())).collect()
}

/// Frames with four-byte lengths in front, as the fuzz target `relay_core` takes them.
fn frames(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let n = (u32::from_be_bytes(*length) as usize).min(rest.len());
        frames.push(rest[..n].to_vec());
        bytes = &rest[n..];
    }
    frames
}

#[test]
fn every_corpus_file_is_decoded_or_refused() {
    let corpus = corpus();
    assert!(corpus.len() >= 60, "the corpus is missing");
    for (name, bytes) in corpus {
        if let Ok((number, request)) = Request::decode(&bytes) {
            assert_eq!(request.encode(number), bytes, "{name}");
        }
        if let Ok(said) = FromRelay::decode(&bytes) {
            assert_eq!(said.encode(), bytes, "{name}");
        }
        if let Ok(record) = record::Record::decode_verified(&bytes) {
            assert_eq!(record.encode(), bytes, "{name}");
        }
        if let Ok(addrs) = record::decode_addrs(&bytes) {
            assert_eq!(record::encode_addrs(&addrs), bytes, "{name}");
        }
        let _ = cbor::check(&bytes);
    }
}

#[test]
fn the_relay_core_stands_after_every_corpus_file() {
    for (name, bytes) in corpus() {
        let mut world = World::new();
        for frame in frames(&bytes).into_iter().chain([bytes]) {
            world.link(ALICE);
            world.frame(ALICE, frame);
            world.input(Input::Wake);
        }
        world.restart();
        let own = crate::ids::LogTag([0x5a; 32]);
        assert_eq!(world.open(own, room_spec(0)).next, 1, "{name}");
    }
}
