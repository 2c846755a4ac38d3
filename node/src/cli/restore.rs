//! `chappe restore`: a device from the 24 words.

use super::file::{Line, bytes};
use super::terminal::{Out, safe, short, told};
use super::{ask, backup};
use crate::backup::file::UNPACKED;
use crate::backup::rows;
use crate::errand::Errand;
use crate::net::NodeKey;
use crate::setup::{self, Empty};
use crate::texts::program::t;
use anyhow::{Result, bail};
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::identity::history::words_key;
use chappe_protocol::peer::restore::{Answer, Restore as Search, RestoreEvent};
use chappe_protocol::peer::settings::Settings;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Bring yourself back on a new device.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// Full addresses of relays that you used, or links to them; one is enough.
    #[arg(long = "relay", num_args = 1.., required_unless_present = "file", value_parser = setup::read_relay, value_name = "ADDRESS")]
    relays: Vec<RelayHint>,
    /// A backup file (chappe backup write), with relays or without.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The name that others see, if the one found there is not wanted.
    #[arg(long)]
    name: Option<String>,
    /// All former devices are lost: they speak for you no more.
    #[arg(long)]
    replace: bool,
}

/// Asks for the words, looks for the user, makes the node.
pub async fn run(data: &Path, args: Restore, out: Out) -> Result<()> {
    let empty = Empty::make(data)?;
    let root = ask::words()?.root_key()?;
    let opener = words_key(&root);
    let mut search = Search::new(root, setup::hints(&args.relays));
    let file = match args.file {
        Some(path) => {
            let backup = backup::opened(path, opener.clone(), out).await?;
            if !search.take_kept(&backup.kept) {
                bail!(t!("cli-restore-unreadable"));
            }
            Some(backup)
        }
        None => None,
    };
    let mut errand = Errand::start(search, &empty.transport_key, false).await?;
    while let RestoreEvent::Answered(relay, answer) = errand.next().await? {
        let (answer, why) = match answer {
            Answer::Waiting => ("waiting", String::new()),
            Answer::Nothing => ("nothing", String::new()),
            Answer::Found => ("found", String::new()),
            Answer::Bad(why) => ("bad", told(&why.to_string())),
        };
        let relay = t!("cli-relay", id = short(&relay.to_hex()).to_owned());
        eprintln!("{relay}: {}", t!("cli-restore-answer", answer = answer, why = why));
    }
    let search = errand.finish().await;
    let restored = search.finish(args.name, args.replace, setup::wall_ms(), &mut setup::rng()?)?;
    let (account, people) = (restored.account, restored.contacts.len());
    let histories: Vec<_> = Settings::histories(&restored.settings)
        .into_iter()
        .filter_map(|(device, history)| history.open(&opener).map(|key| (device, history, key)))
        .collect();
    let messages = histories.iter().map(|(_, history, _)| history).chain(file.iter().map(|file| &file.history));
    let messages = messages.map(|history| history.messages).max().unwrap_or(0);
    if let Some(file) = &file {
        let mut line = Line::new(out);
        let owner = NodeKey::from_seed(&empty.transport_key).node_id().0;
        file.unpack(data, owner, |done, all| line.write(&t!("cli-unpacking", done = bytes(done), all = bytes(all))))?;
        line.end();
    }
    empty.fill(&account, restored.contacts, restored.settings, |batch| {
        if let Some(file) = &file {
            rows::prepare(&UNPACKED, &file.history, &file.key, batch)?;
        }
        let unpacked = file.as_ref().map_or(0, |file| file.history.at);
        for (device, history, key) in histories.iter().filter(|(_, history, _)| history.at > unpacked) {
            rows::prepare(device, history, key, batch)?;
        }
        match histories.first() {
            // The newest goes on under this device; others' are theirs, if they still live.
            Some((_, history, key)) if args.replace => Ok(rows::go_on(history, key, batch)?),
            _ => Ok(()),
        }
    })?;
    let devices = account.devices.living().count();
    let (user, device) = (account.user().to_hex(), account.device().to_hex());
    out.print(
        &json!({ "user": user, "device": device, "name": account.name, "devices": devices, "contacts": people,
                "messages": messages }),
        |_| {
            let mut lines =
                vec![t!("cli-welcome-back", name = safe(&account.name), devices = devices, contacts = people)];
            if messages > 0 {
                lines.push(t!("cli-restore-backup", messages = messages));
            }
            lines.push(t!("cli-start-node", dir = data.display().to_string()));
            lines.push(t!("cli-restore-chats"));
            lines.join("\n")
        },
    )
}
