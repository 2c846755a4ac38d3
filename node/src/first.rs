//! What comes before there is a node: one is made, or this machine becomes a device beside another, by whoever is at the page.
//!
//! Not here: the routes (`api::first`), what a node is made of (`setup`), a node brought back from its words (`cli::restore`).

use crate::api::{Api, Options};
use crate::errand::Errand;
use crate::handle::Handle;
use crate::setup::{self, Empty, NewUser};
use crate::signals::Stop;
use anyhow::{Context, Result, bail};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::linking::arrival::{Arrival, ArrivalCommand, ArrivalEvent};
use chappe_protocol::peer::linking::code;
use std::fmt;
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
    /// There is one as soon as the page says so, and then it runs. One that was linked is stored already.
    Made,
}

/// The work that is done before there is a node. Cheap to clone.
#[derive(Clone)]
pub struct First {
    data: PathBuf,
    now: Arc<Mutex<Now>>,
    /// Told when the node is to run.
    go: watch::Sender<bool>,
    /// One makes a node at a time: the folder's store is open meanwhile.
    work: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Now {
    stage: Stage,
    /// Why the last try failed.
    problem: String,
    /// A new user who is stored once the words are known to be written down: a page that is closed before leaves no node whose
    /// words nobody has.
    new: Option<NewUser>,
    /// Answers whether the numbers are equal.
    answer: Option<mpsc::Sender<bool>>,
}

impl fmt::Debug for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("First")
    }
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

    /// The words of a node that was made and does not run yet.
    pub fn words(&self) -> Vec<String> {
        let now = self.now();
        now.new.as_ref().map_or_else(Vec::new, |new| new.words.split(' ').map(str::to_owned).collect())
    }

    /// Draws a new user, whose 24 words can be asked for until the node runs.
    ///
    /// # Errors
    /// A name or relays that cannot be used; a node that is there already.
    pub fn make(&self, name: &str, relays: &[RelayHint]) -> Result<()> {
        let new = NewUser::draw(name, relays)?;
        let _alone = self.alone()?;
        let mut now = self.now();
        (now.stage, now.new) = (Stage::Made, Some(new));
        Ok(())
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
        let _alone = self.alone()?;
        let (answer, answers) = mpsc::channel(1);
        *self.now() =
            Now { stage: Stage::Linking { number: None, compare: false }, answer: Some(answer), ..Now::default() };
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

    /// The node is stored if it is new, and runs.
    ///
    /// # Errors
    /// There is none yet, or the folder cannot be written.
    pub async fn go(&self) -> Result<()> {
        let _alone = self.work.lock().await;
        let new = {
            let mut now = self.now();
            if now.stage != Stage::Made {
                bail!("there is no node yet");
            }
            now.new.take()
        };
        if let Some(new) = new {
            let data = self.data.clone();
            let store = move || Empty::make(&data)?.fill(&new.account, Vec::new(), Vec::new(), |_| Ok(()));
            if let Err(error) = tokio::task::spawn_blocking(store).await.context("storing broke off")? {
                // Its words are gone with it: one begins anew.
                self.now().stage = Stage::Nothing;
                return Err(error);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_node_is_there_once_its_words_are_known_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let first = First::new(folder.path().join("node"));
        assert!(first.go().await.is_err() && first.words().is_empty());
        assert!(first.make(" ", &[]).is_err(), "a name is needed");
        first.make("Dora", &[]).unwrap();
        let words = first.words();
        assert_eq!((first.stage().0, words.len()), (Stage::Made, 24));
        assert_eq!(first.words(), words, "a page that is opened again sees them again");
        assert!(first.make("Eve", &[]).is_err() && first.link("ABCDE-12345", String::new(), None).is_err());
        assert!(
            !is_node(&folder.path().join("node")).unwrap(),
            "a machine that stops now has no node whose words nobody has"
        );
        first.go().await.unwrap();
        assert!(is_node(&folder.path().join("node")).unwrap() && first.words().is_empty());
        assert!(*first.go.subscribe().borrow());
    }

    #[tokio::test]
    async fn what_is_no_code_or_has_no_way_begins_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = First::new(folder.path().join("node"));
        for bad in ["", "nonsense", "ABCDE-12345", "chappe-link:AAAA"] {
            assert!(first.link(bad, String::new(), None).is_err(), "{bad}");
        }
        assert!(first.compared(true).is_err());
        assert_eq!(first.stage(), (Stage::Nothing, String::new()));
    }
}
