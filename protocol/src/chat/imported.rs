//! Chats of another messenger, in the form of an archive ([`super::archive`]): they can be read, searched, deleted and kept like
//! others, and nobody can write in them.
//!
//! Nothing of it is proven. Chats, people and devices have ids that follow from a secret of the node that imports
//! ([`Source`]), so that a second import of the same gives the same messages, and nobody else meets them by chance. Owner
//! of such a chat is [`NOBODY`], who has no key.
//!
//! Not here: how other programs write their exports (the node crate's `telegram`); taking an archive in (`peer::archive`).

use super::archive::ChatRecord;
use super::control::genesis::{Genesis, Origin};
use super::control::home::HomeSet;
use super::control::rules::Role;
use super::control::state::{State, check_text};
use super::op::{ControlPoint, Hlc, Op};
use super::timeline::archived::Archived;
use crate::contact::mailbox::RelayHint;
use crate::content::hello::check_name;
use crate::content::{Body, Sort};
use crate::identity::keys::DeviceKey;
use crate::ids::{BlockHash, ChatId, OpId, UserId};
use crate::limits::{IMPORTED_PEOPLE_MAX, TITLE_MAX};
use crate::wire::WireError;
use crate::wire::registry::chat::{CHANNEL, GROUP};
use std::collections::BTreeMap;

/// The owner of every imported chat. Nobody has a key for it.
pub const NOBODY: UserId = UserId(*b"imported from another messenger\0");

/// True for a chat that came from another messenger.
pub fn is_imported(state: &State) -> bool {
    state.rules.role(&NOBODY) == Role::Owner
}

/// Where ids come from: a secret of the node.
pub struct Source {
    seed: [u8; 32],
    us: UserId,
}

/// Somebody in an imported chat: how the other messenger names them, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Unique in the other messenger.
    pub id: String,
    /// 1 to 128 bytes.
    pub name: String,
}

/// A chat of another messenger.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Unique over all messengers, such as `telegram:123`.
    pub id: String,
    /// A channel, or else a group.
    pub channel: bool,
    /// 1 to 512 bytes.
    pub title: String,
    /// Milliseconds since 1970.
    pub created: u64,
    /// Who said something, at most [`IMPORTED_PEOPLE_MAX`].
    pub people: Vec<Person>,
}

/// Something said or done in an imported chat.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// Who, as the other messenger names them; none for our own user.
    pub from: Option<&'a str>,
    /// The message's number in its chat: orders what has the same time, and makes ids unique.
    pub number: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    /// What.
    pub body: &'a Body,
}

impl Source {
    /// `seed` is drawn once and kept.
    pub fn new(seed: [u8; 32], us: UserId) -> Self {
        Self { seed, us }
    }

