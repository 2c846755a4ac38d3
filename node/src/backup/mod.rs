//! The history of the chats, kept at own relays for the day when only the 24 words are left.
//!
//! Whoever turns it on types the words once: the history's key is sealed to them. From then on the node writes what
//! changed: [`write`] cuts everything into segments (`chat::segment`), brings those that are new to two own relays, and
//! says in an own setting where the list of them is. The same is done once for each new device of the user, under a key for that
//! device alone. [`restore`] takes a history in again on a new device. [`rows`] is what
//! is durable about both; [`file`] the same in one file;
//! [`schedule`] such files, written by themselves.
//!
//! Not here: contacts and settings, which the core keeps by itself (`peer::backup`); the bytes of files (`files`), which lie at the home relays of
//! their chats and, if one wants, stay at own ones; what is in an archive and what is not (`chat::timeline::archived`).

pub mod file;
mod read;
mod restore;
pub mod rows;
pub mod schedule;
mod write;

use crate::clock::Clock;
use crate::files::Files;
use crate::handle::Handle;
use crate::net::Net;
use chappe_protocol::identity::history::words_key;
use chappe_protocol::identity::words::Words;
use chappe_protocol::ids::{DeviceId, NodeId};
use chappe_protocol::peer::command::{Command, CommandError, Event, OwnCommand, Reply};
use chappe_protocol::session::sealed;
use chappe_storage::{Store, WriteError};
use rows::{Config, Pending, Schedule, Set};
use schedule::{Plan, Scheduled};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// From a change to its backup, at least; longer if a run takes long ([`SHARE`]).
const PAUSE: Duration = Duration::from_secs(30);

/// Between two runs lie so many times what the last one took, so that it takes two percent of a core at most.
const SHARE: u32 = 50;

/// Without a change: relays keep nothing for ever, and one may have lost its disk.
const RENEW: Duration = Duration::from_secs(24 * 3600);

/// From news about own devices to a look at who is new: the news come in a row.
const SETTLE: Duration = Duration::from_secs(2);

/// Between two looks without news.
const LOOK: Duration = Duration::from_secs(600);

/// In place of a device: what another one left for this one.
const HANDED: DeviceId = DeviceId([0; 32]);

/// After a failure, at first and at most.
const RETRY: Duration = Duration::from_secs(5);
const RETRY_MAX: Duration = Duration::from_secs(1800);

/// Why something cannot be done. The texts say what to do.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The request is wrong.
    #[error("{0}")]
    Invalid(String),
    /// It cannot be done now.
    #[error("{0}")]
    Refused(String),
    /// What is known of it cannot be read.
    #[error(transparent)]
    Damaged(#[from] rows::Damaged),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] WriteError),
    /// The core says no.
    #[error(transparent)]
    Core(#[from] CommandError),
}

/// What goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing.
    #[default]
    Idle,
    /// What changed is brought to relays.
    Writing,
    /// What relays hold is fetched and compared.
    Checking,
    /// A history is taken in.
    Restoring,
    /// A history is brought to relays for a new device.
    Handing,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// When, milliseconds since 1970.
    pub at: u64,
    /// Copies that were fetched whole and are what was written.
    pub good: u64,
    /// Copies that are not there, or not what was written; they are written again.
    pub bad: u64,
    /// Copies at relays that did not answer.
    pub unknown: u64,
}

/// What people see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// It is kept.
    pub on: bool,
    /// What goes on.
    pub stage: Stage,
    /// Of that, segments that are done; how many there are, if it is known.
    pub done: u64,
    /// See `done`.
    pub of: u64,
    /// When everything was last written, milliseconds since 1970; 0 for not yet.
    pub at: u64,
    /// Messages in it.
    pub messages: u64,
    /// Its bytes.
    pub bytes: u64,
    /// Bytes that the last run had to bring.
    pub brought: u64,
    /// Who has all of it.
    pub relays: Vec<NodeId>,
    /// What stands in the way; may be empty.
    pub problem: String,
    /// Files of the chats that own relays keep, and their bytes; none if they shall not.
    pub files: Option<(u64, u64)>,
    /// Why a file could not be kept; may be empty.
    pub file_problem: String,
    /// The last check since this node started.
    pub checked: Option<Checked>,
    /// Messages and changes that came back; none if there was nothing to take in.
    pub restored: Option<u64>,
    schedule_problem: String,
}

/// The backup of a node. Cheap to clone.
#[derive(Clone)]
pub struct Backup {
    inner: Arc<Inner>,
}

impl fmt::Debug for Backup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Backup")
    }
}

