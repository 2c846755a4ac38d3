//! OpenMLS's rows: read from the store, written into an overlay that becomes one batch.
//!
//! | partition | sort | value |
//! |---|---|---|
//! | chat id (32 bytes) | number of the row's kind, for proposals and epoch keys also a hash of the key | `wire::state` |
//! | `device` | number of the kind, hash of the key (key packages, update keys) | `wire::state` |
//!
//! Not here: any decision. OpenMLS decides what it writes; [`Rows::batch`] leaves out what did not change.

use crate::ids::ChatId;
use crate::limits::VALUE_MAX;
use crate::store::{Batch, Range, ReadError, StoreRead, Table};
use crate::wire::bytes::{Reader, Writer};
use crate::wire::{WireError, state};
use openmls::group::GroupId as MlsGroupId;
use openmls_traits::storage::{CURRENT_VERSION, StorageProvider, traits};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

/// Where rows lie that belong to no chat.
const DEVICE: &[u8] = b"device";
/// Items of one stored list (own leaf nodes, proposals). We queue neither, so these lists are empty or short.
const LIST_MAX: usize = 1024;
/// Rows of a chat read at once when it is forgotten.
const PAGE: usize = 256;

/// Number space of rows. A removed kind keeps its number as reserved.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum Kind {
    JoinConfig = 1,
    OwnLeafNodes = 2,
    Proposal = 3,
    ProposalRefs = 4,
    Tree = 5,
    TranscriptHash = 6,
    Context = 7,
    ConfirmationTag = 8,
    GroupState = 9,
    MessageSecrets = 10,
    ResumptionPsks = 11,
    OwnLeafIndex = 12,
    EpochSecrets = 13,
    EpochKeyPairs = 14,
    KeyPackage = 32,
    EncryptionKeyPair = 33,
    SignatureKeyPair = 34,
    Psk = 35,
}

/// Why a row could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowError {
    /// The store failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A row holds other bytes than we wrote, or a value has no form as a row.
    #[error("a row of MLS state is unreadable: {0}")]
    Row(#[from] WireError),
    /// A group whose id is not that of a chat.
    #[error("a group id that is not 32 bytes long")]
    NotAChat,
}

/// A row's place: partition and sort.
type Place = (Vec<u8>, Vec<u8>);

/// Rows of the store with this action's changes on top.
pub struct Rows<'a> {
    store: &'a dyn StoreRead,
    changed: RefCell<BTreeMap<Place, Option<Vec<u8>>>>,
}

