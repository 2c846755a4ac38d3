import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat, Member, Members } from '../src/api/types';
import { may } from '../src/model/may';
import { NO_POLL, OPTIONS_MAX, asked, struck, worded } from '../src/model/poll';

const write = (texts: readonly string[], draft = NO_POLL) => texts.reduce((now, text, n) => worded(now, n, text), draft);

test('behind the last option of a poll there is room for one more, up to the most', () => {
  assert.deepEqual(write(['a']).options, ['a', '']);
  assert.deepEqual(write(['a', 'b']).options, ['a', 'b', '']);
  const full = write(Array.from({ length: OPTIONS_MAX }, (_, n) => `option ${n}`));
  assert.equal(full.options.length, OPTIONS_MAX);
  assert.deepEqual(struck(full, 0).options.at(-1), '', 'one that goes makes room');
  assert.deepEqual(struck(write(['a', 'b']), 0).options, ['b', '']);
});

test('a poll is sent once it has a question and two options', () => {
  const draft = { ...write([' a ', 'b']), question: ' why? ' };
  assert.deepEqual(asked(draft, 5), { question: 'why?', options: ['a', 'b'], anonymous: true, multiple: false });
  assert.equal(asked({ ...draft, question: ' ' }, 5), undefined);
  assert.equal(asked({ ...write(['a', ' ']), question: 'why?' }, 5), undefined);
  assert.equal(asked({ ...draft, open: 1000 }, 5)?.closes, 1005);
});

test('a quiz is sent once its right option is marked, which keeps its place among those that are filled', () => {
  const draft = { ...write(['', 'b', 'c']), question: 'why?', quiz: true, multiple: true, explanation: ' so ' };
  assert.equal(asked(draft, 0), undefined);
  assert.equal(asked({ ...draft, right: 0 }, 0), undefined, 'an empty option is not right');
  assert.deepEqual(asked({ ...draft, right: 2 }, 0), { question: 'why?', options: ['b', 'c'], anonymous: true, right: 1, explanation: 'so' });
  assert.equal(struck({ ...draft, right: 2 }, 0).right, 1);
  assert.equal(struck({ ...draft, right: 2 }, 2).right, undefined);
});

test('what one may do in a chat follows its rules', () => {
  const chat = (kind: Chat['kind'], standing: Chat['standing'] = 'in') => ({ kind, standing }) as Chat;
  const all = (role: Member['role'], more: Partial<Member> = {}) =>
    ({ permissions: ['text', 'poll'], members: [{ user: 'u', name: 'U', role, devices: [], ...more }] }) as unknown as Members;
  assert.ok(may(chat('private'), undefined, 'u', 'delete', 0));
  assert.ok(!may(chat('private', 'out'), undefined, 'u', 'pin', 0));
  assert.ok(!may(chat('group'), undefined, 'u', 'text', 0), 'nothing is known yet');
  assert.ok(may(chat('group'), all('owner'), 'u', 'delete', 0));
  assert.ok(may(chat('group'), all('member'), 'u', 'poll', 0));
  assert.ok(!may(chat('group'), all('member'), 'u', 'pin', 0));
  assert.ok(!may(chat('group'), all('admin', { can: ['pin'] }), 'u', 'delete', 0));
  assert.ok(may(chat('group'), all('admin', { can: ['pin'] }), 'u', 'media', 0));
  assert.ok(!may(chat('channel'), all('admin', { can: ['pin'] }), 'u', 'media', 0));
  assert.ok(may(chat('channel'), all('admin', { can: ['post'] }), 'u', 'media', 0));
  assert.ok(!may(chat('group'), all('restricted', { can: ['text'], until: 9 }), 'u', 'poll', 8));
  assert.ok(may(chat('group'), all('restricted', { can: ['text'], until: 9 }), 'u', 'poll', 9));
  assert.ok(!may(chat('group'), all('banned'), 'u', 'text', 0));
});
