import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JobError } from '../domain/errors.ts';
import { KILL_POINTS } from '../gate/kill-points.ts';
import type { Job } from '../jobs/job.ts';
import { toolsOf } from '../jobs/registry.ts';
import type { KillAt, RehearseOptions } from './options.ts';

const OPTIONS: Readonly<Record<keyof RehearseOptions<Job>, true>> = {
  folder: true,
  input: true,
  script: true,
  killAt: true,
  signals: true,
  answers: true,
  receivers: true,
  cancelAt: true,
  timeoutMs: true,
};
const MOST_TIMES = 5;
const LONGEST_MS = 600_000;

/**
 * Refuses what cannot be rehearsed, before anything is started.
 * @returns the absolute path of the job's folder
 * @throws JobError `invalid-input` in one sentence with the fix
 */
export function checkOptions(job: Job, options: RehearseOptions<Job>): string {
  const { script = {}, killAt = [], receivers = {}, cancelAt, timeoutMs } = options;
  checkShapes(options);
  const folder = folderOf(job, options.folder);
  for (const name of Object.keys(script)) known(`The script is for an agent "${name}"`, name, Object.keys(job.agents));
  const systems = new Set(toolsOf(job).flatMap(({ system }) => (system === undefined ? [] : [system])));
  for (const name of Object.keys(receivers)) known(`A receiver stands for a system "${name}"`, name, [...systems]);
  for (const place of killAt) checkKill(job, place);
  if (cancelAt !== undefined) checkStep(job, '`cancelAt`', cancelAt);
  if (timeoutMs !== undefined && !isWithin(timeoutMs, LONGEST_MS))
    throw invalid(`\`timeoutMs\` is ${timeoutMs}; it must be a whole number from 1 to ${LONGEST_MS}.`);
  return folder;
}

// For callers whose tests nobody compiles: what is misspelt would be a rehearsal of something else, and pass.
function checkShapes({ script = {}, receivers = {}, killAt, signals, answers, ...rest }: RehearseOptions<Job>): void {
  const unknown = Object.keys(rest).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined)
    throw invalid(`\`rehearse\` has no option \`${unknown}\`; it has ${Object.keys(OPTIONS).join(', ')}.`);
  for (const [name, list] of Object.entries({ killAt, signals, answers }))
    if (list !== undefined && !Array.isArray(list)) throw invalid(`\`${name}\` is no list; write \`${name}: [...]\`.`);
  for (const [name, turns] of Object.entries<unknown>(script))
    if (!Array.isArray(turns) && typeof turns !== 'function')
      throw invalid(`The script of the agent "${name}" is neither a list of turns nor a function that makes each.`);
  for (const [name, receiver] of Object.entries<unknown>(receivers))
    if (typeof receiver !== 'function')
      throw invalid(`The receiver of "${name}" is no function; write \`(request) => ({ status: 200, json: … })\`.`);
}

function folderOf(job: Job, given: URL | string): string {
  if (!(given instanceof URL) && typeof given !== 'string')
    throw invalid(`\`folder\` must name the folder of "${job.name}", such as new URL('./', import.meta.url).`);
  const isAddress = given instanceof URL || given.startsWith('file:');
  const folder = resolve(isAddress ? fileURLToPath(given) : given);
  for (const name of ['job', 'workflow']) {
    if (['ts', 'js'].some((ending) => existsSync(join(folder, `${name}.${ending}`)))) continue;
    throw invalid(`The folder ${folder} has no ${name}.ts; give \`folder\` the folder of the job "${job.name}".`);
  }
  return folder;
}

function checkKill(job: Job, { step, point, times = 1 }: KillAt): void {
  checkStep(job, '`killAt`', step);
  if (!KILL_POINTS.includes(point))
    throw invalid(`\`killAt\` names the point "${point}"; there are ${KILL_POINTS.join(', ')}.`);
  if (!isWithin(times, MOST_TIMES))
    throw invalid(`\`killAt\` kills ${times} times at ${step}; 1 to ${MOST_TIMES} are possible.`);
  const tool = job.tools[step];
  if (point === 'marked' && tool !== undefined && tool.class !== 'C' && tool.class !== 'D')
    throw invalid(`The step "${step}" is of class ${tool.class}; only classes C and D are marked as sent.`);
}

// A step path begins with the name that the manifest gives the step.
function checkStep(job: Job, where: string, step: string): void {
  const [name = ''] = step.split(/[:#/]/);
  known(`${where} names the step "${step}"`, name, [
    ...Object.keys(job.agents),
    ...Object.keys(job.tools),
    ...Object.keys(job.checks),
  ]);
}

function known(sentence: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw invalid(`${sentence}, which the job does not have; it has: ${names.join(', ') || 'none'}.`);
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function invalid(message: string): JobError {
  return new JobError('invalid-input', message);
}
