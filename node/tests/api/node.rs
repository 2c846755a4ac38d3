//! A node's API with a core that answers from a script and tells what it was asked.

use chappe_node::api::{Api, ApiFile, Options};
use chappe_node::handle::{Ask, Handle};
use chappe_protocol::chat::control::rules::{Permissions, Rights, Role};
use chappe_protocol::content::Body;
use chappe_protocol::content::card::Card;
use chappe_protocol::identity::profile::Profile as About;
use chappe_protocol::ids::{ChatId, DeviceId, NodeId, OpId, UserId};
use chappe_protocol::peer::chat::events::{ChatEvent, EventView, What};
use chappe_protocol::peer::chat::state::Standing;
use chappe_protocol::peer::command::{Act, Command, CommandError, DoorCommand, Event, Look, OwnCommand, Reply};
use chappe_protocol::peer::message::{Content, MessageView, ReactionView, Wording};
use chappe_protocol::peer::view::*;
use chappe_protocol::wire::registry;
use reqwest::{Method, RequestBuilder, Response};
use std::net::SocketAddr;
use std::path::Path;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;

pub const CHAT: ChatId = ChatId([1; 32]);
pub const ALICE: UserId = UserId([2; 32]);
pub const BOB: UserId = UserId([3; 32]);
pub const OP: OpId = OpId([4; 32]);
pub const RELAY: NodeId = NodeId([5; 32]);
pub const DEVICE: DeviceId = DeviceId([6; 32]);

pub struct Node {
    pub dir: tempfile::TempDir,
    pub addr: SocketAddr,
    pub token: String,
    pub login: String,
    pub events: broadcast::Sender<Event>,
    pub asked: mpsc::UnboundedReceiver<String>,
    pub http: reqwest::Client,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Node {
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), None).await
    }

    pub async fn start_in(dir: tempfile::TempDir, bind: Option<SocketAddr>) -> Self {
        let (handle, inbox, events) = Handle::new();
        let options = Options { data: dir.path().to_owned(), bind, public: false, hosts: vec![] };
        let api = Api::start(options, handle, None).await.unwrap();
        let (told, asked) = mpsc::unbounded_channel();
        tokio::spawn(answer_all(inbox, told));
        let (addr, login) = (api.addr(), api.login_url().unwrap());
        let token = ApiFile::read(dir.path()).unwrap().unwrap().token;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move { api.serve(async { stopped.await.unwrap() }).await.unwrap() });
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { dir, addr, token, login, events, asked, http, stop, server }
    }

    pub async fn stop(self) -> tempfile::TempDir {
        self.stop.send(()).unwrap();
        self.server.await.unwrap();
        self.dir
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// A request without any key.
    pub fn stranger(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// A request with the program's token.
    pub fn program(&self, method: Method, path: &str) -> RequestBuilder {
        self.stranger(method, path).bearer_auth(&self.token)
    }

    /// Opens the login link; the cookie it gave.
    pub async fn log_in(&self) -> String {
        let response = self.http.get(&self.login).send().await.unwrap();
        assert_eq!(response.status(), 303);
        assert_eq!(response.headers()["location"], "/");
        response.headers()["set-cookie"].to_str().unwrap().to_owned()
    }

    /// What the core was asked since the last call, in debug form.
    pub fn commands(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.asked.try_recv().ok()).collect()
    }
}

pub fn session(cookie: &str) -> &str {
    cookie.split(';').next().unwrap()
}

pub async fn error(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let body: serde_json::Value = response.json().await.unwrap();
    let field = |name: &str| body["error"][name].as_str().unwrap().to_owned();
    (status, field("code"), field("message"))
}

async fn answer_all(mut inbox: mpsc::Receiver<Ask>, told: mpsc::UnboundedSender<String>) {
    while let Some(ask) = inbox.recv().await {
        drop(told.send(format!("{:?}", ask.command)));
        drop(ask.answer.send(answer(ask.command)));
    }
}

