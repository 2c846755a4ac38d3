//! What a timeline asks about people: whose a device is, and what it may do at the control state that its operation
//! names. The answers are the same on every replica, because they follow from what is signed alone.
//!
//! Not here: the answers. For a chat of the peer they are in `peer::chat::rights`.

use crate::chat::op::ControlPoint;
use crate::ids::{DeviceId, UserId};

/// What one may be allowed to do to messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Say something: text, poll, card, location.
    Post,
    /// Send what can be seen once.
    ViewOnce,
    /// React and vote.
    React,
    /// Pin and take down.
    Pin,
    /// Delete others' messages for everybody, close others' polls.
    DeleteAny,
    /// Change how long messages live.
    SetLifetime,
}

/// Who is who and may do what in one chat.
pub trait Rights {
    /// The user of a device that is or was in the chat.
    fn user(&self, device: &DeviceId) -> Option<UserId>;

    /// True if the device had the right at this control state.
    fn may(&self, device: &DeviceId, right: Right, at: &ControlPoint) -> bool;
}
