//! Measures the search: `cargo run --release -p chappe-node --example search_bench -- [MESSAGES] [FOLDER]`.
//!
//! Messages are made up from 60,000 words whose frequency follows Zipf's law, 1 to 30 words each, in 200 chats, with one
//! word in 50 that never comes again (names, numbers, slips). They lie in the durable store as a node has them.

use anyhow::{Context, Result};
use chappe_node::search::newest::Filter;
use chappe_node::search::{Question, Search, feed::Followed};
use chappe_protocol::chat::op::{ControlPoint, Hlc, Op};
use chappe_protocol::chat::timeline::row::{Flags, Place, Row};
use chappe_protocol::content::{Body, text::Text};
use chappe_protocol::identity::keys::DeviceKey;
use chappe_protocol::ids::{BlockHash, ChatId, OpId, UserId};
use chappe_protocol::store::{Batch, Table};
use chappe_storage::{DurableStore, Options, Store, StoreKey};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CHATS: u64 = 200;
const WORDS: usize = 60_000;
const START: u64 = 1_700_000_000_000;

struct Writer {
    rng: ChaCha8Rng,
    words: Vec<String>,
    key: DeviceKey,
    seq: u64,
    bytes: u64,
}

impl Writer {
    fn new() -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let words = (0..WORDS).map(|n| word(&mut rng, 1 + n.max(1).ilog(6) as usize / 2)).collect();
        Self { rng, words, key: DeviceKey::from_seed([9; 32]), seq: 1, bytes: 0 }
    }

    fn below(&mut self, n: u64) -> u64 {
        self.rng.next_u64() % n
    }

    /// A word, the rank of which is Zipf's: log-uniform.
    fn word(&mut self) -> String {
        let uniform = self.below(1 << 32) as f64 / (1u64 << 32) as f64;
        let rank = (WORDS as f64).powf(uniform) as usize - 1;
        self.words[rank.min(WORDS - 1)].clone()
    }

    fn text(&mut self) -> String {
        let count = 1 + self.below(30).min(self.below(30));
        let mut words = Vec::new();
        for _ in 0..count {
            let rare = self.below(50) == 0;
            words.push(if rare { word(&mut self.rng, 4) } else { self.word() });
        }
        words.join(" ")
    }

    fn say(&mut self, at: u64, text: &str, batch: &mut Batch) -> Result<()> {
        let (chat, from) = (self.below(CHATS), self.below(5));
        let name = |n: u64| *blake3::hash(&n.to_be_bytes()).as_bytes();
        let (chat, from) = (ChatId(name(chat)), UserId(name(chat * 5 + from)));
        self.seq += 1;
        self.bytes += text.len() as u64;
        let body = Body::Text(Text::new(text.to_owned())?);
        let op = Op {
            chat,
            device: self.key.device(),
            seq: self.seq,
            prev: OpId([1; 32]),
            deps: Vec::new(),
            control: ControlPoint { index: 0, hash: BlockHash([0; 32]) },
            hlc: Hlc::at(at),
            kind: body.kind(),
            body: body.encode()?,
        };
        let signed = op.sign(&self.key);
        let place = Place { shown: signed.op.hlc, id: signed.id };
        let row = Row { from, flags: Flags::default(), dead: None, op: signed.bytes };
        batch.put(Table::Chat, &[], &chat.0, Vec::new());
        batch.put(Table::Op, &[], &place.id.0, [&chat.0[..], &place.shown.0.to_be_bytes()].concat());
        batch.put(Table::Timeline, &chat.0, &place.sort(), row.encode());
        Ok(())
    }
}

