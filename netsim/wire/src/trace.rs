//! What happened, as one hash: every delivery of bytes with its time, every event of every swarm, every line of a log.
//! Two runs of one seed must give one hash; written to files, the first line that differs says where they part.
//!
//! A simulation has a thread of its own, so the trace is the thread's.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use tokio::time::Instant;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Lines at error level that are kept; one is enough to fail a run.
const ERRORS_MAX: usize = 16;

thread_local! {
    static TRACE: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// How a run went, as far as the trace tells.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// Of everything, in order.
    pub hash: String,
    /// How many things.
    pub entries: u64,
    /// What was logged at error level.
    pub errors: Vec<String>,
}

struct Trace {
    begin: Instant,
    hasher: blake3::Hasher,
    entries: u64,
    errors: Vec<String>,
    file: Option<BufWriter<File>>,
}

/// Begins this thread's trace; with a file, every entry is a line of it.
pub fn begin(file: Option<File>) {
    let file = file.map(BufWriter::new);
    let trace = Trace { begin: Instant::now(), hasher: blake3::Hasher::new(), entries: 0, errors: Vec::new(), file };
    TRACE.set(Some(trace));
}

/// Ends it.
pub fn end() -> Traced {
    let Some(mut trace) = TRACE.take() else { return Traced::default() };
    if let Some(file) = &mut trace.file
        && let Err(error) = file.flush()
    {
        trace.errors.push(format!("the trace cannot be written: {error}"));
    }
    Traced { hash: trace.hasher.finalize().to_hex()[..32].to_owned(), entries: trace.entries, errors: trace.errors }
}

/// Notes a delivery: a number for the way, and the bytes.
pub fn delivery(way: u64, bytes: &[u8]) {
    with(|trace| {
        trace.stamp();
        trace.hasher.update(&way.to_le_bytes());
        trace.hasher.update(bytes);
        let at = trace.millis();
        if let Some(file) = &mut trace.file {
            let sum = blake3::hash(bytes).to_hex();
            // A full disk shows when the trace ends.
            let _ = writeln!(file, "{at:>9.3} way {way} {} bytes {}", bytes.len(), &sum[..16]);
        }
    });
}

/// Notes anything else.
pub fn note(text: &str) {
    with(|trace| {
        trace.stamp();
        trace.hasher.update(text.as_bytes());
        let at = trace.millis();
        if let Some(file) = &mut trace.file {
            let _ = writeln!(file, "{at:>9.3} {text}");
        }
    });
}

fn with(act: impl FnOnce(&mut Trace)) {
    // Something that is logged while an entry is written is no part of the simulation.
    TRACE.with(|trace| {
        if let Ok(mut trace) = trace.try_borrow_mut()
            && let Some(trace) = trace.as_mut()
        {
            act(trace);
        }
    });
}

impl Trace {
    fn stamp(&mut self) {
        self.entries += 1;
        self.hasher.update(&self.begin.elapsed().as_nanos().to_le_bytes());
    }

    fn millis(&self) -> f64 {
        self.begin.elapsed().as_secs_f64() * 1000.0
    }
}

/// Puts what the product logs into the trace.
pub struct IntoTrace;

impl<S: Subscriber> Layer<S> for IntoTrace {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = event.metadata().target().to_owned();
        event.record(&mut Fields(&mut text));
        note(&text);
        if *event.metadata().level() == Level::ERROR {
            with(|trace| {
                if trace.errors.len() < ERRORS_MAX {
                    trace.errors.push(text);
                }
            });
        }
    }
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing into a string cannot fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}
