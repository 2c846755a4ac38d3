//! What was listened to: its author sees it, all devices of whoever listened know it, and nobody else if they do not tell.

use crate::conversation::couple;
use crate::devices::two_devices;
use crate::hostile::Liar;
use crate::messages::file;
use chappe_protocol::chat::op::Op;
use chappe_protocol::content::Body;
use chappe_protocol::content::file::File;
use chappe_protocol::content::heard::Heard;
use chappe_protocol::content::play::{Play, Role};
use chappe_protocol::content::receipt::ForOwn;
use chappe_protocol::ids::{ChatId, OpId};
use chappe_protocol::peer::account::Account;
use chappe_protocol::peer::command::{Act, Command, CommandError, Look, Reply};
use chappe_protocol::peer::message::MessageView;
use chappe_protocol::session::sealed::seal;
use chappe_tests::world::World;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn voice() -> Body {
    let (title, performer) = (String::new(), String::new());
    let play = Some(Play { role: Role::Voice, duration_ms: 1, peaks: vec![7], title, performer });
    Body::File(Box::new(File { name: "voice.ogg".into(), mime: "audio/ogg".into(), play, ..file() }))
}

fn say(world: &mut World, peer: usize, chat: ChatId) -> MessageView {
    let said = world.ask(peer, Command::Say { chat, body: Box::new(voice()), nonce: None });
    let Ok(Reply::Message(message)) = said else { panic!("{said:?}") };
    world.pass(5_000);
    *message
}

fn hear(world: &mut World, peer: usize, message: OpId) -> Result<Reply, CommandError> {
    let heard = world.ask(peer, Command::Act(Act::Hear(message)));
    world.pass(5_000);
    heard
}

fn heard(world: &mut World, peer: usize, message: OpId) -> Option<bool> {
    let found = world.ask(peer, Command::Look(Look::Message(message)));
    let Ok(Reply::Message(message)) = found else { panic!("{found:?}") };
    message.heard
}

#[test]
fn its_author_sees_that_a_voice_message_was_heard() {
    let (mut world, chat) = couple(1);
    let (said, text) = (say(&mut world, 0, chat), world.say(0, chat, "a text"));
    world.pass(1_000);
    assert_eq!((heard(&mut world, 0, said.id), heard(&mut world, 1, said.id)), (Some(false), Some(false)));
    assert_eq!(heard(&mut world, 1, text.id), None);
    assert!(matches!(hear(&mut world, 1, text.id), Err(CommandError::Refused(_))));
    assert!(matches!(hear(&mut world, 1, OpId([9; 32])), Err(CommandError::NotFound(_))));
    hear(&mut world, 0, said.id).unwrap();
    assert_eq!(heard(&mut world, 0, said.id), Some(false), "one's own is heard by others");
    world.stop(0);
    hear(&mut world, 1, said.id).unwrap();
    let log = world.frames;
    hear(&mut world, 1, said.id).unwrap();
    assert_eq!(world.frames, log, "a second time says nothing");
    world.start(0);
    world.pass(5_000);
    assert_eq!((heard(&mut world, 0, said.id), heard(&mut world, 1, said.id)), (Some(true), Some(true)));
    world.stop(1);
    world.start(1);
    assert_eq!(heard(&mut world, 1, said.id), Some(true), "after a restart");
    assert!(world.refusals(0).is_empty() && world.refusals(1).is_empty());
}

#[test]
fn what_was_heard_on_one_device_is_heard_on_the_other_and_nobody_else_is_told_who_does_not_want_it() {
    let (mut world, chat, second) = two_devices();
    let first = say(&mut world, 1, chat);
    hear(&mut world, second, first.id).unwrap();
    assert_eq!((heard(&mut world, 0, first.id), heard(&mut world, 1, first.id)), (Some(true), Some(true)));
    for peer in [0, second] {
        world.ask(peer, Command::Act(Act::SetReadReceipts(false))).unwrap();
    }
    let quiet = say(&mut world, 1, chat);
    world.stop(0);
    hear(&mut world, second, quiet.id).unwrap();
    world.start(0);
    world.pass(5_000);
    assert_eq!((heard(&mut world, 0, quiet.id), heard(&mut world, second, quiet.id)), (Some(true), Some(true)));
    assert_eq!(heard(&mut world, 1, quiet.id), Some(false), "Bob is told nothing");
    let own = say(&mut world, 0, chat);
    hear(&mut world, 1, own.id).unwrap();
    assert_eq!(heard(&mut world, 0, own.id), None, "who does not tell is not told");
    assert!(world.refusals(0).is_empty() && world.refusals(1).is_empty(), "{:?}", world.refusals(1));
}

#[test]
fn nobody_can_say_that_another_has_heard_something() {
    let (mut world, chat) = couple(1);
    let said = say(&mut world, 1, chat);
    let mut liar = Liar::new(&mut world, chat);
    let alice = Account::load(&world.peers[0].store).unwrap().unwrap();
    let sealed = seal(&alice.sealing.public, &said.id.0, &mut ChaCha20Rng::from_seed([4; 32])).unwrap();
    let body = Body::Heard(Heard::Own(vec![ForOwn(alice.device(), sealed)]));
    let op = Op { kind: body.kind(), body: body.encode().unwrap(), ..liar.next("x") };
    let envelope = liar.seal_op(op);
    liar.push(&mut world, envelope);
    assert_eq!(heard(&mut world, 0, said.id), Some(false));
    // His own word about his own message.
    let mut other = couple(1);
    let said = say(&mut other.0, 1, other.1);
    let mut liar = Liar::new(&mut other.0, other.1);
    let body = Body::Heard(Heard::Told(said.id));
    let op = Op { kind: body.kind(), body: body.encode().unwrap(), ..liar.next("x") };
    let envelope = liar.seal_op(op);
    liar.push(&mut other.0, envelope);
    assert_eq!(other.0.refusals(0).get("view or hearing of an own message"), Some(&1));
    assert_eq!(heard(&mut other.0, 0, said.id), Some(false));
}
