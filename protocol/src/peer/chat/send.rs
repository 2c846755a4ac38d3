//! Own operations: signed, sealed, into the timeline and the outbox in one commit, then on their way.

use super::said::{self, Told};
use super::state::{Chat, Queued, Standing, device_partition};
use super::{Chats, history, introduce, rights, rooms};
use crate::chat::control::rules::Denied;
use crate::chat::envelope::seal;
use crate::chat::op::{Hlc, Op, SignedOp};
use crate::chat::room::{self, SecretKey};
use crate::chat::timeline::Refused;
use crate::chat::timeline::row::Place;
use crate::content::text::Text;
use crate::content::{Body, Sort, is_state};
use crate::ids::{ChatId, OpId};
use crate::peer::command::{CommandError, Reply};
use crate::peer::context::{Context, Fatal};
use crate::peer::links::{Purpose, RoomAt};
use crate::peer::nonces::Nonces;
use crate::store::{Batch, Table};
use crate::wire::relay::Request;

impl Chats {
    /// Sends a text.
    pub fn send_text(
        &mut self,
        id: ChatId,
        text: String,
        nonce: Option<[u8; 16]>,
        nonces: &mut Nonces,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        match Text::new(text) {
            Ok(text) => self.say(id, Body::Text(text), nonce, nonces, ctx),
            Err(error) => Ok(Err(CommandError::Invalid(format!("the message cannot be sent: {error}")))),
        }
    }

    /// Says something that stands in the timeline.
    pub fn say(
        &mut self,
        id: ChatId,
        body: Body,
        nonce: Option<[u8; 16]>,
        nonces: &mut Nonces,
        ctx: &mut Context<'_>,
    ) -> Result<Result<Reply, CommandError>, Fatal> {
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        if let Some(earlier) = nonce.and_then(|nonce| nonces.find(&nonce)) {
            let earlier = history::message(chat, &earlier, ctx)?;
            return Ok(earlier.map(|message| Reply::Message(Box::new(message))));
        }
        if let Some(why) = chat.info.standing.outside() {
            return Ok(Err(CommandError::Refused(why.into())));
        }
        let body = with_lifetime(body, chat.said.ttl_s);
        if let Err(why) = can_be_said(chat, &body, ctx)? {
            return Ok(Err(why));
        }
        introduce::if_due(chat, ctx)?;
        let (op, told) = match say(chat, &body, ctx)? {
            Ok(said) => said,
            Err(refused) => return Ok(Err(CommandError::Refused(refused.to_string()))),
        };
        if let Some(nonce) = nonce {
            nonces.remember(nonce, op.id, &mut ctx.batch);
        }
        chat.said.typing.sent();
        self.changed.insert(id);
        let message = told.message.ok_or(Fatal::Bug("an own message has no view"))?;
        Ok(Ok(Reply::Message(Box::new(message))))
    }
}

/// A message that names no lifetime gets the chat's.
pub fn with_lifetime(mut body: Body, ttl_s: Option<u32>) -> Body {
    let Some(head) = body.head_mut() else { return body };
    head.ttl_s = head.ttl_s.or(ttl_s);
    body
}

/// A message whose bounds are kept and whose answer is to a message that is there.
fn can_be_said(chat: &Chat, body: &Body, ctx: &mut Context<'_>) -> Result<Result<(), CommandError>, Fatal> {
    if body.sort() != Sort::Message {
        return Ok(Err(CommandError::Invalid("that is no message".into())));
    }
    let checked = body.encode().and_then(|bytes| Body::decode(body.kind(), &bytes));
    if let Err(error) = checked {
        return Ok(Err(CommandError::Invalid(format!("the message cannot be sent: {error}"))));
    }
    let Some(reply) = body.head().and_then(|head| head.reply.as_ref()) else { return Ok(Ok(())) };
    Ok(history::message(chat, &reply.to, ctx)?.map(drop))
}

impl Chats {
    /// Gives up operations that enough relays have and nobody confirmed for too long: they stay in the history and leave
    /// the outbox. What never left this machine waits as long as it takes.
    pub fn give_up(&mut self, age_max_ms: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let oldest = ctx.now.wall.saturating_sub(age_max_ms);
        for chat in self.chats.values_mut() {
            while let Some(queued) =
                chat.outbox.front().copied().filter(|queued| queued.at < oldest && queued.seq <= chat.sent)
            {
                queued.forget(&chat.id, &mut ctx.batch);
                chat.outbox.pop_front();
            }
        }
        Ok(())
    }
}

/// Whether our user may say something of this kind now.
fn may_say(chat: &Chat, kind: u16, ctx: &Context<'_>) -> Result<(), Denied> {
    if chat.info.standing != Standing::In {
        return Err(Denied::NotMember);
    }
    let Some(act) = rights::act(kind) else { return Ok(()) };
    let (user, now) = (ctx.account.user(), Hlc(chat.head.hlc).next(ctx.now.wall).wall_ms());
    chat.state.rules.may(&user, act, now)?;
    if !rights::is_message(act) {
        return Ok(());
    }
    chat.state.rules.soon_enough(&user, Hlc(chat.head.said).wall_ms(), now)
}

