import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../domain/canonical.ts';
import { stateHash } from '../../../evals/replay/state-hash.ts';

const ANY = { type: 'object', properties: {} };
const DB = { agent: { booked: 0 }, user: null };
const BOOKED = { agent: { booked: 1 }, user: null };

function tool(name: string, parameters: Json = ANY, description: Json = null): Json {
  const mutates = name.startsWith('book');
  return {
    requestor: null,
    mutates,
    type: 'write',
    openai: { type: 'function', function: { name, description, parameters } },
  };
}

const TOOLS: readonly Json[] = [
  tool('book.shelf'),
  tool('book_shelf'),
  tool('look', { type: 'object', properties: { shelf: { type: 'string', nullable: true } } }),
  tool('peek', { type: 'dict' }),
  tool('submit'),
  tool('ask'),
  tool('ask', ANY, 'Asks somebody else.'),
  tool('tell'),
  tool('tell'),
  { openai: { function: { name: 'formless' } } },
];

function step(name: string, more: { readonly [name: string]: Json } = {}): Json {
  return { tool: name, args: null, requestor: 'assistant', ok: true, result: { said: name }, latency: 3, ...more };
}

const BOOKS = step('book.shelf', {
  patch: [{ op: 'replace', path: '/agent/booked', value: 1 }],
  repeat: null,
  wrong: null,
});
const REFUSED = step('tell', { ok: false, result: 'Error: nobody is there', patch: null });

function task(id: Json, trace: readonly Json[], more: { readonly [name: string]: Json } = {}): Json {
  const final_sha256 = stateHash(trace.includes(BOOKS) ? BOOKED : DB);
  return { id, difficulty: 2, scenario: { reason: 'A customer.' }, trace, final_sha256, communicate: [7], ...more };
}

const TASKS: readonly Json[] = [
  task('books', [BOOKS, REFUSED]),
  // The cut is within the last character.
  task('long', [], { ticket: `${'a'.repeat(3999)}\u{1f600}`, init_patch: null }),
  task('nothing to do', []),
  task('looks', [step('look')]),
  task('peeks', [step('peek')]),
  task('submits', [step('submit')]),
  task('asks', [step('ask')]),
  task('calls what is nowhere', [step('fly')]),
  task('leads nowhere', [], { init_patch: [{ op: 'remove', path: '/gone' }] }),
  task('', []),
  { id: 'formless' },
];

/** Writes a folder of the form in which much is odd: five tasks can be played. */
export function writeOddData(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const domain = { domain: 'Shelves & Co', policy: null, version: 2, tools: TOOLS, db: DB, tasks: TASKS };
  write('shelves.json', JSON.stringify(domain));
  write('stray.json', JSON.stringify({ domain: 'nowhere', tasks: [task('1', [])] }));
  write('list.json', '[]');
  write('notes.json', '{');
}
