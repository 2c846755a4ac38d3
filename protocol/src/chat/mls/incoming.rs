//! Others' commits: checked, shown, then merged or dropped.

use super::crypto::primitives;
use super::device::{Identity, Member};
use super::error::MlsError;
use super::group::Group;
use super::key_package;
use super::provider::Provider;
use crate::limits::{BLOCK_MAX, CHAT_DEVICES_MAX};
use openmls::framing::{ContentType, MlsMessageBodyIn, MlsMessageIn, ProcessedMessageContent, ProtocolMessage, Sender};
use openmls::group::StagedCommit;
use openmls::messages::proposals::{Proposal, ProposalOrRefType};
use openmls::prelude::LeafNodeIndex;
use openmls::prelude::tls_codec::DeserializeBytes;
use std::fmt;
use zeroize::Zeroizing;

/// A valid commit of another member that is not merged yet. Dropping it changes nothing.
pub struct Incoming<'g> {
    group: &'g mut Group,
    commit: Box<StagedCommit>,
    /// Who made it.
    pub committer: Member,
    /// Who comes in; the caller checks the credentials before it merges.
    pub added: Vec<Identity>,
    /// Who goes out.
    pub removed: Vec<Member>,
    /// True if this device goes out: after the merge the group can only be deleted.
    pub removes_me: bool,
}

impl fmt::Debug for Incoming<'_> {
    // The staged commit holds the secrets of the next epoch.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (added, removed) = (self.added.len(), self.removed.len());
        write!(f, "Incoming(to epoch {}, by leaf {}, +{added} -{removed})", self.epoch(), self.committer.leaf)
    }
}

impl Group {
    /// Checks a commit of another member. Neither the group nor the rows change before [`Incoming::merge`].
    pub fn process_commit(&mut self, provider: &Provider<'_>, bytes: &[u8]) -> Result<Incoming<'_>, MlsError> {
        self.active()?;
        let message = self.parse_commit(bytes)?;
        let processed = provider.rows().all_or_nothing(|| self.inner.process_message(provider, message))?;
        let Sender::Member(committer) = *processed.sender() else { return Err(MlsError::NotACommit) };
        let ProcessedMessageContent::StagedCommitMessage(commit) = processed.into_content() else {
            return Err(MlsError::NotACommit);
        };
        let committer = self.member(committer)?;
        check_committer(&committer, &commit)?;
        let (added, removed) = self.changes(&commit)?;
        if self.inner.members().count() + added.len() > CHAT_DEVICES_MAX + removed.len() {
            return Err(MlsError::Full(CHAT_DEVICES_MAX));
        }
        let removes_me = commit.self_removed();
        Ok(Incoming { group: self, commit, committer, added, removed, removes_me })
    }

    /// Everything that can be said before cryptography: kind, group, epoch, sender.
    fn parse_commit(&self, bytes: &[u8]) -> Result<ProtocolMessage, MlsError> {
        if bytes.len() > BLOCK_MAX {
            return Err(MlsError::TooLarge { what: "a commit", limit: BLOCK_MAX });
        }
        let message = MlsMessageIn::tls_deserialize_exact_bytes(bytes).map_err(|_| MlsError::Malformed("commit"))?;
        let MlsMessageBodyIn::PublicMessage(message) = message.extract() else {
            return Err(MlsError::Malformed("commit"));
        };
        if message.group_id() != self.inner.group_id() {
            return Err(MlsError::WrongGroup);
        }
        if message.epoch() != self.inner.epoch() {
            return Err(MlsError::WrongEpoch { have: self.epoch(), got: message.epoch().as_u64() });
        }
        match message.sender() {
            _ if message.content_type() != ContentType::Commit => Err(MlsError::NotACommit),
            Sender::Member(leaf) if *leaf == self.inner.own_leaf_index() => Err(MlsError::OwnCommit),
            Sender::Member(_) => Ok(message.into()),
            _ => Err(MlsError::NotACommit),
        }
    }

    fn member(&self, leaf: LeafNodeIndex) -> Result<Member, MlsError> {
        let member = self.inner.member_at(leaf).ok_or(MlsError::Leaf(leaf.u32()))?;
        Member::new(&member)
    }

    /// Who comes and goes by a commit that holds nothing else.
    fn changes(&self, commit: &StagedCommit) -> Result<(Vec<Identity>, Vec<Member>), MlsError> {
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for queued in commit.queued_proposals() {
            if queued.proposal_or_ref_type() != ProposalOrRefType::Proposal {
                return Err(MlsError::Proposal("a proposal by reference"));
            }
            match queued.proposal() {
                Proposal::Add(add) => {
                    key_package::check(add.key_package())?;
                    added.push(key_package::identity(add.key_package())?);
                }
                Proposal::Remove(remove) => removed.push(self.member(remove.removed())?),
                other => return Err(MlsError::Proposal(name(other))),
            }
        }
        Ok((added, removed))
    }
}

fn name(proposal: &Proposal) -> &'static str {
    match proposal {
        Proposal::PreSharedKey(_) => "a pre-shared key",
        Proposal::ReInit(_) => "a new group",
        Proposal::GroupContextExtensions(_) => "extensions of the group",
        _ => "an unused proposal",
    }
}

/// A leaf keeps its credential and key as long as it lives.
fn check_committer(committer: &Member, commit: &StagedCommit) -> Result<(), MlsError> {
    let Some(leaf) = commit.update_path_leaf_node() else { return Ok(()) };
    let now = Identity::new(leaf.credential(), leaf.signature_key().as_slice())?;
    if now == committer.identity { Ok(()) } else { Err(MlsError::IdentityChanged) }
}

impl Incoming<'_> {
    /// The epoch that the commit leads to.
    pub fn epoch(&self) -> u64 {
        self.commit.epoch().as_u64()
    }

    /// A secret of that epoch, before the merge. Refused if the commit removes this device.
    pub fn export(&self, label: &str, context: &[u8], len: usize) -> Result<Zeroizing<Vec<u8>>, MlsError> {
        if self.removes_me {
            return Err(MlsError::Removed);
        }
        let secret = self.commit.export_secret(primitives(), label, context, len);
        secret.map(Zeroizing::new).map_err(MlsError::library)
    }

    /// Takes the commit over. A commit of our own that is still staged is forgotten. If the store fails, load the
    /// group again.
    pub fn merge(self, provider: &Provider<'_>) -> Result<(), MlsError> {
        let Self { group, commit, .. } = self;
        provider.rows().all_or_nothing(|| Ok(group.inner.merge_staged_commit(provider, *commit)?))
    }
}