struct Inner {
    store: Arc<dyn Store>,
    net: Net,
    handle: Handle,
    clock: Clock,
    config: Mutex<Option<Config>>,
    seen: Mutex<Status>,
    files: Files,
    /// Where an unpacked backup file lies until it is taken in.
    unpacked: PathBuf,
    schedule: Mutex<Option<Schedule>>,
    /// It changed.
    scheduled: Notify,
    /// Somebody asks for a run.
    asked: Notify,
    /// Somebody asks for a check.
    check: Mutex<bool>,
    /// Held by whoever writes, compares or drops.
    job: tokio::sync::Mutex<()>,
}

/// The service's tasks, which end with the node.
pub struct Running([JoinHandle<()>; 2]);

impl Running {
    /// Stops in the middle, as a crash would: what is durable goes on at the next start.
    pub async fn stop(self) {
        for task in self.0 {
            task.abort();
            // It was ended on purpose.
            drop(task.await);
        }
    }
}

impl Backup {
    /// Reads what was kept and goes on. Must run in a tokio runtime.
    pub fn start(
        store: Arc<dyn Store>,
        net: Net,
        handle: Handle,
        clock: Clock,
        (files, data): (Files, &Path),
    ) -> Result<(Self, Running), BackupError> {
        let config = rows::config(&*store, Set::Own)?;
        let events = handle.events();
        let schedule = rows::schedule(&*store)?;
        let inner = Arc::new(Inner {
            store,
            net,
            handle,
            clock,
            seen: Mutex::new(seen(config.as_ref())),
            config: Mutex::new(config),
            files,
            unpacked: file::unpacked(data),
            schedule: Mutex::new(schedule),
            scheduled: Notify::new(),
            asked: Notify::new(),
            check: Mutex::new(false),
            job: tokio::sync::Mutex::new(()),
        });
        let tasks = [tokio::spawn(work(inner.clone(), events)), tokio::spawn(schedule::work(inner.clone()))];
        Ok((Self { inner }, Running(tasks)))
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.inner.seen().clone()
    }

    /// Keeps the history from now on. Needs the words: without them it could never be opened.
    pub async fn turn_on(&self, words: Words) -> Result<(), BackupError> {
        let config = self.sealed_to(words).await?;
        if self.inner.config().is_some() {
            return Ok(());
        }
        self.inner.save(config).await?;
        *self.inner.seen() = seen(self.inner.config().as_ref());
        self.inner.asked.notify_one();
        Ok(())
    }

    /// A fresh key, sealed to the words.
    async fn sealed_to(&self, words: Words) -> Result<Config, BackupError> {
        let root = words.root_key().map_err(|error| BackupError::Invalid(error.to_string()))?;
        self.ask(OwnCommand::CheckWords(words)).await?;
        let random = |error: crate::entropy::EntropyError| BackupError::Refused(error.to_string());
        let key = *crate::entropy::seed().map_err(random)?;
        let mut rng = crate::setup::rng().map_err(|error| BackupError::Refused(error.to_string()))?;
        let sealed = sealed::seal(&words_key(&root).public, &key, &mut rng)
            .ok_or_else(|| BackupError::Refused("the words' key cannot be used (please report it)".into()))?;
        Ok(Config::new(key, sealed))
    }

    /// Everything in one file, piece by piece. Without the words only if a backup is kept, whose key is sealed to them.
    pub async fn write_file(
        &self,
        words: Option<Words>,
        with_files: bool,
    ) -> Result<mpsc::Receiver<Result<Vec<u8>, io::Error>>, BackupError> {
        let mut config = match (words, self.inner.config()) {
            (Some(words), _) => self.sealed_to(words).await?,
            (None, Some(config)) => config,
            (None, None) => {
                let why = "a backup in a file needs the 24 words, which alone will open it; or turn the backup on";
                return Err(BackupError::Refused(why.into()));
            }
        };
        write::reserve(&self.inner, &mut config);
        if self.inner.config().is_some_and(|kept| kept.is_same(&config)) {
            self.inner.save(config.clone()).await?;
        }
        Ok(file::write(&self.inner, config, with_files.then(|| self.inner.files.clone())))
    }

    /// Files that are written by themselves, if there is a plan.
    pub fn scheduled(&self) -> Option<Scheduled> {
        let schedule = self.inner.schedule.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Schedule { folder, every_s, keep, files, last, .. } = schedule?;
        let problem = self.inner.seen().schedule_problem.clone();
        Some(Scheduled { folder, every_s, keep, files, last, problem })
    }

