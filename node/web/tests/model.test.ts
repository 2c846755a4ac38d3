import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfter } from '../src/api/stream';
import type { Chat, Message, Status } from '../src/api/types';
import { begun, completed, fitting } from '../src/model/mention';
import { seenOf } from '../src/model/presence';
import * as model from '../src/model/state';
import { type Bubble, rowOfMessage, rows } from '../src/model/timeline';
import { markOf, marked } from '../src/model/marks';
import { SELECTED_MAX, chosen, through, toggled } from '../src/model/selection';
import { levels } from '../src/model/wave';
import { hue, initials } from '../src/model/words';

const CHAT = 'c'.repeat(64);
const STATUS: Status = {
  me: { user: 'u', name: 'Alice' },
  device: 'd',
  relays: [],
  outbox: 0,
  unsent: 0,
  parked: 0,
  chats: 1,
};

function message(n: number, part: Partial<Message> = {}): Message {
  const order = String(n).padStart(4, '0');
  return { id: `m${n}`, chat: CHAT, from: 'x', mine: false, text: `text ${n}`, content: { kind: 'text' }, at: n * 1000, order, ...part };
}

function chat(part: Partial<Chat> = {}): Chat {
  return { id: CHAT, title: 'Bob', kind: 'private', standing: 'in', members: 2, accepted: true, unread: 0, mentions: 0, ...part };
}

function loaded(messages: Message[], part: Partial<Chat> = {}): model.State {
  const state = model.went(model.refreshed(model.EMPTY, STATUS, [chat(part)], []), model.toChat(CHAT));
  return model.loadedNewest(state, CHAT, messages, false);
}

const ids = (state: model.State) => state.timelines.get(CHAT)?.messages.map((item) => item.id);

test('a name is offered while it is typed behind its sign', () => {
  const people = [{ user: '1', name: 'Ann Lee' }, { user: '2', name: 'Bob' }, { user: '3', name: 'Bobby' }];
  const offered = (text: string) => {
    const start = begun(text, text.length);
    return start ? fitting(people, start.query).map(({ name }) => name) : [];
  };
  assert.deepEqual(offered('hello @'), ['Ann Lee', 'Bob', 'Bobby']);
  assert.deepEqual(offered('hello @bob'), ['Bob', 'Bobby']);
  assert.deepEqual(offered('@lee'), ['Ann Lee']);
  assert.deepEqual(offered('@ann l'), ['Ann Lee']);
  assert.deepEqual(offered('@Ann Lee'), []);
  assert.deepEqual(offered('@Bob and so on'), []);
  for (const text of ['mail@bob', 'nobody', '@ ', '@Bob,']) assert.deepEqual(offered(text), [], text);
  const start = begun('so @bo then', 6);
  assert.ok(start);
  assert.deepEqual(completed('so @bo then', 6, start, 'Bob'), { text: 'so @Bob then', caret: 8 });
});

test('a chat that is opened again begins at what came meanwhile', () => {
  let state = model.went(loaded([message(1)]), model.toChat(undefined));
  state = model.happened(state, { type: 'message', message: message(2) });
  state = model.happened(state, { type: 'chat', chat: chat({ unread: 1 }) });
  state = model.went(state, model.toChat(CHAT));
  assert.equal(state.timelines.get(CHAT)?.firstUnread, 'm2');
});

test('what happens while everything is fetched is not lost to an older answer', () => {
  const known = model.happened(model.refreshed(model.EMPTY, STATUS, [], []), { type: 'chat', chat: chat() });
  assert.equal(known.chats.size, 1);
  const older = model.refreshed(known, STATUS, [], []);
  assert.equal(older.chats.size, 0);
  assert.equal(model.caughtUp(older, [{ type: 'chat', chat: chat() }]).chats.size, 1);
});

