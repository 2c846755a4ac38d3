//! Linking a new device, at the device that is already there.
//!
//! ```text
//! start      a code is shown; two meetings are opened at an own relay: for the camera's form, for the typed one
//! paired     the first to begin a pairing has it; whoever fails has burnt the code
//! offered    the person sees what would be certified, and the number; nothing has happened yet
//! confirm    with the words: the device log grows, the new device gets account, contacts and settings
//! done       the new device said that it stored everything
//! ```
//!
//! A session lives in memory: if this machine stops before the person confirmed, nothing happened; behind that the new
//! device is certified, and if it never says "stored", the person is told to take it off the list again.
//!
//! * [`code`]: what is shown. [`handover`]: what is said. [`arrival`]: the new device's side.
//!
//! Not here: adding the new device to chats.

pub mod arrival;
pub mod code;
pub mod handover;

use super::command::{CommandError, Event, Reply};
use super::contacts::Contacts;
use super::context::{Context, Fatal};
use super::devices;
use super::links::Purpose;
use super::settings::Settings;
use super::timers::{Timer, Timers};
use super::view::{LinkStage, LinkView};
use crate::identity::device_log::{Action, Entry};
use crate::identity::words::Words;
use crate::ids::{LogTag, NodeId};
use crate::limits::LINK_CODE_LIFE_MS;
use crate::session::pairing::{Pairing, Step, Trust};
use crate::session::rendezvous::{Asked, Errand, MeetingError, Rendezvous, Way};
use crate::wire::relay::{Entry as LogEntry, Reply as Answer};
use code::Code;
use handover::{Handover, Offer, Said};

/// One of the two meetings of a session.
#[derive(Debug)]
struct Line {
    meeting: Rendezvous,
    trust: TrustBox,
    pairing: Option<Pairing>,
}

/// A trust that never shows itself.
struct TrustBox(Trust);

impl std::fmt::Debug for TrustBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust(…)")
    }
}

#[derive(Debug)]
enum Stage {
    /// Nobody came yet, or the pairing is under way.
    Waiting,
    /// The person has to decide.
    Offered(Offer),
    /// The handover is on its way.
    HandingOver(Offer),
    Done(Offer),
    Failed(String),
}

/// A device that is being linked.
#[derive(Debug)]
struct Session {
    text: String,
    typed: String,
    expires: u64,
    relay: NodeId,
    lines: Vec<Line>,
    stage: Stage,
}

/// Linking, at most one device at a time.
#[derive(Debug, Default)]
pub struct Linking {
    session: Option<Session>,
}

impl Linking {
    /// Begins: makes a code and opens the meetings. A session before this one is over.
    pub fn start(&mut self, ctx: &mut Context<'_>, timers: &mut Timers) -> Result<Reply, CommandError> {
        let reachable = ctx.account.reachable_at();
        let up = reachable.iter().find(|hint| ctx.links.is_up(&hint.relay)).cloned();
        let Some(relay) = up else {
            let text = "the two devices meet at a relay, and none of yours is reached now; see: chappe status";
            return Err(CommandError::Refused(text.into()));
        };
        let code = Code::random(relay.clone(), ctx.rng);
        let text = code.text().map_err(|error| CommandError::Refused(error.to_string()))?;
        let lines = code.meetings().map(|meeting| Line {
            meeting: Rendezvous::new(*meeting.secret, Way::ToNew),
            trust: TrustBox(meeting.trust),
            pairing: None,
        });
        let expires = ctx.now.mono + LINK_CODE_LIFE_MS;
        let (relay, stage) = (relay.relay, Stage::Waiting);
        self.session = Some(Session { text, typed: code.typed(), expires, relay, lines: lines.into(), stage });
        timers.by(Timer::Link, expires);
        self.on_link_up(relay, ctx);
        self.view(ctx)
    }

    /// How far it is.
    pub fn view(&self, ctx: &Context<'_>) -> Result<Reply, CommandError> {
        let session = self.session.as_ref().ok_or(CommandError::NotFound("device that is being linked"))?;
        Ok(Reply::Link(session.view(ctx)))
    }

    /// The person gives up, or says no.
    pub fn cancel(&mut self, ctx: &mut Context<'_>) -> Result<Reply, CommandError> {
        let Some(session) = &mut self.session else {
            return Err(CommandError::NotFound("device that is being linked"));
        };
        session.say(&Said::Refused, ctx);
        session.fail("cancelled here", ctx);
        Ok(Reply::Done)
    }

