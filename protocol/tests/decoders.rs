//! Every decoder of what strangers send (the relay protocol has its own list), fed with the fuzz corpora: found inputs
//! become ordinary tests.
//!
//! The `good-…` files are made from the code: `CHAPPE_UPDATE_CORPUS=1 cargo test -p chappe-protocol --test decoders`.

use chappe_protocol::blob::sealing::FileKey;
use chappe_protocol::blob::stickers::{Pack, PackId, PackRef, Picture};
use chappe_protocol::chat::control::block::{Block, Content};
use chappe_protocol::chat::control::genesis::{Genesis, Origin};
use chappe_protocol::chat::control::home::HomeSet;
use chappe_protocol::chat::control::intent::Intent;
use chappe_protocol::chat::control::receipt::Receipt as ControlReceipt;
use chappe_protocol::chat::control::register::Decision;
use chappe_protocol::chat::op::{ControlPoint, Hlc, Op};
use chappe_protocol::chat::proof;
use chappe_protocol::contact::entrance::{ChatLink, EntranceSecret};
use chappe_protocol::contact::invite::Invite;
use chappe_protocol::contact::join::{Declined, JoinRequest, name_of};
use chappe_protocol::contact::mailbox::{Letterbox, Mailbox, MailboxSecret, RelayHint};
use chappe_protocol::contact::relay_link;
use chappe_protocol::contact::request::ContactRequest;
use chappe_protocol::content::card::{Card as SentCard, CardKey};
use chappe_protocol::content::close::Close;
use chappe_protocol::content::delete::Delete;
use chappe_protocol::content::edit::Edit;
use chappe_protocol::content::file::File;
use chappe_protocol::content::forward::{Forward, Proof};
use chappe_protocol::content::head::{Head, Quote, Reply};
use chappe_protocol::content::heard::Heard;
use chappe_protocol::content::hello::Hello;
use chappe_protocol::content::lifetime::Lifetime;
use chappe_protocol::content::live::Live;
use chappe_protocol::content::location::{Location, Point};
use chappe_protocol::content::pin::Pin;
use chappe_protocol::content::poll::{Poll, Quiz};
use chappe_protocol::content::presence::Presence;
use chappe_protocol::content::reaction::Reaction;
use chappe_protocol::content::receipt::{ForOwn, Mark, Receipt};
use chappe_protocol::content::rich::{Entity, Style};
use chappe_protocol::content::sticker::Sticker;
use chappe_protocol::content::text::Text;
use chappe_protocol::content::viewed::Viewed;
use chappe_protocol::content::vote::Vote;
use chappe_protocol::content::wanted::Wanted;
use chappe_protocol::content::{Body, decided::Decided, moved::Moved, stray::Stray, welcome::Welcome};
use chappe_protocol::fuzzing::{self, Decoder};
use chappe_protocol::identity::account_record::{AccountRecord, Card, Locator, RecordKey, SignedCard};
use chappe_protocol::identity::device_log::{Action, DeviceLog, Entry};
use chappe_protocol::identity::keys::{DeviceKey, RootKey};
use chappe_protocol::identity::profile::Profile;
use chappe_protocol::ids::{BlockHash, ChatId, DeviceId, LogTag, NodeId, OpId, UserId};
use chappe_protocol::peer::account::{Account, NewDevice};
use chappe_protocol::peer::linking::code::Code;
use chappe_protocol::peer::linking::handover::{ContactCard, Handover, Said, SettingRow};
use chappe_protocol::session::sealed::SealingKey;
use chappe_protocol::wire::relay::Ballot;
use chappe_protocol::wire::{WireError, registry};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::fs;
use std::path::PathBuf;

fn folder(decoder: Decoder) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(decoder.name())
}

fn key() -> DeviceKey {
    DeviceKey::from_seed([1; 32])
}

fn log() -> DeviceLog {
    let root = RootKey::from_seed([2; 32]);
    let first = Entry::sign(&root, None, Action::Add, key().device(), [3; 32], 5);
    let second = Entry::sign(&root, Some(&first), Action::Add, DeviceId([4; 32]), [5; 32], 6);
    let third = Entry::sign(&root, Some(&second), Action::Remove, DeviceId([4; 32]), [0; 32], 7);
    let mut log = DeviceLog::new(first).unwrap();
    log.append(second).unwrap();
    log.append(third).unwrap();
    log
}

fn locator() -> Locator {
    Locator { signer: [1; 32], opener: [2; 32] }
}

