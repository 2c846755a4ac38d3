//! The index itself: which fields a message has, how they are written and taken back.
//!
//! | field | kind | what |
//! |---|---|---|
//! | `words` | postings, without positions and scores | the folded words |
//! | `chat`, `from` | column of names, a few bits a message | where, whose |
//! | `ms`, `tick` | columns of numbers | the place's time, in its two parts |
//! | `bits` | column of numbers | kind, link, first byte of the id |
//!
//! The id is not in it, which would take half as much as a short text: a message is named by its *slot* (chat and time),
//! and the byte tells the few apart that share one. A changed message takes its whole slot out of the index and in again.
//!
//! Not here: when that happens (`indexer.rs`), and reading (`query.rs`).

use super::fold;
use super::sealed::SealedDirectory;
use chappe_protocol::chat::op::Hlc;
use chappe_protocol::chat::timeline::row::Place;
use chappe_protocol::chat::timeline::searched::{Kind, Searched};
use chappe_protocol::ids::ChatId;
use std::collections::{BTreeSet, HashSet};
use tantivy::index::SegmentReader;
use tantivy::query::doc_predicate_query::{DocPredicateQuery, FunctionPredicate};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{DocId, Index, TantivyDocument};

/// Changes whenever an index that was written before would be read wrong.
pub const VERSION: &str = "2";

const TOKENIZER: &str = "chappe";

/// The fields by name.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Folded words.
    pub words: Field,
    chat: Field,
    from: Field,
    ms: Field,
    tick: Field,
    bits: Field,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let words = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let fields = Fields {
        words: schema.add_text_field("words", TextOptions::default().set_indexing_options(words)),
        chat: schema.add_bytes_field("chat", FAST),
        from: schema.add_bytes_field("from", FAST),
        ms: schema.add_u64_field("ms", FAST),
        tick: schema.add_u64_field("tick", FAST),
        bits: schema.add_u64_field("bits", FAST),
    };
    (schema.build(), fields)
}

/// Opens or makes the index in a directory. Any error means that what lies there is not (or no more) an index of ours.
pub fn open(directory: SealedDirectory) -> tantivy::Result<(Index, Fields)> {
    let (schema, fields) = schema();
    let index = Index::open_or_create(directory, schema)?;
    index.tokenizers().register(TOKENIZER, TextAnalyzer::from(Words::default()));
    Ok((index, fields))
}

/// A message's document.
pub fn document(fields: &Fields, chat: &ChatId, place: &Place, message: &Searched) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.words, &message.text);
    document.add_bytes(fields.chat, &chat.0);
    document.add_bytes(fields.from, &message.from.0);
    document.add_u64(fields.ms, place.shown.wall_ms());
    document.add_u64(fields.tick, place.shown.0 & 0xffff);
    document.add_u64(fields.bits, Bits::of(message).0);
    document
}

/// Kind, link and the first byte of the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits(pub u64);

impl Bits {
    fn of(message: &Searched) -> Self {
        Self(u64::from(number(message.kind)) | u64::from(message.link) << 7 | u64::from(message.id.0[0]) << 8)
    }

    /// True if it is of that kind.
    pub fn is(self, kind: Kind) -> bool {
        self.0 & 0x7f == u64::from(number(kind))
    }

    /// There is a link in it.
    pub fn link(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The first byte of the id.
    pub fn first(self) -> u8 {
        (self.0 >> 8) as u8
    }
}

fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Text => 1,
        Kind::Poll => 2,
        Kind::Card => 3,
        Kind::Location => 4,
        Kind::File => 5,
        Kind::Media => 6,
        Kind::Voice => 7,
    }
}

/// Where messages are: a chat and a time.
pub type Slot = (ChatId, Hlc);

/// All documents of some slots.
pub fn of_slots(slots: BTreeSet<Slot>) -> DocPredicateQuery {
    let slots = std::sync::Arc::new(slots);
    FunctionPredicate::from(move |segment: &SegmentReader| in_segment(segment, &slots)).into()
}

type Predicate = Box<dyn Fn(DocId) -> bool + Send + Sync>;

fn in_segment(segment: &SegmentReader, slots: &BTreeSet<Slot>) -> tantivy::Result<Predicate> {
    let columns = segment.fast_fields();
    let ms = columns.column_first_or_default::<u64>("ms")?;
    let (low, high) = (ms.min_value(), ms.max_value());
    let (tick, chat) = (columns.column_first_or_default::<u64>("tick")?, columns.bytes("chat")?);
    let Some(chat) = chat else { return Ok(Box::new(|_| false)) };
    let mut wanted = HashSet::new();
    for (name, time) in slots.iter().filter(|(_, time)| (low..=high).contains(&time.wall_ms())) {
        if let Some(ord) = chat.dictionary().term_ord(name.0)? {
            wanted.insert((time.wall_ms(), time.0 & 0xffff, ord));
        }
    }
    let times: HashSet<u64> = wanted.iter().map(|(ms, ..)| *ms).collect();
    if times.is_empty() {
        return Ok(Box::new(|_| false));
    }
    Ok(Box::new(move |doc| {
        let at = ms.get_val(doc);
        times.contains(&at) && wanted.contains(&(at, tick.get_val(doc), chat.ords().first(doc).unwrap_or(u64::MAX)))
    }))
}

/// Gives tantivy our words.
#[derive(Clone, Default)]
struct Words {
    token: Token,
}

/// The words of one text.
struct Stream<'a> {
    words: std::vec::IntoIter<fold::Word>,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.token.reset();
        Stream { words: fold::words(text).into_iter(), token: &mut self.token }
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.text = word.folded;
        self.token.offset_from = word.start;
        self.token.offset_to = word.end;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
