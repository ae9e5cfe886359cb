import { expect, test } from '@jest/globals';
import { disruptions } from '../../../bench/recovery/disruptions.ts';
import { findEffects } from '../../../bench/recovery/found.ts';
import type { Entry } from '../../../bench/recovery/record.ts';
import { callKeyOf } from '../../../domain/digest.ts';
import { parseTenant, type RunId, type StepPath } from '../../../domain/ids.ts';

const tenant = parseTenant('bench');
const runId = 'bench-recovery.a' as RunId;
const runs = [{ name: 'a', runId, steps: 3 }];
const keys = ['stamp', 'stamp#2', 'stamp#3'].map((path) => callKeyOf({ tenant, runId, stepPath: path as StepPath }));

const effect = (step: number, key: string, kind: Entry['kind'] = 'effect'): Entry => ({
  kind,
  at: 1,
  key,
  run: 'a',
  step,
});

test('a record with each expected key once has all effects, whatever was sent again', () => {
  const record = [...keys.map((key, index) => effect(index + 1, key)), effect(1, keys[0] ?? '', 'repeat')];
  const found = { expected: 3, completed: 3, lost: 0, duplicates: 0, foreign: 0, repeats: 1 };
  expect(findEffects(record, { tenant, runs })).toEqual(found);
});

test('a missing effect is lost, and one step under two keys is a duplicate under a key that no step has', () => {
  const record = [effect(1, keys[0] ?? ''), effect(1, 'another key'), effect(2, keys[1] ?? '')];
  expect(findEffects(record, { tenant, runs })).toMatchObject({ lost: 1, duplicates: 1, foreign: 1 });
});

test('workers are killed every ten seconds, server, database and deploy come once each between two of them', () => {
  const all = disruptions({ steps: 20, answerMs: 4_000, killEvery: 10 });
  const first = Array.from({ length: 10 }, () => all.next().value);
  expect(first.map(({ kind, atMs }) => `${kind} ${atMs / 1_000}`)).toEqual(
    'worker 10,worker 20,server 25,worker 30,worker 40,database 45,worker 50,deploy 55,worker 60,worker 70'.split(','),
  );
});