fn answer(command: Command) -> Result<Reply, CommandError> {
    Ok(match command {
        Command::Status => Reply::Status(status()),
        Command::SetName(name) if name.is_empty() => return Err(CommandError::Invalid("a name needs a letter".into())),
        Command::AddContact { link, .. } if link == "chappe:self" => {
            return Err(CommandError::Refused("that is your own link".into()));
        }
        Command::AcceptContact(UserId([9, ..])) => return Err(CommandError::NotFound("contact request")),
        Command::RemoveRelay(NodeId([9, ..])) => return Err(CommandError::Store("the disk is full".into())),
        Command::SetName(_)
        | Command::AddRelay { .. }
        | Command::RemoveRelay(_)
        | Command::RevokeInvite { .. }
        | Command::DeclineContact(_)
        | Command::MarkRead { .. }
        | Command::RenewKeys(_)
        | Command::ReplaceHome { .. }
        | Command::SpreadHome(_)
        | Command::AddMembers { .. }
        | Command::RemoveMember { .. }
        | Command::Leave(_)
        | Command::DeleteChat { .. }
        | Command::Change { .. } => Reply::Done,
        Command::CreateChat { kind, title } => Reply::Chat(Box::new(ChatView { kind, title, with: None, ..chat() })),
        Command::Archive(_) => return Err(CommandError::NotFound("chat")),
        Command::Members(_) => Reply::Members(Box::new(members())),
        Command::CreateInvite { uses, .. } => Reply::Invite(InviteView { uses, ..invite() }),
        Command::Invites => Reply::Invites(vec![invite()]),
        Command::AddContact { .. } | Command::AcceptContact(_) => Reply::Contact(contact()),
        Command::Contacts => Reply::Contacts(vec![contact()]),
        Command::Chats => Reply::Chats(vec![chat()]),
        Command::SendText { text, .. } => Reply::Message(Box::new(MessageView { text, ..message() })),
        Command::Say { body, .. } => match *body {
            Body::Text(text) => {
                Reply::Message(Box::new(MessageView { text: text.text, entities: text.entities, ..message() }))
            }
            _ => Reply::Message(Box::new(message())),
        },
        Command::CardOf(_) => Reply::Card(Box::new(Card { name: "Bob".into(), ..Card::default() })),
        Command::Act(Act::Edit { text, entities, .. }) => {
            Reply::Message(Box::new(MessageView { text, entities, edited: Some(9), ..message() }))
        }
        Command::Act(Act::React { emoji, .. }) => {
            let reactions = emoji.into_iter().map(|emoji| ReactionView { emoji, count: 1, mine: true }).collect();
            Reply::Message(Box::new(MessageView { reactions, ..message() }))
        }
        Command::Act(
            Act::Delete { .. }
            | Act::SetLifetime { .. }
            | Act::Clear { .. }
            | Act::SetReadReceipts(_)
            | Act::Typing(_)
            | Act::ReadTopic { .. }
            | Act::Here(_)
            | Act::Want { .. },
        ) => Reply::Done,
        Command::Look(Look::Events(_)) => Reply::Events(vec![event()]),
        Command::Look(Look::Chat(_)) => Reply::Chat(Box::new(chat())),
        Command::Look(Look::Topics(_)) => Reply::Topics(vec![topic()]),
        Command::Look(Look::SeenRoughly) => Reply::SeenRoughly(false),
        Command::Look(Look::ReadReceipts) => Reply::ReadReceipts(true),
        Command::Look(Look::OwnRelays | Look::Home(_) | Look::RelaysOf(_)) => Reply::Relays(Vec::new()),
        Command::Act(Act::Forward { .. })
        | Command::Look(Look::Pinned(_) | Look::Mentions(_) | Look::InTopic { .. }) => Reply::Messages(vec![message()]),
        Command::Act(
            Act::Pin { .. } | Act::Vote { .. } | Act::Close(_) | Act::Point { .. } | Act::View(_) | Act::Hear(_),
        )
        | Command::Look(Look::Message(_)) => Reply::Message(Box::new(message())),
        Command::Look(Look::Wordings(_)) => {
            Reply::Wordings(vec![Wording { text: "first".into(), entities: vec![], at: 7 }])
        }
        Command::Look(Look::Reactions(_)) => Reply::Reactions(vec![(BOB, vec!["👍".into()])]),
        Command::Look(Look::Votes(_)) => Reply::Votes(vec![(BOB, vec![1])]),
        Command::History { .. } => Reply::Messages(vec![message()]),
        Command::Truth(_) => Reply::Truth(Box::new(truth())),
        Command::Own(command) => own(command),
        Command::Door(command) => door(command),
        Command::Join { .. } => Reply::Join(Box::new(join())),
        Command::Joins => Reply::Joins(vec![join()]),
        Command::CancelJoin(_) => Reply::Done,
    })
}

