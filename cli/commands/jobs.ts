import type { Command } from 'commander';
import type { Answer } from '../../api/types.ts';
import { clientOf } from '../command-context.ts';
import { pairsOf, tableOf } from '../table.ts';
import { print, printJson } from '../terminal.ts';

/** Adds `holdfast jobs`: what can be started, and with what. */
export function registerJobs(program: Command): void {
  program
    .command('jobs')
    .description('list the jobs, or show one with its schemas')
    .argument('[job]', 'the job to show')
    .option('--json', 'print one JSON object')
    .action(async (name: string | undefined, { json }: { json?: true }, command: Command) => {
      const client = await clientOf(command);
      if (name !== undefined) {
        const job = await client.call('GET /v1/jobs/{job}', { path: { job: name } });
        if (json === true) printJson(job);
        else print(cardOf(job));
        return;
      }
      const { jobs } = await client.call('GET /v1/jobs');
      if (json === true) printJson({ jobs });
      else print(listOf(jobs));
    });
}

function listOf(jobs: Answer<'GET /v1/jobs'>['jobs']): string {
  return tableOf({
    head: ['JOB', 'VERSION', 'DATA', 'AGENTS', 'TOOLS'],
    rows: jobs.map(({ name, version, dataClass, agents, tools }) => [
      name,
      String(version),
      dataClass,
      agents.join(', '),
      tools.join(', '),
    ]),
  });
}

function cardOf(job: Answer<'GET /v1/jobs/{job}'>): string {
  const effects = job.effects.map(({ tool, effect, class: effectClass, system }) => [
    tool,
    effect,
    effectClass,
    system === '' ? '-' : system,
  ]);
  return [
    pairsOf([
      ['job', `${job.name}, version ${job.version}`],
      ['data', job.dataClass],
      ['agents', job.agents.join(', ')],
      ['checks', job.checks.join(', ')],
      [
        'budget',
        `${job.budget.turns} turns${job.budget.withinMs === undefined ? '' : ` within ${job.budget.withinMs / 60_000} min`}`,
      ],
    ]),
    tableOf({ head: ['TOOL', 'EFFECT', 'CLASS', 'SYSTEM'], rows: effects }),
    `input\n${JSON.stringify(job.input, undefined, 2)}`,
    `output\n${JSON.stringify(job.output, undefined, 2)}`,
  ].join('\n\n');
}
