import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { HoldfastClient, ListedRun, StartedRun, Tenant } from 'holdfast/client';
import { SAMPLE_DOCUMENTS, type SampleDocument } from '../expected.ts';
import { invoiceIntake } from '../job.ts';
import { allBookings, allPayments, type BooksAccess, seedBooks } from './books.ts';
import { deliveryOf } from './delivery.ts';
import { judgeEnd, judgePayments } from './judge-end.ts';
import { createLiveView } from './live-view.ts';
import { stuckSentence } from './stuck.ts';
import { tableOf, type Row } from './table.ts';

/** What the demo works with. */
export interface DemoOptions {
  readonly client: HoldfastClient;
  readonly tenant: Tenant;
  readonly books: Omit<BooksAccess, 'tenant'>;
  readonly output: NodeJS.WriteStream;
  /** Whether a person lets a run go on. Whoever answers is not authenticated until signed approvals exist. */
  readonly release: (question: string) => Promise<boolean>;
  /** In milliseconds: how long every open run may wait for an endpoint or system that is down; default: for ever. */
  readonly patienceMs?: number;
}

/** How the demo went. */
export interface DemoReport {
  /** Whether every document reached its expected end and the books agree. */
  readonly asExpected: boolean;
  /** Set when the demo gave up: what every open run waits for. The runs stay and go on when it is back. */
  readonly stuck?: string;
}

interface Delivered {
  readonly sample: SampleDocument;
  readonly started: StartedRun;
}

const POLL_MS = 250;

/** Delivers the sample documents, shows their runs, asks where a person must decide, and holds the ends against the books. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { output } = options;
  const access: BooksAccess = { ...options.books, tenant: options.tenant };
  await seedBooks(access);
  const delivered = await deliverAll(
    options,
    SAMPLE_DOCUMENTS.filter(({ expected }) => expected.end !== 'conflict'),
  );
  const view = createLiveView(
    output,
    (run) => delivered.find(({ started }) => started.runId === run.runId)?.sample.file ?? run.runId,
  );
  const stuck = await untilEnded(options, delivered, view);
  if (stuck !== undefined) return { asExpected: false, stuck };
  // A document that repeats another is a conflict only once the first one is booked.
  delivered.push(
    ...(await deliverAll(
      options,
      SAMPLE_DOCUMENTS.filter(({ expected }) => expected.end === 'conflict'),
    )),
  );
  const stuckLater = await untilEnded(options, delivered, view);
  view.done();
  if (stuckLater !== undefined) return { asExpected: false, stuck: stuckLater };
  return report(options, delivered, access);
}

async function deliverAll(options: DemoOptions, samples: readonly SampleDocument[]): Promise<Delivered[]> {
  return Promise.all(
    samples.map(async (sample) => {
      const bytes = await readFile(new URL(`../documents/${sample.file}`, import.meta.url));
      const delivery = deliveryOf(sample.file, { source: sample.file, bytes });
      const started = await options.client.start(invoiceIntake, delivery, { tenant: options.tenant, actor: 'demo' });
      return { sample, started };
    }),
  );
}

async function untilEnded(
  options: DemoOptions,
  delivered: readonly Delivered[],
  view: ReturnType<typeof createLiveView>,
): Promise<string | undefined> {
  const asked = new Set<string>();
  const since = Date.now();
  await tryAgain(options, delivered);
  for (;;) {
    const runs = await runsOf(options, delivered);
    view.show(runs);
    const open = runs.filter((run) => run.closedAt === undefined);
    if (open.length === 0) return undefined;
    const stuck = await stuckSentence(options, open, since);
    if (stuck !== undefined) return stuck;
    const waiting = open.find((run) => run.waitingFor?.kind === 'signal' && !asked.has(run.runId));
    if (waiting === undefined) await delay(POLL_MS);
    else {
      asked.add(waiting.runId);
      view.done();
      await decide(options, waiting);
    }
  }
}

async function decide(options: DemoOptions, run: ListedRun): Promise<void> {
  const { client, tenant, release } = options;
  const released = await release(run.waitingFor?.sentence ?? '');
  const actor = 'demo-approver';
  if (released) await client.signal(run.runId, { name: 'release', actor, id: `release-${run.runId}`, tenant });
  else await client.cancel(run.runId, { actor, tenant, reason: 'not released' });
}

// What a run of an earlier start waits for may be up again: it need not sleep out its pause.
async function tryAgain({ client, tenant }: DemoOptions, delivered: readonly Delivered[]): Promise<void> {
  const runs = await runsOf({ client, tenant }, delivered);
  const waiting = runs.filter((run) => run.closedAt === undefined && run.waitingFor?.kind === 'unavailable');
  await Promise.all(waiting.map((run) => client.resume(run.runId, { tenant, actor: 'demo', reason: 'started again' })));
}

async function runsOf(
  { client, tenant }: Pick<DemoOptions, 'client' | 'tenant'>,
  delivered: readonly Delivered[],
): Promise<readonly ListedRun[]> {
  const listed = await client.list({ tenant, limit: 500 });
  return delivered.flatMap(({ started }) => listed.filter((run) => run.runId === started.runId));
}

async function report(options: DemoOptions, delivered: readonly Delivered[], access: BooksAccess): Promise<DemoReport> {
  const { output } = options;
  const [runs, bookings, payments] = await Promise.all([
    runsOf(options, delivered),
    allBookings(access),
    allPayments(access),
  ]);
  const rows = delivered.flatMap(({ sample, started }): Row[] => {
    const run = runs.find((candidate) => candidate.runId === started.runId);
    const first = delivered.find(
      (other) => sample.expected.end === 'conflict' && other.sample.file === sample.expected.first,
    );
    const after = { books: { bookings, payments }, firstRunId: first?.started.runId ?? '' };
    return run === undefined
      ? []
      : [{ file: sample.file, run, end: judgeEnd(sample, run, after), before: started.existing }];
  });
  const wrongPayments = judgePayments(SAMPLE_DOCUMENTS, payments);
  output.write(`${tableOf(rows)}\n`);
  const models = [...new Set(runs.map((run) => run.model).filter((model) => model !== ''))].join(', ');
  output.write(`model: ${models}\n`);
  output.write(
    `books: ${bookings.length} bookings and ${payments.length} payments for the tenant "${options.tenant}"\n`,
  );
  for (const wrong of wrongPayments) output.write(`books: ${wrong}\n`);
  if (rows.every((row) => row.before))
    output.write('All of it was booked or refused before; nothing was done again.\n');
  return {
    asExpected:
      rows.length === SAMPLE_DOCUMENTS.length &&
      rows.every((row) => row.end.unexpected === undefined) &&
      wrongPayments.length === 0,
  };
}
