//! `chappe link`: this (new) device joins an account; the other one shows the code (`chappe device link`).

use super::ask;
use super::terminal::{Out, safe};
use crate::errand::Errand;
use crate::setup::{self, Empty};
use crate::texts::program::t;
use anyhow::Result;
use chappe_protocol::contact::mailbox::RelayHint;
use chappe_protocol::peer::linking::arrival::{Arrival, ArrivalCommand, ArrivalEvent};
use chappe_protocol::peer::linking::code;
use serde_json::json;
use std::path::Path;

/// Link this new device to one that you have.
#[derive(Debug, clap::Args)]
pub struct Link {
    /// What the other device shows: `chappe-link:…`, or ten letters and digits.
    code: String,
    /// What to call this device.
    #[arg(long, default_value = "")]
    name: String,
    /// The other device's relay; needed with a short code.
    #[arg(long, value_parser = setup::read_relay, value_name = "ADDRESS")]
    relay: Option<RelayHint>,
    /// The other device is a node with --lan on this network.
    #[arg(long)]
    lan: bool,
    /// For programs, with a short code: the number that the other device shows, instead of a question.
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
}

/// Pairs, receives, stores.
pub async fn run(data: &Path, args: Link, out: Out) -> Result<()> {
    let empty = Empty::make(data)?;
    let meeting = code::parse(&args.code, args.relay)?;
    let mut rng = setup::rng()?;
    let arrival = Arrival::new(meeting, args.name.trim().to_owned(), &mut rng);
    let mut errand = Errand::start(arrival, &empty.transport_key, args.lan).await?;
    let mut empty = Some(empty);
    let mut shown = None;
    loop {
        match errand.next().await? {
            ArrivalEvent::Number { number, compare: false } => {
                eprintln!("{}", t!("cli-link-paired", number = number));
            }
            ArrivalEvent::Number { number, compare: true } => {
                let equal = match &args.number {
                    Some(expected) => expected.replace(' ', "") == number.replace(' ', ""),
                    None => ask::yes(&t!("cli-link-compare", number = number))?,
                };
                errand.order(if equal { ArrivalCommand::Confirm } else { ArrivalCommand::Refuse });
            }
            ArrivalEvent::Arrived(arrived) => {
                let account = arrived.account;
                let people = arrived.contacts.len();
                if let Some(empty) = empty.take() {
                    empty.fill(&account, arrived.contacts, arrived.settings, |_| Ok(()))?;
                }
                shown = Some((account.user().to_hex(), account.device().to_hex(), account.name.clone(), people));
                errand.order(ArrivalCommand::Stored);
            }
            ArrivalEvent::Over => break,
            ArrivalEvent::Failed(error) => {
                errand.finish().await;
                return Err(error.into());
            }
        }
    }
    errand.finish().await;
    let Some((user, device, name, people)) = shown else { return Ok(()) };
    out.print(&json!({ "user": user, "device": device, "name": name, "contacts": people }), |_| {
        t!("cli-linked", name = safe(&name), contacts = people, dir = data.display().to_string())
    })
}
