//! What is in an export, before anything of it is taken.

use super::convert::{self, Left, Media};
use super::read::Listener;
use super::shape::{ChatHead, Message};
use chappe_protocol::limits::{IMPORTED_PEOPLE_MAX, TITLE_MAX};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is in one chat.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Chat {
    /// As of `ImportChat`: unique over all messengers.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// A channel.
    pub channel: bool,
    /// The other person of a conversation of two.
    #[serde(skip)]
    other: Option<String>,
    /// Everything in it was said by whoever exported.
    #[serde(skip)]
    own: bool,
    /// When its first message was written, milliseconds since 1970; 0 if it has none.
    pub first: u64,
    /// When its last one was.
    pub last: u64,
    /// Messages that are taken.
    pub messages: u64,
    /// Files that are there.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that messages name and that are not there.
    pub missing: u64,
    /// Messages whose formatting is not taken.
    pub unformatted: u64,
    /// Reactions of which the export does not say whose they are.
    pub nameless: u64,
    /// What is not taken, and how often.
    pub left: BTreeMap<Left, u64>,
    /// Who said how much, and what they are called.
    #[serde(skip)]
    people: BTreeMap<String, (u64, String)>,
}

/// Who of an export is whoever exported it.
#[derive(Clone, Debug, Default)]
pub struct Me {
    /// As the export says.
    pub id: Option<String>,
    /// As whoever imports says: a name or an id.
    pub said: Option<String>,
}

impl Me {
    /// Whether a message's author is; `name` is what they are called.
    pub fn is(&self, chat: &Chat, id: &str, name: &str) -> bool {
        match (&self.said, &self.id) {
            // Whoever takes an export of somebody else.
            (Some(said), _) => said == id || said == name,
            (None, Some(known)) => known == id || chat.own,
            // In a conversation of two, whoever is not the other.
            (None, None) => chat.own || chat.other.as_deref().is_some_and(|other| other != id),
        }
    }
}

impl Chat {
    /// From what stands before its messages.
    pub fn new(head: &ChatHead) -> Self {
        let saved = head.kind == "saved_messages";
        let fallback = if saved { "Saved messages" } else { convert::DELETED };
        let title = convert::name(head.name.as_deref().unwrap_or(fallback));
        let two = matches!(head.kind.as_str(), "personal_chat" | "bot_chat");
        Self {
            id: format!("telegram:{}:{}", head.kind, head.id),
            title: convert::cut(&title, TITLE_MAX).into(),
            channel: matches!(head.kind.as_str(), "public_channel" | "private_channel"),
            other: two.then(|| format!("user{}", head.id)),
            own: saved,
            ..Self::default()
        }
    }

    /// Who said something, whoever said most first, as many as fit.
    pub fn people(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> = self.people.iter().collect();
        all.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        all.into_iter().take(IMPORTED_PEOPLE_MAX).map(|(id, (_, name))| (id.clone(), name.clone())).collect()
    }
}

/// Looks at all of it.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Where its files are; elsewhere if left out: then those that it names are counted.
    folder: Option<PathBuf>,
    /// Who exported.
    pub me: Me,
    /// In the export's order.
    pub chats: Vec<Chat>,
}

impl Survey {
    /// Of an export in `folder`.
    pub fn new(folder: Option<&Path>, me: Option<String>) -> Self {
        Self { folder: folder.map(Path::to_owned), me: Me { id: None, said: me }, chats: Vec::new() }
    }

    /// Everybody's names and ids, to say who one is; those that said most in groups first.
    pub fn names(&self) -> BTreeSet<String> {
        self.chats.iter().flat_map(|chat| chat.people().into_iter().take(20)).map(|(_, name)| name).collect()
    }

    /// True if it is known who exported, for every chat.
    pub fn knows_me(&self) -> bool {
        let known = |chat: &Chat| chat.own || chat.other.is_some() || chat.channel;
        self.me.id.is_some() || self.me.said.is_some() || self.chats.iter().all(known)
    }
}

/// Where a file is, if it is there, and its bytes. A link that leads out of the export is not followed.
pub fn find(folder: &Path, media: &Media) -> Option<(PathBuf, u64)> {
    let root = folder.canonicalize().ok()?;
    let path = root.join(media.path.as_ref()?).canonicalize().ok()?;
    let about = fs::metadata(&path).ok().filter(|about| path.starts_with(&root) && about.is_file())?;
    Some((path, about.len()))
}

impl Listener for Survey {
    fn me(&mut self, id: String) {
        self.me.id = Some(id);
    }

    fn chat(&mut self, head: &ChatHead) -> Result<(), String> {
        self.chats.push(Chat::new(head));
        Ok(())
    }

    fn message(&mut self, message: Option<Message>) -> Result<(), String> {
        let Some(chat) = self.chats.last_mut() else { return Ok(()) };
        let Some(message) = message else {
            *chat.left.entry(Left::Broken).or_default() += 1;
            return Ok(());
        };
        let taken = match convert::convert(&message, &|_| false) {
            Ok(taken) => taken,
            Err(left) => {
                *chat.left.entry(left).or_default() += 1;
                return Ok(());
            }
        };
        chat.messages += 1;
        chat.first = if chat.first == 0 { taken.message.at } else { chat.first.min(taken.message.at) };
        chat.last = chat.last.max(taken.message.at);
        chat.unformatted += u64::from(taken.unformatted);
        chat.nameless += taken.nameless;
        if let Some(media) = taken.media {
            let found = match &self.folder {
                Some(folder) => find(folder, &media).map(|(_, bytes)| bytes),
                None => media.path.map(|_| 0),
            };
            match found {
                Some(bytes) => (chat.files, chat.bytes) = (chat.files + 1, chat.bytes + bytes),
                None => chat.missing += 1,
            }
        }
        let (id, name) = convert::author(&message);
        if !self.me.is(chat, &id, &name) {
            let entry = chat.people.entry(id).or_insert((0, String::new()));
            *entry = (entry.0 + 1, name);
        }
        // Who only reacts has a name too.
        for reactor in message.reactions.iter().flat_map(|reaction| &reaction.recent) {
            let (Some(id), Some(name)) = (&reactor.from_id, &reactor.from) else { continue };
            if !self.me.is(chat, id, name) {
                chat.people.entry(id.clone()).or_insert_with(|| (0, convert::name(name)));
            }
        }
        Ok(())
    }
}