fn door(command: DoorCommand) -> Reply {
    match command {
        DoorCommand::MakeLink { uses, approval, .. } => {
            Reply::ChatLink(Box::new(ChatLinkView { uses, approval, ..chat_link() }))
        }
        DoorCommand::Links(_) => Reply::ChatLinks(vec![chat_link()]),
        DoorCommand::Asking(chat) => Reply::Asking(vec![AskingView {
            request: [8; 32],
            chat,
            link: [7; 16],
            user: BOB,
            name: "Bob".into(),
            greeting: "hello".into(),
            at: 6,
        }]),
        DoorCommand::RevokeLink { .. } | DoorCommand::Answer { .. } => Reply::Done,
    }
}

fn chat_link() -> ChatLinkView {
    ChatLinkView {
        id: [7; 16],
        chat: CHAT,
        link: "chappe:join/abc".into(),
        by: ALICE,
        uses: 3,
        used: 1,
        expires: 9,
        approval: true,
        relays: 4,
    }
}

fn join() -> JoinView {
    let (id, title, problem) = ([7; 16], "Pioneers".into(), String::new());
    JoinView { id, kind: registry::chat::GROUP, title, since: 5, relays: 2, problem }
}

fn own(command: OwnCommand) -> Reply {
    match command {
        OwnCommand::Devices => {
            let device = DeviceView { device: DEVICE, name: "laptop".into(), this: true, added: 8 };
            Reply::Devices(DevicesView { devices: vec![device], removed: false, forked: true })
        }
        OwnCommand::StartLink | OwnCommand::LinkState | OwnCommand::ConfirmLink(_) => Reply::Link(link()),
        OwnCommand::Folders | OwnCommand::PutFolder { .. } => {
            Reply::Folders(vec![FolderView { id: [6; 32], name: "Work".into(), chats: vec![CHAT] }])
        }
        OwnCommand::Safety(_) => Reply::Safety(SafetyView { number: "12345".into(), qr: vec![1, 2], verified: true }),
        OwnCommand::OwnProfile => Reply::OwnProfile(OwnProfileView {
            about: about(),
            hidden: vec![chappe_protocol::identity::profile::Field::Bio],
        }),
        OwnCommand::SetProfile { .. } | OwnCommand::HideProfile { .. } | OwnCommand::SetSeenRoughly(_) => Reply::Done,
        OwnCommand::Prove(_) => Reply::Proof(vec![1, 2, 3]),
        OwnCommand::CheckWords(_)
        | OwnCommand::NameDevice { .. }
        | OwnCommand::RemoveDevice { .. }
        | OwnCommand::CancelLink
        | OwnCommand::ChangeList { .. }
        | OwnCommand::RemoveFolder(_)
        | OwnCommand::Block { .. }
        | OwnCommand::SetHistory(_)
        | OwnCommand::Verify { .. } => Reply::Done,
        OwnCommand::Stickers => Reply::Stickers { packs: Vec::new(), favourites: Vec::new() },
        OwnCommand::AddStickers(_) | OwnCommand::RemoveStickers(_) | OwnCommand::LikeSticker { .. } => Reply::Done,
        OwnCommand::Histories => Reply::Histories(Vec::new()),
        OwnCommand::ForWords => Reply::ForWords(Box::default()),
        OwnCommand::Newcomers => Reply::Newcomers(Vec::new()),
        OwnCommand::Handed => Reply::Handed(None),
        OwnCommand::Hand { .. } | OwnCommand::TookHanded => Reply::Done,
    }
}

fn about() -> About {
    About { bio: "likes crabs".into(), ..About::default() }
}

