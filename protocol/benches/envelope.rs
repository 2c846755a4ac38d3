//! What one envelope costs its sender and its receiver, by the operation's size; and one step of a ratchet.
//!
//! `cargo bench -p chappe-protocol --bench envelope`

use chappe_protocol::chat::envelope::{open, open_header, seal};
use chappe_protocol::chat::ratchet::{ReceiveChain, SendChain};
use chappe_protocol::chat::room::{RatchetRoot, Room};
use chappe_protocol::ids::DeviceId;
use chappe_protocol::store::Batch;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::hint::black_box;

const SECRET: [u8; 32] = [1; 32];
const DEVICE: DeviceId = DeviceId([2; 32]);

/// An operation around a text of 200 bytes, a long text, a large body.
const SIZES: [usize; 3] = [450, 4_000, 64_000];

fn bench_seal(c: &mut Criterion) {
    let (room, root) = (Room::derive(&SECRET, 1), RatchetRoot::derive(&SECRET, 1));
    let (mut chain, mut rng) = (SendChain::start(&root, &DEVICE), ChaCha20Rng::from_seed([3; 32]));
    let mut group = c.benchmark_group("seal");
    for size in SIZES {
        let op = vec![7; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| seal(&room, &mut chain, &DEVICE, black_box(&op), &mut rng));
        });
    }
    group.finish();
}

/// Header, body, and the row that the chain's new state is written to.
fn bench_open(c: &mut Criterion) {
    let (room, root) = (Room::derive(&SECRET, 1), RatchetRoot::derive(&SECRET, 1));
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let mut group = c.benchmark_group("open");
    for size in SIZES {
        let mut chain = SendChain::start(&root, &DEVICE);
        let envelope = seal(&room, &mut chain, &DEVICE, &vec![7; size], &mut rng).expect("a small operation");
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched_ref(
                || ReceiveChain::start(&root, &room, &DEVICE),
                |chain| {
                    let header = open_header(&room, black_box(&envelope)).expect("our own header");
                    let (op, step) = open(chain, &header, &envelope).expect("our own body");
                    let mut batch = Batch::new();
                    chain.advance(step, &[0; 40], &mut batch);
                    (op, batch)
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn bench_step(c: &mut Criterion) {
    let (room, root) = (Room::derive(&SECRET, 1), RatchetRoot::derive(&SECRET, 1));
    let mut chain = ReceiveChain::start(&root, &room, &DEVICE);
    let mut batch = Batch::new();
    c.bench_function("ratchet step", |b| {
        b.iter(|| {
            batch.writes.clear();
            let step = chain.key_for(chain.next()).expect("the next key");
            chain.advance(step, &[0; 40], &mut batch);
        });
    });
}

criterion_group!(benches, bench_seal, bench_open, bench_step);
criterion_main!(benches);