fn pack() -> Pack {
    let png = b"\x89PNG\r\n\x1a\nrest".to_vec();
    Pack { salt: [7; 16], title: "Boats".into(), stickers: vec![Picture("⛵".into(), png)] }
}

fn pack_ref() -> PackRef {
    let relays = vec![RelayHint { relay: NodeId([5; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
    PackRef { version: 1, id: PackId([3; 32]), size: 300, title: "Boats".into(), relays }
}

fn sticker() -> File {
    File {
        key: FileKey([1; 32]),
        root: [2; 32],
        size: 300,
        name: "sticker.webp".into(),
        mime: "image/webp".into(),
        relays: pack_ref().relays,
        caption: String::new(),
        entities: vec![],
        preview: None,
        head: Head::default(),
        play: None,
        album: None,
        sources: vec![],
        sticker: Some(Box::new(Sticker { emoji: "⛵".into(), pack: Some(pack_ref()) })),
    }
}

fn bodies() -> Vec<Body> {
    let marks = vec![Mark(DeviceId([1; 32]), 9, 3), Mark(DeviceId([2; 32]), 1, 0)];
    vec![
        Body::Text(Text::new("Zoë 🦀".into()).unwrap()),
        formatted(),
        Body::Edit(Edit { target: OpId([7; 32]), counter: 1, text: "other".into(), entities: vec![] }),
        Body::Delete(Delete { targets: vec![OpId([7; 32]), OpId([8; 32])] }),
        Body::Reaction(Reaction { target: OpId([7; 32]), emoji: vec!["👍".into()] }),
        Body::Pin(Pin { target: OpId([7; 32]), pinned: true }),
        Body::Poll(poll()),
        Body::Vote(Vote { target: OpId([7; 32]), counter: 1, options: vec![0, 2] }),
        Body::Close(Close { target: OpId([7; 32]) }),
        Body::Card(sent_card()),
        Body::Location(Location { point: point(), venue: None, live_s: Some(60), head: Head::default() }),
        Body::Live(Live { target: OpId([7; 32]), counter: 1, point: point(), ends: true }),
        Body::Lifetime(Lifetime { ttl_s: Some(60) }),
        Body::Viewed(Viewed { target: OpId([7; 32]) }),
        Body::Hello(Hello { name: "Bob".into(), devices: log().encode(), account: Some(locator()) }),
        Body::Hello(Hello { name: "Bob".into(), devices: log().encode(), account: None }),
        Body::Receipt(Receipt { marks: marks.clone(), own: Vec::new(), active: None }),
        Body::Moved(Moved { index: 7, hash: None }),
        Body::Unknown { kind: 999, bytes: vec![0xf6] },
        Body::Receipt(Receipt {
            marks: marks.clone(),
            own: vec![ForOwn(DeviceId([3; 32]), vec![4; 60])],
            active: None,
        }),
        Body::Text(Text { head: Head { topic: Some(7), ..Head::default() }, ..Text::new("a boat".into()).unwrap() }),
        Body::Heard(Heard::Told(OpId([7; 32]))),
        Body::Heard(Heard::Own(vec![ForOwn(DeviceId([3; 32]), vec![4; 80])])),
        Body::Receipt(Receipt { marks, own: Vec::new(), active: Some(1_800_000_000) }),
        Body::Presence(Presence { what: 1 }),
        Body::File(Box::new(sticker())),
        Body::Moved(Moved { index: 7, hash: Some(BlockHash([5; 32])) }),
        Body::Decided(Box::new(decided())),
        Body::Wanted(Wanted { target: OpId([7; 32]) }),
        Body::Stray(Stray { from: 3, hash: BlockHash([1; 32]), signature: vec![2; 64], package: vec![3; 300] }),
        Body::Recall(Welcome {
            chat: ChatId([1; 32]),
            device: DeviceId([2; 32]),
            part: 0,
            parts: 1,
            bytes: vec![4; 9],
        }),
    ]
}

/// A text with everything that it can carry, the proof of a forward included.
fn formatted() -> Body {
    let entities = vec![
        Entity { offset: 0, length: 5, style: Style::Bold },
        Entity { offset: 0, length: 2, style: Style::Link { url: "https://example.org".into() } },
        Entity { offset: 6, length: 2, style: Style::Mention { user: UserId([9; 32]) } },
    ];
    let plain = Text { text: "hello 🦀".into(), entities, head: Head::default() };
    let op = Op {
        chat: ChatId([1; 32]),
        device: key().device(),
        seq: 1,
        prev: OpId([0; 32]),
        deps: vec![],
        control: ControlPoint { index: 1, hash: BlockHash([5; 32]) },
        hlc: Hlc::at(1_800_000_000_000),
        kind: Body::Text(plain.clone()).kind(),
        body: Body::Text(plain.clone()).encode().unwrap(),
    };
    let certificate = log().encode()[..206].to_vec();
    let proof = Some(Proof { op: op.sign(&key()).bytes, certificate });
    let forward = Forward { user: log().user(), name: "Ann".into(), at: 1_800_000_000_000, proof };
    let quote = Some(Quote { offset: 3, text: "part".into() });
    let reply = Some(Reply { to: OpId([8; 32]), quote });
    let head = Head { reply, forward: Some(Box::new(forward)), ttl_s: Some(3600), ..Head::default() };
    Body::Text(Text { head, ..plain })
}

#[test]
fn a_forged_forward_is_refused() {
    let Body::Text(good) = formatted() else { panic!() };
    assert!(Body::decode(1, &Body::Text(good.clone()).encode().unwrap()).is_ok());
    type Forge = fn(&mut Text, &mut Forward);
    let forgeries: [(&str, Forge); 6] = [
        ("other words", |text, _| text.text = "hallo 🦀".into()),
        ("other formatting", |text, _| text.entities.truncate(1)),
        ("another author", |_, forward| forward.user = UserId([3; 32])),
        ("another time", |_, forward| forward.at += 1),
        ("a flipped bit in the operation", |_, forward| forward.proof.as_mut().unwrap().op[200] ^= 1),
        ("another certificate", |_, forward| forward.proof.as_mut().unwrap().certificate[100] ^= 1),
    ];
    for (name, forge) in forgeries {
        let mut text = good.clone();
        let mut forward = text.head.forward.take().unwrap();
        forge(&mut text, &mut forward);
        text.head.forward = Some(forward);
        let refused = Body::decode(1, &Body::Text(text).encode().unwrap());
        assert_eq!(refused, Err(WireError::Invalid("the proof of a forward")), "{name}");
    }
}

fn poll() -> Poll {
    Poll {
        question: "Where?".into(),
        options: vec!["here".into(), "there".into(), "elsewhere".into()],
        anonymous: true,
        multiple: false,
        quiz: Some(Quiz { right: 2, explanation: "far away".into() }),
        closes: Some(1_900_000_000_000),
        head: Head::default(),
    }
}

fn sent_card() -> SentCard {
    let certificate = log().encode()[..206].to_vec();
    let key = Some(CardKey { user: log().user(), certificate });
    SentCard {
        name: "Ann".into(),
        key,
        phones: vec!["+41 1".into()],
        emails: vec!["a@b.c".into()],
        ..SentCard::default()
    }
}

fn point() -> Point {
    Point { latitude: 473_769_000, longitude: 85_417_000, accuracy: Some(10), heading: None }
}

fn mailbox() -> Mailbox {
    let relays = vec![RelayHint { relay: NodeId([6; 32]), addrs: vec!["/ip4/127.0.0.1/tcp/4001".into()] }];
    Mailbox { number: [7; 32], sealing_key: [8; 32], relays }
}

fn genesis() -> Genesis {
    let home = HomeSet::new(vec![NodeId([6; 32])], false).unwrap();
    let (chat, creator) = (ChatId([1; 32]), UserId([2; 32]));
    Genesis::sign(
        Origin { chat, kind: 1, title: String::new(), creator, device: key().device(), created: 5, home },
        &key(),
    )
    .unwrap()
}

fn request() -> Vec<u8> {
    let request = ContactRequest {
        version: 1,
        to: fuzzing::recipient(),
        device: key().device(),
        devices: log().encode(),
        account: locator(),
        name: "Alice".into(),
        greeting: "hello".into(),
        mailbox: mailbox(),
        genesis: genesis().bytes().to_vec(),
        welcome: vec![1; 100],
        home: mailbox().relays,
    };
    let rng = &mut ChaCha20Rng::from_seed([9; 32]);
    request.seal(&key(), &SealingKey::from_seed(fuzzing::SEALING_SEED).public, rng).unwrap()
}

fn invite() -> Vec<u8> {
    let user = UserId([3; 32]);
    let invite = Invite { version: 1, user, name: "Zoë".into(), mailbox: mailbox(), token: [4; 32], expires: 9 };
    invite.link().unwrap().into_bytes()
}

fn chat_link() -> ChatLink {
    let secret = EntranceSecret::from(fuzzing::SEALING_SEED);
    ChatLink {
        version: 1,
        genesis: BlockHash([1; 32]),
        kind: registry::chat::GROUP,
        title: "Pioneers".into(),
        seed: secret.seed(),
        sealing_key: secret.sealing().public,
        relays: mailbox().relays,
    }
}

/// A request and a note that one was declined.
fn entrance() -> Vec<Vec<u8>> {
    let (secret, rng) = (EntranceSecret::from(fuzzing::SEALING_SEED), &mut ChaCha20Rng::from_seed([9; 32]));
    let request = JoinRequest {
        device: key().device(),
        devices: log().encode(),
        name: "Zoë".into(),
        greeting: "hello".into(),
        package: vec![3; 300],
        letterbox: Letterbox([6; 32]),
        relays: mailbox().relays,
        at: 9,
    };
    let request = request.seal(&chat_link(), &key(), rng).unwrap();
    let certificate = log().entries()[0].bytes.clone();
    let declined = Declined { certificate, request: name_of(&request) };
    vec![request, declined.seal(&secret, &key(), rng).unwrap()]
}

fn account_record() -> Vec<u8> {
    let (user, device) = (log().user(), key().device());
    let profile = Profile { username: "zoe_1990".into(), ..Profile::default() };
    let card = Card {
        user,
        device,
        at: 7,
        name: "Zoë".into(),
        profile,
        mailbox: Some(mailbox()),
        letterbox: Letterbox([6; 32]),
    };
    let mut record = AccountRecord::new(log());
    assert!(record.add(SignedCard::sign(card, &key()).unwrap()));
    record.to_row().unwrap()
}

fn link_code() -> Vec<u8> {
    let relay = mailbox().relays.remove(0);
    Code::random(relay, &mut ChaCha20Rng::from_seed([8; 32])).text().unwrap().into_bytes()
}

fn handover() -> Vec<u8> {
    let root = RootKey::from_seed([2; 32]);
    let (old, new) = (DeviceKey::from_seed([13; 32]), fuzzing::newcomer());
    let first = Entry::sign(&root, None, Action::Add, old.device(), fuzzing::giver().public, 5);
    let second = Entry::sign(&root, Some(&first), Action::Add, new.device(), [1; 32], 6);
    let mut devices = DeviceLog::new(first).unwrap();
    devices.append(second).unwrap();
    let device = NewDevice { key: old, sealing: fuzzing::giver(), mailbox: MailboxSecret([1; 32]) };
    let account = Account::of(device, devices, RecordKey::of(&root), "Zoë".into(), mailbox().relays).unwrap();
    let contact = ContactCard {
        user: UserId([3; 32]),
        name: "Bob".into(),
        since: 9,
        mailbox: mailbox(),
        devices: log().encode(),
        account: Some(locator()),
    };
    let setting = SettingRow { key: vec![4; 33], at: 1, by: DeviceId([1; 32]), value: vec![5] };
    let parts = Handover::of(&account, vec![contact], vec![setting]).parts().unwrap();
    let part = |part| if let Said::Part { bytes, .. } = part { bytes } else { Vec::new() };
    parts.into_iter().flat_map(part).collect()
}

fn block() -> Vec<u8> {
    let content = Content {
        chat: ChatId([1; 32]),
        index: 1,
        prev: genesis().hash(),
        author: key().device(),
        intent: Intent::KeyUpdate,
        commit: vec![7; 90],
        state: [8; 32],
        home: genesis().origin().home.clone(),
    };
    Block::sign(content, &key()).unwrap().bytes().to_vec()
}

fn control_receipt() -> ControlReceipt {
    ControlReceipt {
        tag: LogTag([1; 32]),
        index: 1,
        ballot: Ballot { round: 1, proposer: [2; 16] },
        hash: BlockHash([3; 32]),
        signatures: vec![(NodeId([6; 32]), [4; 64])],
    }
}

fn decided() -> Decided {
    Decided::new(Decision { receipt: control_receipt(), block: Block::decode(&block()).unwrap() }).unwrap()
}

fn op(body: &Body) -> Op {
    let state = chappe_protocol::content::is_state(body.kind());
    Op {
        chat: ChatId([1; 32]),
        device: key().device(),
        seq: 2,
        prev: if state { OpId([0; 32]) } else { OpId([5; 32]) },
        deps: vec![OpId([6; 32])],
        control: ControlPoint { index: 0, hash: BlockHash([7; 32]) },
        hlc: Hlc::at(1_800_000_000_000),
        kind: body.kind(),
        body: body.encode().unwrap(),
    }
}

/// Good inputs of a decoder.
fn good(decoder: Decoder) -> Vec<Vec<u8>> {
    let with_kind = |body: &Body| [&body.kind().to_be_bytes()[..], &body.encode().unwrap()].concat();
    match decoder {
        Decoder::DeviceLog => vec![log().encode()],
        Decoder::Body => bodies().iter().map(with_kind).collect(),
        Decoder::Op => bodies().iter().map(|body| op(body).sign(&key()).bytes).collect(),
        Decoder::Invite => vec![invite()],
        Decoder::ContactRequest => vec![request()],
        Decoder::RelayLink => vec![relay_link::text(&mailbox().relays[0]).unwrap().into_bytes()],
        Decoder::ChatLink => vec![chat_link().text().unwrap().into_bytes()],
        Decoder::Entrance => entrance(),
        Decoder::Genesis => vec![genesis().bytes().to_vec()],
        Decoder::Block => vec![block()],
        Decoder::ControlReceipt => vec![control_receipt().encode()],
        Decoder::Envelope => vec![fuzzing::envelope()],
        Decoder::StickerPack => vec![pack().encode().unwrap().1],
        Decoder::StickerLink => vec![pack_ref().link().unwrap().into_bytes()],
        Decoder::AccountRecord => vec![account_record()],
        Decoder::LinkCode => vec![link_code()],
        Decoder::Handover => vec![handover()],
        Decoder::Proof => {
            vec![proof::encode(log().certificate(&key().device()).unwrap(), &op(&bodies()[0]).sign(&key()))]
        }
    }
}

#[test]
fn good_inputs_are_accepted_and_stand_in_the_corpus() {
    for decoder in Decoder::ALL {
        for (n, bytes) in good(decoder).into_iter().enumerate() {
            assert!(decoder.run(&bytes), "{}: a good input is refused", decoder.name());
            let file = folder(decoder).join(format!("good-{n}"));
            if std::env::var_os("CHAPPE_UPDATE_CORPUS").is_some() {
                fs::create_dir_all(folder(decoder)).unwrap();
                fs::write(&file, &bytes).unwrap();
            }
            let stored = fs::read(&file).unwrap_or_default();
            assert!(stored == bytes, "{} is not what the code makes now: was a format changed?", file.display());
        }
    }
}

#[test]
fn the_corpora_are_decoded_without_a_panic() {
    for decoder in Decoder::ALL {
        for file in fs::read_dir(folder(decoder)).unwrap().map(|file| file.unwrap().path()) {
            let accepted = decoder.run(&fs::read(&file).unwrap());
            let good = file.file_name().unwrap().to_string_lossy().starts_with("good-");
            assert!(accepted || !good, "{}", file.display());
        }
    }
}

/// Everything but a body (which has no signature or checksum of its own) notices every change.
#[test]
fn every_cut_every_flipped_byte_and_every_tail_is_refused() {
    for decoder in Decoder::ALL.into_iter().filter(|decoder| *decoder != Decoder::Body) {
        // A block's signature is checked where it is used, and a receipt's are checked against a home set.
        // A handover comes over a channel that authenticates it. A pack is named by its hash.
        let signed =
            !matches!(decoder, Decoder::Block | Decoder::ControlReceipt | Decoder::Handover | Decoder::StickerPack);
        for bytes in good(decoder) {
            for at in 0..bytes.len() {
                let whole_entries = decoder == Decoder::DeviceLog && at > 0 && at % 206 == 0;
                assert!(!decoder.run(&bytes[..at]) || whole_entries, "{} cut at {at}", decoder.name());
                let mut flipped = bytes.clone();
                flipped[at] ^= 0x80;
                let accepted = decoder.run(&flipped);
                assert!(!accepted || !signed, "{} flipped at {at}", decoder.name());
            }
            assert!(!decoder.run(&[&bytes[..], &[0]].concat()), "{} with a tail", decoder.name());
        }
        assert!(!decoder.run(&[]), "{} of nothing", decoder.name());
        assert!(!decoder.run(&[0xff; 500]), "{} of ones", decoder.name());
        assert!(!decoder.run(&vec![0; 300_000]), "{} of many zeros", decoder.name());
    }
}

#[test]
fn bodies_out_of_shape_never_panic() {
    for body in good(Decoder::Body) {
        for at in 0..body.len() {
            Decoder::Body.run(&body[..at]);
            let mut flipped = body.clone();
            flipped[at] ^= 0x80;
            Decoder::Body.run(&flipped);
        }
    }
}