    fn derive(&self, context: &str, what: &[&[u8]]) -> [u8; 32] {
        // Every part but the last has a length in front, so that no two lists of parts give the same bytes.
        let parts = what.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat());
        blake3::derive_key(context, &self.seed.into_iter().chain(parts).collect::<Vec<_>>())
    }

    /// The chat that another messenger calls so.
    pub fn chat(&self, id: &str) -> ChatId {
        ChatId(self.derive("chappe 2026-11 imported chat", &[id.as_bytes()]))
    }

    /// The person that another messenger calls so.
    pub fn person(&self, id: &str) -> UserId {
        UserId(self.derive("chappe 2026-11 imported person", &[id.as_bytes()]))
    }

    fn key(&self, chat: &ChatId, user: &UserId) -> DeviceKey {
        DeviceKey::from_seed(self.derive("chappe 2026-11 imported device", &[&chat.0, &user.0]))
    }

    fn user(&self, from: Option<&str>) -> UserId {
        from.map_or(self.us, |id| self.person(id))
    }

    /// A chat without its messages. Its home are `relays`, or the first of them if so many cannot be a home: nothing of it is
    /// ever brought there.
    ///
    /// # Errors
    /// A title, a name or a number of people that is out of bounds; no relay.
    pub fn record(&self, outline: &Outline, relays: &[RelayHint]) -> Result<ChatRecord, WireError> {
        check_text("title", &outline.title, TITLE_MAX)?;
        if outline.people.len() > IMPORTED_PEOPLE_MAX {
            return Err(WireError::TooLarge { what: "people of an imported chat", limit: IMPORTED_PEOPLE_MAX });
        }
        let chat = self.chat(&outline.id);
        let (mut devices, mut names) = (BTreeMap::new(), BTreeMap::new());
        devices.insert(self.key(&chat, &self.us).device(), self.us);
        for person in &outline.people {
            check_name(&person.name)?;
            let user = self.person(&person.id);
            devices.insert(self.key(&chat, &user).device(), user);
            names.insert(user, person.name.clone());
        }
        let ids = |hints: &[RelayHint]| hints.iter().map(|hint| hint.relay).collect();
        let set = |hints: &[RelayHint]| Some((HomeSet::new(ids(hints), false).ok()?, hints.to_vec()));
        let (home, hints) =
            set(relays).or_else(|| set(relays.get(..1)?)).ok_or(WireError::Invalid("the home of an imported chat"))?;
        let key = self.key(&chat, &NOBODY);
        let kind = if outline.channel { CHANNEL } else { GROUP };
        let (title, created, device) = (outline.title.clone(), outline.created, key.device());
        let origin = Origin { chat, kind, title, creator: NOBODY, device, created, home };
        let state = State::founding(&origin, hints, &[]);
        let rules = BTreeMap::from([(0, state.rules.clone())]);
        let genesis = Genesis::sign(origin, &key)?;
        let (with, inside, lifetime) = (None, false, Vec::new());
        Ok(ChatRecord { genesis, state, with, inside, created, rules, devices, names, lifetime })
    }

    /// A message or a change of one.
    ///
    /// # Errors
    /// A body that is out of bounds, or neither a message nor a change.
    pub fn said(&self, chat: &ChatId, said: &Said<'_>) -> Result<(OpId, Archived), WireError> {
        let shown = match said.body.sort() {
            // Other messengers give times in seconds.
            Sort::Message => Hlc(Hlc::at(said.at).0 | (said.number & 0xffff)),
            Sort::Change => Hlc(0),
            Sort::Other | Sort::State => return Err(WireError::Invalid("the kind of an imported message")),
        };
        let user = self.user(said.from);
        let key = self.key(chat, &user);
        let body = said.body.encode()?;
        // As strict as with what comes from others: it will be read from the store.
        Body::decode(said.body.kind(), &body)?;
        let seq = said.number.saturating_add(1);
        let prev = if seq == 1 { [0; 32] } else { self.derive("chappe 2026-11 imported log", &[&chat.0, &user.0]) };
        let op = Op {
            chat: *chat,
            device: key.device(),
            seq,
            prev: OpId(prev),
            deps: Vec::new(),
            control: ControlPoint { index: 0, hash: BlockHash([0; 32]) },
            hlc: if shown == Hlc(0) { Hlc::at(said.at) } else { shown },
            kind: said.body.kind(),
            body,
        };
        let signed = op.sign(&key);
        Ok((signed.id, Archived { from: user, shown, op: signed.bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::op::Claimed;
    use crate::content::text::Text;
    use crate::content::typing::Typing;
    use crate::ids::NodeId;

    fn source() -> Source {
        Source::new([3; 32], UserId([9; 32]))
    }

    fn outline(people: usize) -> Outline {
        let person = |n| Person { id: format!("user{n}"), name: format!("Person {n}") };
        let (id, title) = ("telegram:1".into(), "Family".into());
        Outline { id, channel: false, title, created: 1_600_000_000_000, people: (0..people).map(person).collect() }
    }

    fn relays(n: u8) -> Vec<RelayHint> {
        (1..=n).map(|n| RelayHint { relay: NodeId([n; 32]), addrs: Vec::new() }).collect()
    }

    #[test]
    fn a_record_is_an_archive_like_any_other() {
        for (n, home) in [(1, 1), (2, 1), (4, 4)] {
            let record = source().record(&outline(3), &relays(n)).unwrap();
            assert_eq!(record.state.home.len(), home);
            assert_eq!(ChatRecord::decode(&record.encode()).unwrap(), record);
            assert!(is_imported(&record.state));
            assert_eq!(record.devices.len(), 4, "three people and ourselves");
        }
        source().record(&outline(IMPORTED_PEOPLE_MAX), &relays(1)).unwrap();
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let bad = [
            Outline { title: String::new(), ..outline(0) },
            Outline { title: "two\nlines".into(), ..outline(0) },
            outline(IMPORTED_PEOPLE_MAX + 1),
            Outline { people: vec![Person { id: "user1".into(), name: String::new() }], ..outline(0) },
        ];
        for outline in bad {
            assert!(source().record(&outline, &relays(1)).is_err());
        }
        assert!(source().record(&outline(0), &[]).is_err());
    }

    #[test]
    fn the_same_gives_the_same_and_all_else_differs() {
        let (source, body) = (source(), Body::Text(Text::new("hello".into()).unwrap()));
        let chat = source.chat("telegram:1");
        let said = |from, number| {
            let (id, archived) =
                source.said(&chat, &Said { from, number, at: 1_700_000_000_000, body: &body }).unwrap();
            let claimed = Claimed::decode(archived.op.clone()).unwrap();
            assert!(claimed.is_signed());
            assert_eq!(claimed.id(), id);
            (id, archived)
        };
        assert_eq!(said(Some("user1"), 0), said(Some("user1"), 0));
        let ids: std::collections::BTreeSet<OpId> =
            [said(Some("user1"), 0), said(Some("user1"), 1), said(Some("user2"), 1), said(None, 1)]
                .into_iter()
                .map(|(id, _)| id)
                .collect();
        assert_eq!(ids.len(), 4);
        assert_eq!(said(None, 1).1.from, UserId([9; 32]));
        assert!(said(None, 1).1.shown < said(None, 2).1.shown, "of one second, by number");
        assert_ne!(source.chat("telegram:1"), Source::new([4; 32], UserId([9; 32])).chat("telegram:1"));
        assert_ne!(source.chat("a"), source.chat("b"));
    }

    #[test]
    fn only_messages_and_their_changes_are_imported() {
        let body = Body::Typing(Typing { what: 1 });
        let said = Said { from: None, number: 1, at: 1, body: &body };
        assert!(source().said(&ChatId([1; 32]), &said).is_err());
    }
}