    /// Has files written by themselves from now on, the first one now.
    pub async fn plan(&self, words: Words, plan: Plan) -> Result<(), BackupError> {
        plan.check()?;
        let config = self.sealed_to(words).await?;
        let folder = plan.folder.to_str().ok_or_else(|| BackupError::Invalid("the folder's name is no text".into()))?;
        let (every_s, keep, files, last) = (plan.every_s, plan.keep, plan.files, 0);
        self.set_schedule(Some(Schedule { config, folder: folder.to_owned(), every_s, keep, files, last })).await
    }

    /// Has no more files written; those that are there stay.
    pub async fn unplan(&self) -> Result<(), BackupError> {
        self.set_schedule(None).await
    }

    async fn set_schedule(&self, schedule: Option<Schedule>) -> Result<(), BackupError> {
        let row = schedule.clone();
        self.inner.rows(move |store| Ok(rows::put_schedule(store, row.as_ref())?)).await?;
        *self.inner.schedule.lock().unwrap_or_else(PoisonError::into_inner) = schedule;
        self.inner.seen().schedule_problem.clear();
        self.inner.scheduled.notify_one();
        Ok(())
    }

    /// Keeps it no more, and has relays drop what they have.
    pub async fn turn_off(&self) -> Result<(), BackupError> {
        let _job = self.inner.job.lock().await;
        let Some(config) = self.inner.config() else { return Ok(()) };
        self.ask(OwnCommand::SetHistory(None)).await?;
        write::forget(&self.inner, config).await?;
        {
            let mut seen = self.inner.seen();
            *seen = Status { schedule_problem: std::mem::take(&mut seen.schedule_problem), ..Status::default() };
        }
        Ok(())
    }

    /// Has own relays keep the files of the chats too from now on, or no more.
    pub async fn set_files(&self, with_files: bool) -> Result<(), BackupError> {
        let _job = self.inner.job.lock().await;
        let Some(mut config) = self.inner.config() else { return self.is_on() };
        (config.with_files, config.files, config.file_bytes) = (with_files, 0, 0);
        self.inner.seen().files = config.files();
        self.inner.seen().file_problem.clear();
        self.inner.save(config).await?;
        if !with_files {
            write::forget_files(&self.inner).await?;
        }
        self.inner.asked.notify_one();
        Ok(())
    }

    /// Writes what changed now.
    pub fn run_now(&self) -> Result<(), BackupError> {
        self.is_on()?;
        self.inner.asked.notify_one();
        Ok(())
    }

    /// Fetches everything from every relay that has it, and has written again what is not as it was.
    pub fn check(&self) -> Result<(), BackupError> {
        self.is_on()?;
        *self.inner.check.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.inner.asked.notify_one();
        Ok(())
    }

    fn is_on(&self) -> Result<(), BackupError> {
        match self.inner.config() {
            Some(_) => Ok(()),
            None => Err(BackupError::Refused("no backup is kept; turn it on with: chappe backup on".into())),
        }
    }

    async fn ask(&self, command: OwnCommand) -> Result<Reply, BackupError> {
        Ok(self.inner.handle.ask(Command::Own(command)).await?)
    }
}

fn seen(config: Option<&Config>) -> Status {
    let Some(config) = config else { return Status::default() };
    let (at, messages, bytes) = (config.at, config.messages, config.bytes);
    Status { on: true, at, messages, bytes, relays: config.relays(), files: config.files(), ..Status::default() }
}

