import { Option, type Command } from 'commander';
import type { Sent } from '../../api/types.ts';
import { JobError } from '../../domain/errors.ts';
import type { ApiClient } from '../api-client.ts';
import { lengthSeconds } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { jsonArgument } from '../json-argument.ts';
import { scheduleCard, scheduleTable } from '../show-schedule.ts';
import { print, printJson, say } from '../terminal.ts';

const OVERLAPS = ['skip', 'buffer-one', 'buffer-all', 'cancel-other', 'allow-all'] as const;
const EXAMPLES = `
In texts of the input {scheduledAt} becomes the planned moment and {scheduledDate} its date; the
job's identity must contain one of them, else each run would be the one before.

  holdfast schedule create nightly --job report --cron '0 6 * * 1-5' --time-zone Europe/Vienna \\
    --input '{"day":"{scheduledDate}"}'
  holdfast schedule create often --job poll --every 10m --input '{"at":"{scheduledAt}"}'`;

interface CreateOptions {
  readonly job: string;
  readonly input: string;
  readonly cron?: readonly string[];
  readonly every?: number;
  readonly timeZone?: string;
  readonly overlap?: (typeof OVERLAPS)[number];
  readonly catchUp?: number;
  readonly paused?: true;
  readonly json?: true;
}

interface ActOptions {
  readonly reason?: string;
  readonly json?: true;
}

/** Adds `holdfast schedule`: runs that start by themselves. */
export function registerSchedule(program: Command): void {
  const schedule = program.command('schedule').description('start runs at planned moments').helpCommand(false);
  registerCreate(schedule);
  schedule
    .command('list')
    .description('list the schedules')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const client = await clientOf(command);
      const { schedules } = await client.call('GET /v1/schedules', { query: { limit: '500' } });
      if (json === true) printJson({ schedules });
      else if (schedules.length === 0) say('there are no schedules');
      else print(scheduleTable(schedules));
    });
  named(schedule, 'show', 'show a schedule with its next and latest runs').action(show);
  acting(schedule, 'pause', 'start no more runs until it is resumed').action(act('pause'));
  acting(schedule, 'resume', 'start runs again').action(act('resume'));
  acting(schedule, 'trigger', 'start a run now').action(act('trigger'));
  named(schedule, 'delete', 'remove a schedule; its runs stay').action(remove);
}

function registerCreate(schedule: Command): void {
  schedule
    .command('create')
    .description('make a schedule; the same one again is found')
    .argument('<name>', 'its name')
    .requiredOption('--job <job>', 'what to run')
    .requiredOption(
      '-i, --input <json>',
      'the input of each run: a file of JSON, "-" for standard input, or the JSON itself',
    )
    .option('--cron <expression>', 'when, such as "0 6 * * 1-5"; repeatable', collect)
    .option('--every <time>', 'how often instead, such as 10m', lengthSeconds)
    .option('--time-zone <zone>', 'of --cron, such as Europe/Vienna; default UTC')
    .addOption(new Option('--overlap <policy>', 'when the run before is still open; default skip').choices(OVERLAPS))
    .option(
      '--catch-up <time>',
      'how late a missed run may still start, such as 1h, which is the default',
      lengthSeconds,
    )
    .option('--paused', 'make it paused')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(create);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function named(schedule: Command, verb: string, description: string): Command {
  return schedule
    .command(verb)
    .description(description)
    .argument('<name>', 'its name')
    .option('--json', 'print one JSON object');
}

function acting(schedule: Command, verb: string, description: string): Command {
  return named(schedule, verb, description).option('--reason <text>', 'why, shown with the schedule');
}

async function create(name: string, options: CreateOptions, command: Command): Promise<void> {
  const { job, cron, every, json } = options;
  if ((cron === undefined) === (every === undefined))
    throw new JobError('invalid-input', 'A schedule needs exactly one of --cron and --every.');
  const body: Sent<'POST /v1/schedules'>['body'] = {
    schedule: name,
    job,
    input: await jsonArgument(options.input, '--input'),
    ...(cron === undefined ? {} : { cron: [...cron] }),
    ...(every === undefined ? {} : { everySeconds: every }),
    ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    ...(options.overlap === undefined ? {} : { overlap: options.overlap }),
    ...(options.catchUp === undefined ? {} : { catchUpSeconds: options.catchUp }),
    ...(options.paused === undefined ? {} : { paused: options.paused }),
  };
  const client = await clientOf(command);
  const made = await client.call('POST /v1/schedules', { body });
  if (json === true) printJson(made);
  else print(scheduleCard(made));
}

async function show(schedule: string, { json }: ActOptions, command: Command): Promise<void> {
  const client = await clientOf(command);
  const shown = await client.call('GET /v1/schedules/{schedule}', { path: { schedule } });
  if (json === true) printJson(shown);
  else print(scheduleCard(shown));
}

const ACTS = {
  pause: (client: ApiClient, sent: Sent<'POST /v1/schedules/{schedule}/pause'>) =>
    client.call('POST /v1/schedules/{schedule}/pause', sent),
  resume: (client: ApiClient, sent: Sent<'POST /v1/schedules/{schedule}/resume'>) =>
    client.call('POST /v1/schedules/{schedule}/resume', sent),
  trigger: (client: ApiClient, sent: Sent<'POST /v1/schedules/{schedule}/trigger'>) =>
    client.call('POST /v1/schedules/{schedule}/trigger', sent),
};

function act(verb: keyof typeof ACTS) {
  return async (schedule: string, { reason, json }: ActOptions, command: Command): Promise<void> => {
    const client = await clientOf(command);
    const shown = await ACTS[verb](client, { path: { schedule }, body: reason === undefined ? {} : { reason } });
    if (json === true) printJson(shown);
    else if (verb === 'trigger') print(`${schedule} starts a run now`);
    else print(`${schedule} is ${shown.paused ? 'paused' : 'active'}`);
  };
}

async function remove(schedule: string, { json }: ActOptions, command: Command): Promise<void> {
  const client = await clientOf(command);
  await client.call('DELETE /v1/schedules/{schedule}', { path: { schedule } });
  if (json === true) printJson({ schedule, deleted: true });
  else print(`${schedule} is deleted`);
}
