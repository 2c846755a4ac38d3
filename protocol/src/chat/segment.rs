//! Chats and their messages as one stream of bytes, cut into segments at places that depend on what is in it: a message that
//! is added or changed alters the segment that it is in, and the others stay what they were, so that they need not be kept
//! a second time (content-defined chunking, as in LBFS, SOSP 2001).
//!
//! A segment is `version u8 = 1 | item*`. An item is `1 | record, behind its length` (a chat begins), `2 | chat 32` (a chat
//! goes on), or `3 | operation` ([`Archived`]). The first item says which chat.

use super::archive::ChatRecord;
use super::timeline::archived::Archived;
use super::timeline::archived::Whole;
use crate::ids::ChatId;
use crate::limits::{CHAT_ARCHIVE_MAX, SEGMENT_MAX};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};

const VERSION: u8 = 1;
const RECORD: u8 = 1;
const GO_ON: u8 = 2;
const SAID: u8 = 3;

/// A segment is cut behind a message whose id says so, which one of 1,024 does, but not before it has this size.
const LEAST: usize = 64 * 1024;

/// It is cut anyway at this size.
const MOST: usize = 4 * 1024 * 1024;

/// No further chat begins in a segment of this size.
const ENOUGH: usize = 256 * 1024;

/// A part of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its bytes, at most [`SEGMENT_MAX`].
    pub bytes: Vec<u8>,
    /// Messages that begin in it.
    pub messages: u32,
}

/// Something in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A chat begins; what follows is said in it.
    Chat(Box<ChatRecord>),
    /// What follows is said in this chat, which began in an earlier segment.
    GoOn(ChatId),
    /// A message, or a change of the one before it.
    Said(Archived),
}

/// Makes segments of what it is given, in order.
#[derive(Debug, Default)]
pub struct Segmenter {
    bytes: Vec<u8>,
    messages: u32,
    chat: Option<ChatId>,
}

impl Segmenter {
    /// A chat begins. Gives the segment before it if there was one.
    pub fn chat(&mut self, record: &ChatRecord) -> Option<Segment> {
        let full = if self.bytes.len() >= ENOUGH { self.cut() } else { None };
        self.begin(None);
        let mut w = Writer::default();
        w.u8(RECORD).bytes(&record.encode());
        self.bytes.extend(w.finish());
        self.chat = Some(record.state.chat);
        full
    }

    /// A message of the chat that began last, with its changes. Gives the segments that are full now.
    pub fn message(&mut self, (place, operations): &Whole) -> Vec<Segment> {
        let mut full = Vec::new();
        for archived in operations {
            self.begin(self.chat);
            let mut w = Writer::default();
            w.u8(SAID);
            archived.write(&mut w);
            self.bytes.extend(w.finish());
            self.messages += u32::from(!archived.is_change());
            if self.bytes.len() >= MOST {
                full.extend(self.cut());
            }
        }
        let [.., high, low] = place.id.0;
        if self.bytes.len() >= LEAST && u16::from_be_bytes([high, low]) % 1024 == 0 {
            full.extend(self.cut());
        }
        full
    }

    /// What is left.
    pub fn finish(mut self) -> Option<Segment> {
        self.cut()
    }

    fn begin(&mut self, chat: Option<ChatId>) {
        if self.bytes.is_empty() {
            self.bytes.push(VERSION);
            if let Some(chat) = chat {
                self.bytes.push(GO_ON);
                self.bytes.extend(chat.0);
            }
        }
    }

    fn cut(&mut self) -> Option<Segment> {
        let (bytes, messages) = (std::mem::take(&mut self.bytes), std::mem::take(&mut self.messages));
        (!bytes.is_empty()).then_some(Segment { bytes, messages })
    }
}

