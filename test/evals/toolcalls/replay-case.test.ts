import { expect, test } from '@jest/globals';
import { environmentOf, readEnvironment } from '../../../evals/toolcalls/environment.ts';
import type { ToolcallsData } from '../../../evals/toolcalls/data.ts';
import { casesOf, type ReplayCase } from '../../../evals/toolcalls/replay-case.ts';
import { ReplayedTask } from '../../../evals/toolcalls/replayed-task.ts';
import { scriptOf } from '../../../evals/toolcalls/script-of.ts';
import { aliasesOf } from '../../../jobs/tool-aliases.ts';
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

test('the oracle calls a tool by the alias under which a request offers it, whatever the engine says that it does', () => {
  const rectangle = caseOf(SMALL, 'rectangle');
  expect(namesIn(scriptOf(rectangle, 0, offeredBeside(['math.area', 'Größe suchen'])))).toEqual([
    ['math_area', 'math_area', 'math_area'],
    ['math_area'],
    ['math_area'],
    ['math.area_v2'],
    ['math_area'],
    ['math_area'],
    ['Gr__e_suchen'],
    ['submit'],
  ]);
});

test('the oracle tells tools apart that do and take the same, by the digests in their aliases', () => {
  const names = ['math.area', 'math area'];
  const tools = Object.fromEntries(names.map((name) => [name, { name, description: '', parameters: {} }]));
  const calls = names.map((name) => ({ name, arguments: {}, valid: true }));
  const data = { ...SMALL, bfcl: { tools, cases: [{ id: 'two', user: '', tools: names, calls, invalid: [] }] } };
  const offered = offeredBeside([...names, 'math_area']);
  const [first, second] = offered.map(({ name }) => name);
  expect(namesIn(scriptOf(caseOf(data, 'two'), 0, offered))).toEqual([[first, second], ['submit']]);
  expect(new Set([first, second, 'math_area', ...names]).size).toBe(5);
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

function caseOf(data: ToolcallsData, id: string): ReplayCase {
  const found = casesOf(data, ALL).find((one) => one.id === id);
  if (found === undefined) throw new Error(`The data has no case ${id}.`);
  return found;
}

/** Tools as a request offers them: under their aliases, with the engine's own descriptions. */
function offeredBeside(names: readonly string[]): Parameters<typeof scriptOf>[2] {
  return [...aliasesOf(names).entries()]
    .toSorted(([one], [other]) => names.indexOf(one) - names.indexOf(other))
    .map(([name, alias]) => ({ name: alias, description: name.replaceAll('_', ' '), parameters: {} }));
}

function namesIn(script: ReturnType<typeof scriptOf>): readonly (readonly string[] | undefined)[] {
  return script.map(({ calls }) => calls?.map(({ name }) => name));
}
