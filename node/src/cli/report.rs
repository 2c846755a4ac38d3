//! `chappe report …`: a proof of what somebody said, for those who were not there; and checking one, without a node.

use super::client::Client;
use super::find;
use super::terminal::{Out, safe, safe_lines, time};
use crate::api::types::own::Proof;
use crate::texts::program::t;
use anyhow::{Context, Result, bail};
use chappe_protocol::chat::proof::{PROOF_MAX, Proved, verify};
use chappe_protocol::content::Body;
use data_encoding::BASE64;
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const BEGIN: &str = "-----BEGIN CHAPPE PROOF-----";
const END: &str = "-----END CHAPPE PROOF-----";

/// Proofs.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print a proof of a message: who said it, when, and what, signed by its author
    Make {
        /// The message's id, or the beginning of a recent one's.
        id: String,
    },
    /// Check a proof and print what it proves. Needs no node
    Verify {
        /// The file with the proof.
        file: PathBuf,
    },
}

/// `chappe report make`
pub async fn make(client: &Client, id: &str, out: Out) -> Result<()> {
    let id = find::message(client, id).await?;
    let proof: Proof = client.get(&format!("/api/messages/{id}/proof")).await?;
    out.print(&proof, |proof| {
        let lines: Vec<&str> =
            proof.proof.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("{BEGIN}\n{}\n{END}", safe_lines(&lines.join("\n"), 0))
    })
}

/// `chappe report verify`
pub fn check(file: &Path, out: Out) -> Result<()> {
    let mut text = String::new();
    let read = File::open(file).with_context(|| t!("cli-cannot-open", path = file.display().to_string()))?;
    read.take(2 * PROOF_MAX as u64).read_to_string(&mut text).with_context(|| t!("cli-file-no-text"))?;
    let Some((_, rest)) = text.split_once(BEGIN) else { bail!(t!("cli-proof-none")) };
    let Some((body, _)) = rest.split_once(END) else { bail!(t!("cli-proof-incomplete")) };
    let body: String = body.split_whitespace().collect();
    let proved = verify(&BASE64.decode(body.as_bytes()).with_context(|| t!("cli-proof-damaged"))?)?;
    let said = said(&proved);
    let shape = json!({
        "user": proved.user.to_hex(), "device": proved.device.to_hex(), "chat": proved.chat.to_hex(),
        "id": proved.id.to_hex(), "at": proved.at, "said": said,
    });
    out.print(&shape, |_| {
        let (user, chat) = (proved.user.to_string(), proved.chat.to_string());
        t!("cli-proof", user = user, time = time(proved.at), chat = chat, said = safe_lines(&said, 9))
    })
}

fn said(proved: &Proved) -> String {
    match &proved.body {
        Body::Text(text) => text.text.clone(),
        other => safe(&format!("{other:?}")),
    }
}
