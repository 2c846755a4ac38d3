//! The command line. Each command is a file; those that need the running node talk to its API as any program would.
//!
//! Rules: data goes to stdout (JSON with `--json`), everything else to stderr; the exit code is 0 only on success;
//! an error says what to do; text of other people is shown through `terminal::safe`.

mod ask;
mod backup;
mod bug_report;
mod card;
mod clear;
mod client;
mod contact;
mod conversation;
mod delete;
mod device;
mod door;
mod edit;
mod export;
mod file;
mod find;
mod follow;
mod forward;
mod group;
mod help;
mod home;
mod import;
mod invite;
mod last_seen;
mod lifetime;
mod link;
mod list;
mod location;
mod message;
mod offline;
mod picture;
mod pin;
mod poll;
mod profile;
mod react;
mod read_receipts;
mod report;
mod restore;
mod row;
mod search;
mod send;
mod span;
mod status;
mod sticker;
mod storage;
mod terminal;
mod topic;
mod view;
mod vote;

use crate::api::types::ChatKind;
use crate::texts::program;
use anyhow::Result;
use clap::{Parser, Subcommand};
use client::Client;
use std::path::PathBuf;
use std::process::ExitCode;

/// Your own node of Chappe: talk to people, with no one in between who can read it.
#[derive(Debug, Parser)]
#[command(name = "chappe", version)]
pub struct Cli {
    /// The node's data directory.
    #[arg(long, global = true, env = "CHAPPE_DATA", default_value = "chappe-data", value_name = "DIR")]
    data: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    /// The language to speak: en, de, es, fr, ru, zh or ar; that of the system if left out.
    #[arg(long, global = true, env = "CHAPPE_LANG", value_name = "LANGUAGE")]
    language: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new node. Prints the 24 words that bring it back, once
    Init(offline::Init),
    /// Bring yourself back on a new device. Asks for your 24 words
    Restore(restore::Restore),
    /// Link this new device to one that you have (see there: chappe device link)
    Link(link::Link),
    /// Run the node until Ctrl-C. Prints the web page's address with a login token that works once
    Run(offline::Run),
    /// Make an invite link
    Invite(invite::Args),
    /// Contacts and contact requests
    #[command(subcommand)]
    Contact(contact::Command),
    /// List the chats, the latest first
    Chats,
    /// Groups
    #[command(subcommand)]
    Group(group::Command),
    /// Channels
    #[command(subcommand)]
    Channel(group::Command),
    /// Come into a group or channel by its invite link
    Join(door::JoinArgs),
    /// How a chat stands in the list
    #[command(subcommand)]
    Chat(list::Command),
    /// Keep a text that was begun
    Draft(list::Draft),
    /// Folders of chats
    #[command(subcommand)]
    Folder(list::FolderCommand),
    /// What contacts see of you beside your name
    Profile(profile::Profile),
    /// Your picture, or that of a group
    #[command(subcommand)]
    Picture(picture::Command),
    /// Your devices
    #[command(subcommand)]
    Device(device::Command),
    /// The history of your chats, kept at your relays for the day when only your 24 words are left
    #[command(subcommand)]
    Backup(backup::Command),
    /// Your 24 words
    #[command(subcommand)]
    Words(device::WordsCommand),
    /// The relays that a chat lives at
    #[command(subcommand)]
    Home(home::Command),
    /// Topics of a group: conversations of their own under a title
    #[command(subcommand)]
    Topic(topic::Command),
    /// Send a text
    Send(send::Args),
    /// Give an own text another wording
    Edit(edit::Args),
    /// Delete messages, for yourself or for everybody
    Delete(delete::Args),
    /// React to a message
    React(react::Args),
    /// Say a message again in other chats
    Forward(forward::Args),
    /// Pin a message for everybody
    Pin(pin::Args),
    /// Take a pinned message down
    Unpin(pin::Args),
    /// List the pinned messages of a chat
    Pinned(pin::Pinned),
    /// Send a poll or quiz
    Poll(poll::Args),
    /// Vote in a poll
    Vote(vote::Args),
    /// End a poll
    Close(vote::Close),
    /// Send a place, perhaps live
    #[command(subcommand)]
    Location(location::Command),
    /// Send files, get those that were sent, see how far they are
    #[command(subcommand)]
    File(file::Command),
    /// Send a contact card, or save one
    #[command(subcommand)]
    Card(card::Command),
    /// Packs of stickers, and sending them
    #[command(subcommand)]
    Sticker(sticker::Command),
    /// See a message that can be seen once
    View(view::Args),
    /// Delete the history of a chat, or a part of it
    Clear(clear::Args),
    /// Whether others are told what you have read
    ReadReceipts(read_receipts::Args),
    /// How exactly contacts are told when you were there last
    LastSeen(last_seen::Args),
    /// How long messages of a chat live from now on
    Lifetime(lifetime::Args),
    /// Show the newest messages of a chat
    History(conversation::History),
    /// Messages that you have not seen and that name you or answer you
    Mentions,
    /// Look for messages in all chats
    Search(search::Args),
    /// Write chats as files, in the format of Telegram Desktop's export
    Export(export::Args),
    /// Take chats from Telegram in
    Import(import::Args),
    /// Show messages as they come
    Follow(follow::Args),
    /// The node's relays and queues
    Status,
    /// What the node's data takes on its disk, and making room
    Storage(storage::Args),
    /// What is known about one message
    #[command(subcommand)]
    Message(message::Command),
    /// Prove to others what somebody said
    #[command(subcommand)]
    Report(report::Command),
    /// Print a new login link for a browser
    Web,
    /// Write what the node's core was told lately, without anything private, for the simulator to replay
    BugReport(bug_report::Args),
    /// Print the description of the local API (OpenAPI)
    Openapi,
}

