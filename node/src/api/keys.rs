//! Who may use the API: programs with the token in `api.json`, browsers with a session that began with a login link.
//!
//! Every token is kept as a hash; login links work once and for a day; sessions survive a restart in `sessions.json`.

use super::private_file;
use super::secret::{Token, TokenHash};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Login links that can be open at once; the oldest goes.
const LINKS_MAX: usize = 8;
/// How long a login link works: a day, so that it can be opened the next morning.
const LINK_AGE_MAX: Duration = Duration::from_secs(24 * 3600);
/// Browser sessions; the oldest goes.
const SESSIONS_MAX: usize = 32;
/// How long a session works without logging in again: 90 days.
pub const SESSION_AGE_MAX: Duration = Duration::from_secs(90 * 24 * 3600);
/// Bytes of the session file: 32 rows of about 100 bytes, with room.
const FILE_MAX: u64 = 16 * 1024;

/// Whom a request comes from.
#[derive(Clone, Copy, Debug)]
pub enum Caller {
    /// A program that read the token in the data directory.
    Program,
    /// A browser with this session.
    Browser(TokenHash),
}

/// All keys to the API.
#[derive(Debug)]
pub struct Keys {
    program: TokenHash,
    file: PathBuf,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    links: VecDeque<Row>,
    sessions: VecDeque<Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    hash: TokenHash,
    /// Milliseconds since 1970.
    since: u64,
}

impl Row {
    fn is_younger_than(&self, age: Duration) -> bool {
        now().saturating_sub(self.since) < u64::try_from(age.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A row of `sessions.json`.
#[derive(Serialize, Deserialize)]
struct StoredSession {
    hash: String,
    since: u64,
}

impl Keys {
    /// The program's token, and the sessions that `file` remembers. A damaged file means no sessions: people log in
    /// again, nothing else is lost.
    pub fn open(program: &Token, file: PathBuf) -> Self {
        let sessions = load(&file).unwrap_or_else(|error| {
            tracing::warn!(%error, "the browser sessions could not be read; browsers have to log in again");
            VecDeque::new()
        });
        Self { program: program.hash(), file, open: Mutex::new(Open { links: VecDeque::new(), sessions }) }
    }

    /// Is this the program's token?
    pub fn is_program(&self, presented: &str) -> bool {
        TokenHash::of(presented) == self.program
    }

    /// The session of this cookie, if it is open.
    pub fn session(&self, presented: &str) -> Option<TokenHash> {
        let hash = TokenHash::of(presented);
        self.lock().sessions.iter().any(|row| row.hash == hash && row.is_younger_than(SESSION_AGE_MAX)).then_some(hash)
    }

    /// A new login link's token.
    pub fn new_link(&self) -> Result<Token, getrandom::Error> {
        let token = Token::random()?;
        push(&mut self.lock().links, token.hash(), LINKS_MAX);
        Ok(token)
    }

    /// Uses up a login link and opens a session; `Ok(None)` if the link is unknown, used or too old.
    pub fn log_in(&self, presented: &str) -> io::Result<Option<Token>> {
        let hash = TokenHash::of(presented);
        let session = Token::random().map_err(io::Error::other)?;
        let mut open = self.lock();
        let Some(at) = open.links.iter().position(|row| row.hash == hash) else { return Ok(None) };
        let link = open.links.remove(at);
        if !link.is_some_and(|row| row.is_younger_than(LINK_AGE_MAX)) {
            return Ok(None);
        }
        push(&mut open.sessions, session.hash(), SESSIONS_MAX);
        self.save(&open)?;
        Ok(Some(session))
    }

    /// Ends a session.
    pub fn log_out(&self, session: TokenHash) -> io::Result<()> {
        let mut open = self.lock();
        open.sessions.retain(|row| row.hash != session);
        self.save(&open)
    }

    fn save(&self, open: &Open) -> io::Result<()> {
        let rows: Vec<_> =
            open.sessions.iter().map(|row| StoredSession { hash: row.hash.to_hex(), since: row.since }).collect();
        private_file::write(&self.file, &serde_json::to_vec(&rows)?)
    }

    /// A panic elsewhere leaves these lists whole: each change is one step.
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn push(rows: &mut VecDeque<Row>, hash: TokenHash, most: usize) {
    while rows.len() >= most {
        rows.pop_front();
    }
    rows.push_back(Row { hash, since: now() });
}

fn load(file: &std::path::Path) -> io::Result<VecDeque<Row>> {
    let Some(bytes) = private_file::read(file, FILE_MAX)? else { return Ok(VecDeque::new()) };
    let rows: Vec<StoredSession> = serde_json::from_slice(&bytes)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(Row { hash: TokenHash::from_hex(&row.hash)?, since: row.since }))
        .filter(|row| row.is_younger_than(SESSION_AGE_MAX))
        .take(SESSIONS_MAX)
        .collect())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(dir: &tempfile::TempDir) -> (Keys, Token) {
        let token = Token::random().unwrap();
        (Keys::open(&token, dir.path().join("sessions.json")), token)
    }

    #[test]
    fn a_link_works_once_and_its_session_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let (first, program) = keys(&dir);
        assert!(first.is_program(program.expose()) && !first.is_program("x"));
        let link = first.new_link().unwrap();
        let session = first.log_in(link.expose()).unwrap().unwrap();
        assert!(first.log_in(link.expose()).unwrap().is_none());
        assert!(first.session(session.expose()).is_some());
        assert!(first.session(link.expose()).is_none());

        let (second, _) = keys(&dir);
        let hash = second.session(session.expose()).unwrap();
        second.log_out(hash).unwrap();
        assert!(keys(&dir).0.session(session.expose()).is_none());
        assert!(!second.is_program(program.expose()));
    }

    #[test]
    fn the_file_does_not_hold_a_session() {
        let dir = tempfile::tempdir().unwrap();
        let (keys, _) = keys(&dir);
        let session = keys.log_in(keys.new_link().unwrap().expose()).unwrap().unwrap();
        let text = std::fs::read_to_string(dir.path().join("sessions.json")).unwrap();
        assert!(!text.contains(session.expose()) && text.contains(&session.hash().to_hex()));
    }

    #[test]
    fn links_and_sessions_are_bounded_and_a_damaged_file_means_none() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("sessions.json"), "not json").unwrap();
        let (keys, _) = keys(&dir);
        let oldest = keys.new_link().unwrap();
        for _ in 0..LINKS_MAX {
            keys.new_link().unwrap();
        }
        assert!(keys.log_in(oldest.expose()).unwrap().is_none());
        for _ in 0..SESSIONS_MAX + 5 {
            keys.log_in(keys.new_link().unwrap().expose()).unwrap().unwrap();
        }
        assert_eq!(keys.lock().sessions.len(), SESSIONS_MAX);
        assert_eq!(load(&dir.path().join("sessions.json")).unwrap().len(), SESSIONS_MAX);
    }
}
