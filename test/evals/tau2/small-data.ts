import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../domain/canonical.ts';
import { type Case, readTau2Data, type TraceStep } from '../../../evals/tau2/data.ts';
import { applyPatch } from '../../../evals/replay/apply-patch.ts';
import { stateHash } from '../../../evals/replay/state-hash.ts';

const SHELVES = { agent: { shelves: { a: 'free', b: 'free' }, count: 0 }, user: { lamp: 'off' } };
const TITLE = { type: 'object', properties: { shelf: { type: 'string' } }, required: ['shelf'] };

function tool(name: string, more: { mutates: boolean; requestor?: 'user'; parameters?: Json }): Json {
  const { mutates, requestor = 'assistant', parameters = TITLE } = more;
  const description = `It is named ${name}.`;
  return {
    requestor,
    mutates,
    type: mutates ? 'write' : 'read',
    openai: { type: 'function', function: { name, description, parameters } },
  };
}

const TOOLS = [
  tool('look_up', { mutates: false }),
  tool('book', { mutates: true }),
  tool('press', { mutates: true, requestor: 'user', parameters: { type: 'object', properties: {} } }),
];

const look = (shelf: string, result: string): TraceStep => ({
  tool: 'look_up',
  args: { shelf },
  ok: true,
  result,
  wrong: { args: { shelf: `${shelf}9` }, ok: false, result: 'Error: no such shelf', changed: false },
});
const book = (shelf: 'a' | 'b', count: number): TraceStep => ({
  tool: 'book',
  args: { shelf },
  ok: true,
  result: `booked ${shelf}`,
  patch: [
    { op: 'replace', path: `/agent/shelves/${shelf}`, value: 'booked' },
    { op: 'replace', path: '/agent/count', value: count },
  ],
  repeat: { ok: true, result: 'booked again', patch: [{ op: 'replace', path: '/agent/count', value: count + 10 }] },
  wrong: { args: { shelf: `${shelf}9` }, ok: false, result: 'Error: no such shelf', changed: false },
});
const press = (lamp: 'on' | 'off'): TraceStep => ({
  tool: 'press',
  args: {},
  ok: true,
  result: `The lamp is ${lamp}.`,
  patch: [{ op: 'replace', path: '/user/lamp', value: lamp }],
});

const TRACES: Readonly<Record<string, readonly TraceStep[]>> = {
  'reads and writes': [look('a', 'free'), book('a', 1), look('a', 'booked')],
  'the same call twice': [press('on'), press('off'), book('b', 1)],
  'nothing to do': [],
};

function task(id: string, trace: readonly TraceStep[]): Json {
  const end = trace.reduce<Json>((state, { patch = [] }) => applyPatch(state, patch), SHELVES);
  const communicate = id === 'reads and writes' ? ['42'] : [];
  // It is plain data throughout.
  return { id, scenario: 'A customer.', trace: trace as unknown as Json, final_sha256: stateHash(end), communicate };
}

/** Writes a folder of two files: a domain with two tasks, and one that has only a task of the same domain. */
export function writeSmallData(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const [first, ...others] = Object.entries(TRACES).map(([id, trace]) => task(id, trace));
  const shared = { domain: 'shelves', policy: 'Be kind.', tools: TOOLS, db: SHELVES };
  writeFileSync(join(folder, 'SOURCE.json'), JSON.stringify({ name: 'small' }));
  writeFileSync(join(folder, 'more.json'), JSON.stringify({ domain: 'shelves', tasks: [first] }));
  writeFileSync(join(folder, 'shelves.json'), JSON.stringify({ ...shared, tasks: others }));
}

/** The cases of {@link writeSmallData}, by their tasks' ids. */
export async function smallCases(folder: string): Promise<ReadonlyMap<string, Case>> {
  writeSmallData(folder);
  const { cases } = await readTau2Data({ data: folder });
  return new Map(cases.map((one) => [one.task.id, one]));
}
