import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { applyPatch } from '../../../evals/replay/apply-patch.ts';
import { EffectsLedger } from '../../../evals/replay/effects-ledger.ts';
import { canonicalText, stateHash } from '../../../evals/replay/state-hash.ts';

test('applyPatch adds, replaces and removes at a path, and leaves the state it was given as it is', () => {
  const state = { 'a/b': { '~': [1, 2, 3] }, kept: { deep: true } };
  const patched = applyPatch(state, [
    { op: 'replace', path: '/a~1b/~0/1', value: 'two' },
    { op: 'add', path: '/a~1b/~0/-', value: 4 },
    { op: 'add', path: '/a~1b/~0/0', value: 0 },
    { op: 'remove', path: '/a~1b/~0/1' },
    { op: 'add', path: '/new', value: null },
    { op: 'remove', path: '/kept/deep' },
  ]);
  expect(patched).toEqual({ 'a/b': { '~': [0, 'two', 3, 4] }, kept: {}, new: null });
  expect(state).toEqual({ 'a/b': { '~': [1, 2, 3] }, kept: { deep: true } });
  expect(applyPatch(state, [{ op: 'replace', path: '', value: 7 }])).toBe(7);
});

test('applyPatch refuses a path that leads nowhere, by name', () => {
  const state = { list: [1], text: 'x' };
  const nowhere = ['/none', '/list/1', '/list/-', '/list/01', '/list/x', '/text/0', '/none/deeper', '/toString'];
  for (const path of nowhere) {
    expect(() => applyPatch(state, [{ op: 'replace', path, value: 1 }])).toThrow(
      `The patch cannot replace "${path}": it leads nowhere in the state.`,
    );
  }
  expect(() => applyPatch(state, [{ op: 'add', path: '/list/2', value: 1 }])).toThrow('The patch cannot add');
});

test('stateHash depends on values alone: neither on the order of keys nor on how a number was written', () => {
  const text = '{"b":[1.0,2.50,-0.0],"a":"\\u00e9\\/","\\ud83d\\ude00":1,"\\uffff":2}';
  const state = JSON.parse(text) as { [name: string]: number };
  expect(canonicalText(state)).toBe('{"a":"é/","b":[1,2.5,0],"\uffff":2,"😀":1}');
  // printf '{"a":1,"b":"é"}' | sha256sum
  expect(stateHash({ b: 'é', a: 1 })).toBe('09ad9fd2fb648cb2f62141215828ea00a62c299db05d20aa9ade2f527a301cc6');
});

test('an EffectsLedger in a file goes on where a killed process left it, without the line that it was writing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'));
  try {
    const file = join(folder, 'ledger.jsonl');
    const request = { run: 'r', tool: 't', arguments: { a: 1 }, key: 'k', what: 'effect' };
    new EffectsLedger(file).append(request);
    appendFileSync(file, '{"seq":1,"ti');
    const again = new EffectsLedger(file);
    expect(again.entries()).toMatchObject([{ seq: 0, ...request }]);
    again.append(request);
    again.append(request);
    expect(again.entries().map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(new EffectsLedger(file).entries()).toEqual(again.entries());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
