//! What a group does when all goes well.

use super::*;
use crate::store::Table;

#[test]
fn two_devices_agree_and_others_differ() {
    let mut both = group(2);
    let secret = both[0].secret();
    let other = both[0].with(|group, _, _| group.export("chappe test", b"other", 32)).unwrap();
    assert_ne!(secret, *other, "the context counts");
    let long = both[1].with(|group, _, _| group.export("chappe test", b"context", 80)).unwrap();
    assert_eq!(long.len(), 80);

    let staged = both[1].update();
    both[1].merge();
    both[0].take(&staged.commit).unwrap();
    agree(&mut both);
    assert_ne!(both[0].secret(), secret, "an epoch, a secret");
}

#[test]
fn ten_devices_add_remove_and_update() {
    let mut all = group(10);
    // Removes two devices and adds one in a single commit.
    let gone = [all[3].leaf(), all[7].leaf()];
    let mut newcomer = Device::new(11);
    let package = newcomer.package(Use::Once);
    let staged = all[5].with(|group, provider, signer| group.stage(provider, signer, &[&package], &gone)).unwrap();
    all[5].merge();
    for at in [0, 1, 2, 4, 6, 8, 9] {
        all[at].take(&staged.commit).unwrap();
    }
    newcomer.join(staged.welcome.as_ref().unwrap()).unwrap();

    // The removed know that they are, and cannot follow.
    let before = all[3].secret();
    all[3].take(&staged.commit).unwrap();
    assert_eq!(all[3].with(|group, _, _| group.export("chappe test", b"", 32)).unwrap_err(), MlsError::Removed);

    let stay = all.into_iter().enumerate().filter(|(at, _)| ![3, 7].contains(at));
    let mut all: Vec<_> = stay.map(|(_, device)| device).chain([newcomer]).collect();
    agree(&mut all);
    assert_ne!(all[0].secret(), before);

    let staged = all[8].update();
    all[8].merge();
    all[..8].iter_mut().for_each(|device| device.take(&staged.commit).unwrap());
    agree(&mut all);
}

#[test]
fn a_removed_device_that_ignores_its_removal_cannot_read_on() {
    let mut all = group(3);
    let leaf = all[2].leaf();
    let removal = all[0].remove(&[leaf]);
    all[0].merge();
    all[1].take(&removal.commit).unwrap();
    let next = all[1].update();
    all[1].merge();
    all[0].take(&next.commit).unwrap();

    let before = all[2].store.hash();
    let error = all[2].take(&next.commit).unwrap_err();
    assert_eq!(error, MlsError::WrongEpoch { have: 1, got: 2 });
    assert_eq!(all[2].store.hash(), before);
    let (kept, now) = (all[2].secret(), all[0].secret());
    assert_ne!(kept, now);
    // Its own commit is of an epoch that is over.
    let own = all[2].update();
    assert_eq!(all[0].take(&own.commit).unwrap_err(), MlsError::WrongEpoch { have: 3, got: 1 });
}

#[test]
fn incoming_commits_are_shown_before_they_count() {
    let mut all = group(3);
    let mut newcomer = Device::new(4);
    let package = newcomer.package(Use::Once);
    let leaf = all[2].leaf();
    let staged = all[0].with(|group, provider, signer| group.stage(provider, signer, &[&package], &[leaf])).unwrap();
    let promised = all[0].with(|group, _, _| group.export_staged("chappe test", b"context", 32)).unwrap();
    all[0].merge();
    assert_eq!(*promised, all[0].secret());

    let before = all[1].store.hash();
    let seen = all[1].with(|group, provider, _| {
        let incoming = group.process_commit(provider, &staged.commit)?;
        assert_eq!((incoming.epoch(), incoming.removes_me), (2, false));
        assert_eq!(incoming.committer.identity.credential, credential(1));
        assert_eq!(incoming.added.iter().map(|new| new.credential.clone()).collect::<Vec<_>>(), [credential(4)]);
        assert_eq!(incoming.added[0].signature_key, newcomer.signer.public_key());
        assert_eq!(incoming.removed[0].identity.credential, credential(3));
        assert_eq!(incoming.removed[0].leaf, leaf);
        incoming.export("chappe test", b"context", 32)
    });
    assert_eq!(*seen.unwrap(), *promised);
    assert_eq!(all[1].store.hash(), before, "looking changes nothing");
    assert_eq!(all[1].epoch(), 1);
    all[1].take(&staged.commit).unwrap();
    assert_eq!(all[1].secret(), *promised);

    let removed = all[2].with(|group, provider, _| {
        let incoming = group.process_commit(provider, &staged.commit)?;
        assert!(incoming.removes_me);
        incoming.export("chappe test", b"context", 32)
    });
    assert_eq!(removed.unwrap_err(), MlsError::Removed);
}

#[test]
fn welcomes_are_shown_before_anything_is_kept() {
    let mut first = Device::new(1);
    let mut second = Device::new(2);
    first.create();
    let staged = first.add(&[second.package(Use::Once)]);
    first.merge();
    let welcome = staged.welcome.unwrap();
    let before = second.store.hash();
    {
        let provider = Provider::new(&second.store, &mut second.rng);
        let invitation = Invitation::open(&provider, &welcome).unwrap();
        assert_eq!((invitation.chat, invitation.epoch), (CHAT, 1));
        assert_eq!(invitation.inviter.identity.credential, credential(1));
        let members: Vec<_> = invitation.members.iter().map(|m| m.identity.credential.clone()).collect();
        assert_eq!(members, [credential(1), credential(2)]);
        // Refused: the provider goes without its batch.
    }
    assert_eq!(second.store.hash(), before);
    second.join(&welcome).unwrap();
    agree(&mut [first, second]);
}

