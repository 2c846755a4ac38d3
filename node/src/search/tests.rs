//! The index beside a store: found, filtered, in step, sealed, made anew.

use super::feed::Followed;
use super::newest::Filter;
use super::sealed::stands_in_a_file;
use super::{Cursor, Question, Search, SearchError, Working};
use chappe_protocol::chat::op::{ControlPoint, Hlc, Op};
use chappe_protocol::chat::timeline::row::{self, Dead, Flags, Place, Row, Stamp, Why};
use chappe_protocol::chat::timeline::searched::Kind;
use chappe_protocol::content::Body;
use chappe_protocol::content::edit::Edit;
use chappe_protocol::content::poll::Poll;
use chappe_protocol::content::text::Text;
use chappe_protocol::identity::keys::DeviceKey;
use chappe_protocol::ids::{BlockHash, ChatId, OpId, UserId};
use chappe_protocol::store::{Batch, Table};
use chappe_storage::{MemoryStore, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const START: u64 = 1_800_000_000_000;

fn chat(n: u8) -> ChatId {
    ChatId([n; 32])
}

fn user(n: u8) -> UserId {
    UserId([n; 32])
}

/// A node's store with its search.
struct World {
    store: Arc<Followed<MemoryStore>>,
    search: Search,
    working: Option<Working>,
    seq: u64,
}

impl World {
    fn new(dir: &Path) -> Self {
        Self::over(MemoryStore::new(), dir)
    }

    fn over(store: MemoryStore, dir: &Path) -> Self {
        let store = Arc::new(Followed::new(store).unwrap());
        let (search, working) = Search::start(store.clone(), dir.join("search")).unwrap();
        Self { store, search, working: Some(working), seq: 0 }
    }

    fn stop(&mut self) {
        self.working.take().unwrap().stop();
    }

    fn start(&mut self, dir: &Path) {
        let (search, working) = Search::start(self.store.clone(), dir.join("search")).unwrap();
        (self.search, self.working) = (search, Some(working));
    }

    fn op(&mut self, chat: ChatId, at: u64, body: &Body) -> (OpId, Hlc, Vec<u8>) {
        self.seq += 1;
        let key = DeviceKey::from_seed([9; 32]);
        let op = Op {
            chat,
            device: key.device(),
            seq: self.seq + 1,
            prev: OpId([1; 32]),
            deps: Vec::new(),
            control: ControlPoint { index: 0, hash: BlockHash([0; 32]) },
            hlc: Hlc::at(START + at),
            kind: body.kind(),
            body: body.encode().unwrap(),
        };
        let signed = op.sign(&key);
        (signed.id, signed.op.hlc, signed.bytes)
    }

    fn put(&self, chat: ChatId, place: &Place, row: &Row) {
        let mut batch = Batch::new();
        batch.put(Table::Chat, &[], &chat.0, Vec::new());
        batch.put(Table::Op, &[], &place.id.0, [&chat.0[..], &place.shown.0.to_be_bytes()].concat());
        batch.put(Table::Timeline, &chat.0, &place.sort(), row.encode());
        self.store.apply(&batch).unwrap();
    }

    fn body(&mut self, chat: ChatId, from: u8, at: u64, body: &Body) -> (Place, Row) {
        let (id, shown, op) = self.op(chat, at, body);
        let (place, row) = (Place { shown, id }, Row { from: user(from), flags: Flags::default(), dead: None, op });
        self.put(chat, &place, &row);
        (place, row)
    }

    fn say(&mut self, n: u8, from: u8, at: u64, text: &str) -> (Place, Row) {
        self.body(chat(n), from, at, &Body::Text(Text::new(text.into()).unwrap()))
    }

    fn edit(&mut self, (place, row): &(Place, Row), n: u8, text: &str) {
        let edit = Edit { target: place.id, counter: 1, text: text.into(), entities: Vec::new() };
        let (id, time, op) = self.op(chat(n), 500_000, &Body::Edit(edit));
        let mut batch = Batch::new();
        let version = row::version(1, Stamp(time, id));
        batch.put(Table::Version, &row::of(&chat(n), &place.id), &version, op);
        self.store.apply(&batch).unwrap();
        self.put(chat(n), place, &Row { flags: row.flags.with(Flags::EDITED, true), ..row.clone() });
    }

    fn ask(&self, question: &Question) -> super::Found {
        let begun = Instant::now();
        loop {
            match self.search.answer(question) {
                Ok(found) if found.complete => return found,
                Ok(_) | Err(SearchError::NotReady) if begun.elapsed() < Duration::from_secs(60) => {
                    std::thread::yield_now()
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn found(&self, words: &str) -> Vec<OpId> {
        self.filtered(words, Filter::default())
    }

    fn filtered(&self, words: &str, filter: Filter) -> Vec<OpId> {
        let question = Question { words: words.into(), filter, limit: 50, after: None };
        self.ask(&question).hits.into_iter().map(|(_, id)| id).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(working) = self.working.take() {
            working.stop();
        }
    }
}

#[test]
fn words_beginnings_and_slips_are_found_in_many_languages() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    for (n, (text, queries)) in [
        (
            "Meet me at the observatory tonight",
            vec!["OBSERVATORY", "observ", "meet tonight", "obsrevatory", "\"at the observatory\""],
        ),
        ("Übermäßig viele Straßen", vec!["ubermassig", "strassen", "strasen"]),
        ("明日は東京都庁へ行きます", vec!["東京", "東京都庁", "庁", "行きま"]),
        ("서울역에서 만나요", vec!["서울", "역에서", "만나"]),
        ("Встретимся у Ёлки", vec!["елки", "встретимся", "встретимса"]),
        ("سأراك غدًا في المكتبة", vec!["غدا", "المكتبة"]),
        ("כַּמָּה זה עולה", vec!["כמה"]),
        ("कल पुस्तकालय में", vec!["पुस्तकालय"]),
        ("พบกันที่ห้องสมุด", vec!["ห้องสมุด"]),
        ("Hẹn gặp ở thư viện", vec!["thu vien", "gap"]),
    ]
    .into_iter()
    .enumerate()
    {
        let (place, _) = world.say(1, 1, n as u64, text);
        for query in queries {
            assert_eq!(world.found(query), [place.id], "{query}");
        }
    }
    for query in ["observatories", "tonight rain", "\"observatory at\"", "東都", "meet -tonight"] {
        assert_eq!(world.found(query), [], "{query}");
    }
}

#[test]
fn filters_leave_what_fits_all_of_them_the_newest_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    let ids: Vec<OpId> = [
        (1, 1, 10, "lunch on monday"),
        (1, 2, 20, "lunch: https://example.org/menu"),
        (2, 1, 30, "lunch again"),
        (2, 2, 40, "no lunch"),
    ]
    .map(|(chat, from, at, text)| world.say(chat, from, at, text).0.id)
    .to_vec();
    let poll = Poll {
        question: "Lunch where?".into(),
        options: vec!["Here".into(), "There".into()],
        anonymous: false,
        multiple: false,
        quiz: None,
        closes: None,
        head: Default::default(),
    };
    let poll = world.body(chat(1), 1, 50, &Body::Poll(poll)).0.id;
    let any = Filter::default;
    for (filter, wanted) in [
        (any(), vec![poll, ids[3], ids[2], ids[1], ids[0]]),
        (Filter { chat: Some(chat(2)), ..any() }, vec![ids[3], ids[2]]),
        (Filter { from: Some(user(2)), ..any() }, vec![ids[3], ids[1]]),
        (Filter { chat: Some(chat(2)), from: Some(user(1)), ..any() }, vec![ids[2]]),
        (Filter { kinds: Some(&[Kind::Poll]), ..any() }, vec![poll]),
        (Filter { link: Some(true), ..any() }, vec![ids[1]]),
        (Filter { after: Some(START + 20), before: Some(START + 40), ..any() }, vec![ids[2], ids[1]]),
        (Filter { chat: Some(chat(9)), ..any() }, vec![]),
    ] {
        assert_eq!(world.filtered("lunch", filter.clone()), wanted, "{filter:?}");
    }
    assert_eq!(world.filtered("", Filter { link: Some(true), ..any() }), [ids[1]], "a filter alone");
    assert_eq!(world.found("there"), [poll], "an option");
    let nothing = Question { limit: 1, ..Question::default() };
    assert!(matches!(world.search.answer(&nothing), Err(SearchError::Refused(_))));
}

#[test]
fn pages_hold_every_hit_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    // Many at one moment, also in two chats.
    let mut wanted: Vec<OpId> =
        (0..150u64).map(|n| world.say(1 + (n % 2) as u8, 1, n / 10, &format!("apple number {n}")).0.id).collect();
    let mut question = Question { words: "apple".into(), limit: 7, ..Question::default() };
    let mut got = Vec::new();
    loop {
        let found = world.ask(&question);
        assert_eq!(found.total, 150);
        got.extend(found.hits.into_iter().map(|(_, id)| id));
        let Some(next) = found.next else { break };
        question.after = Cursor::read(&next.write());
        assert_eq!(question.after, Some(next));
    }
    wanted.sort_unstable();
    got.sort_unstable();
    assert_eq!(got, wanted);
    for bad in ["", "x", "e", "e00", "zz", "é"] {
        assert_eq!(Cursor::read(bad), None, "{bad}");
    }
}

#[test]
fn edits_deletions_expiry_and_cleared_histories_are_followed() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    let one = world.say(1, 1, 10, "the red fox");
    let two = world.say(1, 1, 10, "the red hen");
    world.edit(&one, 1, "the blue fox");
    assert_eq!(world.found("blue"), [one.0.id]);
    assert_eq!(world.found("red"), [two.0.id]);
    let dead = Dead { why: Why::Deleted, at: Stamp(one.0.shown, one.0.id), by: user(1) };
    world.put(chat(1), &one.0, &Row { dead: Some(dead), ..one.1.clone() });
    assert_eq!(world.found("blue"), []);
    assert_eq!(world.found("hen"), [two.0.id]);
    world.put(chat(1), &two.0, &Row { flags: two.1.flags.with(Flags::EXPIRED, true), ..two.1.clone() });
    assert_eq!(world.found("hen"), []);
    let three = world.say(1, 1, 20, "the red cow");
    assert_eq!(world.found("cow"), [three.0.id]);
    let mut batch = Batch::new();
    batch.delete(Table::Timeline, &chat(1).0, &three.0.sort());
    batch.delete(Table::Op, &[], &three.0.id.0);
    world.store.apply(&batch).unwrap();
    assert_eq!(world.found("cow"), []);
    let question = Question { words: "red".into(), limit: 5, ..Question::default() };
    assert_eq!(world.ask(&question).total, 0, "nothing is left in the index either");
}

#[test]
fn what_can_be_seen_once_is_not_to_be_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    let mut text = Text::new("ephemeral".into()).unwrap();
    text.head.view_once = true;
    world.body(chat(1), 1, 10, &Body::Text(text));
    assert_eq!(world.found("ephemeral"), []);
}

