//! `chappe invite`

use super::client::Client;
use super::terminal::{Out, safe, time};
use crate::api::types::{CreateInvite, Invite};
use crate::texts::program::t;
use anyhow::Result;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How long a person waits for the relays to hear of a new invite.
const PATIENCE: Duration = Duration::from_secs(3);

/// Make an invite link.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many people can use it.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    uses: u16,
    /// How long it works: 30m, 12h, 7d, or forever.
    #[arg(long, default_value = "7d", value_parser = duration, value_name = "TIME")]
    ttl: u64,
}

/// Makes and prints it, with a QR code if a person is looking.
pub async fn make(client: &Client, args: &Args, out: Out) -> Result<()> {
    let invite: Invite = client.post("/api/invites", &CreateInvite { uses: args.uses, ttl_ms: args.ttl }).await?;
    let invite = known(client, invite).await?;
    out.print(&invite, text)?;
    show_qr(out, &invite.link)?;
    if invite.relays == 0 {
        eprintln!("{}", t!("cli-invite-unknown"));
    }
    eprintln!("{} {}", terms(invite.uses.into(), invite.expires), t!("cli-invite-secret"));
    Ok(())
}

/// A text as a QR code, if a person is looking.
pub fn show_qr(out: Out, text: &str) -> Result<()> {
    if out.json || !std::io::stdout().is_terminal() {
        return Ok(());
    }
    // Light on dark: that is how most terminals look, and scanners take both.
    match QrCode::new(text) {
        Ok(code) => {
            let picture = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
            out.raw(&format!("\n{picture}\n"))?;
        }
        Err(_) => eprintln!("({})", t!("cli-no-qr")),
    }
    Ok(())
}

/// The invite once a relay knows of it, or as it is when none does within a few seconds.
async fn known(client: &Client, made: Invite) -> Result<Invite> {
    let deadline = Instant::now() + PATIENCE;
    let mut invite = made;
    while invite.relays == 0 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let all: Vec<Invite> = client.get("/api/invites").await?;
        invite = all.into_iter().find(|other| other.id == invite.id).unwrap_or(invite);
    }
    Ok(invite)
}

fn text(invite: &Invite) -> String {
    safe(&invite.link)
}

/// For how many a link works (0: any number), and until when.
pub fn terms(uses: u32, expires: Option<u64>) -> String {
    t!("cli-terms", uses = uses, until = expires.map_or("ever".to_owned(), time))
}

/// Milliseconds; 0 stands for "for ever".
pub fn duration(text: &str) -> Result<u64, String> {
    if text == "forever" {
        return Ok(0);
    }
    let rule = || t!("cli-duration-rule");
    let unit = match text.chars().next_back() {
        Some('m') => 60_000,
        Some('h') => 3_600_000,
        Some('d') => 86_400_000,
        Some(_) | None => return Err(rule()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| rule())?;
    number.checked_mul(unit).filter(|ms| *ms > 0).ok_or_else(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("30m"), Ok(1_800_000));
        assert_eq!(duration("7d"), Ok(604_800_000));
        assert_eq!(duration("forever"), Ok(0));
        for bad in ["", "7", "d", "0d", "-1d", "7w", "99999999999999999d", "7é"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
