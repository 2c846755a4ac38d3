//! Welcomes: opened and shown, then accepted, or dropped without a trace.

use super::SUITE;
use super::device::Member;
use super::error::MlsError;
use super::group::{Group, join_config};
use super::provider::Provider;
use crate::ids::ChatId;
use crate::limits::{CHAT_DEVICES_MAX, WELCOME_MAX};
use openmls::framing::{MlsMessageBodyIn, MlsMessageIn};
use openmls::group::{JoinBuilder, ProcessedWelcome, StagedWelcome};
use openmls::messages::Welcome;
use openmls::prelude::tls_codec::DeserializeBytes;
use std::fmt;

/// A valid welcome that is not accepted yet.
///
/// The one-time private key is gone from the provider's rows as soon as it is opened: to refuse and keep the key
/// package usable, drop the provider; to refuse for good, drop the invitation and keep the batch.
pub struct Invitation {
    welcome: StagedWelcome,
    /// Which chat.
    pub chat: ChatId,
    /// The epoch that is joined.
    pub epoch: u64,
    /// Who added this device.
    pub inviter: Member,
    /// All devices, this one included. The caller checks the credentials before it accepts.
    pub members: Vec<Member>,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation({}, epoch {}, {} devices)", self.chat, self.epoch, self.members.len())
    }
}

impl Invitation {
    /// Opens a welcome. The tree must be in it. Refused if the chat has a group here already.
    pub fn open(provider: &Provider<'_>, bytes: &[u8]) -> Result<Self, MlsError> {
        let welcome = parse(bytes)?;
        provider.rows().all_or_nothing(|| Self::open_parsed(provider, welcome))
    }

    fn open_parsed(provider: &Provider<'_>, welcome: Welcome) -> Result<Self, MlsError> {
        let opened = ProcessedWelcome::new_from_welcome(provider, &join_config(), welcome)?;
        let info = opened.unverified_group_info();
        if info.ciphersuite() != SUITE {
            return Err(MlsError::Suite("the welcome"));
        }
        let chat = info.group_id().as_slice().try_into().map_err(|_| MlsError::Malformed("id of a chat"))?;
        let chat = ChatId(chat);
        match Group::load(provider, &chat) {
            Err(MlsError::NoGroup(_)) => {}
            Ok(_) => return Err(MlsError::GroupExists(chat)),
            Err(error) => return Err(error),
        }
        // Lifetimes are skipped because OpenMLS would ask the clock; those who added the leaves checked them.
        let welcome = JoinBuilder::new(provider, opened).skip_lifetime_validation().build()?;
        Self::inspect(welcome, chat)
    }

    fn inspect(welcome: StagedWelcome, chat: ChatId) -> Result<Self, MlsError> {
        if welcome.group_context().extensions().iter().next().is_some() {
            return Err(MlsError::Proposal("extensions of the group"));
        }
        let members = welcome.members().map(|member| Member::new(&member)).collect::<Result<Vec<_>, _>>()?;
        if members.len() > CHAT_DEVICES_MAX {
            return Err(MlsError::Full(CHAT_DEVICES_MAX));
        }
        let inviter = welcome.welcome_sender_index().u32();
        let inviter = members.iter().find(|member| member.leaf == inviter).cloned();
        let inviter = inviter.ok_or(MlsError::Leaf(welcome.welcome_sender_index().u32()))?;
        let epoch = welcome.group_context().epoch().as_u64();
        Ok(Self { welcome, chat, epoch, inviter, members })
    }

    /// Joins. The caller remembers chats it left: a welcome to the last resort opens as often as it comes, once the
    /// chat's rows are deleted.
    pub fn accept(self, provider: &Provider<'_>) -> Result<Group, MlsError> {
        provider.rows().all_or_nothing(|| Ok(Group { chat: self.chat, inner: self.welcome.into_group(provider)? }))
    }
}

fn parse(bytes: &[u8]) -> Result<Welcome, MlsError> {
    if bytes.len() > WELCOME_MAX {
        return Err(MlsError::TooLarge { what: "a welcome", limit: WELCOME_MAX });
    }
    let message = MlsMessageIn::tls_deserialize_exact_bytes(bytes).map_err(|_| MlsError::Malformed("welcome"))?;
    match message.extract() {
        MlsMessageBodyIn::Welcome(welcome) => Ok(welcome),
        _ => Err(MlsError::Malformed("welcome")),
    }
}
