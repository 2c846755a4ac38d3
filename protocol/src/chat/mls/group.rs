//! One chat's group as this device sees it.

use super::SUITE;
use super::crypto::primitives;
use super::device::{DeviceSigner, Member, always, capabilities};
use super::error::MlsError;
use super::key_package;
use super::provider::Provider;
use super::storage::RowError;
use crate::ids::ChatId;
use crate::limits::{BLOCK_MAX, CHAT_DEVICES_MAX, WELCOME_MAX};
use crate::wire::WireError;
use openmls::group::{
    CommitMessageBundle, GroupId as MlsGroupId, MlsGroup, MlsGroupCreateConfig, MlsGroupJoinConfig,
    PURE_PLAINTEXT_WIRE_FORMAT_POLICY,
};
use openmls::prelude::LeafNodeIndex;
use openmls_traits::OpenMlsProvider;
use std::fmt;
use zeroize::Zeroizing;

/// What a staged change gives to send. Persist first, and send the welcome only once the commit is decided.
#[derive(Clone, PartialEq, Eq)]
pub struct Staged {
    /// For the members, sealed: it is signed but not encrypted. At most [`BLOCK_MAX`] bytes.
    pub commit: Vec<u8>,
    /// For the added devices, one for all of them; encrypted to each. At most [`WELCOME_MAX`] bytes.
    pub welcome: Option<Vec<u8>>,
}

impl fmt::Debug for Staged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let welcome = self.welcome.as_ref().map_or(0, Vec::len);
        write!(f, "Staged(commit {} bytes, welcome {welcome} bytes)", self.commit.len())
    }
}

/// A group in memory. The rows stay the truth: drop it and [`Group::load`] at any time.
pub struct Group {
    pub(super) chat: ChatId,
    pub(super) inner: MlsGroup,
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Group({}, epoch {}, leaf {})", self.chat(), self.epoch(), self.own_leaf())
    }
}

/// How our groups run: everything in the clear (the caller seals it), no past epochs, no padding.
pub(super) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .max_past_epochs(0)
        .number_of_resumption_psks(0)
        .padding_size(0)
        .build()
}

