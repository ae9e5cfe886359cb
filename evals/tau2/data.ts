import { resolve } from 'node:path';
import { z } from 'zod';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { PatchOperation } from '../replay/apply-patch.ts';
import { dialectRemarks } from '../replay/draft-schema.ts';
import { fittingParts, formSentence, type OddPart } from '../replay/fitting-parts.ts';
import { type JsonFile, readJsonFiles } from '../replay/json-files.ts';
import type { RecordedTool } from './recorded-tool.ts';
import { playableTools, taskProblem } from './sort-out.ts';

// What recordings leave out, they may also have as null.
const Patch = z
  .array(PatchOperation)
  .nullish()
  .transform((patch) => patch ?? undefined);
const Args = z
  .record(z.string(), z.json())
  .nullish()
  .transform((args) => args ?? {});
const Flag = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? true);
const Result = z.union([z.string(), z.json().transform((value) => JSON.stringify(value))]);

const TraceStep = z.object({
  tool: z.string(),
  args: Args,
  ok: Flag,
  result: Result,
  patch: Patch.optional(),
  /** What the same call once more does. */
  repeat: z
    .object({ ok: Flag, result: Result, patch: Patch.optional() })
    .nullish()
    .transform((repeat) => repeat ?? undefined)
    .optional(),
  /** What the call with one digit changed does; one that does not say so may have changed something. */
  wrong: z
    .object({ args: Args, ok: Flag, result: Result, changed: Flag })
    .nullish()
    .transform((wrong) => wrong ?? undefined)
    .optional(),
});
/** One recorded tool call. */
export type TraceStep = z.infer<typeof TraceStep>;

const Task = z.object({
  id: z.union([z.string(), z.number().transform(String)]).pipe(z.string().min(1).max(500)),
  scenario: z.json().optional(),
  ticket: z.string().nullish(),
  init_patch: Patch.optional(),
  trace: z.array(TraceStep),
  final_sha256: z.string(),
  communicate: z.array(z.union([z.string(), z.number().transform(String)])).nullish(),
});
/** A task as the file has it. */
export type Task = z.infer<typeof Task>;

const DomainFile = z.object({
  domain: z.string().min(1).max(200),
  policy: z.string().nullish(),
  tools: z.array(z.unknown()).nullish(),
  db: z.json().optional(),
  tasks: z
    .array(z.unknown())
    .nullish()
    .transform((tasks) => tasks ?? []),
});
type DomainFile = z.infer<typeof DomainFile>;

/** What the tasks of a domain share. */
export interface Domain {
  readonly name: string;
  /** What stands for its name in the names of its jobs: `a-z`, `0-9` and `-`. */
  readonly slug: string;
  readonly policy: string;
  /** Those that a job can have. */
  readonly tools: readonly RecordedTool[];
  /** Why a job cannot have the others, by name. */
  readonly withoutTools: ReadonlyMap<string, string>;
  /** The state before a task's own `init_patch`. */
  readonly db: z.infer<ReturnType<typeof z.json>>;
}

/** A task with the name under which every process of the evaluation knows it. */
export interface Case {
  /** `case-12`: its place in the data. It is also the tenant of the task's run. */
  readonly name: string;
  /** `<domain>/<task id>`, for people and for the fault plan. */
  readonly id: string;
  readonly domain: Domain;
  readonly task: Task;
}

/** Everything that is evaluated. */
export interface Tau2Data {
  readonly domains: readonly Domain[];
  readonly cases: readonly Case[];
  /** Tasks that cannot be played, by `<domain>/<task id>`. */
  readonly leftOut: readonly OddPart[];
  /** What else of the folder is left out, a sentence each. */
  readonly remarks: readonly string[];
}

/** Where the data is. */
export interface DataPlace {
  readonly data: string;
  readonly base?: string | undefined;
}

/**
 * Reads every domain of a folder, in the order of the files' names. A file that has only tasks uses the database and the tools
 * of the file of the same domain, here or in `base`. What cannot be played is left out and named.
 * @throws JobError `invalid-input` when there is no task of a domain, naming the first thing that is wrong
 */