test('messages stand in order, each once, however they come', () => {
  const all = [1, 2, 3, 4, 5].map((n) => message(n));
  for (const arrival of [[5, 1, 3, 2, 4, 3], [1, 2, 3, 4, 5, 5], [5, 4, 3, 2, 1, 1]]) {
    const placed = arrival.reduce<readonly Message[]>((list, n) => model.place(list, message(n)), []);
    assert.deepEqual(placed, all);
  }
  const moved = model.place(all, message(2, { order: '0009' }));
  assert.deepEqual(moved.map((item) => item.id), ['m1', 'm3', 'm4', 'm5', 'm2']);
});

test('an event for a chat that is not loaded leaves no half timeline', () => {
  const state = model.refreshed(model.EMPTY, STATUS, [chat()], []);
  assert.equal(model.happened(state, { type: 'message', message: message(1) }).timelines.size, 0);
});

test('ticks move own messages up to a point and never back', () => {
  const own = (n: number, ticks: Message['ticks']) => message(n, { mine: true, ...(ticks ? { ticks } : {}) });
  let state = loaded([own(1, 'read'), own(2, 'sent'), message(3), own(4, 'queued')], { last: own(4, 'queued') });
  state = model.happened(state, { type: 'ticks', chat: CHAT, ticks: 'delivered', through: '0003' });
  const ticks = () => state.timelines.get(CHAT)?.messages.map((item) => item.ticks);
  assert.deepEqual(ticks(), ['read', 'delivered', undefined, 'queued']);
  state = model.happened(state, { type: 'ticks', chat: CHAT, ticks: 'read', through: '0004' });
  assert.deepEqual(ticks(), ['read', 'read', undefined, 'read']);
  assert.equal(state.chats.get(CHAT)?.last?.ticks, 'read');
});

test('a sent text is shown once, whichever comes first, answer or event', () => {
  const pending = { nonce: 'n1', chat: CHAT, text: 'hi', topic: 0, at: 9000 };
  const arrived = message(9, { mine: true, text: 'hi', ticks: 'queued' });
  const shown = (state: model.State) =>
    rows(state.timelines.get(CHAT) as model.Timeline, state.pending, String).list.filter((row) => row.kind === 'bubble');
  const start = model.queued(loaded([message(1)]), pending);
  assert.equal(shown(start).length, 2);
  const event = model.happened(start, { type: 'message', message: arrived });
  assert.equal(shown(event).length, 2);
  const answered = model.sent(event, 'n1', arrived);
  assert.equal(shown(answered).length, 2);
  assert.equal(answered.pending.length, 0);
  const other = model.happened(model.sent(start, 'n1', arrived), { type: 'message', message: arrived });
  assert.equal(shown(other).length, 2);
});

test('an answer that comes after its ticks does not turn them back', () => {
  const arrived = message(9, { mine: true, text: 'hi', ticks: 'queued' });
  let state = model.queued(loaded([]), { nonce: 'n1', chat: CHAT, text: 'hi', topic: 0, at: 9000 });
  state = model.happened(state, { type: 'message', message: arrived });
  state = model.happened(state, { type: 'ticks', chat: CHAT, ticks: 'read', through: '0009' });
  state = model.sent(state, 'n1', arrived);
  assert.equal(state.timelines.get(CHAT)?.messages[0]?.ticks, 'read');
  assert.equal(model.loadedNewest(state, CHAT, [arrived], false).timelines.get(CHAT)?.messages[0]?.ticks, 'read');
});

test('a failed text stays with its reason until tried again or discarded', () => {
  const pending = { nonce: 'n1', chat: CHAT, text: 'hi', topic: 0, at: 9000 };
  let state = model.failed(model.queued(loaded([]), pending), 'n1', 'no');
  assert.equal(state.pending[0]?.failure, 'no');
  state = model.retried(state, 'n1');
  assert.equal(state.pending[0]?.failure, undefined);
  assert.equal(model.discarded(state, 'n1').pending.length, 0);
  const settled = model.happened(state, { type: 'message', message: message(9, { mine: true, text: 'hi' }) });
  assert.equal(model.failed(settled, 'n1', 'connection lost').pending.length, 0);
});

