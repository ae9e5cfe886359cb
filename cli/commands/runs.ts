import { Option, type Command } from 'commander';
import type { Sent } from '../../api/types.ts';
import { RUN_STATUSES } from '../../domain/run-view.ts';
import { JobError } from '../../domain/errors.ts';
import type { ApiClient } from '../api-client.ts';
import { momentOf, wholeNumber } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { type ListedRun, runTable } from '../show-run.ts';
import { print, printJson, say } from '../terminal.ts';

const LARGEST_PAGE = 500;
const WAITS = ['signal', 'unavailable', 'answer', 'time'];
const EXAMPLES = `
  holdfast runs --status waiting --waiting-for answer
  holdfast runs --job triage --started-after 2h
  holdfast runs --all --json > runs.json`;

type Query = NonNullable<Sent<'GET /v1/runs'>['query']>;

interface Options extends Omit<Query, 'limit'> {
  readonly limit?: number;
  readonly all?: true;
  readonly json?: true;
}

/** Adds `holdfast runs`: runs of the tenant, the newest first. */
export function registerRuns(program: Command): void {
  program
    .command('runs')
    .description('list runs, the newest first')
    .addOption(new Option('--status <status>', 'only those that are so').choices(RUN_STATUSES))
    .option('--job <job>', 'only those of a job')
    .option('--actor <name>', 'only those that somebody started')
    .addOption(new Option('--waiting-for <what>', 'only those that wait for this').choices(WAITS))
    .option('--started-after <moment>', '2026-01-31, 2026-01-31T09:00:00Z, or 2h for two hours ago', momentOf)
    .option('--started-before <moment>', 'the same', momentOf)
    .option('--limit <number>', 'how many: 1 to 500, default 50', wholeNumber('--limit', 1, LARGEST_PAGE))
    .option('--cursor <cursor>', 'go on where a page ended')
    .option('--all', 'every page')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json, ...options }: Options, command: Command) => {
      if (options.all === true && options.limit !== undefined)
        throw new JobError('invalid-input', '--all lists every run, so --limit says nothing; leave one of them out.');
      const { runs, next } = await listed(await clientOf(command), options);
      if (json === true) printJson({ runs, ...(next === undefined ? {} : { next }) });
      else show(runs, next);
    });
}

interface Page {
  readonly runs: readonly ListedRun[];
  readonly next?: string | undefined;
}

async function listed(client: ApiClient, { all, limit, ...filters }: Omit<Options, 'json'>): Promise<Page> {
  const size = all === true ? LARGEST_PAGE : limit;
  const query = { ...filters, ...(size === undefined ? {} : { limit: String(size) }) };
  let page: Page = await client.call('GET /v1/runs', { query });
  const runs = [...page.runs];
  while (all === true && page.next !== undefined) {
    page = await client.call('GET /v1/runs', { query: { ...query, cursor: page.next } });
    runs.push(...page.runs);
  }
  return { runs, next: page.next };
}

function show(runs: readonly ListedRun[], next: string | undefined): void {
  if (runs.length === 0) say('there are no such runs');
  else print(runTable(runs));
  if (next !== undefined) say(`there are more: --cursor ${next}, or --all`);
}
