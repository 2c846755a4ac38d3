//! What people do at their nodes, through the handle that the node's own API uses.

use anyhow::{Result, bail};
use chappe_node::handle::Handle;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::command::{Command, Event, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::peer::view::{ContactState, Ticks};

/// Makes an invite link.
pub async fn invite(handle: &Handle) -> Result<String> {
    match handle.ask(Command::CreateInvite { uses: 1, ttl_ms: 0 }).await? {
        Reply::Invite(invite) => Ok(invite.link),
        other => bail!("an invite was asked for, and the answer is {other:?}"),
    }
}

/// Asks the owner of a link to talk.
pub async fn ask_to_talk(handle: &Handle, link: String) -> Result<()> {
    handle.ask(Command::AddContact { link, greeting: "hello".into() }).await?;
    Ok(())
}

/// Accepts whoever asked, now or later, until somebody did; gives the chat.
pub async fn accept_next(handle: &Handle) -> Result<ChatId> {
    let mut events = handle.events();
    loop {
        if let Reply::Contacts(all) = handle.ask(Command::Contacts).await?
            && let Some(contact) = all.into_iter().find(|contact| contact.state == ContactState::Pending)
            && let Reply::Contact(contact) = handle.ask(Command::AcceptContact(contact.profile.user)).await?
            && let Some(chat) = contact.chat
        {
            return Ok(chat);
        }
        events.recv().await?;
    }
}

/// Says something; the answer comes when it is durable at the writer's.
pub async fn say(handle: &Handle, chat: ChatId, text: String) -> Result<OpId> {
    match handle.ask(Command::SendText { chat, text, nonce: None }).await? {
        Reply::Message(message) => Ok(message.id),
        other => bail!("a message was sent, and the answer is {other:?}"),
    }
}

/// A message of somebody else that is shown.
pub fn shown(event: &Event) -> Option<OpId> {
    match event {
        Event::Message(message) if !message.mine => Some(message.id),
        _ => None,
    }
}

/// Everything said in a chat, ascending: its id, whether it is ours, and whether it is known to have arrived.
pub async fn said(handle: &Handle, chat: ChatId) -> Result<Vec<(OpId, bool, bool)>> {
    let mut all: Vec<MessageView> = Vec::new();
    loop {
        let before = all.first().map(|message| message.id);
        let Reply::Messages(mut page) = handle.ask(Command::History { chat, before, limit: 500 }).await? else {
            bail!("a history was asked for")
        };
        if page.is_empty() {
            break;
        }
        page.append(&mut all);
        all = page;
    }
    let arrived = |message: &MessageView| message.ticks.is_some_and(|ticks| ticks >= Ticks::Delivered);
    Ok(all.iter().map(|message| (message.id, message.mine, arrived(message))).collect())
}
