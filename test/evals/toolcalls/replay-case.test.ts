import { expect, test } from '@jest/globals';
import { environmentOf, readEnvironment } from '../../../evals/toolcalls/environment.ts';
import { casesOf } from '../../../evals/toolcalls/replay-case.ts';
import { ReplayedTask } from '../../../evals/toolcalls/replayed-task.ts';
import { scriptOf } from '../../../evals/toolcalls/script-of.ts';
import { SMALL } from './small-data.ts';

const ALL = { seed: 1, limit: 100 };

test('the limit takes the first of each kind in an order that the seed alone decides', () => {
  const kinds = casesOf(SMALL, ALL).map((one) => one.of.kind);
  expect(kinds).toEqual(['calls', 'calls', 'irrelevance', 'multi-turn']);
  expect(casesOf(SMALL, { seed: 1, limit: 1 })).toHaveLength(3);
  const firsts = Array.from({ length: 20 }, (_, seed) => casesOf(SMALL, { seed, limit: 1 })[0]?.id);
  expect(new Set(firsts)).toEqual(new Set(['rectangle', 'circle']));
  expect(firsts).toEqual(Array.from({ length: 20 }, (_, seed) => casesOf(SMALL, { seed, limit: 1 })[0]?.id));
});

test('a conversation has the tools of its systems without the excluded ones, writes where a trace changes the state', () => {
  const files = casesOf(SMALL, ALL).find((one) => one.id === 'files');
  expect(files?.tools.map(({ name, effect }) => [name, effect])).toEqual([
    ['touch', 'write'],
    ['ls', 'read'],
  ]);
});

test('the oracle finds a tool whose name it may not say by what the tool does and takes', () => {
  const rectangle = casesOf(SMALL, ALL).find((one) => one.id === 'rectangle');
  if (rectangle === undefined) throw new Error('The data has no such case.');
  const offered = [SMALL.bfcl.tools['h2'], SMALL.bfcl.tools['h1']].flatMap((tool, index) =>
    tool === undefined ? [] : [{ ...tool, name: `alias_${index}` }],
  );
  const script = scriptOf(rectangle, 0, offered);
  expect(script.map(({ calls }) => calls?.map(({ name }) => name))).toEqual([
    ['alias_1', 'alias_1', 'alias_1'],
    ['alias_1'],
    ['alias_1'],
    ['math.area_v2'],
    ['alias_1'],
    ['alias_1'],
    ['Größe suchen'],
    ['submit'],
  ]);
});

test('a recorded conversation acts once for a key, in its order, and ends with its hash', () => {
  const [task] = SMALL.multiTurn.tasks;
  if (task === undefined) throw new Error('The data has no conversation.');
  const replayed = new ReplayedTask(task);
  expect(replayed.call('ls', {}, 'k0')).toEqual({ what: 'unexpected', result: undefined });
  expect(replayed.call('touch', { name: 'a' }, 'k1')).toEqual({ what: 'effect', result: 'null' });
  const once = replayed.hash();
  expect(replayed.call('touch', { name: 'a' }, 'k1')).toEqual({ what: 'repeat', result: 'null' });
  expect(replayed.hash()).toBe(once);
  expect(replayed.call('ls', {}, 'k2')).toEqual({ what: 'read', result: '["a"]' });
  expect(replayed.call('touch', { name: 'a' }, 'k3')).toEqual({ what: 'effect', result: 'null' });
  expect(replayed.hash()).toBe(task.final_sha256);
});

test('what the processes of the evaluation are told is what they read', () => {
  const given = { folder: '/data', seed: 3, limit: 7 };
  expect(readEnvironment({ ...environmentOf(given) })).toEqual(given);
  expect(() => readEnvironment({})).toThrow('TOOLCALLS_DATA is not set');
});
