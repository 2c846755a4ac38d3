//! Who may do what in a chat: the one place where that is answered. Every answer is for the control point that an
//! operation itself names, so every receiver gives the same one, whatever it has heard since.

use super::state::Chat;
use super::strays;
use crate::chat::control::rules::{Act, Denied, Rules};
use crate::chat::op::{ControlPoint, Hlc, Op};
use crate::chat::timeline::rights::{Right, Rights};
use crate::content::Body;
use crate::ids::{DeviceId, UserId};
use crate::peer::account::Account;
use crate::wire::registry::kind;

/// The rights in one chat.
#[derive(Debug)]
pub struct PeerRights<'a> {
    chat: &'a Chat,
    us: (DeviceId, UserId),
}

impl<'a> PeerRights<'a> {
    /// Of this chat, as this account sees it.
    pub fn new(chat: &'a Chat, account: &Account) -> Self {
        Self { chat, us: (account.device(), account.user()) }
    }
}

impl Rights for PeerRights<'_> {
    fn user(&self, device: &DeviceId) -> Option<UserId> {
        self.chat.user_of(device).or_else(|| (*device == self.us.0).then_some(self.us.1))
    }

    fn may(&self, device: &DeviceId, right: Right, at: &ControlPoint) -> bool {
        let at = ControlPoint { index: strays::judged_at(self.chat, device, at), ..*at };
        self.user(device).is_some_and(|user| may(self.chat, &user, right, &at))
    }
}

/// True if a user had a right in a chat at a control state. In a private chat both people have all of them, as in
/// Telegram: either can pin, set the lifetime, and delete what the other said for both.
///
/// Restrictions that end by themselves and slow mode depend on when something was said: [`may_say`] asks about those.
pub fn may(chat: &Chat, user: &UserId, right: Right, at: &ControlPoint) -> bool {
    let act = match right {
        Right::Post => Act::Text,
        Right::ViewOnce => Act::Media,
        Right::React => Act::React,
        Right::Pin => Act::Pin,
        Right::DeleteAny => Act::Delete,
        Right::SetLifetime => Act::ChangePolicy,
    };
    rules_at(chat, at.index).may(user, act, u64::MAX).is_ok()
}

/// What a kind of operation is, as an act that needs a permission; `None` for kinds that every member may say (and
/// whose own rules are checked where they are applied).
pub fn act(number: u16) -> Option<Act> {
    match number {
        kind::TEXT => Some(Act::Text),
        kind::CARD | kind::LOCATION | kind::FILE => Some(Act::Media),
        kind::POLL => Some(Act::Poll),
        kind::REACTION | kind::VOTE => Some(Act::React),
        _ => None,
    }
}

/// The rules at a control index.
pub fn rules_at(chat: &Chat, index: u64) -> &Rules {
    chat.rules.range(..=index).next_back().map_or(&chat.state.rules, |(_, rules)| rules)
}

/// Whether an operation may be said: its kind's permission, and slow mode for messages. `said` is the time of the
/// device's last message.
///
/// # Errors
/// [`Denied`].
pub fn may_say(chat: &Chat, op: &Op, said: u64) -> Result<(), Denied> {
    let Some(act) = act(op.kind) else { return Ok(()) };
    let user = chat.user_of(&op.device).ok_or(Denied::NotMember)?;
    let (rules, at) = (rules_at(chat, strays::judged_at(chat, &op.device, &op.control)), op.hlc.wall_ms());
    rules.may(&user, act, at)?;
    if is_message(act) { rules.soon_enough(&user, Hlc(said).wall_ms(), at) } else { Ok(()) }
}

/// Whether a message may stand in the topic that it names.
///
/// # Errors
/// [`Denied`].
pub fn may_stand(chat: &Chat, op: &Op, body: &Body) -> Result<(), Denied> {
    let Some(topic) = body.head().and_then(|head| head.topic) else { return Ok(()) };
    let user = chat.user_of(&op.device).ok_or(Denied::NotMember)?;
    rules_at(chat, strays::judged_at(chat, &op.device, &op.control)).may_write_in(topic, &user, op.hlc.wall_ms())
}

/// True for what slow mode slows.
pub fn is_message(act: Act) -> bool {
    matches!(act, Act::Text | Act::Media | Act::Poll)
}
