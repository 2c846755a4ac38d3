//! Why something was refused.

use super::storage::RowError;
use crate::ids::ChatId;
use openmls::group::{
    CommitBuilderStageError, CreateCommitError, MergeCommitError, MergePendingCommitError, MlsGroupStateError,
    NewGroupError, ProcessMessageError, ValidationError, WelcomeError,
};
use thiserror::Error;

/// Why MLS refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MlsError {
    /// The store failed, or a row in it is damaged.
    #[error(transparent)]
    Store(#[from] RowError),
    /// Bytes that are no message of the expected kind.
    #[error("the bytes are no {0}")]
    Malformed(&'static str),
    /// Bytes over their bound in `limits`.
    #[error("{what} has more than {limit} bytes")]
    TooLarge {
        /// What the bytes were to be.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// A key package or welcome of another suite.
    #[error("{0} is of another cipher suite")]
    Suite(&'static str),
    /// A key package that lives for another time than all the time.
    #[error("a key package has a lifetime of its own")]
    Lifetime,
    /// A key package that breaks a rule of RFC 9420.
    #[error("the key package is invalid: {0}")]
    KeyPackage(String),
    /// A credential that is not basic, empty or too large, or a key of the wrong length.
    #[error("a leaf has a bad credential or key")]
    Identity,
    /// There is no state of this chat.
    #[error("there is no group for {0}")]
    NoGroup(ChatId),
    /// There is already state of this chat.
    #[error("there is already a group for {0}")]
    GroupExists(ChatId),
    /// This device was removed; the group can only be forgotten.
    #[error("this device was removed from the group")]
    Removed,
    /// The signer is not the key of this device's leaf.
    #[error("the signer is not the device of this group")]
    WrongDevice,
    /// There is a staged commit: merge or discard it.
    #[error("a commit is staged already")]
    Staged,
    /// There is no staged commit.
    #[error("no commit is staged")]
    NothingStaged,
    /// A leaf to be removed that is empty, or the own one.
    #[error("leaf {0} cannot be removed")]
    Leaf(u32),
    /// More devices than a chat may have.
    #[error("the group would have more than {0} devices")]
    Full(usize),
    /// What was to be staged breaks a rule of RFC 9420, for example a device that is in already.
    #[error("the change is impossible: {0}")]
    Change(String),
    /// A message of another chat.
    #[error("the message is of another group")]
    WrongGroup,
    /// A message of another epoch: replayed, overtaken or early.
    #[error("the message is of epoch {got}, the group is in {have}")]
    WrongEpoch {
        /// The group's.
        have: u64,
        /// The message's.
        got: u64,
    },
    /// A message that is no commit of a member.
    #[error("the message is no commit of a member")]
    NotACommit,
    /// A commit of this very device: merge the staged one instead.
    #[error("the commit is our own")]
    OwnCommit,
    /// A commit with a proposal that is not used here.
    #[error("a commit with {0} is refused")]
    Proposal(&'static str),
    /// A committer that changes its credential or signature key.
    #[error("the committer changes its identity")]
    IdentityChanged,
    /// A commit with a bad signature, tag, path or proposal.
    #[error("the commit is invalid: {0}")]
    Commit(String),
    /// A welcome for a key package that this device does not have (any more).
    #[error("the welcome is for no key package of this device")]
    NoKeyPackage,
    /// A welcome that does not decrypt or whose tree, signature or tag is bad.
    #[error("the welcome is invalid: {0}")]
    Welcome(String),
    /// A fault of the library or of our use of it.
    #[error("MLS failed: {0}")]
    Library(String),
}

impl MlsError {
    pub(super) fn library(error: impl ToString) -> Self {
        Self::Library(error.to_string())
    }

    pub(super) fn change(error: impl ToString) -> Self {
        Self::Change(error.to_string())
    }
}

impl From<ProcessMessageError<RowError>> for MlsError {
    fn from(error: ProcessMessageError<RowError>) -> Self {
        match error {
            ProcessMessageError::StorageError(error) => Self::Store(error),
            ProcessMessageError::ValidationError(ValidationError::WrongGroupId) => Self::WrongGroup,
            ProcessMessageError::GroupStateError(MlsGroupStateError::UseAfterEviction) => Self::Removed,
            ProcessMessageError::LibraryError(error) => Self::library(error),
            other => Self::Commit(other.to_string()),
        }
    }
}

impl From<WelcomeError<RowError>> for MlsError {
    fn from(error: WelcomeError<RowError>) -> Self {
        match error {
            WelcomeError::StorageError(error) => Self::Store(error),
            WelcomeError::NoMatchingKeyPackage => Self::NoKeyPackage,
            WelcomeError::UnsupportedCiphersuite(_) | WelcomeError::CiphersuiteMismatch => Self::Suite("the welcome"),
            WelcomeError::LibraryError(error) => Self::library(error),
            other => Self::Welcome(other.to_string()),
        }
    }
}

impl From<NewGroupError<RowError>> for MlsError {
    fn from(error: NewGroupError<RowError>) -> Self {
        match error {
            NewGroupError::StorageError(error) => Self::Store(error),
            other => Self::library(other),
        }
    }
}

impl From<CreateCommitError> for MlsError {
    fn from(error: CreateCommitError) -> Self {
        match error {
            CreateCommitError::LibraryError(error) => Self::library(error),
            other => Self::change(other),
        }
    }
}

impl From<CommitBuilderStageError<RowError>> for MlsError {
    fn from(error: CommitBuilderStageError<RowError>) -> Self {
        match error {
            CommitBuilderStageError::KeyStoreError(error) => Self::Store(error),
            other => Self::library(other),
        }
    }
}

impl From<MergeCommitError<RowError>> for MlsError {
    fn from(error: MergeCommitError<RowError>) -> Self {
        match error {
            MergeCommitError::StorageError(error) => Self::Store(error),
            other => Self::library(other),
        }
    }
}

impl From<MergePendingCommitError<RowError>> for MlsError {
    fn from(error: MergePendingCommitError<RowError>) -> Self {
        match error {
            MergePendingCommitError::MergeCommitError(error) => error.into(),
            MergePendingCommitError::MlsGroupStateError(error) => Self::library(error),
        }
    }
}