#[test]
fn a_crash_between_stage_and_merge_loses_nothing() {
    let mut both = group(2);
    let staged = both[0].update();
    // `with` loads from the rows each time: what was in memory is gone already.
    assert!(both[0].with(|group, _, _| Ok(group.is_staged())).unwrap());
    assert_eq!(both[0].epoch(), 1, "staged is not merged");
    both[1].take(&staged.commit).unwrap();
    both[0].merge();
    agree(&mut both);
    assert_eq!(both[0].with(|group, p, _| group.merge_staged(p)).unwrap_err(), MlsError::NothingStaged);
}

#[test]
fn the_loser_of_two_commits_follows_the_winner() {
    for discard in [true, false] {
        let mut all = group(3);
        let winner = all[0].update();
        let loser = all[1].update();
        all[0].merge();
        if discard {
            all[1].discard();
        }
        all[1].take(&winner.commit).unwrap();
        all[2].take(&winner.commit).unwrap();
        agree(&mut all);
        assert!(!all[1].with(|group, _, _| Ok(group.is_staged())).unwrap());
        assert_eq!(all[0].take(&loser.commit).unwrap_err(), MlsError::WrongEpoch { have: 2, got: 1 });
        // And it can go on.
        let again = all[1].update();
        all[1].merge();
        all[0].take(&again.commit).unwrap();
        all[2].take(&again.commit).unwrap();
        agree(&mut all);
    }
}

#[test]
fn a_key_package_is_used_once_and_the_last_resort_again() {
    let other_chat = ChatId([0xdd; 32]);
    let (mut first, mut second) = (Device::new(1), Device::new(2));
    let (once, last) = (second.package(Use::Once), second.package(Use::LastResort));
    let rows = second.store.rows_in(Table::Mls);
    for (package, again) in [(once, false), (last, true)] {
        first.create();
        let staged = first.add(std::slice::from_ref(&package));
        first
            .act(|provider, signer| {
                let mut group = Group::create(provider, signer, &other_chat)?;
                let staged = group.stage_add(provider, signer, &[&package])?;
                group.merge_staged(provider).map(|()| staged)
            })
            .map(|(other, _)| {
                second.join(staged.welcome.as_ref().unwrap()).unwrap();
                let joined = second.join(other.welcome.as_ref().unwrap());
                assert_eq!(joined, if again { Ok(()) } else { Err(MlsError::NoKeyPackage) });
            })
            .unwrap();
        for device in [&mut first, &mut second] {
            for chat in [CHAT, other_chat] {
                device.act(|provider, _| Group::delete(provider, &chat)).unwrap();
            }
        }
    }
    assert_eq!(second.store.rows_in(Table::Mls), rows - 1, "only the last resort is left");
}

#[test]
fn a_deleted_chat_leaves_no_row_and_can_be_joined_again() {
    let mut both = group(2);
    let leaf = both[1].leaf();
    let removal = both[0].remove(&[leaf]);
    both[0].merge();
    both[1].take(&removal.commit).unwrap();
    let staged = {
        let package = both[1].package(Use::Once);
        both[0].add(&[package])
    };
    both[0].merge();
    let welcome = staged.welcome.unwrap();
    assert_eq!(both[1].join(&welcome).unwrap_err(), MlsError::GroupExists(CHAT));
    both[1]
        .act(|provider, _| {
            Group::delete(provider, &CHAT)?;
            Invitation::open(provider, &welcome)?.accept(provider).map(drop)
        })
        .unwrap();
    agree(&mut both);
    for device in &mut both {
        device.act(|provider, _| Group::delete(provider, &CHAT)).unwrap();
        assert_eq!(device.store.rows_in(Table::Mls), 0);
        assert_eq!(device.with(|_, _, _| Ok(())).unwrap_err(), MlsError::NoGroup(CHAT));
    }
}

#[test]
fn nothing_is_written_that_did_not_change() {
    let mut both = group(2);
    let (_, batch) = both[0].act(|provider, _| Group::load(provider, &CHAT).map(drop)).unwrap();
    assert!(batch.is_empty());
    let (_, staged) =
        both[0].act(|provider, signer| Group::load(provider, &CHAT)?.stage_update(provider, signer)).unwrap();
    assert_eq!(staged.writes.len(), 1, "staging writes the staged commit alone");
    both[0].discard();
    let (_, batch) = both[0]
        .act(|provider, signer| {
            let mut group = Group::load(provider, &CHAT)?;
            group.stage_update(provider, signer)?;
            group.discard_staged(provider)
        })
        .unwrap();
    assert!(batch.is_empty(), "there and back is no change");
}

#[test]
fn the_seed_decides_every_byte_that_leaves_or_stays() {
    let run = || {
        let mut all: Vec<Device> = (1..=4).map(Device::new).collect();
        all[0].create();
        let packages = vec![all[1].package(Use::Once), all[2].package(Use::LastResort), all[3].package(Use::Once)];
        let added = all[0].add(&packages);
        // Two proposals and more in a staged commit lie in a hash map, whose order must not show.
        let with_staged = all[0].store.hash();
        all[0].merge();
        all[1..].iter_mut().for_each(|device| device.join(added.welcome.as_ref().unwrap()).unwrap());
        let update = all[2].update();
        all[2].merge();
        for at in [0, 1, 3] {
            all[at].take(&update.commit).unwrap();
        }
        let stores: Vec<_> = all.iter().map(|device| device.store.hash()).collect();
        (packages, added, with_staged, update, stores)
    };
    assert_eq!(run(), run());
}
