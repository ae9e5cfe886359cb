import { readFile } from 'node:fs/promises';
import type { StartedRun } from 'holdfast/client';
import { SAMPLE_DOCUMENTS, type SampleDocument } from '../expected.ts';
import { invoiceIntake } from '../job.ts';
import { allBookings, allPayments, type BooksAccess, seedBooks } from './books.ts';
import { deliveryOf } from './delivery.ts';
import { judgeEnd, judgePayments } from './judge-end.ts';
import { createLiveView } from './live-view.ts';
import { tableOf, type Row } from './table.ts';
import { runsOf, watchRuns, type Watching } from './watch-runs.ts';

/** What the demo works with. */
export interface DemoOptions extends Watching {
  readonly books: Omit<BooksAccess, 'tenant'>;
  readonly output: NodeJS.WriteStream;
}

/** How the demo went. */
export interface DemoReport {
  /** Whether every document reached its expected end and the books agree. */
  readonly asExpected: boolean;
  /** Set when the demo gave up: what every open run waits for. The runs stay and go on when it is back. */
  readonly stuck?: string;
  /** What else is wrong; default that some end was not the expected one. */
  readonly sentence?: string;
}

interface Delivered {
  readonly sample: SampleDocument;
  readonly started: StartedRun;
}

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
  const stuck = await watchRuns(options, idsOf(delivered), view);
  if (stuck !== undefined) return { asExpected: false, stuck };
  // A document that repeats another is a conflict only once the first one is booked.
  delivered.push(
    ...(await deliverAll(
      options,
      SAMPLE_DOCUMENTS.filter(({ expected }) => expected.end === 'conflict'),
    )),
  );
  const stuckLater = await watchRuns(options, idsOf(delivered), view);
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

function idsOf(delivered: readonly Delivered[]): readonly string[] {
  return delivered.map(({ started }) => started.runId);
}

async function report(options: DemoOptions, delivered: readonly Delivered[], access: BooksAccess): Promise<DemoReport> {
  const { output } = options;
  const [runs, bookings, payments] = await Promise.all([
    runsOf(options, idsOf(delivered)),
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
