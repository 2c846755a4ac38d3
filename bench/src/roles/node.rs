//! A node without people: the driver's orders become commands, as the local API's requests do.

use super::record::Recorder;
use super::{answer, send};
use crate::talk::{Answer, Order};
use anyhow::{Context, Result, bail};
use chappe_node::api::{self, Api};
use chappe_node::files::Direct;
use chappe_node::handle::Handle;
use chappe_node::run::{Node, RunOptions};
use chappe_protocol::ids::{ChatId, UserId};
use chappe_protocol::peer::command::{Command, Reply};
use chappe_protocol::peer::view::{ContactState, ContactView};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};

/// How often is looked whether a contact has moved on.
const LOOK: Duration = Duration::from_millis(20);
/// How often in all: 30 seconds.
const LOOKS: u32 = 1_500;

/// Obeys until standard input ends.
pub async fn serve(data: PathBuf, direct: bool) -> Result<()> {
    let start = Instant::now();
    let bind = Some("127.0.0.1:0".parse()?);
    let api = api::Options { data: data.clone(), bind, public: false, hosts: Vec::new() };
    let (direct, listen) = match direct {
        true => (Direct::Contacts, vec!["/ip4/127.0.0.1/udp/0/quic-v1".parse()?]),
        false => (Direct::Nobody, Vec::new()),
    };
    let options = RunOptions { data, api: api.clone(), lan: false, listen, direct };
    let node = Node::start(&options).await?;
    let recorder = Recorder::start(&node.handle, start);
    let api = Api::start(api, node.handle.clone(), Some(node.files.clone())).await?.with_search(node.search.clone());
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(api.serve(async {
        drop(stopping.await);
    }));
    // The core answers.
    who(&node.handle).await?;
    answer(&Answer::Node { seconds: start.elapsed().as_secs_f64() })?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let order: Order = serde_json::from_str(&line)?;
        let outcome = obey(order, &node.handle, &recorder).await;
        answer(&outcome.unwrap_or_else(|error| Answer::Failed(format!("{error:#}"))))?;
    }
    drop(stop);
    serving.await??;
    node.stop().await
}

async fn obey(order: Order, handle: &Handle, recorder: &Recorder) -> Result<Answer> {
    match order {
        Order::Who => Ok(Answer::User(who(handle).await?)),
        Order::Invite => match handle.ask(Command::CreateInvite { uses: 1, ttl_ms: 0 }).await? {
            Reply::Invite(invite) => Ok(Answer::Link(invite.link)),
            other => bail!("not an invite: {other:?}"),
        },
        Order::Join(link) => {
            handle.ask(Command::AddContact { link, greeting: String::new() }).await?;
            Ok(Answer::Done)
        }
        Order::Accept(user) => {
            contact(handle, |contact| contact.profile.user == user && contact.state == ContactState::Pending).await?;
            handle.ask(Command::AcceptContact(user)).await?;
            accepted(handle).await
        }
        Order::Accepted => accepted(handle).await,
        Order::Pipeline { chat, first, count, window, until } => {
            let seconds = send::pipeline(handle, recorder, chat, first..first + count, window, until).await?;
            Ok(Answer::Sent { seconds })
        }
        Order::Paced { chat, first, count, spacing_us } => {
            let spacing = Duration::from_micros(spacing_us);
            Ok(Answer::Sent { seconds: send::paced(handle, chat, first..first + count, spacing).await? })
        }
        Order::Expect(number) => recorder.expect(number).await,
        Order::Forget => {
            recorder.forget();
            Ok(Answer::Done)
        }
    }
}

async fn who(handle: &Handle) -> Result<UserId> {
    match handle.ask(Command::Status).await? {
        Reply::Status(status) => Ok(status.profile.user),
        other => bail!("not a status: {other:?}"),
    }
}

async fn accepted(handle: &Handle) -> Result<Answer> {
    let contact = contact(handle, |contact| contact.state == ContactState::Accepted && contact.chat.is_some()).await?;
    let chat: ChatId = contact.chat.context("a contact without a chat")?;
    Ok(Answer::Chat(chat))
}

/// Looks again and again for a contact: introducing is not measured.
async fn contact(handle: &Handle, wanted: impl Fn(&ContactView) -> bool) -> Result<ContactView> {
    for _ in 0..LOOKS {
        match handle.ask(Command::Contacts).await? {
            Reply::Contacts(contacts) => {
                if let Some(contact) = contacts.into_iter().find(&wanted) {
                    return Ok(contact);
                }
            }
            other => bail!("not contacts: {other:?}"),
        }
        tokio::time::sleep(LOOK).await;
    }
    bail!("the contact did not come")
}