impl fmt::Debug for Rows<'_> {
    // Rows are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({} changed)", self.changed.borrow().len())
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(store: &'a dyn StoreRead) -> Self {
        Self { store, changed: RefCell::default() }
    }

    /// All changes against the store, in the order of their places.
    pub(super) fn batch(&self) -> Result<Batch, RowError> {
        let mut batch = Batch::new();
        for ((partition, sort), value) in self.changed.borrow().iter() {
            let stored = self.store.get(Table::Mls, partition, sort)?;
            match value {
                Some(value) if stored.as_ref() != Some(value) => batch.put(Table::Mls, partition, sort, value.clone()),
                None if stored.is_some() => batch.delete(Table::Mls, partition, sort),
                Some(_) | None => {}
            }
        }
        Ok(batch)
    }

    /// Runs `act`; if it fails, its changes are taken back.
    pub(super) fn all_or_nothing<T, E>(&self, act: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let before = self.changed.borrow().clone();
        act().inspect_err(|_| *self.changed.borrow_mut() = before)
    }

    /// True if a chat has any row.
    pub(super) fn has_rows(&self, chat: &ChatId) -> Result<bool, RowError> {
        let changed = self.changed.borrow();
        let of_chat = |place: &Place| place.0 == chat.as_bytes();
        if changed.iter().any(|(place, row)| of_chat(place) && row.is_some()) {
            return Ok(true);
        }
        // As many rows as this action removed may lie in front of one that stays.
        let removed = changed.keys().filter(|place| of_chat(place)).count();
        let rows = self.store.scan(Table::Mls, chat.as_bytes(), Range::All, removed + 1)?;
        Ok(rows.into_iter().any(|(sort, _)| !changed.contains_key(&(chat.as_bytes().to_vec(), sort))))
    }

    /// Removes every row of a chat.
    pub(super) fn forget(&self, chat: &ChatId) -> Result<(), RowError> {
        let mut from = Vec::new();
        loop {
            let page = self.store.scan(Table::Mls, chat.as_bytes(), Range::From(&from), PAGE)?;
            let last = page.last().map(|(sort, _)| sort.clone());
            for (sort, _) in page {
                self.remove((chat.as_bytes().to_vec(), sort));
            }
            let Some(mut next) = last else { break };
            next.push(0);
            from = next;
        }
        let mut changed = self.changed.borrow_mut();
        changed.iter_mut().filter(|((partition, _), _)| partition == chat.as_bytes()).for_each(|(_, row)| *row = None);
        Ok(())
    }

    fn get(&self, place: &Place) -> Result<Option<Vec<u8>>, RowError> {
        match self.changed.borrow().get(place) {
            Some(row) => Ok(row.clone()),
            None => Ok(self.store.get(Table::Mls, &place.0, &place.1)?),
        }
    }

    fn set(&self, place: Place, value: Vec<u8>) -> Result<(), RowError> {
        if value.len() > VALUE_MAX {
            return Err(WireError::TooLarge { what: "row of MLS state", limit: VALUE_MAX }.into());
        }
        self.changed.borrow_mut().insert(place, Some(value));
        Ok(())
    }

    fn remove(&self, place: Place) {
        self.changed.borrow_mut().insert(place, None);
    }

    fn read<T: DeserializeOwned>(&self, place: &Place) -> Result<Option<T>, RowError> {
        let row = self.get(place)?;
        Ok(row.map(|bytes| state::decode(&bytes)).transpose()?)
    }

    fn write<T: Serialize>(&self, place: Place, value: &T) -> Result<(), RowError> {
        self.set(place, state::encode(value)?)
    }

    fn read_items(&self, place: &Place) -> Result<Vec<Vec<u8>>, RowError> {
        match self.get(place)? {
            Some(bytes) => Ok(decode_items(&bytes)?),
            None => Ok(Vec::new()),
        }
    }

    fn write_items(&self, place: Place, items: &[Vec<u8>]) -> Result<(), RowError> {
        if items.is_empty() {
            self.remove(place);
            return Ok(());
        }
        if items.len() > LIST_MAX {
            return Err(WireError::TooLarge { what: "list of MLS state", limit: LIST_MAX }.into());
        }
        let mut writer = Writer::default();
        writer.count(items.len());
        for item in items {
            writer.bytes(item);
        }
        self.set(place, writer.finish())
    }

    fn read_list<T: DeserializeOwned>(&self, place: &Place) -> Result<Vec<T>, RowError> {
        let items = self.read_items(place)?;
        Ok(items.iter().map(|bytes| state::decode(bytes)).collect::<Result<_, _>>()?)
    }

    fn append<T: Serialize>(&self, place: Place, value: &T) -> Result<(), RowError> {
        let mut items = self.read_items(&place)?;
        items.push(state::encode(value)?);
        self.write_items(place, &items)
    }
}

fn decode_items(bytes: &[u8]) -> Result<Vec<Vec<u8>>, WireError> {
    let mut reader = Reader::new(bytes);
    let count = reader.count("list of MLS state", LIST_MAX, 4)?;
    let items = (0..count).map(|_| reader.bytes("item of MLS state", VALUE_MAX).map(<[u8]>::to_vec));
    let items = items.collect::<Result<_, _>>()?;
    reader.finish()?;
    Ok(items)
}

