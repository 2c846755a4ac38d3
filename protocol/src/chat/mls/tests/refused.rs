//! Bytes and calls that are refused, with the error that names why, and without a trace in the rows.

use super::super::device::always;
use super::super::key_package::{forget_key_package, inspect_key_package};
use super::super::storage::RowError;
use super::*;
use crate::limits::{BLOCK_MAX, CHAT_DEVICES_MAX, KEY_PACKAGE_MAX, WELCOME_MAX};
use crate::store::{Range, StoreRead, Table};
use openmls::credentials::{BasicCredential, CredentialWithKey};
use openmls::extensions::{Extension, Extensions, RequiredCapabilitiesExtension};
use openmls::key_packages::{KeyPackage, Lifetime};
use openmls::prelude::LeafNodeParameters;
use openmls::prelude::tls_codec::Serialize;
use openmls_rust_crypto::OpenMlsRustCrypto;
use openmls_traits::OpenMlsProvider;
use openmls_traits::types::Ciphersuite;
use proptest::prelude::*;

/// Expects a commit to be refused without a trace; returns why.
fn refuse(device: &mut Device, commit: &[u8]) -> MlsError {
    let (before, epoch) = (device.store.hash(), device.epoch());
    let error = device.take(commit).expect_err("the commit is taken");
    assert_eq!((device.store.hash(), device.epoch()), (before, epoch));
    error
}

/// Expects a welcome to be refused without a trace; returns why.
fn refuse_welcome(device: &mut Device, welcome: &[u8]) -> MlsError {
    let before = device.store.hash();
    let error = device.join(welcome).expect_err("the welcome is taken");
    assert_eq!(device.store.hash(), before);
    error
}