impl Inner {
    fn config(&self) -> Option<Config> {
        self.config.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn seen(&self) -> MutexGuard<'_, Status> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes it durable.
    async fn save(&self, config: Config) -> Result<(), BackupError> {
        let row = config.clone();
        self.rows(move |store| Ok(rows::put_config(store, Set::Own, &row)?)).await?;
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = Some(config);
        Ok(())
    }

    /// Reads or writes rows, on a thread that may wait for the disk.
    async fn rows<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, BackupError> + Send + 'static,
    ) -> Result<T, BackupError> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || work(&*store)).await;
        done.map_err(|error| BackupError::Refused(error.to_string()))?
    }

    /// The beginning of a job.
    fn begin(&self, stage: Stage, of: u64) {
        let mut seen = self.seen();
        (seen.stage, seen.done, seen.of) = (stage, 0, of);
    }

    fn step(&self) {
        let mut seen = self.seen();
        seen.done += 1;
        seen.of = seen.of.max(seen.done);
    }

    fn end(&self, outcome: &Result<(), String>) {
        let mut seen = self.seen();
        (seen.stage, seen.done, seen.of) = (Stage::Idle, 0, 0);
        seen.problem = outcome.as_ref().err().cloned().unwrap_or_default();
        if let Err(problem) = outcome {
            tracing::warn!(problem, "the backup does not go on");
        }
    }

    /// True once if a check was asked for.
    fn take_check(&self) -> bool {
        std::mem::take(&mut *self.check.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// First what has to come back, then what changes.
async fn work(inner: Arc<Inner>, mut events: broadcast::Receiver<Event>) {
    let mut pause = RETRY;
    loop {
        let outcome = restore::run(&inner).await;
        inner.end(&outcome);
        if outcome.is_ok() {
            break;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(RETRY_MAX);
    }
    let mut next = Instant::now() + RETRY;
    let mut rested = next;
    let mut look = next;
    let mut pause = RETRY;
    loop {
        tokio::select! {
            () = inner.asked.notified() => {}
            () = tokio::time::sleep_until(next) => {}
            () = tokio::time::sleep_until(look) => {
                let _job = inner.job.lock().await;
                let outcome = between_devices(&inner).await;
                look = Instant::now() + if outcome.is_ok() { LOOK } else { PAUSE };
                if outcome != Ok(false) {
                    inner.end(&outcome.map(drop));
                }
                continue;
            }
            news = what_changed(&mut events) => match news {
                Some(News::Said) => {
                    next = next.min(rested.max(Instant::now() + PAUSE));
                    continue;
                }
                Some(News::Devices) => {
                    look = look.min(Instant::now() + SETTLE);
                    continue;
                }
                Some(News::Nothing) => continue,
                None => return,
            },
        }
        let job = inner.job.lock().await;
        let began = Instant::now();
        let outcome = if inner.take_check() { write::check(&inner).await } else { Ok(()) };
        let outcome = match outcome {
            Ok(()) => write::run(&inner).await,
            failed => failed,
        };
        if inner.config().is_some() {
            inner.end(&outcome);
        }
        drop(job);
        rested = Instant::now() + began.elapsed().saturating_mul(SHARE).min(RETRY_MAX);
        (next, pause) = match outcome {
            Ok(()) => (Instant::now() + RENEW, RETRY),
            Err(_) => (Instant::now() + pause, (pause * 2).min(RETRY_MAX)),
        };
    }
}

/// Leaves a history for new devices of ours, and takes what was left for this one. True if there was something to do.
async fn between_devices(inner: &Arc<Inner>) -> Result<bool, String> {
    let ask = |command| inner.handle.ask(Command::Own(command));
    let mut busy = false;
    let Reply::Handed(left) = ask(OwnCommand::Handed).await.map_err(text)? else { return Ok(false) };
    if let Some((history, key)) = left {
        busy = true;
        let begin = inner.rows(move |store| {
            if rows::pending(store)?.iter().all(|(device, _)| *device != HANDED) {
                rows::put_pending(store, &HANDED, &Pending::new(&history, &key)?)?;
            }
            Ok(())
        });
        begin.await.map_err(text)?;
        restore::run(inner).await?;
        ask(OwnCommand::TookHanded).await.map_err(text)?;
    }
    let Reply::Newcomers(newcomers) = ask(OwnCommand::Newcomers).await.map_err(text)? else { return Ok(busy) };
    for newcomer in newcomers.iter().filter(|newcomer| newcomer.ours && !newcomer.left) {
        busy = true;
        write::hand(inner, newcomer.device).await?;
    }
    for device in inner.rows(|store| Ok(rows::handing(store)?)).await.map_err(text)? {
        let waits = newcomers.iter().any(|newcomer| newcomer.device == device && !newcomer.taken);
        if !waits {
            busy = true;
            write::forget_handed(inner, device).await?;
        }
    }
    Ok(busy)
}

/// What an event is to the backup.
enum News {
    /// What is kept changed.
    Said,
    /// Something about own devices.
    Devices,
    Nothing,
}

/// The next event; `None` once the node ends.
async fn what_changed(events: &mut broadcast::Receiver<Event>) -> Option<News> {
    match events.recv().await {
        Ok(Event::Message(_) | Event::Gone { .. } | Event::Chat(_)) | Err(RecvError::Lagged(_)) => Some(News::Said),
        Ok(Event::Devices | Event::Link(_)) => Some(News::Devices),
        Ok(_) => Some(News::Nothing),
        Err(RecvError::Closed) => None,
    }
}

/// In words, for people.
fn text(error: impl ToString) -> String {
    error.to_string()
}
