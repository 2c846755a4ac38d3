#![no_main]
//! A relay that hears any frames (each with a four-byte length in front) over an empty store.

use chappe_protocol::core::{Core, Input, Now, Output};
use chappe_protocol::ids::NodeId;
use chappe_protocol::relay::{Policy, Relay, RelayConfig};
use chappe_protocol::store::{Range, ReadError, Rows, StoreRead, Table, Write};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

type Partition = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Default)]
struct Memory(BTreeMap<(u8, Vec<u8>), Partition>);

impl StoreRead for Memory {
    fn get(&self, table: Table, partition: &[u8], sort: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.0.get(&(table.number(), partition.to_vec())).and_then(|rows| rows.get(sort)).cloned())
    }

    fn scan(&self, table: Table, partition: &[u8], range: Range<'_>, limit: usize) -> Result<Rows, ReadError> {
        let Some(rows) = self.0.get(&(table.number(), partition.to_vec())) else { return Ok(Vec::new()) };
        let owned = |(sort, value): (&Vec<u8>, &Vec<u8>)| (sort.clone(), value.clone());
        Ok(match range {
            Range::All => rows.iter().take(limit).map(owned).collect(),
            Range::From(from) => rows.range(from.to_vec()..).take(limit).map(owned).collect(),
            Range::Before(before) => rows.range(..before.to_vec()).rev().take(limit).map(owned).collect(),
            Range::Reverse => rows.iter().rev().take(limit).map(owned).collect(),
        })
    }
}

fn drain(relay: &mut Relay, store: &mut Memory) {
    while let Some(output) = relay.poll_output() {
        let Output::Commit(batch) = output else { continue };
        for write in batch.writes {
            match write {
                Write::Put { table, partition, sort, value } => {
                    store.0.entry((table.number(), partition)).or_default().insert(sort, value);
                }
                Write::Delete { table, partition, sort } => {
                    if let Some(rows) = store.0.get_mut(&(table.number(), partition)) {
                        rows.remove(&sort);
                    }
                }
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let config = RelayConfig { key_seed: [1; 32], rng_seed: [2; 32], policy: Policy::default() };
    let Ok(mut relay) = Relay::new(config) else { unreachable!("the default policy is a good one") };
    let (mut store, remote) = (Memory::default(), NodeId([3; 32]));
    let (mut now, mut rest) = (Now { mono: 1, wall: 1_795_500_000_000 }, bytes);
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (frame, behind) = behind.split_at((u32::from_be_bytes(*length) as usize).min(behind.len()));
        rest = behind;
        now = Now { mono: now.mono + 1_000, wall: now.wall + 1_000 };
        for input in [Input::LinkUp { remote }, Input::Frame { remote, bytes: frame.to_vec() }, Input::Wake] {
            relay.handle(now, input, &store);
            drain(&mut relay, &mut store);
        }
    }
});