fn create_config() -> MlsGroupCreateConfig {
    MlsGroupCreateConfig::builder()
        .ciphersuite(SUITE)
        .lifetime(always())
        .capabilities(capabilities())
        .wire_format_policy(PURE_PLAINTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .max_past_epochs(0)
        .number_of_resumption_psks(0)
        .padding_size(0)
        .build()
}

fn group_id(chat: &ChatId) -> MlsGroupId {
    MlsGroupId::from_slice(chat.as_bytes())
}

impl Group {
    /// A group of this device alone, in epoch 0. Refused if the chat has one already.
    pub fn create(provider: &Provider<'_>, signer: &DeviceSigner, chat: &ChatId) -> Result<Self, MlsError> {
        if Self::exists(provider, chat)? {
            return Err(MlsError::GroupExists(*chat));
        }
        provider.rows().all_or_nothing(|| {
            let credential = signer.credential_with_key();
            let inner = MlsGroup::new_with_group_id(provider, signer, &create_config(), group_id(chat), credential)?;
            Ok(Self { chat: *chat, inner })
        })
    }

    /// The group as the rows have it, a staged commit included.
    pub fn load(provider: &Provider<'_>, chat: &ChatId) -> Result<Self, MlsError> {
        match MlsGroup::load(provider.storage(), &group_id(chat))? {
            Some(inner) => Ok(Self { chat: *chat, inner }),
            // Rows without a group are a damaged store, and no reason to start the chat anew.
            None if provider.rows().has_rows(chat)? => {
                Err(RowError::Row(WireError::Invalid("the rows of a chat")).into())
            }
            None => Err(MlsError::NoGroup(*chat)),
        }
    }

    fn exists(provider: &Provider<'_>, chat: &ChatId) -> Result<bool, MlsError> {
        match Self::load(provider, chat) {
            Ok(_) => Ok(true),
            Err(MlsError::NoGroup(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Forgets all rows of a chat. In the same provider it makes room for a new invitation to it.
    pub fn delete(provider: &Provider<'_>, chat: &ChatId) -> Result<(), MlsError> {
        Ok(provider.rows().all_or_nothing(|| provider.rows().forget(chat))?)
    }

    /// Which chat it is.
    pub fn chat(&self) -> ChatId {
        self.chat
    }

    /// Counts merged commits.
    pub fn epoch(&self) -> u64 {
        self.inner.epoch().as_u64()
    }

    /// The place of this device.
    pub fn own_leaf(&self) -> u32 {
        self.inner.own_leaf_index().u32()
    }

    /// False once this device was removed.
    pub fn is_active(&self) -> bool {
        self.inner.is_active()
    }

    /// True between `stage…` and `merge_staged` or `discard_staged`.
    pub fn is_staged(&self) -> bool {
        self.inner.pending_commit().is_some()
    }

    /// All devices, by leaf, this one included.
    pub fn members(&self) -> Result<Vec<Member>, MlsError> {
        self.inner.members().map(|member| Member::new(&member)).collect()
    }

    /// A secret of this epoch that every member exports alike (RFC 9420, section 8.5).
    pub fn export(&self, label: &str, context: &[u8], len: usize) -> Result<Zeroizing<Vec<u8>>, MlsError> {
        self.active()?;
        let secret = self.inner.export_secret(primitives(), label, context, len);
        secret.map(Zeroizing::new).map_err(MlsError::library)
    }

    /// The same secret of the epoch that the staged commit leads to.
    pub fn export_staged(&self, label: &str, context: &[u8], len: usize) -> Result<Zeroizing<Vec<u8>>, MlsError> {
        let staged = self.inner.pending_commit().ok_or(MlsError::NothingStaged)?;
        let secret = staged.export_secret(primitives(), label, context, len);
        secret.map(Zeroizing::new).map_err(MlsError::library)
    }

    /// Stages a commit that adds devices. The packages are checked; their credentials are the caller's to check.
    pub fn stage_add(
        &mut self,
        provider: &Provider<'_>,
        signer: &DeviceSigner,
        packages: &[impl AsRef<[u8]>],
    ) -> Result<Staged, MlsError> {
        self.stage(provider, signer, packages, &[])
    }

    /// Stages a commit that removes devices by their leaves.
    pub fn stage_remove(
        &mut self,
        provider: &Provider<'_>,
        signer: &DeviceSigner,
        leaves: &[u32],
    ) -> Result<Staged, MlsError> {
        self.stage::<&[u8]>(provider, signer, &[], leaves)
    }

    /// Stages a commit that only renews this device's keys.
    pub fn stage_update(&mut self, provider: &Provider<'_>, signer: &DeviceSigner) -> Result<Staged, MlsError> {
        self.stage::<&[u8]>(provider, signer, &[], &[])
    }

    /// Stages one commit that adds, removes and renews this device's keys (as every commit does). It is not merged:
    /// the group stays in its epoch, and the staged commit survives a crash in the rows. One package or leaf twice
    /// counts once. About 230 newcomers fit a commit; more give [`MlsError::TooLarge`].
    pub fn stage<P: AsRef<[u8]>>(
        &mut self,
        provider: &Provider<'_>,
        signer: &DeviceSigner,
        add: &[P],
        remove: &[u32],
    ) -> Result<Staged, MlsError> {
        self.active()?;
        if self.is_staged() {
            return Err(MlsError::Staged);
        }
        if self.inner.own_leaf_node().is_none_or(|leaf| leaf.signature_key().as_slice() != signer.public_key()) {
            return Err(MlsError::WrongDevice);
        }
        self.check_leaves(remove)?;
        if self.inner.members().count() + add.len() > CHAT_DEVICES_MAX + remove.len() {
            return Err(MlsError::Full(CHAT_DEVICES_MAX));
        }
        let staged = provider.rows().all_or_nothing(|| self.build(provider, signer, add, remove));
        if staged.is_err() && self.is_staged() {
            // Its rows were taken back; so is what is in memory.
            *self = Self::load(provider, &self.chat())?;
        }
        staged
    }

    fn check_leaves(&self, remove: &[u32]) -> Result<(), MlsError> {
        let bad = |leaf: &u32| *leaf == self.own_leaf() || self.inner.member(LeafNodeIndex::new(*leaf)).is_none();
        match remove.iter().find(|leaf| bad(leaf)) {
            Some(leaf) => Err(MlsError::Leaf(*leaf)),
            None => Ok(()),
        }
    }

    fn build<P: AsRef<[u8]>>(
        &mut self,
        provider: &Provider<'_>,
        signer: &DeviceSigner,
        add: &[P],
        remove: &[u32],
    ) -> Result<Staged, MlsError> {
        let packages = add.iter().map(|bytes| key_package::parse(provider.crypto(), bytes.as_ref()));
        let packages = packages.collect::<Result<Vec<_>, _>>()?;
        let bundle = self
            .inner
            .commit_builder()
            .consume_proposal_store(false)
            .force_self_update(true)
            .propose_adds(packages)
            .propose_removals(remove.iter().map(|leaf| LeafNodeIndex::new(*leaf)))
            .load_psks(provider.storage())?
            .create_group_info(!add.is_empty())
            .build(provider.rand(), provider.crypto(), signer, |_| true)?
            .stage_commit(provider)?;
        staged(&bundle)
    }

    /// Merges the staged commit: the group is in the next epoch. If the store fails, load the group again.
    pub fn merge_staged(&mut self, provider: &Provider<'_>) -> Result<(), MlsError> {
        self.active()?;
        if !self.is_staged() {
            return Err(MlsError::NothingStaged);
        }
        provider.rows().all_or_nothing(|| Ok(self.inner.merge_pending_commit(provider)?))
    }

    /// Forgets the staged commit: another one was decided. The group stays in its epoch.
    pub fn discard_staged(&mut self, provider: &Provider<'_>) -> Result<(), MlsError> {
        if !self.is_staged() {
            return Err(MlsError::NothingStaged);
        }
        Ok(provider.rows().all_or_nothing(|| self.inner.clear_pending_commit(provider.storage()))?)
    }

    pub(super) fn active(&self) -> Result<(), MlsError> {
        if self.is_active() { Ok(()) } else { Err(MlsError::Removed) }
    }
}

fn staged(bundle: &CommitMessageBundle) -> Result<Staged, MlsError> {
    let commit = bundle.commit().to_bytes().map_err(MlsError::library)?;
    if commit.len() > BLOCK_MAX {
        return Err(MlsError::TooLarge { what: "a commit", limit: BLOCK_MAX });
    }
    let welcome = bundle.to_welcome_msg().map(|message| message.to_bytes()).transpose().map_err(MlsError::library)?;
    if welcome.as_ref().is_some_and(|bytes| bytes.len() > WELCOME_MAX) {
        return Err(MlsError::TooLarge { what: "a welcome", limit: WELCOME_MAX });
    }
    Ok(Staged { commit, welcome })
}