/// Runs the command that the program was started with.
pub fn main() -> ExitCode {
    let args = std::env::args_os().filter_map(|arg| arg.into_string().ok());
    program::speak(program::wanted(args, |name| std::env::var(name).ok()));
    let cli = help::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let said: Vec<String> = error.chain().map(|cause| terminal::told(&cause.to_string())).collect();
            eprintln!("chappe: {}", said.join(": "));
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dispatch(cli))
}

async fn dispatch(cli: Cli) -> Result<()> {
    let out = terminal::Out { json: cli.json };
    let client = || Client::open(&cli.data);
    match cli.command {
        Command::Init(args) => offline::init(&cli.data, &args, out),
        Command::Restore(args) => restore::run(&cli.data, args, out).await,
        Command::Link(args) => link::run(&cli.data, args, out).await,
        Command::Run(args) => offline::run(cli.data, args, out).await,
        Command::Invite(args) => invite::make(&client()?, &args, out).await,
        Command::Contact(command) => contact::run(&client()?, command, out).await,
        Command::Chats => conversation::chats(&client()?, out).await,
        Command::Group(command) => group::run(&client()?, ChatKind::Group, command, out).await,
        Command::Channel(command) => group::run(&client()?, ChatKind::Channel, command, out).await,
        Command::Join(args) => door::join(&client()?, args, out).await,
        Command::Chat(command) => list::chat(&client()?, command, out).await,
        Command::Draft(args) => list::draft(&client()?, args, out).await,
        Command::Folder(command) => list::folder(&client()?, command, out).await,
        Command::Profile(args) => profile::run(&client()?, args, out).await,
        Command::Picture(command) => picture::run(&client()?, command, out).await,
        Command::Device(command) => device::run(&client()?, command, out).await,
        Command::Backup(command) => backup::run(client, command, out).await,
        Command::Words(command) => device::words(&client()?, command, out).await,
        Command::Home(command) => home::run(&client()?, command, out).await,
        Command::Topic(command) => topic::run(&client()?, command, out).await,
        Command::Send(args) => send::run(&client()?, args, out).await,
        Command::Edit(args) => edit::run(&client()?, args, out).await,
        Command::Delete(args) => delete::run(&client()?, args).await,
        Command::React(args) => react::run(&client()?, args, out).await,
        Command::Forward(args) => forward::run(&client()?, args, out).await,
        Command::Pin(args) => pin::run(&client()?, &args, true, out).await,
        Command::Unpin(args) => pin::run(&client()?, &args, false, out).await,
        Command::Pinned(args) => pin::list(&client()?, &args, out).await,
        Command::Poll(args) => poll::run(&client()?, args, out).await,
        Command::Vote(args) => vote::run(&client()?, args, out).await,
        Command::Close(args) => vote::close(&client()?, args, out).await,
        Command::Location(command) => location::run(&client()?, command, out).await,
        Command::File(command) => file::run(&client()?, command, out).await,
        Command::Card(command) => card::run(&client()?, command, out).await,
        Command::Sticker(command) => sticker::run(&client()?, command, out).await,
        Command::View(args) => view::run(&client()?, args, out).await,
        Command::Clear(args) => clear::run(&client()?, &args).await,
        Command::ReadReceipts(args) => read_receipts::run(&client()?, &args, out).await,
        Command::LastSeen(args) => last_seen::run(&client()?, &args, out).await,
        Command::Lifetime(args) => lifetime::run(&client()?, &args).await,
        Command::History(args) => conversation::history(&client()?, &args, out).await,
        Command::Mentions => conversation::mentions(&client()?, out).await,
        Command::Search(args) => search::run(&client()?, args, out).await,
        Command::Export(args) => export::run(&client()?, args, out).await,
        Command::Import(args) => import::run(client, args, out).await,
        Command::Follow(args) => follow::run(&client()?, &args, out).await,
        Command::Status => status::show(&client()?, out).await,
        Command::Storage(args) => storage::run(&client()?, args, out).await,
        Command::Message(command) => message::run(&client()?, command, out).await,
        Command::Report(report::Command::Make { id }) => report::make(&client()?, &id, out).await,
        Command::Report(report::Command::Verify { file }) => report::check(&file, out),
        Command::Web => status::web(&client()?, out).await,
        Command::BugReport(args) => bug_report::run(&client()?, &args, out).await,
        Command::Openapi => out.raw(&crate::api::openapi::text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn commands_read_as_documented() {
        for line in [
            "chappe --data d init --name Al --relay /ip4/127.0.0.1/tcp/1/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust",
            "chappe --data d run --api 127.0.0.1:0 --lan --listen /ip4/127.0.0.1/tcp/0",
            "chappe --data d invite --uses 3 --ttl 7d --json",
            "chappe --data d contact add chappe:x --message hi",
            "chappe --data d contact list",
            "chappe --data d contact accept bob",
            "chappe --data d contact decline bob",
            "chappe --data d chats",
            "chappe --data d group create Pioneers bob eve",
            "chappe --data d group add Pioneers bob",
            "chappe --data d group remove Pioneers bob --ban",
            "chappe --data d group role Pioneers bob admin --can ban,pin",
            "chappe --data d group set Pioneers --title Settlers --permit text,react --slow-mode 30",
            "chappe --data d group members Pioneers --json",
            "chappe --data d group leave Pioneers",
            "chappe --data d group link create Pioneers --uses 3 --ttl 12h --approval",
            "chappe --data d group link list Pioneers",
            "chappe --data d group link revoke Pioneers abcd",
            "chappe --data d group request list Pioneers",
            "chappe --data d channel request accept News bob",
            "chappe --data d group request decline Pioneers bob",
            "chappe --data d join chappe:join/x --message hi",
            "chappe --data d join",
            "chappe --data d join --cancel abcd",
            "chappe --data d channel create News",
            "chappe --data d channel set News --signed false",
            "chappe --data d home list bob",
            "chappe --data d home replace bob 12ab --by /ip4/127.0.0.1/tcp/1/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust",
            "chappe --data d home spread bob",
            "chappe --data d topic list Pioneers",
            "chappe --data d topic create Pioneers Boats --icon ⛵",
            "chappe --data d topic set Pioneers Boats --title Ships --closed true",
            "chappe --data d topic remove Pioneers 7",
            "chappe --data d send Pioneers hi --topic Boats",
            "chappe --data d history Pioneers --topic general",
            "chappe --data d send bob hi",
            "chappe --data d send bob hi --reply abcd --quote part --format markdown --ttl 60s --view-once",
            "chappe --data d edit abcd other",
            "chappe --data d delete abcd ef01 --for all",
            "chappe --data d react abcd 👍 🔥",
            "chappe --data d forward abcd bob carol --hide-author",
            "chappe --data d pin abcd",
            "chappe --data d unpin abcd",
            "chappe --data d pinned bob",
            "chappe --data d poll bob where? here there --anonymous --multiple --closes-in 2h",
            "chappe --data d poll bob where? here there --right 2 --explanation far",
            "chappe --data d vote abcd 1 2",
            "chappe --data d vote abcd",
            "chappe --data d close abcd",
            "chappe --data d location send bob -33.8 151.2 --live 15m",
            "chappe --data d location send bob 47.3 8.5 --title x --address y",
            "chappe --data d location move abcd 47.3 8.5",
            "chappe --data d location stop abcd",
            "chappe --data d card send bob --me",
            "chappe --data d card send bob --vcard file.vcf",
            "chappe --data d card export abcd",
            "chappe --data d view abcd",
            "chappe --data d clear bob --for all --older-than 30d",
            "chappe --data d last-seen",
            "chappe --data d last-seen roughly",
            "chappe --data d read-receipts",
            "chappe --data d read-receipts off",
            "chappe --data d lifetime bob 7d",
            "chappe --data d lifetime bob",
            "chappe --data d message wordings abcd",
            "chappe --data d message heard abcd",
            "chappe --data d history bob --limit 3",
            "chappe --data d search lunch monday --chat bob --from me --kind text --after 7d --before 2026-11-27 --link",
            "chappe --data d mentions",
            "chappe --data d search --link --limit 5",
            "chappe --data d export folder --chat bob --no-files",
            "chappe --data d import export --dry-run",
            "chappe --data d import export/result.json --chat Family --chat Work --me Alice --no-files",
            "chappe --data d follow",
            "chappe --data d follow bob",
            "chappe --data d status --json",
            "chappe --data d message show abcd",
            "chappe --data d restore --relay /ip4/127.0.0.1/tcp/1/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust --replace",
            "chappe --data d link ABCDE-12345 --relay /ip4/127.0.0.1/tcp/1/p2p/12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust",
            "chappe --data d link chappe-link:x --name phone --lan",
            "chappe --data d profile",
            "chappe --data d picture set me.jpg",
            "chappe --data d picture set logo.png --chat Pioneers",
            "chappe --data d picture remove",
            "chappe --data d profile bio hello --hidden false",
            "chappe --data d device list",
            "chappe --data d device rename abcd phone",
            "chappe --data d device remove phone",
            "chappe --data d device link",
            "chappe --data d backup write all.backup --files --force",
            "chappe backup verify all.backup",
            "chappe --data d backup schedule /mnt/disk --every 12h --keep 3 --files",
            "chappe --data d backup schedule --off",
            "chappe --data d restore --file all.backup --replace",
            "chappe --data d sticker list",
            "chappe --data d sticker make Boats ⛵=a.png b.webp",
            "chappe --data d sticker add chappe:stickers/x",
            "chappe --data d sticker share Boats bob",
            "chappe --data d sticker send bob Boats 2",
            "chappe --data d sticker like Boats 2 --off",
            "chappe --data d sticker remove Boats",
            "chappe --data d storage",
            "chappe --data d storage free --chat bob --kind photo,video --older-than 30d --larger-than 10M --dry-run",
            "chappe --data d storage limit --older-than 90d --total 10G",
            "chappe --data d storage limit",
            "chappe --data d words check",
            "chappe --data d report make abcd",
            "chappe report verify proof.txt",
            "chappe --data d chat pin bob",
            "chappe --data d chat archive bob --off",
            "chappe --data d chat mute bob --for 12h",
            "chappe --data d draft bob so_far",
            "chappe --data d folder put Work bob abcd",
            "chappe --data d contact block bob",
            "chappe --data d contact safety bob --verified",
            "chappe --data d web",
            "chappe --data d bug-report --out r.json",
            "chappe openapi",
        ] {
            Cli::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
        for line in [
            "chappe",
            "chappe init",
            "chappe search x --kind song",
            "chappe search x --after yesterday",
            "chappe init --name a --relay nonsense",
            "chappe storage free --kind song",
            "chappe sticker send bob Boats 0",
            "chappe invite --ttl 7 weeks",
            "chappe send bob hi --quote x",
            "chappe send bob hi --ttl 5",
            "chappe card send bob",
            "chappe card send bob --me --vcard x",
            "chappe vote abcd 0",
            "chappe poll bob q one",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
