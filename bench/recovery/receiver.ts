import { openSync, writeSync } from 'node:fs';
import { answerJson, keyOf, serveProcess } from '../measuring/serve-process.ts';
import type { Entry } from './record.ts';

// The system that the steps of `bench recovery` write to, a process of its own: it acts once for each idempotency key, answers
// after a while, and appends all that happens to a file. Its arguments: the file, and after how many milliseconds it answers.
const [path = '', answerMs = ''] = process.argv.slice(2);
const record = openSync(path, 'a');
const entered = new Map<string, { readonly id: string; readonly at: number }>();

serveProcess(({ request, response, body }) => {
  const { run, step } = JSON.parse(body) as { run: string; step: number };
  const key = keyOf(request);
  const note = (kind: Entry['kind']): void => append({ kind, at: Date.now(), key, run, step });
  const before = entered.get(key);
  note(before === undefined ? 'effect' : 'repeat');
  const entry = before ?? { id: `${run}/${step}`, at: Date.now() };
  entered.set(key, entry);
  response.once('close', () => {
    if (!response.writableFinished) note('broken');
  });
  setTimeout(() => answerJson(response, { id: entry.id }), entry.at + Number(answerMs) - Date.now());
});

function append(entry: Entry): void {
  writeSync(record, `${JSON.stringify(entry)}\n`);
}