fn link() -> LinkView {
    LinkView {
        stage: LinkStage::Offered,
        text: "chappe-link:abc".into(),
        code: "ABCDE-12345".into(),
        expires: 9,
        device: Some(DEVICE),
        name: "phone".into(),
        number: "123 456".into(),
        compare: true,
        problem: String::new(),
    }
}

pub fn message() -> MessageView {
    MessageView {
        id: OP,
        chat: CHAT,
        from: ALICE,
        author: "Alice".into(),
        mine: true,
        text: "<b>hi</b>".into(),
        entities: vec![],
        content: Content::Text,
        at: 1_790_000_000_000,
        order: "0001".into(),
        ticks: Some(Ticks::Sent),
        reply: None,
        forward: None,
        edited: None,
        reactions: vec![],
        pinned: false,
        expires: None,
        topic: 0,
        views: None,
        heard: None,
    }
}

fn topic() -> TopicView {
    TopicView {
        id: 7,
        title: "Boats".into(),
        icon: "⛵".into(),
        closed: false,
        by: Some(ALICE),
        unread: 2,
        last: Some(MessageView { topic: 7, ..message() }),
    }
}

fn event() -> EventView {
    let event = ChatEvent { at: 7, by: ALICE, what: What::Added(vec![BOB], false) };
    EventView { index: 3, event, names: [(ALICE, "Alice".into()), (BOB, "Bob".into())].into() }
}

fn chat() -> ChatView {
    ChatView {
        id: CHAT,
        kind: registry::chat::PRIVATE,
        title: "Bob".into(),
        with: Some(BOB),
        standing: Standing::In,
        members: 2,
        accepted: true,
        last: Some(message()),
        unread: 3,
        mentions: 0,
        pinned: 1,
        archived: false,
        muted_until: 0,
        marked_unread: true,
        draft: "so far".into(),
        ttl_s: None,
        online_until: 0,
        seen: 0,
        picture: None,
        topics: 0,
        deleted: false,
        events: 0,
        missing: Vec::new(),
        forks: vec![ForkView { index: 3, at: 1_700_000_000_000, relays: vec![RELAY], healed: true }],
    }
}

fn members() -> MembersView {
    MembersView {
        chat: CHAT,
        kind: registry::chat::GROUP,
        index: 7,
        title: "Pioneers".into(),
        about: "who went first".into(),
        picture: None,
        role: Role::Owner,
        permissions: Permissions(Permissions::TEXT.0 | Permissions::REACT.0),
        slow_mode: 30,
        signed: true,
        home: vec![RELAY],
        members: vec![
            MemberView { user: ALICE, name: "Alice".into(), role: Role::Owner, devices: vec![DEVICE] },
            MemberView { user: BOB, name: "Bob".into(), role: Role::Admin(Rights::BAN), devices: vec![] },
        ],
        waiting: 1,
    }
}

fn contact() -> ContactView {
    ContactView {
        profile: Profile { user: BOB, name: "Bob".into() },
        state: ContactState::Pending,
        chat: None,
        greeting: "hello".into(),
        since: 7,
        problem: String::new(),
        about: about(),
        blocked: false,
        devices: 2,
        forked: false,
    }
}

fn invite() -> InviteView {
    InviteView { id: u64::MAX, link: "chappe:abc".into(), uses: 1, expires: 0, relays: 2 }
}

fn status() -> StatusView {
    StatusView {
        profile: Profile { user: ALICE, name: "Alice".into() },
        device: DEVICE,
        relays: vec![RelayView {
            relay: RELAY,
            addrs: vec!["/ip4/127.0.0.1/tcp/1".into()],
            connected: true,
            since: 5,
            own: true,
            chats: 1,
        }],
        outbox: 2,
        unsent: 1,
        parked: 0,
        chats: 1,
    }
}

fn truth() -> TruthView {
    TruthView {
        message: message(),
        relays: vec![
            (RELAY, RelayCopy::Holds { until: 9 }),
            (RELAY, RelayCopy::Released),
            (RELAY, RelayCopy::Waiting("no link".into())),
        ],
        devices: vec![
            (BOB, DEVICE, DeviceCopy::Has { read: true }),
            (BOB, DEVICE, DeviceCopy::Waiting("not seen yet".into())),
        ],
    }
}

pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