/// The chat of a group. The trait hides the type of the id, so it goes through its bytes.
fn partition(group_id: &impl Serialize) -> Result<Vec<u8>, RowError> {
    let id: MlsGroupId = state::decode(&state::encode(group_id)?)?;
    if id.as_slice().len() == 32 { Ok(id.to_vec()) } else { Err(RowError::NotAChat) }
}

fn in_group(group_id: &impl Serialize, kind: Kind) -> Result<Place, RowError> {
    Ok((partition(group_id)?, vec![kind as u8]))
}

fn in_group_by(group_id: &impl Serialize, kind: Kind, key: &impl Serialize) -> Result<Place, RowError> {
    Ok((partition(group_id)?, sort(kind, key)?))
}

fn of_device(kind: Kind, key: &impl Serialize) -> Result<Place, RowError> {
    Ok((DEVICE.to_vec(), sort(kind, key)?))
}

/// Kind and hash of the key: short, of one length, and without meaning to whoever sees the store.
fn sort(kind: Kind, key: &impl Serialize) -> Result<Vec<u8>, RowError> {
    let hash = blake3::derive_key("chappe 2026-11 mls row", &state::encode(key)?);
    Ok([&[kind as u8], &hash[..16]].concat())
}

/// Methods about a row that each group has once. The order of the generics is the trait's.
macro_rules! group_rows {
    ($(write $name:ident<$($g:ident),+> ($value:ident) $kind:ident;)+) => { $(
        fn $name<$($g: traits::$g<CURRENT_VERSION>),+>(&self, id: &GroupId, value: &$value) -> Result<(), RowError> {
            self.write(in_group(id, Kind::$kind)?, value)
        }
    )+ };
    ($(read $name:ident<$($g:ident),+> ($value:ident) $kind:ident;)+) => { $(
        fn $name<$($g: traits::$g<CURRENT_VERSION>),+>(&self, id: &GroupId) -> Result<Option<$value>, RowError> {
            self.read(&in_group(id, Kind::$kind)?)
        }
    )+ };
    ($(delete $name:ident $kind:ident;)+) => { $(
        fn $name<GroupId: traits::GroupId<CURRENT_VERSION>>(&self, id: &GroupId) -> Result<(), RowError> {
            self.remove(in_group(id, Kind::$kind)?);
            Ok(())
        }
    )+ };
}

/// Methods about rows of the device: write, read and delete by a key. The order of the generics is the trait's.
macro_rules! device_rows {
    ($(write $name:ident<$key:ident, $value:ident> $kind:ident;)+) => { $(
        fn $name<$key: traits::$key<CURRENT_VERSION>, $value: traits::$value<CURRENT_VERSION>>(
            &self,
            key: &$key,
            value: &$value,
        ) -> Result<(), RowError> {
            self.write(of_device(Kind::$kind, key)?, value)
        }
    )+ };
    ($(read $name:ident<$a:ident, $b:ident> ($key:ident) -> $value:ident $kind:ident;)+) => { $(
        fn $name<$a: traits::$a<CURRENT_VERSION>, $b: traits::$b<CURRENT_VERSION>>(
            &self,
            key: &$key,
        ) -> Result<Option<$value>, RowError> {
            self.read(&of_device(Kind::$kind, key)?)
        }
    )+ };
    ($(delete $name:ident<$key:ident> $kind:ident;)+) => { $(
        fn $name<$key: traits::$key<CURRENT_VERSION>>(&self, key: &$key) -> Result<(), RowError> {
            self.remove(of_device(Kind::$kind, key)?);
            Ok(())
        }
    )+ };
}

