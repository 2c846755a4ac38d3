//! An export whose `result.json` a page handed over. Its files stay where the page is; it sends those that are wanted.
//!
//! What was handed over lies in a file without a name: it is gone when nobody needs it any more, also after a crash.

use super::read::{self, Listener, ReadError};
use super::second::{Next, Reader};
use super::shape::{ChatHead, Message};
use super::survey::Survey;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Bytes that a single message, or what stands between two, may have: it is held in memory.
const PIECE_MAX: u64 = 64 * 1024 * 1024;

/// Messages that are read ahead.
const AHEAD: usize = 64;

/// A file in `folder` that nobody else finds, for what comes from the page.
///
/// # Errors
/// The disk's.
pub fn nameless(folder: &Path) -> io::Result<File> {
    let path = folder.join("telegram-import.part");
    // Left by a crash between the two steps.
    if path.exists() {
        fs::remove_file(&path)?;
    }
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

/// The whole of it, and what is in it.
#[derive(Debug)]
pub struct Export {
    file: Arc<File>,
    /// What is in it.
    pub survey: Survey,
}

impl Export {
    /// Looks at all of it; `me` is who exported, if somebody says so.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn open(file: Arc<File>, me: Option<String>) -> Result<Self, ReadError> {
        let mut survey = Survey::new(None, me);
        read_all(&file, &mut survey)?;
        survey.chats.retain(|chat| chat.messages > 0);
        Ok(Self { file, survey })
    }

    /// Reads it again, for the chats of these ids. What cannot be read ends it: it was read before.
    pub fn again(&self, wanted: &[String]) -> (Survey, mpsc::Receiver<Next>) {
        let mut survey = self.survey.clone();
        survey.chats.retain(|chat| wanted.contains(&chat.id));
        let (next, coming) = mpsc::channel(AHEAD);
        let (file, mut reader) = (self.file.clone(), Reader::new(next, survey.clone()));
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read_all(&file, &mut reader) {
                tracing::debug!(%error, "reading an export again ended");
            }
        });
        (survey, coming)
    }
}

/// Reads from the beginning, whoever else reads; no piece is larger than [`PIECE_MAX`].
fn read_all(file: &Arc<File>, listener: &mut dyn Listener) -> Result<(), ReadError> {
    let piece = Arc::new(AtomicU64::new(0));
    let source = Pieces { file: file.clone(), at: 0, piece: piece.clone() };
    read::read(BufReader::with_capacity(1024 * 1024, source), &mut Counted { listener, piece })
}

struct Pieces {
    file: Arc<File>,
    at: u64,
    piece: Arc<AtomicU64>,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.piece.load(Ordering::Relaxed) > PIECE_MAX {
            return Err(io::Error::other("a message in it is too large"));
        }
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        self.piece.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Passes everything on, and begins to count anew.
struct Counted<'a> {
    listener: &'a mut dyn Listener,
    piece: Arc<AtomicU64>,
}

impl Listener for Counted<'_> {
    fn me(&mut self, id: String) {
        self.listener.me(id);
    }

    fn chat(&mut self, head: &ChatHead) -> Result<(), String> {
        self.piece.store(0, Ordering::Relaxed);
        self.listener.chat(head)
    }

    fn message(&mut self, message: Option<Message>) -> Result<(), String> {
        self.piece.store(0, Ordering::Relaxed);
        self.listener.message(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn handed(text: &[u8]) -> Arc<File> {
        let folder = tempfile::tempdir().unwrap();
        let mut file = nameless(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "it has no name");
        file.write_all(text).unwrap();
        Arc::new(file)
    }

    fn chats(count: usize) -> String {
        let chat = |n: usize| {
            format!(
                r#"{{"name": "Chat {n}", "type": "personal_chat", "id": {n}, "messages": [
                {{"id": 1, "type": "message", "date": "2020-01-01T00:00:00", "date_unixtime": "1577836800", "from": "Ida", "from_id": "user{n}", "text": "hi {n}"}}]}}"#
            )
        };
        let all: Vec<_> = (0..count).map(chat).collect();
        format!(r#"{{"personal_information": {{"user_id": 7}}, "chats": {{"list": [{}]}}}}"#, all.join(","))
    }

    #[tokio::test]
    async fn it_is_looked_at_and_read_again_for_what_is_wanted() {
        let export = Export::open(handed(chats(3).as_bytes()), None).unwrap();
        assert_eq!(export.survey.chats.len(), 3);
        let (survey, mut coming) = export.again(&["telegram:personal_chat:1".to_owned(), "nonsense".to_owned()]);
        assert_eq!(survey.chats.len(), 1);
        assert!(matches!(coming.recv().await, Some(Next::Chat(0))));
        let Some(Next::Message(taken)) = coming.recv().await else { panic!("a message") };
        assert_eq!((&*taken.message.text, taken.message.from.as_deref()), ("hi 1", Some("user1")));
        assert!(coming.recv().await.is_none());
    }

    #[test]
    fn what_is_no_export_or_holds_too_large_a_message_is_refused() {
        for bad in ["", "{}", "\u{0}\u{1}", r#"{"chats": {"list": [{"type": "x", "messages": [{"id": "#] {
            assert!(Export::open(handed(bad.as_bytes()), None).is_err(), "{bad}");
        }
        let huge = "x".repeat(usize::try_from(PIECE_MAX).unwrap() + 2 * 1024 * 1024);
        let bomb = format!(
            r#"{{"name": "a", "type": "personal_chat", "id": 1, "messages": [{{"id": 1, "type": "message", "text": "{huge}"}}]}}"#
        );
        assert!(Export::open(handed(bomb.as_bytes()), None).unwrap_err().to_string().contains("too large"));
    }
}