test('the unread line stands before the first unread message and goes when one writes or leaves', () => {
  const state = loaded([message(1), message(2), message(3, { mine: true }), message(4)], { unread: 2 });
  assert.equal(state.timelines.get(CHAT)?.firstUnread, 'm2');
  assert.equal(model.unseen(state)?.id, 'm4');
  const kinds = rows(state.timelines.get(CHAT) as model.Timeline, [], String).list.map((row) => row.kind);
  assert.equal(kinds.filter((kind) => kind === 'unread').length, 1);
  const wrote = model.queued(state, { nonce: 'n', chat: CHAT, text: 'x', topic: 0, at: 1 });
  assert.equal(wrote.timelines.get(CHAT)?.firstUnread, undefined);
  const closed = model.went(state, model.toChat(undefined));
  assert.equal(closed.timelines.get(CHAT)?.firstUnread, undefined);
  assert.equal(closed.route.chat, undefined);
});

test('after a break the newest page joins what is loaded, or replaces it if there is a gap', () => {
  const state = loaded([message(1), message(2)]);
  assert.deepEqual(ids(model.loadedNewest(state, CHAT, [message(2), message(3)], true)), ['m1', 'm2', 'm3']);
  assert.deepEqual(ids(model.loadedNewest(state, CHAT, [message(8), message(9)], true)), ['m8', 'm9']);
  assert.deepEqual(ids(model.loadedOlder(state, CHAT, [message(0)], false)), ['m0', 'm1', 'm2']);
});

test('rows: a day, then runs of one person', () => {
  const day = 24 * 3600_000;
  const at = [0, 1000, 2000, 10 * 60_000, day, day + 1];
  const items = at.map((time, n) => message(n, { at: time, mine: n === 2 }));
  const shown = rows({ messages: items, complete: true }, [], (time) => String(Math.floor(time / day))).list;
  const kinds = shown.map((row) => row.kind);
  assert.deepEqual(kinds, ['day', 'bubble', 'bubble', 'bubble', 'bubble', 'day', 'bubble', 'bubble']);
  const bubbles = shown.filter((row): row is Bubble => row.kind === 'bubble');
  assert.deepEqual(bubbles.map((row) => row.first), [true, false, true, true, true, false]);
  assert.deepEqual(bubbles.map((row) => row.last), [false, true, true, true, false, true]);
  assert.equal(new Set(shown.map((row) => row.key)).size, shown.length);
});

test('the list: the latest first, filtered by title', () => {
  const chats = [
    chat({ id: 'a', title: 'Anna', last: message(1) }),
    chat({ id: 'b', title: 'Bob', last: message(5) }),
    chat({ id: 'c', title: 'Hanna' }),
  ];
  const { chats: known } = model.refreshed(model.EMPTY, STATUS, chats, []);
  const list = model.ordered(known);
  assert.deepEqual(list.map((item) => item.id), ['b', 'a', 'c']);
  assert.deepEqual(model.searched(list, ' ANNA ').map((item) => item.id), ['a', 'c']);
  assert.deepEqual(model.searched([{ name: 'Zoë' }, { name: 'Zürich' }], 'zoe').length, 1);
});

test('names are shown without what hides or turns letters around', () => {
  const hostile = 'Bob\u202egnp.exe\u2066\u200b\u0007';
  let state = model.refreshed(model.EMPTY, STATUS, [chat({ title: hostile })], []);
  assert.equal(state.chats.get(CHAT)?.title, 'Bobgnp.exe');
  state = model.happened(state, { type: 'chat', chat: chat({ title: '\u202e\u200d \u200f' }) });
  assert.equal(state.chats.get(CHAT)?.title, '');
});

test('texts are measured in UTF-16 units', () => {
  assert.deepEqual(model.measure(' \n'), { left: 4094, sendable: false });
  assert.deepEqual(model.measure('x'.repeat(4096)), { left: 0, sendable: true });
  assert.deepEqual(model.measure('😀'.repeat(2049)), { left: -2, sendable: false });
});

