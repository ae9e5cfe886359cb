import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { RunEvent } from '../api-events.ts';
import { runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { eventLine } from '../event-line.ts';
import { runCard } from '../show-run.ts';
import { onTerminal, print, printJson } from '../terminal.ts';

const EXPLAINED = `
On a terminal an open run is asked itself, which takes up to 2 s when no worker answers and tells
what blocks it; elsewhere what is recorded is shown. --live and --no-live choose.`;

interface Options {
  readonly timeline?: true;
  readonly live?: boolean;
  readonly json?: true;
}

/** Adds `holdfast show`: one run, and what happened in it. */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description('show a run')
    .argument('<run>', 'its id', runIdOf)
    .option('-t, --timeline', 'also what happened in it')
    .option('--live', 'ask the run itself too')
    .option('--no-live', 'show what is recorded')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXPLAINED)
    .action(async (runId: string, options: Options, command: Command) => {
      const { timeline, json = false, live = onTerminal() && !json } = options;
      const client = await clientOf(command);
      const run = await client.call('GET /v1/runs/{runId}', {
        path: { runId },
        query: { live: live ? 'true' : 'false' },
      });
      const events = timeline === true ? await timelineOf(client, runId) : undefined;
      if (json) {
        printJson({ ...run, ...(events === undefined ? {} : { timeline: events }) });
        return;
      }
      print(runCard(run));
      if (events !== undefined) print(`\n${events.map(eventLine).join('\n')}`);
    });
}

async function timelineOf(client: ApiClient, runId: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? {} : { after };
    const part = await client.call('GET /v1/runs/{runId}/timeline', { path: { runId }, query });
    events.push(...part.events);
    after = part.next;
  } while (after !== undefined);
  return events;
}