#[test]
fn nothing_readable_lies_on_disk_and_another_start_finds_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    let ids: Vec<OpId> = (0..300).map(|n| world.say(1, 1, n, &format!("cryptozoology volume {n}")).0.id).collect();
    assert_eq!(world.found("cryptozoology").len(), 50);
    world.stop();
    let index = dir.path().join("search");
    for word in ["cryptozoology", "cryptozo", "volume", "words"] {
        assert!(!stands_in_a_file(&index, word.as_bytes()), "{word}");
    }
    assert!(!stands_in_a_file(&index, &chat(1).0));
    world.start(dir.path());
    assert_eq!(world.found("\"volume 7\""), [ids[7]]);
    let more = world.say(1, 1, 900, "cryptozoology index");
    assert_eq!(world.found("index"), [more.0.id]);
}

#[test]
fn what_changed_while_nobody_indexed_is_taken_in_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    let old = world.say(1, 1, 1, "early bird");
    assert_eq!(world.found("bird"), [old.0.id]);
    world.stop();
    let new = world.say(1, 1, 2, "late bird");
    world.edit(&old, 1, "early worm");
    world.start(dir.path());
    assert_eq!(world.found("bird"), [new.0.id]);
    assert_eq!(world.found("worm"), [old.0.id]);
}

#[test]
fn a_damaged_cut_or_missing_index_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = World::new(dir.path());
    let ids: Vec<OpId> = (0..40).map(|n| world.say(1, 1, n, &format!("lighthouse keeper {n}")).0.id).collect();
    assert_eq!(world.found("\"keeper 3\""), [ids[3]]);
    world.stop();
    let index = dir.path().join("search");
    let names: Vec<_> = std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(names.len() > 5);
    for path in names {
        for damage in 0..3 {
            let Ok(good) = std::fs::read(&path) else { continue };
            let mut bad = good.clone();
            match damage {
                0 => bad[good.len() / 2] ^= 1,
                1 => bad.truncate(good.len() / 2),
                _ => bad.clear(),
            }
            std::fs::write(&path, bad).unwrap();
            world.start(dir.path());
            assert_eq!(world.found("\"keeper 3\""), [ids[3]], "{} {damage}", path.display());
            assert_eq!(world.found("lighthouse").len(), 40, "{} {damage}", path.display());
            world.stop();
        }
    }
    std::fs::remove_dir_all(&index).unwrap();
    world.start(dir.path());
    assert_eq!(world.found("lighthouse").len(), 40);
}
