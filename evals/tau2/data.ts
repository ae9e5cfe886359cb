import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { PatchOperation } from '../replay/apply-patch.ts';

const Patch = z.array(PatchOperation);
const Args = z.record(z.string(), z.json());
const Result = z.union([z.string(), z.json().transform((value) => JSON.stringify(value))]);

const TraceStep = z.object({
  tool: z.string(),
  args: Args.default({}),
  ok: z.boolean().default(true),
  result: Result,
  patch: Patch.optional(),
  /** What the same call once more does. */
  repeat: z.object({ ok: z.boolean(), result: Result, patch: Patch.optional() }).optional(),
  /** What the call with one digit changed does. */
  wrong: z.object({ args: Args, ok: z.boolean(), result: Result, changed: z.boolean() }).optional(),
});
/** One recorded tool call. */
export type TraceStep = z.infer<typeof TraceStep>;

const Task = z.object({
  id: z.union([z.string(), z.number().transform(String)]).pipe(z.string().min(1).max(500)),
  scenario: z.json().optional(),
  ticket: z.string().nullish(),
  init_patch: Patch.nullish(),
  trace: z.array(TraceStep),
  final_sha256: z.string(),
  communicate: z.array(z.string()).nullish(),
});
/** A task as the file has it. */
export type Task = z.infer<typeof Task>;

const RecordedTool = z.object({
  requestor: z.enum(['assistant', 'user']).default('assistant'),
  mutates: z.boolean(),
  openai: z.object({
    function: z.object({
      name: z.string(),
      description: z.string().default(''),
      parameters: z.record(z.string(), z.json()).default({ type: 'object' }),
    }),
  }),
});
/** A tool as the file has it. */
export type RecordedTool = z.infer<typeof RecordedTool>;

const DOMAIN = /^[a-z][a-z0-9_-]{0,40}$/;
const DomainFile = z.object({
  domain: z.string().regex(DOMAIN, 'must be 1 to 41 of a-z, 0-9, "_" and "-", starting with a letter'),
  policy: z.string().nullish(),
  tools: z.array(RecordedTool).optional(),
  db: z.json().optional(),
  tasks: z.array(Task).default([]),
});
type DomainFile = z.infer<typeof DomainFile>;

/** What the tasks of a domain share. */
export interface Domain {
  readonly name: string;
  readonly policy: string;
  readonly tools: readonly RecordedTool[];
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
}

/** Where the data is. */
export interface DataPlace {
  readonly data: string;
  readonly base?: string | undefined;
}

/**
 * Reads every domain of a folder, in the order of the files' names. A file that has only tasks uses the database and the tools
 * of the file of the same domain, here or in `base`.
 * @throws JobError `invalid-input` naming the file, and what is wrong with it
 */
export async function readTau2Data({ data, base }: DataPlace): Promise<Tau2Data> {
  const files = await filesOf(data);
  const others = base === undefined ? [] : await filesOf(base);
  const domains = new Map<string, Domain>();
  for (const { file } of [...files, ...others]) {
    const { domain: name, policy, tools, db } = file;
    if (tools === undefined || db === undefined || domains.has(name)) continue;
    domains.set(name, { name, policy: policy ?? '', tools, db });
  }
  const tasks = files.flatMap(({ path, file }) => file.tasks.map((task) => ({ path, name: file.domain, task })));
  const cases = tasks.map(({ path, name, task }, index): Case => {
    const domain = domains.get(name);
    if (domain === undefined)
      throw invalid(
        `${path} has tasks of "${name}", and no file has its database and tools; name their folder with --base DIR.`,
      );
    return { name: `case-${index}`, id: `${name}/${task.id}`, domain, task };
  });
  if (cases.length === 0) throw invalid(`There is no task in ${resolve(data)}; its files are {domain, tasks, …}.`);
  const used = new Set(cases.map(({ domain }) => domain));
  return { domains: [...domains.values()].filter((domain) => used.has(domain)), cases };
}

interface ReadFile {
  readonly path: string;
  readonly file: DomainFile;
}

async function filesOf(folder: string): Promise<readonly ReadFile[]> {
  const names = await readdir(resolve(folder)).catch((cause: unknown) => {
    throw invalid(`The folder ${resolve(folder)} cannot be read: ${sentenceOf(cause)}`, cause);
  });
  const paths = names
    .filter((name) => name.endsWith('.json') && name !== 'SOURCE.json')
    .toSorted()
    .map((name) => join(resolve(folder), name));
  return Promise.all(paths.map(async (path) => ({ path, file: await fileOf(path) })));
}

async function fileOf(path: string): Promise<DomainFile> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is no JSON: ${sentenceOf(cause)}`, cause);
  }
  // A whole database in one error would help nobody.
  const parsed = DomainFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${basename(path)} has another form at ${issue?.path.join('.') || 'its top'}: ${issue?.message}.`);
}

function invalid(sentence: string, cause?: unknown): JobError {
  return new JobError('invalid-input', sentence, { cause });
}
