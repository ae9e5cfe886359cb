import type { Command } from 'commander';
import { JOB_ERRORS, JobError } from '../../domain/errors.ts';
import type { BreakingHistory, DeployReport } from '../../main/check-deploy.ts';
import { findProject, type Project } from '../find-project.ts';
import { printable } from '../printable.ts';
import { print, printJson, say, styled } from '../terminal.ts';

const EXPLAINED = `
Builds the workflow code of this project as it is now, replays on it every open run of the Task
Queue, of all tenants, and the histories that were recorded of released versions, and lists what
would break: run, job, event and step. It asks Temporal itself, not the API, and changes nothing.

A run is pinned to the build that it began with and finishes on it, so a break harms no pinned
run. It harms what runs on the new code: a run that is reset, one that is not pinned, and the
same steps in runs to come when the break was not meant. docs/upgrading.md tells what to do.

The exit code is 0 when nothing breaks, 28 when something does.`;

interface Options {
  readonly histories?: string;
  readonly runs: boolean;
  readonly record?: string;
  readonly json?: true;
}

/** Adds `holdfast check-deploy`: which open runs and recorded histories the code of now would break. */
export function registerCheckDeploy(program: Command): void {
  program
    .command('check-deploy')
    .description('find out which open runs and recorded histories the code of this project would break')
    .option('--histories <folder>', 'recorded histories; default histories/ of the project, where that is there')
    .option('--no-runs', 'check recorded histories only, which needs no server')
    .option('--record <run>', 'write the history of a run to the folder of recorded histories, and check nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXPLAINED)
    .action(async (options: Options) => {
      const project = projectHere();
      if (options.record === undefined) await check(project, options);
      else await record(project, options.record, options);
    });
}

async function check({ root, home }: Project, { histories, runs, json }: Options): Promise<void> {
  // Loads the bundler and the engine's worker, which few verbs need.
  const { checkDeploy } = await import('../../main/check-deploy.ts');
  const named = histories === undefined ? {} : { histories };
  const report = await checkDeploy({ root, home, env: process.env, runs, ...named });
  if (json === true) printJson(report);
  else print(linesOf(report).join('\n'));
  process.exitCode = report.ok ? 0 : JOB_ERRORS['would-break'].exitCode;
}

async function record({ root, home }: Project, run: string, { histories, json }: Options): Promise<void> {
  const { recordHistory } = await import('../../main/record-history.ts');
  const named = histories === undefined ? {} : { histories };
  const file = await recordHistory({ root, home, env: process.env, run, ...named });
  if (json === true) printJson({ recorded: file });
  else say(`wrote ${file}`);
}

function projectHere(): Project {
  const project = findProject(process.cwd(), process.env);
  if (project !== undefined) return project;
  throw new JobError('invalid-input', 'This folder is in no project; go to the folder of your temporal.yaml.');
}

function linesOf({ build, runs, recorded }: DeployReport): readonly string[] {
  const breaking = [...(runs?.breaking ?? []), ...(recorded?.breaking ?? [])];
  const what = [
    ...(runs === undefined ? [] : [`${counted(runs.checked, 'open run')} of the Task Queue "${runs.taskQueue}"`]),
    ...(recorded === undefined ? [] : [counted(recorded.checked, 'recorded history', 'recorded histories')]),
  ];
  return [
    `build ${build}: ${what.length === 0 ? 'there is nothing to check' : `checked ${what.join(' and ')}`}`,
    ...breaking.map(lineOf),
    ...(breaking.length === 0 ? ['nothing breaks'] : [...harmOf(runs?.breaking ?? [])]),
  ];
}

function lineOf({ name, job, event, eventType, step, sentence }: BreakingHistory): string {
  const where = [
    ...(event === undefined ? [] : [`event ${event} (${eventType})`]),
    ...(step === undefined ? [] : [`step ${step}`]),
  ].join(', ');
  const place = where === '' ? '' : ` at ${where}`;
  return `${styled('red', 'WOULD BREAK')}  ${printable(name)} (${printable(job)})${printable(place)}: ${printable(sentence)}`;
}

function harmOf(breaking: readonly BreakingHistory[]): readonly string[] {
  const pinned = breaking.filter(({ pinnedTo }) => pinnedTo !== undefined).length;
  const loose = breaking.length - pinned;
  return [
    ...(pinned === 0
      ? []
      : [
          `${counted(pinned, 'of these runs is', 'of these runs are')} pinned to an older build and will finish on it; only a reset would take it to this code.`,
        ]),
    ...(loose === 0
      ? []
      : [
          `${counted(loose, 'of these runs is', 'of these runs are')} not pinned and would be blocked at the next step.`,
        ]),
  ];
}

function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
