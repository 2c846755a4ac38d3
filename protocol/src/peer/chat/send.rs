//! Own operations: signed, sealed, into the timeline and the outbox in one commit, then on their way.

use super::state::{Chat, Queued, device_partition};
use super::{Chats, history, rooms};
use crate::chat::envelope::seal;
use crate::chat::op::{Hlc, Op, SignedOp};
use crate::chat::room;
use crate::content::text::Text;
use crate::content::{Body, is_state};
use crate::ids::{ChatId, OpId};
use crate::peer::command::{CommandError, Event, Reply};
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
        let Some(chat) = self.chats.get_mut(&id) else { return Ok(Err(CommandError::NotFound("chat"))) };
        if let Some(earlier) = nonce.and_then(|nonce| nonces.find(&nonce)) {
            return Ok(history::message(chat, &earlier, ctx)?.map(Reply::Message));
        }
        let text = match Text::new(text) {
            Ok(text) => text,
            Err(error) => return Ok(Err(CommandError::Invalid(format!("the message cannot be sent: {error}")))),
        };
        let op = say(chat, &Body::Text(text), ctx)?;
        if let Some(nonce) = nonce {
            nonces.remember(nonce, op.id, &mut ctx.batch);
        }
        let Some(message) = history::view(chat, &op, op.op.hlc, ctx.account) else {
            return Err(Fatal::Bug("an own text has no view"));
        };
        chat.last = Some(message.clone());
        ctx.notify(Event::Message(Box::new(message.clone())));
        self.changed.insert(id);
        Ok(Ok(Reply::Message(message)))
    }
}

impl Chats {
    /// Gives up operations that nobody confirmed for too long: they stay in the history and leave the outbox.
    pub fn give_up(&mut self, age_max_ms: u64, ctx: &mut Context<'_>) -> Result<(), Fatal> {
        let oldest = ctx.now.wall.saturating_sub(age_max_ms);
        for chat in self.chats.values_mut() {
            while let Some(queued) = chat.outbox.front().copied().filter(|queued| queued.at < oldest) {
                ctx.batch.delete(Table::Outbox, &chat.id.0, &queued.seq.to_be_bytes());
                chat.outbox.pop_front();
            }
        }
        Ok(())
    }
}

/// Says something that stands in our log: it stays in the outbox until every other device confirmed it.
pub fn say(chat: &mut Chat, body: &Body, ctx: &mut Context<'_>) -> Result<SignedOp, Fatal> {
    let index = chat.index();
    let op = sign(chat, index, body, ctx)?;
    let former = chat.outbox.iter().rev().find(|queued| queued.index == index).map_or(0, |queued| queued.seq);
    let envelope = sealed(chat, &op, ctx)?;
    chat.head.seq = op.op.seq;
    chat.head.prev = op.id;
    chat.head.hlc = op.op.hlc.0;
    let queued = Queued { seq: op.op.seq, index, hlc: op.op.hlc, id: op.id, at: ctx.now.wall };
    queued.store(&chat.id, &envelope, &mut ctx.batch);
    file(chat, &op, op.op.hlc, &mut ctx.batch);
    chat.store_head(&mut ctx.batch)?;
    rooms::offer(chat, index, op.op.seq, former, &envelope, ctx);
    chat.outbox.push_back(queued);
    Ok(op)
}

/// Says something that stands outside our log, in an open epoch: only the latest counts. It goes to every relay where
/// the epoch's room is open, and nothing is kept of it.
pub fn say_state(chat: &mut Chat, index: u64, body: &Body, ctx: &mut Context<'_>) -> Result<(), Fatal> {
    let op = sign(chat, index, body, ctx)?;
    let number = op.op.seq;
    chat.head.state_seq = number;
    let envelope = sealed(chat, &op, ctx)?;
    chat.store_head(&mut ctx.batch)?;
    let id = chat.id;
    let Some(state) = chat.rooms.get(&index) else { return Ok(()) };
    for relay in state.at.iter().filter(|(_, link)| link.is_open()).map(|(relay, _)| *relay) {
        let (tag, cap) = (state.room.tag, state.room.write(&relay));
        let request = Request::Append { tag, cap, envelope: envelope.clone() };
        ctx.request(relay, &request, Purpose::RoomAppendState(RoomAt { chat: id, index, relay }, number));
    }
    Ok(())
}

fn sign(chat: &mut Chat, index: u64, body: &Body, ctx: &Context<'_>) -> Result<SignedOp, Fatal> {
    let Some(control) = chat.rooms.get(&index).map(|state| state.control) else {
        return Err(Fatal::Bug("something is said in a closed epoch"));
    };
    let (seq, prev) = match is_state(body.kind()) {
        true => (chat.head.state_seq + 1, OpId([0; 32])),
        false => (chat.head.seq + 1, chat.head.prev),
    };
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

fn sealed(chat: &mut Chat, op: &SignedOp, ctx: &mut Context<'_>) -> Result<Vec<u8>, Fatal> {
    let partition = room::partition(&chat.id, op.op.control.index);
    let Some(state) = chat.rooms.get_mut(&op.op.control.index) else {
        return Err(Fatal::Bug("something is said in a closed epoch"));
    };
    let envelope = seal(&state.room, &mut state.send, &op.op.device, &op.bytes, ctx.rng);
    state.send.store(&partition, &mut ctx.batch);
    envelope.map_err(|_| Fatal::Bug("an own operation is too large"))
}

/// Puts an operation into the timeline at a shown time, findable by id and by its place in its log.
pub fn file(chat: &Chat, op: &SignedOp, shown: Hlc, batch: &mut Batch) {
    let order = order(shown, &op.id);
    let by_id = [&chat.id.0[..], &shown.0.to_be_bytes()].concat();
    batch.put(Table::Op, &[], &op.id.0, by_id);
    batch.put(Table::Op, &device_partition(&chat.id, &op.op.device), &op.op.seq.to_be_bytes(), order.clone());
    batch.put(Table::Timeline, &chat.id.0, &order, op.bytes.clone());
}

/// A place in the timeline: shown time, then id.
pub fn order(shown: Hlc, id: &OpId) -> Vec<u8> {
    [&shown.0.to_be_bytes()[..], &id.0].concat()
}