/// Says something that stands in our log: it stays in the outbox until every other device confirmed it.
/// It is applied by the rules that hold for everybody; what they refuse is not said.
pub fn say(chat: &mut Chat, body: &Body, ctx: &mut Context<'_>) -> Result<Result<(SignedOp, Told), Refused>, Fatal> {
    if let Err(denied) = may_say(chat, body.kind(), ctx) {
        return Ok(Err(Refused::Denied(denied)));
    }
    let index = chat.index();
    let op = sign(chat, index, body, ctx)?;
    if let Err(denied) = rights::may_stand(chat, &op.op, body) {
        return Ok(Err(Refused::Denied(denied)));
    }
    let told = match said::take(chat, &op, body, op.op.hlc, ctx)? {
        Ok(told) => told,
        Err(refused) => return Ok(Err(refused)),
    };
    let former = chat.outbox.iter().rev().find(|queued| queued.index == index).map_or(0, |queued| queued.seq);
    let (envelope, key) = sealed(chat, &op, ctx)?;
    chat.head.seq = op.op.seq;
    chat.head.prev = op.id;
    chat.head.hlc = op.op.hlc.0;
    if rights::act(op.op.kind).is_some_and(rights::is_message) {
        chat.head.said = op.op.hlc.0;
    }
    file(chat, &op, op.op.hlc, &mut ctx.batch);
    chat.store_head(&mut ctx.batch)?;
    // Nobody is here to hear it, and who comes later cannot read what was said before.
    if chat.is_alone() {
        chat.sent = op.op.seq;
        return Ok(Ok((op, told)));
    }
    let queued = Queued { seq: op.op.seq, index, hlc: op.op.hlc, id: op.id, at: ctx.now.wall };
    queued.store(&chat.id, &envelope, &key, &mut ctx.batch);
    rooms::offer(chat, index, op.op.seq, former, &envelope, ctx);
    chat.outbox.push_back(queued);
    Ok(Ok((op, told)))
}

/// Says something that stands outside our log, in an open epoch: only the latest counts. It goes to every relay where
/// the epoch's room is open. Gives its number and envelope.
pub fn say_state(chat: &mut Chat, index: u64, body: &Body, ctx: &mut Context<'_>) -> Result<(u64, Vec<u8>), Fatal> {
    let op = sign(chat, index, body, ctx)?;
    let number = op.op.seq;
    chat.head.state_seq = number;
    let (envelope, _) = sealed(chat, &op, ctx)?;
    chat.store_head(&mut ctx.batch)?;
    let id = chat.id;
    let links = chat.rooms.get(&index).into_iter().flat_map(|state| &state.at);
    for relay in links.filter(|(_, link)| link.is_open()).map(|(relay, _)| *relay) {
        give_state(chat, RoomAt { chat: id, index, relay }, number, &envelope, ctx);
    }
    Ok((number, envelope))
}

/// Gives a state operation to one relay.
pub fn give_state(chat: &Chat, at: RoomAt, number: u64, envelope: &[u8], ctx: &mut Context<'_>) {
    let Some(state) = chat.rooms.get(&at.index) else { return };
    let (tag, cap) = (state.room.tag, state.room.write(&at.relay));
    let request = Request::Append { tag, cap, envelope: envelope.to_vec() };
    ctx.request(at.relay, &request, Purpose::RoomAppendState(at, number));
}

fn sign(chat: &mut Chat, index: u64, body: &Body, ctx: &Context<'_>) -> Result<SignedOp, Fatal> {
    let seq = if is_state(body.kind()) { chat.head.state_seq } else { chat.head.seq } + 1;
    sign_at(chat, index, seq, body, ctx)
}

/// Signs an operation with this number.
pub fn sign_at(chat: &Chat, index: u64, seq: u64, body: &Body, ctx: &Context<'_>) -> Result<SignedOp, Fatal> {
    let Some(control) = chat.rooms.get(&index).map(|state| state.control) else {
        return Err(Fatal::Bug("something is said in a closed epoch"));
    };
    let prev = if is_state(body.kind()) { OpId([0; 32]) } else { chat.head.prev };
    let op = Op {
        chat: chat.id,
        device: ctx.account.device(),
        seq,
        prev,
        deps: Vec::new(),
        control,
        hlc: Hlc(chat.head.hlc).next(ctx.now.wall),
        kind: body.kind(),
        body: body.encode().map_err(|_| Fatal::Bug("an own body does not encode"))?,
    };
    Ok(op.sign(&ctx.account.key))
}

/// The envelope, and the key that opens it.
fn sealed(chat: &mut Chat, op: &SignedOp, ctx: &mut Context<'_>) -> Result<(Vec<u8>, SecretKey), Fatal> {
    let partition = room::partition(&chat.id, op.op.control.index);
    let Some(state) = chat.rooms.get_mut(&op.op.control.index) else {
        return Err(Fatal::Bug("something is said in a closed epoch"));
    };
    let key = state.send.key();
    let envelope = seal(&state.room, &mut state.send, &op.op.device, &op.bytes, ctx.rng);
    state.send.store(&partition, &mut ctx.batch);
    envelope.map(|envelope| (envelope, key)).map_err(|_| Fatal::Bug("an own operation is too large"))
}

/// Makes an operation findable by its place in its device's log.
pub fn file(chat: &Chat, op: &SignedOp, shown: Hlc, batch: &mut Batch) {
    let partition = device_partition(&chat.id, &op.op.device);
    let place = Place { shown, id: op.id };
    batch.put(Table::Op, &partition, &op.op.seq.to_be_bytes(), place.sort());
}