impl StorageProvider<CURRENT_VERSION> for Rows<'_> {
    type Error = RowError;

    group_rows! {
        write write_mls_join_config<GroupId, MlsGroupJoinConfig> (MlsGroupJoinConfig) JoinConfig;
        write write_tree<GroupId, TreeSync> (TreeSync) Tree;
        write write_interim_transcript_hash<GroupId, InterimTranscriptHash> (InterimTranscriptHash) TranscriptHash;
        write write_context<GroupId, GroupContext> (GroupContext) Context;
        write write_confirmation_tag<GroupId, ConfirmationTag> (ConfirmationTag) ConfirmationTag;
        write write_group_state<GroupState, GroupId> (GroupState) GroupState;
        write write_message_secrets<GroupId, MessageSecrets> (MessageSecrets) MessageSecrets;
        write write_resumption_psk_store<GroupId, ResumptionPskStore> (ResumptionPskStore) ResumptionPsks;
        write write_own_leaf_index<GroupId, LeafNodeIndex> (LeafNodeIndex) OwnLeafIndex;
        write write_group_epoch_secrets<GroupId, GroupEpochSecrets> (GroupEpochSecrets) EpochSecrets;
    }

    group_rows! {
        read mls_group_join_config<GroupId, MlsGroupJoinConfig> (MlsGroupJoinConfig) JoinConfig;
        read tree<GroupId, TreeSync> (TreeSync) Tree;
        read interim_transcript_hash<GroupId, InterimTranscriptHash> (InterimTranscriptHash) TranscriptHash;
        read group_context<GroupId, GroupContext> (GroupContext) Context;
        read confirmation_tag<GroupId, ConfirmationTag> (ConfirmationTag) ConfirmationTag;
        read group_state<GroupState, GroupId> (GroupState) GroupState;
        read message_secrets<GroupId, MessageSecrets> (MessageSecrets) MessageSecrets;
        read resumption_psk_store<GroupId, ResumptionPskStore> (ResumptionPskStore) ResumptionPsks;
        read own_leaf_index<GroupId, LeafNodeIndex> (LeafNodeIndex) OwnLeafIndex;
        read group_epoch_secrets<GroupId, GroupEpochSecrets> (GroupEpochSecrets) EpochSecrets;
    }

    group_rows! {
        delete delete_own_leaf_nodes OwnLeafNodes;
        delete delete_group_config JoinConfig;
        delete delete_tree Tree;
        delete delete_confirmation_tag ConfirmationTag;
        delete delete_group_state GroupState;
        delete delete_context Context;
        delete delete_interim_transcript_hash TranscriptHash;
        delete delete_message_secrets MessageSecrets;
        delete delete_all_resumption_psk_secrets ResumptionPsks;
        delete delete_own_leaf_index OwnLeafIndex;
        delete delete_group_epoch_secrets EpochSecrets;
    }

    device_rows! {
        write write_signature_key_pair<SignaturePublicKey, SignatureKeyPair> SignatureKeyPair;
        write write_encryption_key_pair<EncryptionKey, HpkeKeyPair> EncryptionKeyPair;
        write write_key_package<HashReference, KeyPackage> KeyPackage;
        write write_psk<PskId, PskBundle> Psk;
    }

    device_rows! {
        read signature_key_pair<SignaturePublicKey, SignatureKeyPair>
            (SignaturePublicKey) -> SignatureKeyPair SignatureKeyPair;
        read encryption_key_pair<HpkeKeyPair, EncryptionKey> (EncryptionKey) -> HpkeKeyPair EncryptionKeyPair;
        read key_package<HashReference, KeyPackage> (HashReference) -> KeyPackage KeyPackage;
        read psk<PskBundle, PskId> (PskId) -> PskBundle Psk;
    }

    device_rows! {
        delete delete_signature_key_pair<SignaturePublicKey> SignatureKeyPair;
        delete delete_encryption_key_pair<EncryptionKey> EncryptionKeyPair;
        delete delete_key_package<HashReference> KeyPackage;
        delete delete_psk<PskId> Psk;
    }

    fn append_own_leaf_node<GroupId: traits::GroupId<CURRENT_VERSION>, LeafNode: traits::LeafNode<CURRENT_VERSION>>(
        &self,
        group_id: &GroupId,
        leaf_node: &LeafNode,
    ) -> Result<(), RowError> {
        self.append(in_group(group_id, Kind::OwnLeafNodes)?, leaf_node)
    }

    fn own_leaf_nodes<GroupId: traits::GroupId<CURRENT_VERSION>, LeafNode: traits::LeafNode<CURRENT_VERSION>>(
        &self,
        group_id: &GroupId,
    ) -> Result<Vec<LeafNode>, RowError> {
        self.read_list(&in_group(group_id, Kind::OwnLeafNodes)?)
    }

    fn queue_proposal<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
        QueuedProposal: traits::QueuedProposal<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
        proposal_ref: &ProposalRef,
        proposal: &QueuedProposal,
    ) -> Result<(), RowError> {
        self.write(in_group_by(group_id, Kind::Proposal, proposal_ref)?, proposal)?;
        self.append(in_group(group_id, Kind::ProposalRefs)?, proposal_ref)
    }

    fn queued_proposal_refs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
    ) -> Result<Vec<ProposalRef>, RowError> {
        self.read_list(&in_group(group_id, Kind::ProposalRefs)?)
    }

    fn queued_proposals<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
        QueuedProposal: traits::QueuedProposal<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
    ) -> Result<Vec<(ProposalRef, QueuedProposal)>, RowError> {
        let refs: Vec<ProposalRef> = self.queued_proposal_refs(group_id)?;
        let row = |proposal_ref: ProposalRef| {
            let proposal = self.read(&in_group_by(group_id, Kind::Proposal, &proposal_ref)?)?;
            let missing = RowError::Row(WireError::Invalid("list of proposals"));
            proposal.ok_or(missing).map(|proposal| (proposal_ref, proposal))
        };
        refs.into_iter().map(row).collect()
    }

    fn remove_proposal<GroupId: traits::GroupId<CURRENT_VERSION>, ProposalRef: traits::ProposalRef<CURRENT_VERSION>>(
        &self,
        group_id: &GroupId,
        proposal_ref: &ProposalRef,
    ) -> Result<(), RowError> {
        let place = in_group(group_id, Kind::ProposalRefs)?;
        let gone = state::encode(proposal_ref)?;
        let mut items = self.read_items(&place)?;
        items.retain(|item| *item != gone);
        self.write_items(place, &items)?;
        self.remove(in_group_by(group_id, Kind::Proposal, proposal_ref)?);
        Ok(())
    }

    fn clear_proposal_queue<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
    ) -> Result<(), RowError> {
        for proposal_ref in self.queued_proposal_refs::<GroupId, ProposalRef>(group_id)? {
            self.remove(in_group_by(group_id, Kind::Proposal, &proposal_ref)?);
        }
        self.remove(in_group(group_id, Kind::ProposalRefs)?);
        Ok(())
    }

    fn write_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        EpochKey: traits::EpochKey<CURRENT_VERSION>,
        HpkeKeyPair: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
        key_pairs: &[HpkeKeyPair],
    ) -> Result<(), RowError> {
        self.write(in_group_by(group_id, Kind::EpochKeyPairs, &(epoch, leaf_index))?, &key_pairs)
    }

    fn encryption_epoch_key_pairs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        EpochKey: traits::EpochKey<CURRENT_VERSION>,
        HpkeKeyPair: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<Vec<HpkeKeyPair>, RowError> {
        let row = self.read(&in_group_by(group_id, Kind::EpochKeyPairs, &(epoch, leaf_index))?)?;
        Ok(row.unwrap_or_default())
    }

    fn delete_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        EpochKey: traits::EpochKey<CURRENT_VERSION>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<(), RowError> {
        self.remove(in_group_by(group_id, Kind::EpochKeyPairs, &(epoch, leaf_index))?);
        Ok(())
    }
}