    /// The person says yes, and proves with the words that it is theirs to say.
    pub fn confirm(
        &mut self,
        words: &Words,
        contacts: &Contacts,
        settings: &mut Settings,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let Some(session) = &mut self.session else {
            return Ok(Err(CommandError::NotFound("device that is being linked")));
        };
        let Stage::Offered(offer) = &session.stage else {
            let text = "no new device waits for your answer; see: chappe device link";
            return Ok(Err(CommandError::Refused(text.into())));
        };
        let offer = offer.clone();
        let root = match devices::root_key(words, ctx) {
            Ok(root) => root,
            Err(error) => return Ok(Err(error)),
        };
        let mut log = ctx.account.devices.clone();
        let entry = Entry::sign(&root, Some(log.last()), Action::Add, offer.device, offer.sealing_key, ctx.now.wall);
        if let Err(error) = log.append(entry) {
            return Ok(Err(CommandError::Refused(format!("{error}; remove a device first"))));
        }
        ctx.account.devices = log;
        ctx.account.store(&mut ctx.batch)?;
        if !offer.name.is_empty() {
            settings.name_device(offer.device, &offer.name, ctx)?;
        }
        let handover = Handover::of(ctx.account, contacts.cards(), settings.rows());
        let parts = handover.parts().map_err(|_| Fatal::Bug("a handover does not encode"))?;
        for part in &parts {
            session.say(part, ctx);
        }
        session.stage = Stage::HandingOver(offer);
        session.tell(ctx);
        ctx.notify(Event::Devices);
        self.view(ctx).map(Ok).or_else(|error| Ok(Err(error)))
    }

    /// The time for the code is over.
    pub fn on_wake(&mut self, ctx: &mut Context<'_>) {
        let Some(session) = self.session.as_mut().filter(|session| ctx.now.mono >= session.expires) else { return };
        match &session.stage {
            Stage::Waiting => session.fail("nobody used the code in ten minutes", ctx),
            Stage::Offered(_) => {
                session.say(&Said::Refused, ctx);
                session.fail("it was not confirmed in ten minutes", ctx);
            }
            Stage::HandingOver(_) => {
                let why = "the new device never said that it has everything; if it does not work, remove it from the \
                           list of devices and link it again";
                session.fail(why, ctx);
            }
            Stage::Done(_) | Stage::Failed(_) => self.session = None,
        }
    }

    /// The link to the meeting's relay came up.
    pub fn on_link_up(&mut self, relay: NodeId, ctx: &mut Context<'_>) {
        let Some(session) = self.session.as_mut().filter(|session| session.relay == relay && session.is_live()) else {
            return;
        };
        for line in 0..session.lines.len() {
            let asked = session.lines[line].meeting.on_link_up();
            session.ask(line, asked, ctx);
        }
    }

    /// A relay answered.
    pub fn on_reply(&mut self, line: usize, errand: Errand, answer: Answer, ctx: &mut Context<'_>) {
        let Some(session) = self.session.as_mut().filter(|session| session.is_live()) else { return };
        let Some(known) = session.lines.get_mut(line) else { return };
        match known.meeting.on_reply(errand, answer) {
            Ok((messages, asked)) => {
                session.ask(line, asked, ctx);
                session.on_messages(line, messages, ctx);
            }
            Err(error) => session.disturbed(error, ctx),
        }
    }

    /// True if a log is one of a meeting's.
    pub fn watches(&self, tag: &LogTag) -> bool {
        self.session.iter().flat_map(|session| &session.lines).any(|line| line.meeting.incoming() == *tag)
    }

    /// Entries of a meeting's log.
    pub fn on_push(&mut self, tag: &LogTag, entries: Vec<LogEntry>, ctx: &mut Context<'_>) {
        let Some(session) = self.session.as_mut().filter(|session| session.is_live()) else { return };
        let Some(line) = session.lines.iter().position(|line| line.meeting.incoming() == *tag) else { return };
        match session.lines[line].meeting.on_entries(entries) {
            Ok(messages) => session.on_messages(line, messages, ctx),
            Err(error) => session.disturbed(error, ctx),
        }
    }
}

impl Session {
    fn is_live(&self) -> bool {
        match self.stage {
            Stage::Waiting | Stage::Offered(_) | Stage::HandingOver(_) => true,
            Stage::Done(_) | Stage::Failed(_) => false,
        }
    }

