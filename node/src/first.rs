//! What comes before there is a node: one is made, or this machine becomes a device beside another, by whoever is at the page.
//!
//! Not here: the routes (`api::first`), what a node is made of (`setup`), a node brought back from its words (`cli::restore`).

use crate::api::{Api, Options};
use crate::errand::Errand;
use crate::handle::Handle;
use crate::setup::{self, Empty};
use crate::signals::Stop;
use anyhow::{Context, Result, bail};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::linking::arrival::{Arrival, ArrivalCommand, ArrivalEvent};
use chappe_protocol::peer::linking::code;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// There is no node.
    #[default]
    Nothing,
    /// A device is being linked; `number` once both devices show one, `compare` if a person here has to say that they are equal.
    Linking {
        /// `123 456`
        number: Option<String>,
        /// See above.
        compare: bool,
    },
    /// There is one; it runs once the page says so.
    Made,
}

/// The work that is done before there is a node. Cheap to clone.
#[derive(Clone, Debug)]
pub struct First {
    data: PathBuf,
    now: Arc<Mutex<Now>>,
    /// Told when the node is to run.
    go: watch::Sender<bool>,
    /// One makes a node at a time: the folder's store is open meanwhile.
    work: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
struct Now {
    stage: Stage,
    /// Why the last try failed.
    problem: String,
    /// Answers whether the numbers are equal.
    answer: Option<mpsc::Sender<bool>>,
}

impl First {
    fn new(data: PathBuf) -> Self {
        Self { data, now: Arc::default(), go: watch::channel(false).0, work: Arc::default() }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it is, and why the last try failed.
    pub fn stage(&self) -> (Stage, String) {
        let now = self.now();
        (now.stage.clone(), now.problem.clone())
    }

    /// Makes a node; gives its 24 words, once.
    ///
    /// # Errors
    /// A name that cannot be used, a folder that cannot be written, a node that is there already.
    pub async fn make(&self, name: String, relays: Vec<RelayHint>) -> Result<Vec<String>> {
        let _alone = self.alone()?;
        let data = self.data.clone();
        let made = tokio::task::spawn_blocking(move || setup::init(&data, &name, &setup::hints(&relays)));
        let words = made.await.context("making the node broke off")??;
        self.now().stage = Stage::Made;
        Ok(words)
    }

    fn alone(&self) -> Result<tokio::sync::MutexGuard<'_, ()>> {
        let alone = self.work.try_lock().context("this machine is busy with that already")?;
        if self.now().stage == Stage::Nothing {
            Ok(alone)
        } else {
            bail!("there is a node already, or a device is being linked")
        }
    }

    /// Begins to link this machine to the device that shows the code.
    ///
    /// # Errors
    /// A code that is none; one that is typed, without the other device's relay.
    pub fn link(&self, text: &str, name: String, relay: Option<RelayHint>) -> Result<()> {
        let meeting = code::parse(text, relay)?;
        let arrival = Arrival::new(meeting, name, &mut setup::rng()?);
        drop(self.alone()?);
        let (answer, answers) = mpsc::channel(1);
        *self.now() = Now {
            stage: Stage::Linking { number: None, compare: false },
            problem: String::new(),
            answer: Some(answer),
        };
        let first = self.clone();
        tokio::spawn(async move {
            let _alone = first.work.lock().await;
            let outcome = first.arrive(arrival, answers).await;
            let mut now = first.now();
            now.answer = None;
            (now.stage, now.problem) = match outcome {
                Ok(()) => (Stage::Made, String::new()),
                Err(error) => (Stage::Nothing, format!("{error:#}")),
            };
        });
        Ok(())
    }

    async fn arrive(&self, arrival: Arrival, mut answers: mpsc::Receiver<bool>) -> Result<()> {
        let data = self.data.clone();
        let empty =
            tokio::task::spawn_blocking(move || Empty::make(&data)).await.context("the folder cannot be opened")??;
        let mut errand = Errand::start(arrival, &empty.transport_key, false).await?;
        let mut empty = Some(empty);
        let outcome = loop {
            let event = tokio::select! {
                event = errand.next() => event?,
                Some(equal) = answers.recv() => {
                    errand.order(if equal { ArrivalCommand::Confirm } else { ArrivalCommand::Refuse });
                    continue;
                }
            };
            match event {
                ArrivalEvent::Number { number, compare } => {
                    self.now().stage = Stage::Linking { number: Some(number), compare };
                }
                ArrivalEvent::Arrived(arrived) => {
                    if let Some(empty) = empty.take() {
                        let fill = move || empty.fill(&arrived.account, arrived.contacts, arrived.settings, |_| Ok(()));
                        tokio::task::spawn_blocking(fill).await.context("storing broke off")??;
                    }
                    errand.order(ArrivalCommand::Stored);
                }
                ArrivalEvent::Over => break if empty.is_none() { Ok(()) } else { bail!("the other device ended it") },
                ArrivalEvent::Failed(error) => break Err(error.into()),
            }
        };
        errand.finish().await;
        outcome
    }

    /// Says whether both devices show the same number.
    ///
    /// # Errors
    /// Nobody asks.
    pub fn compared(&self, equal: bool) -> Result<()> {
        let mut now = self.now();
        if !matches!(now.stage, Stage::Linking { compare: true, .. }) {
            bail!("nothing is compared");
        }
        let answer = now.answer.take().context("that was answered already")?;
        answer.try_send(equal).context("the linking has ended")
    }

    /// The node is to run now.
    ///
    /// # Errors
    /// There is none yet.
    pub fn go(&self) -> Result<()> {
        if self.now().stage != Stage::Made {
            bail!("there is no node yet");
        }
        self.go.send_replace(true);
        Ok(())
    }
}

/// True if there is a node in the folder.
pub fn is_node(data: &Path) -> Result<bool> {
    if !data.join("store").is_dir() {
        return Ok(false);
    }
    Ok(Account::load(&setup::open_store(data)?)?.is_some())
}

/// Serves the page until there is a node and its owner wants it to run; false if a signal came before. `ready` is told the
/// login link.
pub async fn serve(options: Options, ready: impl FnOnce(&str) -> Result<()>) -> Result<bool> {
    let mut signals = Stop::new().context("signals cannot be heard")?;
    setup::make_folder(&options.data)?;
    let first = First::new(options.data.clone());
    // Nobody answers: what needs a node is refused before it is asked.
    let (handle, ..) = Handle::new();
    let api = Api::start(options, handle, None).await?.with_first(first.clone());
    ready(&api.login_url()?)?;
    let mut go = first.go.subscribe();
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(api.serve(async {
        drop(stopping.await);
    }));
    let wanted = tokio::select! {
        signal = signals.asked() => {
            tracing::info!(signal, "stopping");
            false
        }
        // The page gets its answer; the server waits for that.
        changed = go.wait_for(|go| *go) => changed.is_ok(),
    };
    drop(stop);
    serving.await.context("the page's server broke off")??;
    Ok(wanted)
}
