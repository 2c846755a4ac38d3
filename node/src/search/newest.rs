//! Collects the newest messages among those that match, with the filters that are no words.
//!
//! Filters are looked up in columns, which costs a few nanoseconds a match; a segment that cannot hold any is skipped.

use super::index::Bits;
use chappe_protocol::chat::op::Hlc;
use chappe_protocol::chat::timeline::searched::Kind;
use chappe_protocol::ids::{ChatId, UserId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{BytesColumn, ColumnValues};
use tantivy::index::SegmentReader;
use tantivy::query::Weight;
use tantivy::{DocId, Score, SegmentOrdinal};

/// What is looked for beside words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this chat.
    pub chat: Option<ChatId>,
    /// Of this person.
    pub from: Option<UserId>,
    /// Of one of these kinds.
    pub kinds: Option<&'static [Kind]>,
    /// Not before, milliseconds since 1970, inclusive.
    pub after: Option<u64>,
    /// Before, milliseconds since 1970, exclusive.
    pub before: Option<u64>,
    /// With a link, or without.
    pub link: Option<bool>,
}

impl Filter {
    /// It lets everything through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a match is; sorts from the oldest to the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its place's time.
    pub time: Hlc,
    /// The first byte of its id.
    pub first: u8,
    /// Its chat.
    pub chat: ChatId,
}

/// The collector.
pub struct Newest {
    /// How many at most.
    pub limit: usize,
    /// Which.
    pub filter: Filter,
    /// Only older ones than this.
    pub below: Option<Key>,
}

/// One segment's.
pub struct Segment {
    limit: usize,
    filter: Filter,
    below: Option<Key>,
    ms: Arc<dyn ColumnValues<u64>>,
    tick: Arc<dyn ColumnValues<u64>>,
    bits: Arc<dyn ColumnValues<u64>>,
    chats: Option<BytesColumn>,
    chat: Wants,
    people: Option<BytesColumn>,
    from: Wants,
    newest: BinaryHeap<Reverse<(Hlc, u8, DocId)>>,
    count: u64,
}

/// A filter by name, in a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    Any,
    Only(u64),
    /// The name does not occur.
    Nothing,
}

fn wants(column: Option<&BytesColumn>, name: Option<&[u8; 32]>) -> tantivy::Result<Wants> {
    let (Some(name), Some(column)) = (name, column) else {
        return Ok(if name.is_some() { Wants::Nothing } else { Wants::Any });
    };
    Ok(column.dictionary().term_ord(name)?.map_or(Wants::Nothing, Wants::Only))
}

impl Segment {
    fn is_hopeless(&self) -> bool {
        let Filter { after, before, .. } = self.filter;
        self.chat == Wants::Nothing
            || self.from == Wants::Nothing
            || after.is_some_and(|after| self.ms.max_value() < after)
            || before.is_some_and(|before| self.ms.min_value() >= before)
    }

    fn lets(&self, doc: DocId, ms: u64, bits: Bits) -> bool {
        let Filter { after, before, kinds, link, .. } = self.filter;
        let named = |column: &Option<BytesColumn>, wants| match wants {
            Wants::Any => true,
            Wants::Only(ord) => column.as_ref().is_some_and(|column| column.ords().first(doc) == Some(ord)),
            Wants::Nothing => false,
        };
        after.is_none_or(|after| ms >= after)
            && before.is_none_or(|before| ms < before)
            && kinds.is_none_or(|kinds| kinds.iter().any(|kind| bits.is(*kind)))
            && link.is_none_or(|link| bits.link() == link)
            && named(&self.chats, self.chat)
            && named(&self.people, self.from)
    }

    fn chat_of(&self, doc: DocId) -> Option<ChatId> {
        let column = self.chats.as_ref()?;
        let mut name = Vec::new();
        column.ord_to_bytes(column.ords().first(doc)?, &mut name).ok()?;
        name.as_slice().try_into().ok().map(ChatId)
    }

    /// Behind the page before.
    fn is_past(&self, time: Hlc, first: u8, doc: DocId) -> bool {
        self.below.is_none_or(|below| match (time, first).cmp(&(below.time, below.first)) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => self.chat_of(doc).is_some_and(|chat| chat < below.chat),
            std::cmp::Ordering::Greater => false,
        })
    }
}

impl SegmentCollector for Segment {
    type Fruit = (Vec<Key>, u64);

    fn collect(&mut self, doc: DocId, _: Score) {
        let ms = self.ms.get_val(doc);
        if !self.filter.is_empty() && !self.lets(doc, ms, Bits(self.bits.get_val(doc))) {
            return;
        }
        self.count += 1;
        if self.newest.len() == self.limit && self.newest.peek().is_some_and(|Reverse(oldest)| ms < oldest.0.wall_ms())
        {
            return;
        }
        let (time, first) = (Hlc(ms << 16 | self.tick.get_val(doc)), Bits(self.bits.get_val(doc)).first());
        if self.is_past(time, first, doc) {
            self.newest.push(Reverse((time, first, doc)));
            if self.newest.len() > self.limit {
                self.newest.pop();
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let key = |Reverse((time, first, doc)): &Reverse<(Hlc, u8, DocId)>| {
            Some(Key { time: *time, first: *first, chat: self.chat_of(*doc)? })
        };
        (self.newest.iter().filter_map(key).collect(), self.count)
    }
}

impl Collector for Newest {
    type Fruit = (Vec<Key>, u64);
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = segment.fast_fields();
        let (chats, people) = (columns.bytes("chat")?, columns.bytes("from")?);
        Ok(Segment {
            limit: self.limit,
            filter: self.filter.clone(),
            below: self.below,
            ms: columns.column_first_or_default("ms")?,
            tick: columns.column_first_or_default("tick")?,
            bits: columns.column_first_or_default("bits")?,
            chat: wants(chats.as_ref(), self.filter.chat.as_ref().map(|chat| &chat.0))?,
            chats,
            from: wants(people.as_ref(), self.filter.from.as_ref().map(|user| &user.0))?,
            people,
            newest: BinaryHeap::new(),
            count: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<(Vec<Key>, u64)>) -> tantivy::Result<(Vec<Key>, u64)> {
        let count = fruits.iter().map(|(_, count)| count).sum();
        let mut keys: Vec<Key> = fruits.into_iter().flat_map(|(keys, _)| keys).collect();
        keys.sort_unstable_by(|a, b| b.cmp(a));
        keys.truncate(self.limit);
        Ok((keys, count))
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        ord: u32,
        reader: &SegmentReader,
    ) -> tantivy::Result<(Vec<Key>, u64)> {
        let mut segment = self.for_segment(ord, reader)?;
        if segment.is_hopeless() {
            return Ok((Vec::new(), 0));
        }
        let alive = reader.alive_bitset();
        weight.for_each_no_score(reader, &mut |docs| {
            for doc in docs.iter().filter(|doc| alive.is_none_or(|alive| alive.is_alive(**doc))) {
                segment.collect(*doc, 0.0);
            }
        })?;
        Ok(segment.harvest())
    }
}