    fn view(&self, ctx: &Context<'_>) -> LinkView {
        let (stage, offer, problem) = match &self.stage {
            Stage::Waiting => (LinkStage::Waiting, None, ""),
            Stage::Offered(offer) => (LinkStage::Offered, Some(offer), ""),
            Stage::HandingOver(offer) => (LinkStage::HandingOver, Some(offer), ""),
            Stage::Done(offer) => (LinkStage::Done, Some(offer), ""),
            Stage::Failed(why) => (LinkStage::Failed, None, &**why),
        };
        let line = self.lines.iter().find(|line| line.pairing.is_some());
        let compare = line.is_some_and(|line| matches!(line.trust.0, Trust::Number));
        let number = line.and_then(|line| line.pairing.as_ref()).filter(|_| offer.is_some()).map(Pairing::number);
        LinkView {
            stage,
            text: self.text.clone(),
            code: self.typed.clone(),
            expires: ctx.now.wall.saturating_add(self.expires.saturating_sub(ctx.now.mono)),
            device: offer.map(|offer| offer.device),
            name: offer.map(|offer| offer.name.clone()).unwrap_or_default(),
            number: number.unwrap_or_default(),
            compare,
            problem: problem.to_owned(),
        }
    }

    fn tell(&self, ctx: &mut Context<'_>) {
        let view = self.view(ctx);
        ctx.notify(Event::Link(Box::new(view)));
    }

    fn fail(&mut self, why: &str, ctx: &mut Context<'_>) {
        self.stage = Stage::Failed(why.to_owned());
        self.tell(ctx);
    }

    fn disturbed(&mut self, error: MeetingError, ctx: &mut Context<'_>) {
        self.fail(&error.to_string(), ctx);
    }

    fn ask(&self, line: usize, asked: Asked, ctx: &mut Context<'_>) {
        for (errand, request) in asked {
            ctx.request(self.relay, &request, Purpose::Link(line, errand));
        }
    }

    /// Says something on the line where a pairing is open; nothing if there is none.
    fn say(&mut self, said: &Said, ctx: &mut Context<'_>) {
        let open = |line: &Line| line.pairing.as_ref().is_some_and(Pairing::is_open);
        let Some(line) = self.lines.iter().position(open) else { return };
        if let Some(sealed) = self.lines[line].pairing.as_mut().and_then(|pairing| pairing.say(&said.encode()).ok()) {
            let asked = self.lines[line].meeting.say(sealed);
            self.ask(line, asked, ctx);
        }
    }

    fn on_messages(&mut self, line: usize, messages: Vec<Vec<u8>>, ctx: &mut Context<'_>) {
        for message in messages {
            if self.is_live()
                && let Err(why) = self.on_message(line, &message, ctx)
            {
                self.fail(&why, ctx);
            }
        }
    }

    fn on_message(&mut self, line: usize, message: &[u8], ctx: &mut Context<'_>) -> Result<(), String> {
        let taken = self.lines.iter().position(|line| line.pairing.is_some());
        if taken.is_some_and(|taken| taken != line) {
            return Err("two devices used the code at once; somebody else may have seen it".into());
        }
        let (rng, key) = (&mut *ctx.rng, &ctx.account.sealing);
        let known = &mut self.lines[line];
        let pairing = known.pairing.get_or_insert_with(|| Pairing::old_device(&known.trust.0, key, rng));
        match pairing.receive(message).map_err(|error| error.to_string())? {
            Step::Reply(reply) | Step::Open(Some(reply)) => {
                let asked = known.meeting.say(reply);
                self.ask(line, asked, ctx);
                Ok(())
            }
            Step::Open(None) => Ok(()),
            Step::Said(plain) => {
                let said = Said::decode(&plain).map_err(|error| error.to_string())?;
                self.on_said(line, said, ctx)
            }
        }
    }

    fn on_said(&mut self, line: usize, said: Said, ctx: &mut Context<'_>) -> Result<(), String> {
        let stage = std::mem::replace(&mut self.stage, Stage::Waiting);
        self.stage = match (stage, said) {
            (Stage::Waiting, Said::Offer(bytes)) => {
                let Some(pairing) = &self.lines[line].pairing else { return Ok(()) };
                let offer =
                    Offer::decode(&bytes, pairing.hash(), pairing.other()).map_err(|error| error.to_string())?;
                let known = ctx.account.devices.entries().iter().any(|entry| entry.device == offer.device);
                if known {
                    return Err("this device is, or was, on the list already".into());
                }
                Stage::Offered(offer)
            }
            (Stage::HandingOver(offer), Said::Stored) => Stage::Done(offer),
            (Stage::Waiting | Stage::Offered(_) | Stage::HandingOver(_), Said::Refused) => {
                return Err("cancelled at the new device".into());
            }
            (_, _) => return Err("the new device said something out of turn".into()),
        };
        self.tell(ctx);
        Ok(())
    }
}