test('pauses grow to a limit and are spread', () => {
  assert.deepEqual([0, 1, 2].map((n) => pauseAfter(n, 0.5)), [500, 1000, 2000]);
  assert.equal(pauseAfter(99, 0.5), 15_000);
  assert.ok(pauseAfter(3, 0) < pauseAfter(3, 0.9));
});

test('words', () => {
  assert.equal(initials('Ada Lovelace'), 'AL');
  assert.equal(initials('<img src=x>'), 'IX');
  assert.equal(initials('😀'), '?');
  assert.equal(initials(''), '?');
  assert.ok(hue('ffffff00', 8) >= 0 && hue('not hex', 8) === 0);
});

const picture = (album: string): Message['content'] => ({ kind: 'file', name: 'a.png', mime: 'image/png', size: 1, album });

test('files of one album are one row, which the others lead to; more than ten are none', () => {
  const items = [0, 1, 2, 3].map((n) => message(n, { content: n === 3 ? { kind: 'text' } : picture('a') }));
  const made = rows({ messages: items, complete: true }, [], String);
  const bubbles = made.list.filter((row): row is Bubble => row.kind === 'bubble');
  assert.deepEqual(bubbles.map((row) => row.album?.map(({ id }) => id)), [['m0', 'm1', 'm2'], undefined]);
  assert.deepEqual(['m0', 'm2'].map((id) => made.list[rowOfMessage(made, id) ?? -1]?.key), ['m0', 'm0']);
  const mixed = items.map((one, n) => (n === 1 ? { ...one, from: 'y' } : one));
  assert.equal(rows({ messages: mixed, complete: true }, [], () => '').list.length, 5);
  const many = Array.from({ length: 11 }, (_, n) => message(n, { content: picture('a') }));
  assert.equal(rows({ messages: many, complete: true }, [], () => '').list.length, 12);
});

test('rows made from rows before are those made anew, whatever changed', () => {
  const day = 24 * 3600_000;
  const dayOf = (at: number) => String(Math.floor(at / day));
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  // Albums of up to 13, which are some too many.
  const content = (n: number): Pick<Message, 'content'> | object => (n % 20 < 13 ? { content: picture(`album ${Math.floor(n / 20)}`) } : {});
  const item = (n: number) => message(n, { at: n * (day / 5), mine: n % 3 === 0, text: `${n}`, ...content(n) });
  let messages: readonly Message[] = [50, 51, 52].map(item);
  let pending: readonly model.Pending[] = [];
  let known = rows({ messages, complete: false }, pending, dayOf);
  for (let turn = 0; turn < 300; turn++) {
    const n = random(100);
    if (turn % 7 === 0) pending = [{ nonce: `p${turn}`, chat: CHAT, text: 'x', topic: 0, at: n * day }];
    else if (turn % 11 === 0) pending = [];
    else if (turn % 5 === 0) messages = messages.filter((one) => one.id !== `m${n}`);
    else messages = model.place(messages, item(n));
    const firstUnread = messages[random(messages.length)]?.id;
    const timeline = { messages, complete: false, ...(turn % 2 && firstUnread ? { firstUnread } : {}) };
    known = rows(timeline, pending, dayOf, known);
    const anew = rows(timeline, pending, dayOf);
    assert.deepEqual(known.list, anew.list);
    assert.deepEqual(known.starts, anew.starts);
  }
});

test('one more message makes few rows anew among 100,000', () => {
  const messages = Array.from({ length: 100_000 }, (_, n) => message(n, { order: String(n).padStart(9, '0') }));
  const before = rows({ messages, complete: false }, [], String);
  const next = model.place(messages, message(100_000, { order: '000100000' }));
  const after = rows({ messages: next, complete: false }, [], String, before);
  const changed = after.list.filter((row, at) => row !== before.list[at]);
  assert.ok(changed.length <= 6, `${changed.length}`);
  const older = [message(-1, { order: '-' }), ...next];
  const prepended = rows({ messages: older, complete: false }, [], String, after);
  const kept = new Set(after.list);
  assert.ok(prepended.list.filter((row) => !kept.has(row)).length <= 6);
  assert.equal(prepended.starts.length, older.length);
});

