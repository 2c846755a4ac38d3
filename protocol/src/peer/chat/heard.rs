//! What our user has listened to. It is told like what they have read: to all, or, by the same switch and in chats that are
//! too large for receipts, to their own devices alone.

use super::actions::{Answer, NO_MESSAGE, locate};
use super::receipts::{opened_by_us, sealed_for_own};
use super::state::Chat;
use super::{Chats, said, send, show};
use crate::content::Body;
use crate::content::heard::Heard;
use crate::content::receipt::ForOwn;
use crate::ids::{DeviceId, OpId};
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};

impl Chats {
    /// Our user has heard what plays in a message. A second time says nothing.
    pub fn hear(&mut self, message: OpId, ctx: &mut Context<'_>) -> Answer {
        let Some((id, place)) = locate(&message, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(NO_MESSAGE)) };
        let Some(view) = show::at(chat, &place, ctx)? else { return Ok(Err(NO_MESSAGE)) };
        match view.heard {
            None if !view.mine => {
                let why = "nothing in this message is listened to: only voice messages and videos are";
                return Ok(Err(CommandError::Refused(why.into())));
            }
            Some(false) if !view.mine => {}
            Some(_) | None => return Ok(Ok(Reply::Message(Box::new(view)))),
        }
        if chat.tells_heard() {
            return self.change(message, &Body::Heard(Heard::Told(message)), ctx);
        }
        let told = said::heard(chat, &message, ctx)?;
        let own = sealed_for_own(chat, &message.0, ctx);
        if !own.is_empty()
            && let Err(refused) = send::say(chat, &Body::Heard(Heard::Own(own)), ctx)?
        {
            return Ok(Err(CommandError::Refused(refused.to_string())));
        }
        let view = show::at(chat, &place, ctx)?;
        self.note(id, &told);
        Ok(view.map(|view| Reply::Message(Box::new(view))).ok_or(NO_MESSAGE))
    }
}

/// Another device of ours says what our user has heard there. True if the chat's row looks different.
pub fn elsewhere(chat: &mut Chat, from: &DeviceId, own: &[ForOwn], ctx: &mut Context<'_>) -> Result<bool, Fatal> {
    if chat.user_of(from) != Some(ctx.account.user()) {
        return Ok(false);
    }
    let message = opened_by_us(own, ctx).and_then(|plain| plain.try_into().ok()).map(OpId);
    Ok(match message {
        Some(message) => said::heard(chat, &message, ctx)?.row,
        None => false,
    })
}
