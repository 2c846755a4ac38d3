//! A file from several sources: one that has a part, one that stands still and one that lies are named and survived; and whoever
//! is killed at whatever moment, however often, all bytes come and nothing is left over.

use crate::files::{MIB, blobs, content, file, holders, text, transfer, until_message, until_percent, until_state};
use chappe_storage::blobs::BlobStore;
use chappe_tests::processes::{BOB, Couple, Node, Relay, until};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::json;
use std::fs;
use std::time::Duration;

/// Waits for a line of a node's log with all of these.
fn until_logged(node: &Node, words: &[&str]) {
    until(&format!("{words:?} in the log"), || {
        node.log().lines().any(|line| words.iter().all(|word| line.contains(word))).then_some(())
    });
}

/// Leaves a relay a part of its blob.
fn shorten(relay: &mut Relay) {
    relay.stop();
    let store = BlobStore::open(&relay.data.join("blobs")).unwrap();
    for id in store.ids() {
        let entry = store.entry(&id).unwrap();
        let half = store.read(&id, 0, usize::try_from(entry.spec.length / 2).unwrap()).unwrap();
        store.remove(&id).unwrap();
        store.create(id, entry.spec, entry.expires).unwrap();
        store.append(&id, 0, &half).unwrap();
        store.sync(&id).unwrap();
    }
    drop(store);
    relay.start();
}

#[test]
fn a_relay_with_a_part_and_one_that_stands_still_are_named_and_survived() {
    let mut couple = Couple::new(4, &["--direct", "nobody"]);
    let bytes = content(64 * MIB);
    let path = file(&couple, "part.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let id = until_message(&couple.bob, &couple.chat, "part.bin");
    let [first, second] = holders(&couple)[..] else { panic!("two relays keep it") };
    shorten(&mut couple.relays[first]);
    let to = couple.folder().join("part");
    couple.bob.ask(&["file", "get", &id, "--out", text(&to)]);
    assert!(fs::read(&to).unwrap() == bytes);
    until_logged(&couple.bob, &["relay ", "only a part"]);

    let bytes = content(96 * MIB);
    let path = file(&couple, "slow.bin", &bytes);
    couple.alice.ask(&["file", "send", BOB, text(&path)]);
    let id = until_message(&couple.bob, &couple.chat, "slow.bin");
    let to = couple.folder().join("slow");
    let begun = couple.bob.talk(&["file", "get", &id, "--out", text(&to)]);
    until_percent(&couple.bob, "slow.bin", 10);
    // It says nothing more, and does not hang up.
    couple.relays[second].freeze();
    until_state(&couple.bob, "slow.bin", "done");
    begun.kill();
    couple.bob.ask(&["file", "get", &id, "--out", text(&to), "--force"]);
    assert!(fs::read(&to).unwrap() == bytes);
}

/// A number from the environment.
pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// `CHAPPE_KILLS=100 CHAPPE_SEED=7` for a long run.
#[test]
fn killed_at_random_moments_all_bytes_come_and_nothing_is_left() {
    let (mut left, seed) = (number("CHAPPE_KILLS", 6), number("CHAPPE_SEED", 1));
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut couple = Couple::new(2, &[]);
    for round in 0.. {
        if left == 0 {
            break;
        }
        let name = format!("round-{round}.bin");
        let size = 12 * MIB + random.next_u32() as usize % (24 * MIB);
        let bytes = content(size);
        let path = file(&couple, &name, &bytes);
        couple.alice.ask(&["file", "send", BOB, text(&path), "--no-wait"]);
        let kills = left.min(1 + u64::from(random.next_u32() % 4));
        left -= kills;
        for _ in 0..kills {
            let message = couple.bob.history(&couple.chat).into_iter().find(|one| one["content"]["name"] == *name);
            let begun = message.filter(|_| transfer(&couple.bob, &name).is_none()).map(|message| {
                let to = couple.folder().join("begun");
                couple.bob.talk(&["file", "get", message["id"].as_str().unwrap(), "--out", text(&to), "--force"])
            });
            // The moment is what is tested.
            std::thread::sleep(Duration::from_millis(u64::from(random.next_u32() % 400)));
            match random.next_u32() % 4 {
                0 => {
                    let relay = &mut couple.relays[random.next_u32() as usize % 2];
                    relay.kill();
                    relay.start();
                }
                1 => {
                    couple.alice.kill();
                    couple.alice.start();
                }
                _ => {
                    couple.bob.kill();
                    couple.bob.start();
                }
            }
            if let Some(begun) = begun {
                begun.kill();
            }
        }
        let id = until_message(&couple.bob, &couple.chat, &name);
        let to = couple.folder().join("got");
        couple.bob.ask(&["file", "get", &id, "--out", text(&to), "--force"]);
        assert!(fs::read(&to).unwrap() == bytes, "round {round} of seed {seed}");
        until_state(&couple.alice, &name, "done");
        let deleted = json!({ "messages": [id], "for_all": true });
        let deleted = couple.alice.request("POST", "/api/messages/delete", &deleted);
        assert_eq!(deleted.map(|(status, _)| status), Some(204));
        let folders = [&couple.relays[0].data, &couple.relays[1].data, &couple.alice.data, &couple.bob.data];
        for data in folders {
            until(&format!("nothing left in {}, round {round} of seed {seed}", data.display()), || {
                blobs(data).is_empty().then_some(())
            });
        }
        fs::remove_file(&path).unwrap();
    }
}