test('messages are chosen and not, in one chat at a time, up to a bound', () => {
  const all = Array.from({ length: SELECTED_MAX + 5 }, (_, n) => message(n));
  const first = toggled(undefined, message(2));
  assert.deepEqual(chosen(toggled(first, message(1)) as NonNullable<typeof first>, all).map((one) => one.id), ['m1', 'm2']);
  assert.equal(toggled(first, message(2)), undefined);
  assert.deepEqual([...(toggled(first, message(3, { chat: 'other' }))?.ids ?? [])], ['m3']);
  const many = all.reduce<typeof first>((now, one) => toggled(now, one), undefined);
  assert.equal(many?.ids.size, SELECTED_MAX);
  const up = through(first as NonNullable<typeof first>, message(0), all);
  assert.deepEqual(chosen(up, all).map((one) => one.id), ['m0', 'm1', 'm2'], 'also backwards');
  assert.equal(through(up, message(SELECTED_MAX + 4), all).ids.size, SELECTED_MAX);
  assert.equal(through(up, message(999), all), up, 'what is not loaded is not chosen');
});

test('marks go on and off a selection, and leave spaces outside', () => {
  const bold = marked({ text: 'say hello now', start: 3, end: 10 }, '**');
  assert.deepEqual(bold, { text: 'say **hello** now', start: 6, end: 11 });
  assert.deepEqual(marked(bold, '**'), { text: 'say hello now', start: 4, end: 9 });
  assert.deepEqual(marked({ text: '', start: 0, end: 0 }, '||'), { text: '||||', start: 2, end: 2 });
  // Underlined is not italic.
  assert.deepEqual(marked({ text: '__a__', start: 2, end: 3 }, '_').text, '___a___');
  assert.equal(markOf('B', false), '**');
  assert.equal(markOf('x', false), undefined);
});

test('the list: pinned above, shelves, quiet ones', () => {
  const all = [
    chat({ id: 'a', title: 'A', last: message(1), pinned: 2 }),
    chat({ id: 'b', title: 'B', last: message(9) }),
    chat({ id: 'c', title: 'C', last: message(5), archived: true }),
    chat({ id: 'd', title: 'D', pinned: 3 }),
  ];
  const list = model.ordered(new Map(all.map((one) => [one.id, one])));
  assert.deepEqual(list.map((one) => one.id), ['d', 'a', 'b', 'c']);
  const folder = { id: 'f', name: 'F', chats: ['c', 'b', 'gone'] };
  const on = (shelf: string) => model.shelved(list, shelf, [folder]).map((one) => one.id);
  assert.deepEqual([on('all'), on('archive'), on('f'), on('no such')], [['d', 'a', 'b'], ['c'], ['b', 'c'], ['d', 'a', 'b']]);
  assert.ok(model.isMuted(chat({ muted_until: model.FOR_EVER }), Date.now()) && !model.isMuted(chat({ muted_until: 5 }), 6));
  assert.ok(model.isUnread(chat({ marked_unread: true })) && !model.isUnread(chat()));
});

test('a draft is the node\'s once it has it, and what is being written is not overwritten', () => {
  let state = model.refreshed(model.EMPTY, STATUS, [chat({ draft: 'old' })], []);
  assert.equal(model.draftOf(state, CHAT), 'old');
  state = { ...state, drafts: new Map([[CHAT, 'new']]) };
  state = model.happened(state, { type: 'chat', chat: chat({ draft: 'from elsewhere' }) });
  assert.equal(model.draftOf(state, CHAT), 'new');
  state = model.happened(state, { type: 'chat', chat: chat({ draft: 'new' }) });
  assert.equal(state.drafts.size, 0);
  state = model.happened(state, { type: 'chat', chat: chat({ draft: 'from the telephone' }) });
  assert.equal(model.draftOf(state, CHAT), 'from the telephone');
  // What was sent leaves nothing here that could hide a draft of another device.
  state = { ...state, drafts: new Map([[CHAT, '']]) };
  assert.equal(model.draftOf(model.refreshed(state, STATUS, [chat()], []), CHAT), '');
  state = model.happened(model.refreshed(state, STATUS, [chat()], []), { type: 'chat', chat: chat({ draft: 'again' }) });
  assert.equal(model.draftOf(state, CHAT), 'again');
});

