//! Sizes of what travels and of what is written, so that a change of either shows here.
//! `cargo test -p chappe-protocol mls::tests::sizes -- --nocapture` prints them.

use super::*;
use crate::limits::CONTACT_REQUEST_MAX;
use crate::store::Write;
use crate::testing::bytes_written;

fn deletes(batch: &Batch) -> usize {
    batch.writes.iter().filter(|write| matches!(write, Write::Delete { .. })).count()
}

fn written(what: &str, batch: &Batch) -> usize {
    let bytes = bytes_written(batch);
    println!("  {what}: {} rows put, {} deleted, {bytes} bytes", batch.writes.len() - deletes(batch), deletes(batch));
    bytes
}

#[test]
fn a_contact_request_has_room_for_its_welcome() {
    let (mut first, mut second) = (Device::new(1), Device::new(2));
    let (package, batch) = second.act(|provider, signer| new_key_package(provider, signer, Use::LastResort)).unwrap();
    println!("key package: {} bytes", package.len());
    written("making it", &batch);
    first.create();
    let staged = first.add(std::slice::from_ref(&package));
    let welcome = staged.welcome.unwrap().len();
    println!("2 devices: welcome {welcome} bytes, commit {} bytes", staged.commit.len());
    assert!(package.len() < 700, "{}", package.len());
    assert!(welcome < CONTACT_REQUEST_MAX / 2, "{welcome}: the request has a profile and a device log head too");
}

#[test]
fn what_an_action_writes() {
    for devices in [2_u8, 10, 100] {
        let mut all = group(devices);
        println!("{devices} devices:");
        for round in ["cold", "warm"] {
            let (staged, batch) =
                all[0].act(|provider, signer| Group::load(provider, &CHAT)?.stage_update(provider, signer)).unwrap();
            println!("  {round} commit: {} bytes", staged.commit.len());
            let stage = written("stage", &batch);
            let (_, batch) = all[0].act(|provider, _| Group::load(provider, &CHAT)?.merge_staged(provider)).unwrap();
            let merge = written("merge", &batch);
            let (_, batch) = all[1]
                .act(|provider, _| {
                    Group::load(provider, &CHAT)?.process_commit(provider, &staged.commit)?.merge(provider)
                })
                .unwrap();
            let taken = written("process and merge", &batch);
            let most = 12_000 + 2_000 * usize::from(devices);
            assert!(stage.max(merge).max(taken) < most, "{stage}, {merge}, {taken} over {most}");
            all[2..].iter_mut().for_each(|device| device.take(&staged.commit).unwrap());
            // Everybody commits once, so that the tree is warm in the second round; at 100 that takes too long here.
            if devices > 10 {
                break;
            }
            for at in 1..all.len() {
                let staged = all[at].update();
                all[at].merge();
                let others = all.iter_mut().enumerate().filter(|(other, _)| *other != at);
                others.for_each(|(_, device)| device.take(&staged.commit).unwrap());
            }
        }
    }
}

#[test]
fn many_newcomers_fit_one_commit_up_to_its_bound() {
    let mut first = Device::new(1);
    first.create();
    let mut last = Device::new(0);
    let package = |number: u32| {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        let signer = DeviceSigner::new(&seed, &credential(3)).unwrap();
        let store = TestStore::default();
        new_key_package(&Provider::new(&store, &mut ChaCha20Rng::from_seed(seed)), &signer, Use::Once).unwrap()
    };
    let mut packages: Vec<_> = (0..259).map(package).collect();
    let before = first.store.hash();
    let error = first.with(|group, provider, signer| {
        let error = group.stage_add(provider, signer, &packages).unwrap_err();
        assert!(!group.is_staged(), "taken back in memory too");
        Ok(error)
    });
    assert_eq!(error.unwrap(), MlsError::TooLarge { what: "a commit", limit: crate::limits::BLOCK_MAX });
    assert_eq!(first.store.hash(), before);

    packages.truncate(199);
    packages.push(last.package(Use::Once));
    let staged = first.add(&packages);
    let welcome = staged.welcome.unwrap();
    println!("200 newcomers: commit {} bytes, welcome {} bytes", staged.commit.len(), welcome.len());
    assert!(welcome.len() > 1 << 16, "beyond every 16-bit length");
    first.merge();
    last.join(&welcome).unwrap();
    agree(&mut [first, last]);
}