fn word(rng: &mut ChaCha8Rng, syllables: usize) -> String {
    const CONSONANTS: &[u8] = b"bcdfghjklmnprstvwz";
    const VOWELS: &[u8] = b"aeiou";
    let mut word = String::new();
    for _ in 0..=syllables {
        word.push(CONSONANTS[rng.next_u32() as usize % CONSONANTS.len()].into());
        word.push(VOWELS[rng.next_u32() as usize % VOWELS.len()].into());
        if rng.next_u32().is_multiple_of(3) {
            word.push(CONSONANTS[rng.next_u32() as usize % CONSONANTS.len()].into());
        }
    }
    word
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let count: u64 = args.next().map_or(Ok(1_000_000), |count| count.parse())?;
    let dir: PathBuf = args.next().map_or_else(|| std::env::temp_dir().join("chappe-search-bench"), Into::into);
    std::fs::remove_dir_all(&dir).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    std::fs::create_dir_all(&dir)?;
    let mut writer = Writer::new();
    let store = DurableStore::open(&dir.join("store"), StoreKey::without_passcode(), Options::default())?;
    for page in 0..count.div_ceil(1000) {
        let mut batch = Batch::new();
        for n in page * 1000..count.min((page + 1) * 1000) {
            let text = writer.text();
            writer.say(START + n * 30_000 + n % 977, &text, &mut batch)?;
        }
        store.apply(&batch)?;
        store.sync()?;
    }
    println!("{count} messages, {} MB of text, {} bytes a message", writer.bytes / 1_000_000, writer.bytes / count);

    let store = Arc::new(Followed::new(store)?);
    let before = rss();
    let begun = Instant::now();
    let (search, working) = Search::start(store.clone(), dir.join("search"))?;
    while !ready(&search) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let took = begun.elapsed().as_secs_f64();
    println!(
        "index made in {took:.1} s: {:.0} messages/s; memory {} MB before, {} MB at most",
        count as f64 / took,
        before,
        peak()
    );
    measure(&search, &mut writer)?;

    let mut batch = Batch::new();
    writer.say(START, "thelastwordofall", &mut batch)?;
    let begun = Instant::now();
    store.apply(&batch)?;
    store.sync()?;
    let found = search.answer(&Question { words: "thelastwordofall".into(), limit: 1, ..Question::default() })?;
    println!("one more message is found after {:.1} ms ({} hit)", ms(begun.elapsed()), found.hits.len());
    working.stop();
    let size = size(&dir.join("search"))?;
    println!("index {:.1} MB, {:.1} % of the text", size as f64 / 1e6, 100.0 * size as f64 / writer.bytes as f64);
    println!("memory now {} MB, at most {} MB", rss(), peak());
    Ok(())
}

fn ready(search: &Search) -> bool {
    let question = Question { words: "nothing at all".into(), limit: 1, ..Question::default() };
    search.answer(&question).is_ok_and(|found| found.complete)
}

fn measure(search: &Search, writer: &mut Writer) -> Result<()> {
    let mut all = Vec::new();
    for kind in [
        "a word",
        "two words",
        "a beginning of 3 letters",
        "a slip",
        "a phrase",
        "a word in a chat",
        "a word in a month",
    ] {
        let mut times = Vec::new();
        for _ in 0..300 {
            let question = question(kind, writer);
            let begun = Instant::now();
            search.answer(&question)?;
            times.push(begun.elapsed());
        }
        show(kind, &mut times);
        all.extend(times);
    }
    show("all", &mut all);
    Ok(())
}

fn question(kind: &str, writer: &mut Writer) -> Question {
    let (one, other) = (writer.word(), writer.word());
    let chat = ChatId(*blake3::hash(&writer.below(CHATS).to_be_bytes()).as_bytes());
    let month = START + writer.below(300) * 86_400_000;
    let in_month = Filter { after: Some(month), before: Some(month + 30 * 86_400_000), ..Filter::default() };
    let (words, filter) = match kind {
        "two words" => (format!("{one} {other}"), Filter::default()),
        "a beginning of 3 letters" => (one[..3].to_owned(), Filter::default()),
        "a slip" => (format!("{}q{}", &one[..2], &one[2..]), Filter::default()),
        "a phrase" => (format!("\"{one} {other}\""), Filter::default()),
        "a word in a chat" => (one, Filter { chat: Some(chat), ..Filter::default() }),
        "a word in a month" => (one, in_month),
        _ => (one, Filter::default()),
    };
    Question { words, filter, limit: 20, after: None }
}

fn show(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |part: usize| ms(times[(times.len() - 1) * part / 100]);
    println!("{what:>26}: p50 {:6.2} ms  p90 {:6.2} ms  p99 {:6.2} ms  max {:6.2} ms", at(50), at(90), at(99), at(100));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn size(dir: &Path) -> Result<u64> {
    std::fs::read_dir(dir)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

fn status(field: &str) -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).context("no such line")?;
    Ok(line.trim_start_matches(':').trim().trim_end_matches(" kB").trim().parse::<u64>()? / 1024)
}

fn rss() -> u64 {
    status("VmRSS").unwrap_or_default()
}

fn peak() -> u64 {
    status("VmHWM").unwrap_or_default()
}