/// Reads a segment.
///
/// # Errors
/// [`WireError`] if it is too long, cut, or begins in no chat.
pub fn read(bytes: &[u8]) -> Result<Vec<Item>, WireError> {
    if bytes.len() > SEGMENT_MAX {
        return Err(WireError::TooLarge { what: "segment of an archive", limit: SEGMENT_MAX });
    }
    let mut r = Reader::new(bytes);
    let version = r.u8()?;
    if version != VERSION {
        return Err(WireError::Unknown { what: "version of a segment", number: version.into() });
    }
    let mut items = Vec::new();
    while r.remaining() > 0 {
        let item = match r.u8()? {
            RECORD => Item::Chat(Box::new(ChatRecord::decode(r.bytes("archived chat", CHAT_ARCHIVE_MAX)?)?)),
            GO_ON => Item::GoOn(ChatId(r.array()?)),
            SAID if items.is_empty() => return Err(WireError::Invalid("beginning of a segment")),
            SAID => Item::Said(Archived::read(&mut r)?),
            number => return Err(WireError::Unknown { what: "item of a segment", number: number.into() }),
        };
        items.push(item);
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::control::genesis::{Genesis, Origin};
    use crate::chat::control::home::HomeSet;
    use crate::chat::control::state::State;
    use crate::chat::op::Hlc;
    use crate::chat::timeline::row::Place;
    use crate::contact::mailbox::RelayHint;
    use crate::identity::keys::DeviceKey;
    use crate::ids::{NodeId, OpId, UserId};
    use crate::wire::registry::chat::PRIVATE;

    fn record(n: u8) -> ChatRecord {
        let key = DeviceKey::from_seed([n; 32]);
        let (chat, creator) = (ChatId([n; 32]), UserId([1; 32]));
        let home = HomeSet::new(vec![NodeId([3; 32])], false).unwrap();
        let device = key.device();
        let origin = Origin { chat, kind: PRIVATE, title: String::new(), creator, device, created: 5, home };
        let genesis = Genesis::sign(origin, &key).unwrap();
        let hint = RelayHint { relay: NodeId([3; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/1".into()] };
        let state = State::founding(genesis.origin(), vec![hint], &[(key.device(), creator)]);
        let devices = [(key.device(), creator)].into();
        let names = [(creator, "Zoë".to_owned())].into();
        let (with, rules, lifetime) = (None, Default::default(), Vec::new());
        ChatRecord { genesis, state, with, inside: true, created: 7, rules, devices, names, lifetime }
    }

    fn message(n: u32, bytes: usize) -> Whole {
        let id = OpId(*blake3::hash(&n.to_be_bytes()).as_bytes());
        let shown = Hlc(u64::from(n) + 1);
        let said = Archived { from: UserId([1; 32]), shown, op: vec![n as u8; bytes] };
        let change = Archived { from: UserId([2; 32]), shown: Hlc(0), op: vec![9; 8] };
        (Place { shown, id }, vec![said, change])
    }

    fn segments(chats: &[(u8, Vec<Whole>)]) -> Vec<Segment> {
        let (mut segmenter, mut all) = (Segmenter::default(), Vec::new());
        for (chat, messages) in chats {
            all.extend(segmenter.chat(&record(*chat)));
            messages.iter().for_each(|message| all.extend(segmenter.message(message)));
        }
        all.extend(segmenter.finish());
        all
    }

    #[test]
    fn what_goes_in_comes_out_in_order() {
        let many: Vec<Whole> = (0..6_000).map(|n| message(n, 200)).collect();
        let chats = [(1, many), (2, vec![message(7_000, 90_000), message(7_001, 3)]), (3, vec![])];
        let all = segments(&chats);
        assert!(all.len() > 2, "{}", all.len());
        assert_eq!(all.iter().map(|segment| segment.messages).sum::<u32>(), 6_002);
        let (mut chat, mut back) = (None, Vec::<(u8, Vec<Archived>)>::new());
        for segment in &all {
            for item in read(&segment.bytes).unwrap() {
                match item {
                    Item::Chat(record) => {
                        chat = Some(record.state.chat);
                        back.push((record.state.chat.0[0], Vec::new()));
                    }
                    Item::GoOn(on) => assert_eq!(Some(on), chat),
                    Item::Said(said) => back.last_mut().unwrap().1.push(said),
                }
            }
        }
        let flat =
            |(chat, messages): &(u8, Vec<Whole>)| (*chat, messages.iter().flat_map(|(_, all)| all.clone()).collect());
        assert_eq!(back, chats.iter().map(flat).collect::<Vec<_>>());
    }

    #[test]
    fn one_more_message_and_one_changed_alter_one_segment_each() {
        let many: Vec<Whole> = (0..20_000).map(|n| message(n, 200)).collect();
        let before = segments(&[(1, many.clone())]);
        let new = |all: &[Segment]| all.iter().filter(|segment| !before.contains(segment)).count();
        let mut more = many.clone();
        more.push(message(50_000, 200));
        assert_eq!(new(&segments(&[(1, more)])), 1);
        let mut changed = many;
        changed[9_000].1.push(Archived { from: UserId([2; 32]), shown: Hlc(0), op: vec![8; 8] });
        assert_eq!(new(&segments(&[(1, changed)])), 1);
    }

    #[test]
    fn no_segment_is_larger_than_what_is_read() {
        let many: Vec<Whole> = (0..300).map(|n| message(n, 90_000)).collect();
        let all = segments(&[(1, many)]);
        assert!(all.iter().all(|segment| segment.bytes.len() <= SEGMENT_MAX && read(&segment.bytes).is_ok()));
    }

    #[test]
    fn segments_out_of_shape_are_refused() {
        let good = segments(&[(1, vec![message(1, 20)])]).remove(0).bytes;
        let cut = |at: usize| read(&good[..at]).is_ok();
        let whole: Vec<usize> = (0..good.len()).filter(|at| cut(*at)).collect();
        assert_eq!(whole.len(), 3, "only between items: {whole:?}");
        let said = [&[VERSION][..], &good[whole[1]..]].concat();
        assert_eq!(read(&said), Err(WireError::Invalid("beginning of a segment")));
        assert!(matches!(read(&[9]), Err(WireError::Unknown { .. })));
        assert!(matches!(read(&[VERSION, 9]), Err(WireError::Unknown { .. })));
        assert!(matches!(read(&vec![0; SEGMENT_MAX + 1]), Err(WireError::TooLarge { .. })));
    }
}