test('an event that the page does not know changes nothing', () => {
  const state = loaded([message(1)]);
  assert.equal(model.happened(state, { type: 'from the future' } as unknown as Parameters<typeof model.happened>[1]), state);
});

test('a waveform has at most 64 levels, each between silence and the loudest', () => {
  assert.deepEqual(levels('0v'), [0, 1]);
  assert.deepEqual(levels('!ä'), [0, 0]);
  assert.equal(levels('v'.repeat(1000)).length, 64);
});

test('a message of a topic stands in the chat and in its topic, and both are read by themselves', () => {
  const group = chat({ kind: 'group', topics: 1, unread: 3 });
  const topics = [
    { id: 0, title: '', icon: '', closed: false, unread: 2 },
    { id: 7, title: 'Boats', icon: '⛵', closed: false, unread: 1 },
  ];
  let state: model.State = { ...model.EMPTY, chats: new Map([[CHAT, group]]), route: { pane: 'chats', chat: CHAT, info: false } };
  state = model.withTopics(state, CHAT, topics);
  assert.equal(model.here(state), CHAT);
  state = model.chose(state, CHAT, 7);
  assert.equal(model.here(state), `${CHAT}/7`);
  state = model.loadedNewest(state, `${CHAT}/7`, [message(1, { topic: 7 })], false);
  state = model.loadedNewest(state, CHAT, [message(1, { topic: 7 }), message(2)], false);
  state = model.happened(state, { type: 'message', message: message(3, { topic: 7 }) });
  state = model.happened(state, { type: 'message', message: message(4) });
  const shown = (place: string) => state.timelines.get(place)?.messages.map(({ id }) => id);
  assert.deepEqual(shown(`${CHAT}/7`), ['m1', 'm3']);
  assert.deepEqual(shown(CHAT), ['m1', 'm2', 'm3', 'm4']);
  assert.equal(model.unseen(state)?.id, 'm3');
  state = model.withTopics(state, CHAT, [{ ...topics[0]! }, { ...topics[1]!, unread: 0 }]);
  assert.equal(model.unseen(state), undefined);
  state = model.happened(state, { type: 'gone', chat: CHAT, message: 'm3' });
  assert.deepEqual([shown(`${CHAT}/7`), shown(CHAT)], [['m1'], ['m1', 'm2', 'm4']]);
  // A topic that is gone is not shown any more.
  state = model.withTopics(state, CHAT, [topics[0]!]);
  assert.equal(model.here(state), CHAT);
});

test('when somebody was there last is said as exactly as it was told', () => {
  const day = 24 * 3600_000;
  const now = 20_000 * day + 5 * 3600_000;
  const kind = (online_until: number, seen: number) => seenOf({ online_until, seen }, now)?.kind;
  assert.equal(kind(0, 0), undefined);
  assert.equal(kind(now + 1, 0), 'online');
  assert.deepEqual(seenOf({ online_until: now - 1, seen: now - 60_000 }, now), { kind: 'at', at: now - 60_000 });
  const days = [0, 1, 2, 3, 7, 8, 31, 32];
  const roughly = days.map((n) => kind(0, (20_000 - n) * day));
  assert.deepEqual(roughly, ['recently', 'recently', 'recently', 'week', 'week', 'month', 'month', 'long']);
});

test('what came while a chat was fetched is in it, though the page is older', () => {
  const before = model.went(model.refreshed(model.EMPTY, STATUS, [chat()], []), model.toChat(CHAT));
  const came = { type: 'message' as const, message: message(2) };
  // The event finds no timeline yet; the page was made before it.
  const state = model.caughtUp(model.loadedNewest(model.happened(before, came), CHAT, [message(1)], false), [came]);
  assert.deepEqual(ids(state), ['m1', 'm2']);
});
