//! Groups of devices over stores in memory. Every step loads the group from its rows, so nothing can live in memory
//! alone.

mod refused;
mod rounds;
mod sizes;
mod steps;

use super::device::DeviceSigner;
use super::error::MlsError;
use super::group::{Group, Staged};
use super::invitation::Invitation;
use super::key_package::{Use, new_key_package};
use super::provider::Provider;
use crate::ids::ChatId;
use crate::store::Batch;
use crate::testing::TestStore;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const CHAT: ChatId = ChatId([0xc4; 32]);

/// One device: key, store and generator.
struct Device {
    signer: DeviceSigner,
    store: TestStore,
    rng: ChaCha20Rng,
}

/// A credential of the size of a device certificate that names the device.
fn credential(number: u8) -> Vec<u8> {
    vec![number; 200]
}

impl Device {
    fn new(number: u8) -> Self {
        let signer = DeviceSigner::new(&[number; 32], &credential(number)).unwrap();
        Self { signer, store: TestStore::default(), rng: ChaCha20Rng::from_seed([number; 32]) }
    }

    /// Runs one action; its batch is applied if it succeeds, and returned.
    fn act<T>(
        &mut self,
        action: impl FnOnce(&Provider<'_>, &DeviceSigner) -> Result<T, MlsError>,
    ) -> Result<(T, Batch), MlsError> {
        let provider = Provider::new(&self.store, &mut self.rng);
        let result = action(&provider, &self.signer);
        let batch = provider.batch()?;
        if result.is_err() {
            assert!(batch.is_empty(), "a failed action writes");
        }
        self.store.apply(&batch);
        result.map(|value| (value, batch))
    }

    /// The same on the loaded group.
    fn with<T>(
        &mut self,
        action: impl FnOnce(&mut Group, &Provider<'_>, &DeviceSigner) -> Result<T, MlsError>,
    ) -> Result<T, MlsError> {
        self.act(|provider, signer| action(&mut Group::load(provider, &CHAT)?, provider, signer))
            .map(|(value, _)| value)
    }

    fn create(&mut self) {
        self.act(|provider, signer| Group::create(provider, signer, &CHAT).map(drop)).unwrap();
    }

    fn package(&mut self, usage: Use) -> Vec<u8> {
        self.act(|provider, signer| new_key_package(provider, signer, usage)).unwrap().0
    }

    fn add(&mut self, packages: &[Vec<u8>]) -> Staged {
        self.with(|group, provider, signer| group.stage_add(provider, signer, packages)).unwrap()
    }

    fn remove(&mut self, leaves: &[u32]) -> Staged {
        self.with(|group, provider, signer| group.stage_remove(provider, signer, leaves)).unwrap()
    }

    fn update(&mut self) -> Staged {
        self.with(|group, provider, signer| group.stage_update(provider, signer)).unwrap()
    }

    fn merge(&mut self) {
        self.with(|group, provider, _| group.merge_staged(provider)).unwrap();
    }

    fn discard(&mut self) {
        self.with(|group, provider, _| group.discard_staged(provider)).unwrap();
    }

    fn take(&mut self, commit: &[u8]) -> Result<(), MlsError> {
        self.with(|group, provider, _| group.process_commit(provider, commit)?.merge(provider))
    }

    fn join(&mut self, welcome: &[u8]) -> Result<(), MlsError> {
        self.act(|provider, _| Invitation::open(provider, welcome)?.accept(provider).map(drop)).map(drop)
    }

    fn secret(&mut self) -> Vec<u8> {
        self.with(|group, _, _| group.export("chappe test", b"context", 32)).unwrap().to_vec()
    }

    fn epoch(&mut self) -> u64 {
        self.with(|group, _, _| Ok(group.epoch())).unwrap()
    }

    fn leaf(&mut self) -> u32 {
        self.with(|group, _, _| Ok(group.own_leaf())).unwrap()
    }
}

/// A group of devices numbered from 1; the first made it and added all others at once.
fn group(devices: u8) -> Vec<Device> {
    let mut all: Vec<Device> = (1..=devices).map(Device::new).collect();
    let (first, rest) = all.split_first_mut().unwrap();
    first.create();
    if !rest.is_empty() {
        let packages: Vec<_> = rest.iter_mut().map(|device| device.package(Use::Once)).collect();
        let staged = first.add(&packages);
        first.merge();
        rest.iter_mut().for_each(|device| device.join(staged.welcome.as_ref().unwrap()).unwrap());
    }
    agree(&mut all);
    all
}

/// All are in one epoch with one secret and one list of members.
fn agree(devices: &mut [Device]) {
    let views: Vec<_> = devices
        .iter_mut()
        .map(|device| {
            let members = device.with(|group, _, _| group.members()).unwrap();
            (device.epoch(), device.secret(), members)
        })
        .collect();
    assert!(views.iter().all(|view| *view == views[0]), "the devices differ");
}
