import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import Table from 'cli-table3';
import { JobError } from 'holdfast';
import type { ListedRun } from 'holdfast/client';
import { invoiceIntake } from '../job.ts';
import { printable } from '../printable.ts';
import { createTurnstile } from '../reading/turnstile.ts';
import { Receipt } from '../schemas.ts';
import { seedBooks } from './books.ts';
import { deliveryOf } from './delivery.ts';
import type { DemoOptions, DemoReport } from './demo.ts';
import type { FoundDocument, FoundDocuments } from './find-documents.ts';
import { createLiveView } from './live-view.ts';
import { runsOf, watchRuns } from './watch-runs.ts';

/** What became of a document. */
interface DocumentOutcome {
  readonly name: string;
  readonly end: string;
  readonly detail: string;
}

type Delivered = { readonly name: string } & ({ readonly runId: string } | { readonly refused: string });

/** Ends by which Holdfast itself is at fault, not the document. */
const OWN_FAULTS: ReadonlySet<string> = new Set([
  'internal',
  'invalid-job',
  'invalid-config',
  'corrupt-blob',
  'stack-failed',
]);
/** How many files are in memory at once. */
const AT_ONCE = 4;
const DETAIL_WIDTH = 90;
const NAME_WIDTH = 60;
const DIGEST_CHARACTERS = 22;

/** Takes the files of a folder through the job, and says for each what became of it. */
export async function runDocuments(options: DemoOptions, found: FoundDocuments): Promise<DemoReport> {
  const { output, tenant } = options;
  await seedBooks({ ...options.books, tenant });
  for (const { name, reason } of found.skipped) output.write(`  skipped ${shownName(name)}: ${reason}\n`);
  const turnstile = createTurnstile(AT_ONCE);
  const delivered = await Promise.all(found.documents.map((document) => turnstile(() => deliver(options, document))));
  const started = delivered.flatMap((each) => ('runId' in each ? [each] : []));
  const names = new Map(started.map(({ runId, name }) => [runId, name]));
  const view = createLiveView(output, (run) => shownName(names.get(run.runId) ?? run.runId));
  const stuck = await watchRuns(
    options,
    started.map(({ runId }) => runId),
    view,
  );
  view.done();
  const runs = await runsOf(
    options,
    started.map(({ runId }) => runId),
  );
  const byId = new Map(runs.map((run) => [run.runId, run]));
  const outcomes = await Promise.all(delivered.map((each) => outcomeOf(options, each, byId)));
  output.write(`${tableOf(outcomes)}\n`);
  const models = [...new Set(runs.map((run) => run.model).filter((model) => model !== ''))].join(', ');
  output.write(`model: ${models === '' ? 'none was asked' : models}\n`);
  if (stuck !== undefined) return { asExpected: false, stuck };
  const own = outcomes.filter(({ end }) => OWN_FAULTS.has(end)).map(({ name }) => name);
  return own.length === 0
    ? { asExpected: true }
    : { asExpected: false, sentence: `Holdfast itself failed with ${own.join(', ')}; the table says how.` };
}

async function deliver({ client, tenant }: DemoOptions, { name, path }: FoundDocument): Promise<Delivered> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return { name, refused: 'The file cannot be read any more; look at its permissions.' };
  // The same name with another content is another document.
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, DIGEST_CHARACTERS);
  try {
    const delivery = deliveryOf(name, { source: `${name} ${digest}`, bytes });
    const { runId } = await client.start(invoiceIntake, delivery, { tenant, actor: 'demo' });
    return { name, runId };
  } catch (error) {
    if (error instanceof JobError && error.code === 'invalid-input') return { name, refused: error.message };
    throw error;
  }
}

async function outcomeOf(
  { client, tenant }: DemoOptions,
  delivered: Delivered,
  runs: ReadonlyMap<string, ListedRun>,
): Promise<DocumentOutcome> {
  const { name } = delivered;
  if ('refused' in delivered) return { name, end: 'invalid', detail: delivered.refused };
  const run = runs.get(delivered.runId);
  if (run?.status === 'completed') {
    const receipt = Receipt.parse(await client.result(run.runId, { tenant }));
    const { kind, number, vendor, payable, currency, id } = receipt;
    return { name, end: 'booked', detail: `as ${id}: ${kind} ${number} of ${vendor}, ${payable} ${currency}` };
  }
  if (run?.end === undefined)
    return {
      name,
      end: run?.status ?? 'unknown',
      detail: `${run?.waitingFor?.sentence ?? ''} (run ${delivered.runId})`.trim(),
    };
  const { code, sentence } = run.end;
  return { name, end: code === 'invalid-input' ? 'invalid' : code, detail: sentence };
}

function tableOf(outcomes: readonly DocumentOutcome[]): string {
  const table = new Table({
    head: ['document', 'end', 'what happened'],
    style: { head: [], border: [] },
    colWidths: [null, null, DETAIL_WIDTH],
    wordWrap: true,
  });
  table.push(...outcomes.map(({ name, end, detail }) => [shownName(name), end, printable(detail)]));
  return table.toString();
}

// Whoever names a file must not steer the terminal that lists it.
function shownName(name: string): string {
  return printable(name, NAME_WIDTH);
}
