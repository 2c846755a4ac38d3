import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat, Device, Message, Missing, NodeEvent } from '../src/api/types';
import { gapsOf, waitedFor } from '../src/model/missing';
import { MARKS, marksOf, pinsIn, touches } from '../src/model/pinned';
import { readersOf } from '../src/model/readers';

const message = (id: string, part: Partial<Message> = {}) => ({ id, chat: 'c', ...part }) as Message;
const said = (one: Message): NodeEvent => ({ type: 'message', message: one });

test('pins are looked up again when what is pinned may have changed, and only then', () => {
  const known = [message('p', { pinned: true })];
  assert.ok(touches(said(message('new', { pinned: true })), 'c', known));
  assert.ok(touches(said(message('p')), 'c', known), 'taken down');
  assert.ok(touches({ type: 'gone', chat: 'c', message: 'p' }, 'c', known));
  assert.ok(touches({ type: 'lagged' }, 'c', known));
  assert.ok(!touches(said(message('other')), 'c', known));
  assert.ok(!touches({ type: 'gone', chat: 'c', message: 'other' }, 'c', known));
  assert.ok(!touches(said(message('x', { chat: 'd', pinned: true })), 'c', known));
});

test('a topic shows its own pins', () => {
  const all = [message('a', { topic: 2 }), message('b'), message('c', { topic: 0 })];
  assert.deepEqual(pinsIn(all, undefined).length, 3);
  assert.deepEqual(pinsIn(all, 2).map(({ id }) => id), ['a']);
  assert.deepEqual(pinsIn(all, 0).map(({ id }) => id), ['b', 'c']);
});

test('of many pins a few marks are drawn, the newest lowest, and the shown one is always among them', () => {
  assert.deepEqual(marksOf(1, 0), { marks: 1, at: 0 });
  assert.deepEqual(marksOf(3, 0), { marks: 3, at: 2 });
  assert.deepEqual(marksOf(3, 2), { marks: 3, at: 0 });
  for (let shown = 0; shown < 9; shown++) {
    const { marks, at } = marksOf(9, shown);
    assert.equal(marks, MARKS);
    assert.ok(at >= 0 && at < marks, `${shown}: ${at}`);
  }
  assert.equal(marksOf(9, 0).at, 3);
  assert.equal(marksOf(9, 8).at, 0);
});

test('who reads with one device has read', () => {
  const device = (user: string, state: 'has' | 'waiting', read = false) => ({ user, device: `${user}${state}${read}`, state, read, why: '' }) as Device;
  const all = [device('a', 'waiting'), device('a', 'has', true), device('b', 'has'), device('b', 'waiting'), device('c', 'waiting')];
  assert.deepEqual(readersOf(all), { read: ['a'], has: ['b'], waiting: ['c'] });
});

test('what is missing is told by person, and only what is waited for above the chat', () => {
  const gap = (user: string, waiting: number, until: number, lost: number): Missing => ({ user, device: `${user}${until}`, waiting, until, lost });
  const chat = { missing: [gap('a', 1, 50, 0), gap('a', 2, 70, 1), gap('b', 0, 0, 3), gap('c', 0, 0, 0)] } as Partial<Chat> as Chat;
  assert.deepEqual(gapsOf(chat), [{ user: 'a', waiting: 3, until: 70, lost: 1 }, { user: 'b', waiting: 0, until: 0, lost: 3 }]);
  assert.deepEqual(waitedFor(chat).map(({ user }) => user), ['a']);
  assert.deepEqual(gapsOf({} as Chat), []);
});