export async function readTau2Data({ data, base }: DataPlace): Promise<Tau2Data> {
  const given = await filesOf(data);
  const others = base === undefined ? { files: [], remarks: [] } : await filesOf(base);
  const domains = domainsOf([...given.files, ...others.files]);
  const cases: Case[] = [];
  const leftOut: OddPart[] = [];
  let place = 0;
  for (const { domain: name, tasks } of given.files) {
    const { fitting, odd } = fittingParts(Task, tasks, 'task');
    leftOut.push(...odd.map(({ id, why }) => ({ id: `${name}/${id}`, why })));
    for (const task of fitting) {
      const id = `${name}/${task.id}`;
      const domain = domains.get(name);
      const why = taskProblem(name, domain, task);
      if (domain !== undefined && why === undefined) cases.push({ name: `case-${place}`, id, domain, task });
      else leftOut.push({ id, why: why ?? '' });
      place += 1;
    }
  }
  const asked = [...domains.values()].filter(({ name }) => given.files.some(({ domain }) => domain === name));
  const remarks = [...given.remarks, ...others.remarks, ...asked.flatMap(toolRemarks)];
  if (cases.length === 0 && !given.files.some(({ domain }) => domains.has(domain)))
    throw nothingToPlay(data, [...leftOut.map(({ id, why }) => `${id}: ${why}`), ...remarks]);
  const used = new Set(cases.map(({ domain }) => domain));
  return { domains: [...domains.values()].filter((domain) => used.has(domain)), cases, leftOut, remarks };
}

function domainsOf(files: readonly DomainFile[]): ReadonlyMap<string, Domain> {
  const domains = new Map<string, Domain>();
  const slugs = new Set<string>();
  for (const { domain: name, policy, tools: declared, db } of files) {
    if (!declared || db === undefined || domains.has(name)) continue;
    const slug = slugOf(name, slugs);
    slugs.add(slug);
    domains.set(name, { name, slug, policy: policy ?? '', db, ...playableTools(declared) });
  }
  return domains;
}

// Room is left for what else a job's name holds.
const MAX_SLUG = 30;

/** A short form of a name that no other domain has. One that ends like what is added to others gets its number, too. */
function slugOf(name: string, taken: ReadonlySet<string>): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replaceAll(/^-|-$/g, '');
  const isFree = slug !== '' && !/(?:^|-)(?:held|n\d+)$/.test(slug) && !taken.has(slug);
  return isFree ? slug : `${slug || 'domain'}-n${taken.size}`;
}

function toolRemarks({ name, tools, withoutTools }: Domain): readonly string[] {
  const leftOut = [...withoutTools.values()].map((why) => `${why} It is left out.`);
  return [...leftOut, ...dialectRemarks(tools.map(({ openai }) => openai.function))].map((why) => `${name}: ${why}`);
}

function nothingToPlay(folder: string, [first]: readonly string[]): JobError {
  const sentence = `There is no task in ${resolve(folder)}; its files are {domain, tasks, …}.`;
  return invalid(first === undefined ? sentence : `${sentence} ${first}`);
}

async function filesOf(folder: string): Promise<{ readonly files: readonly DomainFile[]; readonly remarks: string[] }> {
  const place = resolve(folder);
  const jsons = await readJsonFiles(place).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw invalid(`There is no folder ${place}; name the one that holds the recorded tasks by --data.`, cause);
    throw invalid(`The folder ${place} cannot be read: ${sentenceOf(cause)}; name another one by --data.`, cause);
  });
  const read = jsons.map(ofForm);
  return {
    files: read.filter((file) => typeof file !== 'string'),
    remarks: read.filter((file) => typeof file === 'string'),
  };
}

/** A file of the form, or why it is none. */
function ofForm(file: JsonFile): DomainFile | string {
  if ('why' in file) return `${file.name} is no JSON: ${file.why}; it is left out.`;
  const parsed = DomainFile.safeParse(file.value);
  return parsed.success ? parsed.data : `${file.name} is left out. ${formSentence(parsed.error)}`;
}

function invalid(sentence: string, cause?: unknown): JobError {
  return new JobError('invalid-input', sentence, { cause });
}
