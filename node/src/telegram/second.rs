//! Reads an export a second time, now that everybody's name is known, and hands over what becomes of it here.

use super::convert::{self, Taken};
use super::read::Listener;
use super::shape::{ChatHead, Message};
use super::survey::{Chat, Survey};
use std::collections::HashMap;
use tokio::sync::mpsc;

/// What the reader hands over.
pub enum Next {
    /// A chat begins, by its place in the survey.
    Chat(usize),
    /// A message of the chat that began last.
    Message(Box<Taken>),
}

/// Reads in a thread of its own; whoever takes sets the pace.
pub struct Reader {
    next: mpsc::Sender<Next>,
    /// Ids of chats that are wanted, and where they stand in the survey.
    wanted: HashMap<String, usize>,
    survey: Survey,
    at: Option<usize>,
}

impl Reader {
    /// For all chats of the survey.
    pub fn new(next: mpsc::Sender<Next>, survey: Survey) -> Self {
        let wanted = survey.chats.iter().enumerate().map(|(at, chat)| (chat.id.clone(), at)).collect();
        Self { next, wanted, survey, at: None }
    }

    fn hand(&self, next: Next) -> Result<(), String> {
        self.next.blocking_send(next).map_err(|_| "the import was ended".into())
    }
}

impl Listener for Reader {
    fn me(&mut self, _: String) {}

    fn chat(&mut self, head: &ChatHead) -> Result<(), String> {
        self.at = self.wanted.get(&Chat::new(head).id).copied();
        self.at.map_or(Ok(()), |at| self.hand(Next::Chat(at)))
    }

    fn message(&mut self, message: Option<Message>) -> Result<(), String> {
        let (Some(at), Some(message)) = (self.at, message) else { return Ok(()) };
        let chat = &self.survey.chats[at];
        let (author, name) = convert::author(&message);
        // A name tells who the author is; who reacted or is answered is told by the id.
        let me = |id: &str| self.survey.me.is(chat, id, if id == author { &name } else { "" });
        match convert::convert(&message, &me) {
            Ok(taken) => self.hand(Next::Message(Box::new(taken))),
            Err(_) => Ok(()),
        }
    }
}
