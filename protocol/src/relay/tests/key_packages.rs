//! Rules of key packages.

use super::world::*;
use crate::ids::LogTag;
use crate::limits::KEY_PACKAGES_MAX;
use crate::relay::{Policy, Rate};
use crate::store::Table;
use crate::wire::relay::{Refusal, Reply, Request};
use std::collections::BTreeSet;

const SHELF: LogTag = LogTag([0x30; 32]);

fn put(packages: &[&[u8]], last_resort: Option<&[u8]>) -> Request {
    Request::PutKeyPackages {
        tag: SHELF,
        cap: write_cap(),
        packages: packages.iter().map(|package| package.to_vec()).collect(),
        last_resort: last_resort.map(<[u8]>::to_vec),
    }
}

fn take(world: &mut World) -> Option<Vec<u8>> {
    match world.ask(BOB, &Request::TakeKeyPackage { tag: SHELF }) {
        Reply::KeyPackage(package) => package,
        other => panic!("no key package: {other:?}"),
    }
}

#[test]
fn each_is_given_out_once_and_the_last_resort_again_and_again() {
    let mut world = World::new();
    assert_eq!(take(&mut world), None, "an unknown name looks like an empty one");
    assert_eq!(world.ask(ALICE, &put(&[b"a", b"b"], None)), Reply::KeyPackagesLeft(2));
    assert_eq!(take(&mut world), Some(b"a".to_vec()));
    world.restart();
    assert_eq!(take(&mut world), Some(b"b".to_vec()));
    assert_eq!(take(&mut world), None);
    assert_eq!(world.ask(ALICE, &put(&[b"c"], Some(b"last"))), Reply::KeyPackagesLeft(1));
    assert_eq!(take(&mut world), Some(b"c".to_vec()));
    assert_eq!([(); 2].map(|()| take(&mut world)), [Some(b"last".to_vec()), Some(b"last".to_vec())]);
    assert_eq!(world.ask(ALICE, &put(&[], Some(b"later"))), Reply::KeyPackagesLeft(0));
    assert_eq!(take(&mut world), Some(b"later".to_vec()));
    // The shelf and the last resort.
    assert_eq!(world.store.rows_in(Table::RelayKeyPackage), 2);
}

#[test]
fn the_first_put_binds_the_name() {
    let mut world = World::new();
    world.ask(ALICE, &put(&[b"a"], None));
    let mut stolen = put(&[b"evil"], Some(b"evil"));
    if let Request::PutKeyPackages { cap, .. } = &mut stolen {
        *cap = wrong_cap();
    }
    assert_eq!(world.refusal(BOB, &stolen), Refusal::BadCapability);
    assert_eq!(take(&mut world), Some(b"a".to_vec()));
}

#[test]
fn no_more_than_the_limit_are_kept() {
    let mut world = World::new();
    let packages = vec![&b"x"[..]; KEY_PACKAGES_MAX];
    assert_eq!(world.ask(ALICE, &put(&packages, None)), Reply::KeyPackagesLeft(KEY_PACKAGES_MAX as u16));
    assert_eq!(world.refusal(ALICE, &put(&[b"y"], None)), Refusal::TooMany);
    take(&mut world);
    assert_eq!(world.ask(ALICE, &put(&[b"y"], None)), Reply::KeyPackagesLeft(KEY_PACKAGES_MAX as u16));
}

#[test]
fn taking_is_limited_a_link() {
    let mut world = World::with_policy(Policy { takes: Rate::per_hour(1, 2), ..Policy::default() });
    world.ask(ALICE, &put(&[b"a", b"b", b"c"], None));
    let taken: BTreeSet<_> = [take(&mut world), take(&mut world)].into();
    assert_eq!(taken.len(), 2);
    assert_eq!(world.refusal(BOB, &Request::TakeKeyPackage { tag: SHELF }), Refusal::Busy);
    assert_eq!(world.ask(ALICE, &Request::TakeKeyPackage { tag: SHELF }), Reply::KeyPackage(Some(b"c".to_vec())));
}

#[test]
fn nothing_is_given_out_twice_when_the_machine_stops() {
    let mut world = World::new();
    world.ask(ALICE, &put(&[b"a", b"b"], None));
    world.stop = Stop::Before(world.commits);
    assert_eq!(world.all(BOB, &Request::TakeKeyPackage { tag: SHELF }).0, None, "not durable, not sent");
    world.restart();
    assert_eq!(take(&mut world), Some(b"a".to_vec()));
    world.restart();
    assert_eq!(take(&mut world), Some(b"b".to_vec()));
}