/// Stages a commit with OpenMLS itself, past the rules of this module.
fn hostile(device: &mut Device, build: impl FnOnce(&mut Group, &Provider<'_>, &DeviceSigner) -> Vec<u8>) -> Vec<u8> {
    device.with(|group, provider, signer| Ok(build(group, provider, signer))).unwrap()
}

#[test]
fn every_changed_byte_of_a_commit_is_noticed() {
    let mut all = group(3);
    let leaf = all[2].leaf();
    let commit = all[0].remove(&[leaf]).commit;
    for at in 0..commit.len() {
        let mut forged = commit.clone();
        forged[at] ^= 1 << (at % 8);
        refuse(&mut all[1], &forged);
        assert!(matches!(refuse(&mut all[1], &commit[..at]), MlsError::Malformed("commit")), "cut at {at}");
    }
    let longer = [commit.as_slice(), &[0]].concat();
    assert_eq!(refuse(&mut all[1], &longer), MlsError::Malformed("commit"));
    assert!(matches!(refuse(&mut all[1], &vec![0; BLOCK_MAX + 1]), MlsError::TooLarge { .. }));
    all[1].take(&commit).unwrap();
}

#[test]
fn every_changed_byte_of_a_welcome_is_noticed() {
    let (mut first, mut second, mut third) = (Device::new(1), Device::new(2), Device::new(3));
    first.create();
    let package = second.package(Use::Once);
    let staged = first.add(&[package]);
    let welcome = staged.welcome.unwrap();
    for at in 0..welcome.len() {
        let mut forged = welcome.clone();
        forged[at] ^= 1 << (at % 8);
        refuse_welcome(&mut second, &forged);
        assert_eq!(refuse_welcome(&mut second, &welcome[..at]), MlsError::Malformed("welcome"), "cut at {at}");
    }
    assert_eq!(refuse_welcome(&mut second, &staged.commit), MlsError::Malformed("welcome"));
    assert!(matches!(refuse_welcome(&mut second, &vec![0; WELCOME_MAX + 1]), MlsError::TooLarge { .. }));
    assert_eq!(refuse_welcome(&mut third, &welcome), MlsError::NoKeyPackage);
    second.join(&welcome).unwrap();
}

#[test]
fn replayed_early_own_and_foreign_commits_are_named() {
    let mut both = group(2);
    let first = both[0].update();
    assert_eq!(refuse(&mut both[0], &first.commit), MlsError::OwnCommit);
    both[0].merge();
    let second = both[0].update();
    assert_eq!(refuse(&mut both[1], &second.commit), MlsError::WrongEpoch { have: 1, got: 2 });
    both[1].take(&first.commit).unwrap();
    assert_eq!(refuse(&mut both[1], &first.commit), MlsError::WrongEpoch { have: 2, got: 1 });

    let other = ChatId([9; 32]);
    let foreign = both[0].act(|p, s| Group::create(p, s, &other)?.stage_update(p, s)).unwrap().0;
    assert_eq!(refuse(&mut both[1], &foreign.commit), MlsError::WrongGroup);
    // A group of the same name that others made.
    let mut strangers = [Device::new(8), Device::new(9)];
    strangers[0].create();
    let package = strangers[1].package(Use::Once);
    strangers[0].add(&[package]);
    strangers[0].merge();
    let update = strangers[0].update();
    strangers[0].merge();
    let forged = strangers[0].update();
    assert!(matches!(refuse(&mut both[1], &update.commit), MlsError::WrongEpoch { .. }));
    assert!(matches!(refuse(&mut both[1], &forged.commit), MlsError::Commit(_)));
}

#[test]
fn members_cannot_smuggle_in_what_is_not_used() {
    let mut all = group(3);
    // A credential of its own choice.
    let renamed = hostile(&mut all[0], |group, provider, signer| {
        let credential = BasicCredential::new(credential(77)).into();
        let key = CredentialWithKey { credential, signature_key: signer.public_key().to_vec().into() };
        let leaf = LeafNodeParameters::builder().with_credential_with_key(key).build();
        group.inner.self_update(provider, signer, leaf).unwrap().commit().to_bytes().unwrap()
    });
    assert_eq!(refuse(&mut all[1], &renamed), MlsError::IdentityChanged);
    all[0].discard();

    // Extensions of the group.
    let extended = hostile(&mut all[0], |group, provider, signer| {
        let required = RequiredCapabilitiesExtension::new(&[], &[], &[]);
        let extensions = Extensions::single(Extension::RequiredCapabilities(required)).unwrap();
        let builder = group.inner.commit_builder().propose_group_context_extensions(extensions).unwrap();
        let builder = builder.load_psks(provider.storage()).unwrap();
        let built = builder.build(provider.rand(), provider.crypto(), signer, |_| true).unwrap();
        built.stage_commit(provider).unwrap().commit().to_bytes().unwrap()
    });
    assert_eq!(refuse(&mut all[1], &extended), MlsError::Proposal("extensions of the group"));
    all[0].discard();

    // A newcomer whose key package lives by the clock.
    let mut newcomer = Device::new(4);
    let lifetime = Lifetime::new(3600);
    let (package, _) = newcomer.act(|p, s| Ok(package_of(p, s, lifetime, super::super::SUITE))).unwrap();
    let clocked = hostile(&mut all[0], |group, provider, signer| {
        let added = group.inner.add_members(provider, signer, std::slice::from_ref(&package)).unwrap();
        added.0.to_bytes().unwrap()
    });
    assert_eq!(refuse(&mut all[1], &clocked), MlsError::Lifetime);
    all[0].discard();

    // Proposals, messages, other kinds of message.
    let proposal = hostile(&mut all[0], |group, provider, signer| {
        let proposal = group.inner.propose_remove_member(provider, signer, openmls::prelude::LeafNodeIndex::new(2));
        proposal.unwrap().0.to_bytes().unwrap()
    });
    assert_eq!(refuse(&mut all[1], &proposal), MlsError::NotACommit);
    let by_reference = hostile(&mut all[0], |group, provider, signer| {
        group.inner.commit_to_pending_proposals(provider, signer).unwrap().0.to_bytes().unwrap()
    });
    assert!(matches!(refuse(&mut all[1], &by_reference), MlsError::Commit(_)));
    let mut fresh = group(2);
    let text = hostile(&mut fresh[0], |group, provider, signer| {
        group.inner.create_message(provider, signer, b"text").unwrap().to_bytes().unwrap()
    });
    assert_eq!(refuse(&mut fresh[1], &text), MlsError::Malformed("commit"));
    let info = hostile(&mut fresh[0], |group, provider, signer| {
        group.inner.export_group_info(provider.crypto(), signer, true).unwrap().to_bytes().unwrap()
    });
    assert_eq!(refuse(&mut fresh[1], &info), MlsError::Malformed("commit"));
}

#[test]
fn strangers_cannot_commit_themselves_in() {
    use openmls::framing::MlsMessageBodyIn;
    use openmls::framing::MlsMessageIn;
    use openmls::prelude::tls_codec::DeserializeBytes;
    let mut both = group(2);
    let info = hostile(&mut both[0], |group, provider, signer| {
        group.inner.export_group_info(provider.crypto(), signer, true).unwrap().to_bytes().unwrap()
    });
    let MlsMessageBodyIn::GroupInfo(info) = MlsMessageIn::tls_deserialize_exact_bytes(&info).unwrap().extract() else {
        panic!("no group info")
    };
    let mut stranger = Device::new(3);
    let (commit, _) = stranger
        .act(|provider, signer| {
            let builder = openmls::group::MlsGroup::external_commit_builder().skip_lifetime_validation();
            let config = super::super::group::join_config();
            let builder = builder.with_config(config);
            let builder = builder.build_group(provider, info, signer.credential_with_key()).unwrap();
            let builder = builder.load_psks(provider.storage()).unwrap();
            let built = builder.build(provider.rand(), provider.crypto(), signer, |_| true).unwrap();
            Ok(built.finalize(provider).unwrap().1.commit().to_bytes().unwrap())
        })
        .unwrap();
    assert_eq!(refuse(&mut both[1], &commit), MlsError::NotACommit);
}

/// A key package by OpenMLS itself.
fn package_of(
    provider: &impl OpenMlsProvider,
    signer: &DeviceSigner,
    life: Lifetime,
    suite: Ciphersuite,
) -> KeyPackage {
    let builder = KeyPackage::builder().key_package_lifetime(life);
    let builder = builder.leaf_node_capabilities(super::super::device::capabilities());
    builder.build(suite, provider, signer, signer.credential_with_key()).unwrap().key_package().clone()
}

#[test]
fn key_packages_are_checked() {
    let mut device = Device::new(1);
    for usage in [Use::Once, Use::LastResort] {
        let package = device.package(usage);
        let identity = inspect_key_package(&package).unwrap();
        assert_eq!(identity.credential, credential(1));
        assert_eq!(identity.signature_key, device.signer.public_key());
        for at in 0..package.len() {
            let mut forged = package.clone();
            forged[at] ^= 1 << (at % 8);
            assert!(inspect_key_package(&forged).is_err(), "byte {at}");
            assert_eq!(inspect_key_package(&package[..at]).unwrap_err(), MlsError::Malformed("key package"));
        }
        let longer = [package.as_slice(), &[0]].concat();
        assert_eq!(inspect_key_package(&longer).unwrap_err(), MlsError::Malformed("key package"));
    }
    let huge = inspect_key_package(&vec![0; KEY_PACKAGE_MAX + 1]).unwrap_err();
    assert!(matches!(huge, MlsError::TooLarge { .. }));

    let library = OpenMlsRustCrypto::default();
    let inspect = |lifetime, suite| {
        let package = package_of(&library, &device.signer, lifetime, suite);
        inspect_key_package(&package.tls_serialize_detached().unwrap())
    };
    let ours = super::super::SUITE;
    assert!(inspect(always(), ours).is_ok(), "what another maker of packages gives");
    // Valid now, over, not begun: the clock has no say.
    for lifetime in [Lifetime::new(3600), Lifetime::init(0, 1), Lifetime::init(u64::MAX - 1, u64::MAX)] {
        assert_eq!(inspect(lifetime, ours).unwrap_err(), MlsError::Lifetime);
    }
    let aes = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    assert_eq!(inspect(always(), aes).unwrap_err(), MlsError::Suite("a key package"));
}

#[test]
fn a_forgotten_key_package_opens_no_welcome() {
    let (mut first, mut second) = (Device::new(1), Device::new(2));
    let package = second.package(Use::LastResort);
    first.create();
    let welcome = first.add(std::slice::from_ref(&package)).welcome.unwrap();
    second.act(|provider, _| forget_key_package(provider, &package)).unwrap();
    assert_eq!(second.store.rows_in(Table::Mls), 0);
    assert_eq!(refuse_welcome(&mut second, &welcome), MlsError::NoKeyPackage);
}

#[test]
fn a_welcome_without_its_tree_is_refused() {
    let (mut first, mut second) = (Device::new(1), Device::new(2));
    let package = second.package(Use::Once);
    first.create();
    let welcome = hostile(&mut first, |group, provider, signer| {
        let package = super::super::key_package::parse(provider.crypto(), &package).unwrap();
        let builder = group.inner.commit_builder().propose_adds([package]);
        let builder = builder.load_psks(provider.storage()).unwrap().use_ratchet_tree_extension(false);
        let built = builder.build(provider.rand(), provider.crypto(), signer, |_| true).unwrap();
        built.stage_commit(provider).unwrap().to_welcome_msg().unwrap().to_bytes().unwrap()
    });
    assert!(matches!(refuse_welcome(&mut second, &welcome), MlsError::Welcome(_)));
}

#[test]
fn impossible_changes_are_named_and_leave_no_trace() {
    let mut both = group(2);
    let own = both[0].leaf();
    let package = both[1].package(Use::Once);
    let before = both[0].store.hash();
    let mut stage = |add: &[&[u8]], remove: &[u32]| {
        both[0].with(|group, provider, signer| group.stage(provider, signer, add, remove)).unwrap_err()
    };
    assert!(matches!(stage(&[&package], &[]), MlsError::Change(_)), "a device that is in");
    assert_eq!(stage(&[b"no package"], &[]), MlsError::Malformed("key package"));
    assert_eq!(stage(&[], &[own]), MlsError::Leaf(own));
    assert_eq!(stage(&[], &[7]), MlsError::Leaf(7));
    assert_eq!(stage(&[], &[u32::MAX]), MlsError::Leaf(u32::MAX));
    let mut newcomer = Device::new(3);
    let (one, two) = (newcomer.package(Use::Once), newcomer.package(Use::Once));
    assert!(matches!(stage(&[&one, &two], &[]), MlsError::Change(_)), "one device twice");
    assert_eq!(stage(&vec![&b""[..]; CHAT_DEVICES_MAX], &[]), MlsError::Full(CHAT_DEVICES_MAX));
    assert_eq!(both[0].store.hash(), before);

    let stranger = Device::new(5);
    let wrong = both[0].with(|group, provider, _| group.stage_update(provider, &stranger.signer));
    assert_eq!(wrong.unwrap_err(), MlsError::WrongDevice);
    let nothing = both[0].with(|group, provider, _| group.discard_staged(provider));
    assert_eq!(nothing.unwrap_err(), MlsError::NothingStaged);
    both[0].update();
    let again = both[0].with(|group, provider, signer| group.stage_update(provider, signer));
    assert_eq!(again.unwrap_err(), MlsError::Staged);
    let exists = both[0].act(|provider, signer| Group::create(provider, signer, &CHAT).map(drop));
    assert_eq!(exists.unwrap_err(), MlsError::GroupExists(CHAT));
    assert!(DeviceSigner::new(&[1; 32], &[]).is_err());
    assert!(DeviceSigner::new(&[1; 32], &[1; 1025]).is_err());
}

#[test]
fn a_failed_call_leaves_the_other_calls_of_its_action() {
    let mut first = Device::new(1);
    let ((), batch) = first
        .act(|provider, signer| {
            let mut group = Group::create(provider, signer, &CHAT)?;
            group.stage_add(provider, signer, &[b"no package"]).unwrap_err();
            group.process_commit(provider, b"no commit").map(drop).unwrap_err();
            Invitation::open(provider, b"no welcome").map(drop).unwrap_err();
            Ok(())
        })
        .unwrap();
    let mut alone = Device::new(1);
    let (_, expected) = alone.act(|provider, signer| Group::create(provider, signer, &CHAT).map(drop)).unwrap();
    assert_eq!(batch, expected);
}

#[test]
fn broken_stores_and_damaged_rows_are_told_apart_from_no_group() {
    let mut both = group(2);
    let rows = both[0].store.scan(Table::Mls, CHAT.as_bytes(), Range::All, 99).unwrap();
    for (sort, value) in rows {
        let mut store = both[0].store.clone();
        let mut loss = Batch::new();
        loss.delete(Table::Mls, CHAT.as_bytes(), &sort);
        store.apply(&loss);
        let provider = Provider::new(&store, &mut both[0].rng);
        let loaded = Group::load(&provider, &CHAT);
        assert!(matches!(loaded, Err(MlsError::Store(RowError::Row(_)))) || sort.len() == 17, "row {sort:?} is lost");
        for damaged in [vec![], vec![0xff], value[..value.len() - 1].to_vec(), [&value[..], &[0]].concat()] {
            let mut store = both[0].store.clone();
            let mut damage = Batch::new();
            damage.put(Table::Mls, CHAT.as_bytes(), &sort, damaged);
            store.apply(&damage);
            let provider = Provider::new(&store, &mut both[0].rng);
            match Group::load(&provider, &CHAT) {
                Err(MlsError::Store(RowError::Row(_))) => {}
                // The keys of the epoch are not read before they are needed.
                Ok(mut group) => {
                    assert_eq!(sort.len(), 17, "row {sort:?} is damaged and not noticed");
                    let commit = both[1].update().commit;
                    both[1].discard();
                    assert!(group.process_commit(&provider, &commit).is_err());
                }
                Err(other) => panic!("row {sort:?}: {other}"),
            }
        }
    }
    both[0].store.break_reads();
    let error = both[0].with(|_, _, _| Ok(())).unwrap_err();
    assert!(matches!(error, MlsError::Store(RowError::Read(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_bytes_are_refused(tail in prop::collection::vec(any::<u8>(), 0..400), kind in 0_u8..7) {
        // With and without the head of a message: MLS 1.0, kind.
        let framed = [&[0, 1, 0, kind][..], &tail].concat();
        let mut device = Device::new(1);
        device.create();
        for bytes in [&tail, &framed] {
            refuse(&mut device, bytes);
            refuse_welcome(&mut device, bytes);
            prop_assert!(inspect_key_package(bytes).is_err());
        }
    }
}
