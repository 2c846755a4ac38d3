//! Who may do what to messages: the one place where that is answered.

use super::state::Chat;
use crate::chat::op::ControlPoint;
use crate::chat::timeline::rights::{Right, Rights};
use crate::ids::{DeviceId, UserId};
use crate::peer::account::Account;

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
        may(self.chat, device, right, at)
    }
}

/// True if a device had a right in a chat at a control state. In a private chat both people have all of them, as in
/// Telegram: either can pin, set the lifetime, and delete what the other said for both.
pub fn may(_chat: &Chat, _device: &DeviceId, right: Right, _at: &ControlPoint) -> bool {
    match right {
        Right::Post | Right::ViewOnce | Right::React | Right::Pin | Right::DeleteAny | Right::SetLifetime => true,
    }
}
