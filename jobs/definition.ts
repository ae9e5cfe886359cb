import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { digestOf, digestOfJson } from '../domain/digest.ts';
import type { Digest } from '../domain/ids.ts';
import type { DataClass } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { MODEL_TIMEOUT_MS } from '../domain/model-timeout.ts';
import type { AgentSkeleton, Skeleton, StepSkeleton } from '../domain/skeleton.ts';
import { type Agent, EVERY_ENDPOINT } from './agent.ts';
import { originalOf } from './json-schema/from-json-schema.ts';
import type { Job } from './job.ts';
import { READ_ON, READ_ON_TIMEOUT_MS } from './read-on.ts';
import { MAX_ENDPOINTS, toolsOf } from './registry.ts';
import type { Tool } from './tool.ts';

/** What of a job is pinned when a run starts: data only, named by the digest of its canonical JSON. */
export interface PinnedDefinition {
  readonly job: string;
  readonly version: number;
  readonly dataClass: DataClass;
  readonly agents: { readonly [name: string]: PinnedAgent };
  /** The digest of every tool's declared data, by tool name. */
  readonly tools: { readonly [name: string]: Digest };
  /** The versions of the checks. */
  readonly checks: { readonly [name: string]: number };
  readonly input: Json;
  readonly output: Json;
  /** What the workflow binds its steps by. */
  readonly skeleton: Skeleton;
}

/** What of an agent is pinned. */
export interface PinnedAgent {
  /** The prompt's whole text. */
  readonly prompt: string;
  readonly promptDigest: Digest;
  /** The names of the tools it may call. */
  readonly tools: readonly string[];
  readonly endpoints: readonly string[];
  readonly output: Json;
  /** The versions of its verifiers by name. */
  readonly verifiers: { readonly [name: string]: number };
}

// Declarations never change once made, and every call asks for these.
const digests = new WeakMap<Tool, Digest>();
const schemas = new WeakMap<z.ZodType, Json>();

const JUDGE_TIMEOUT_MS = 60_000;
const PROMPT_LIMIT_BYTES = 256 * 1024;

/**
 * Reads prompts and schemas of a job into what is pinned.
 * @throws JobError `invalid-job` for an unreadable prompt or a schema without a JSON form
 */
export function pinDefinition(job: Job): PinnedDefinition {
  return {
    job: job.name,
    version: job.version,
    dataClass: job.dataClass,
    agents: mapValues(job.agents, (agent, name) => pinAgent(`The agent "${name}" of "${job.name}"`, agent)),
    tools: Object.fromEntries(toolsOf(job).map((tool) => [tool.name, toolDigest(tool)])),
    checks: mapValues(job.checks, (check) => check.version),
    input: jsonSchema(`the input of "${job.name}"`, job.input),
    output: jsonSchema(`the output of "${job.name}"`, job.output),
    skeleton: skeletonOf(job),
  };
}

/** What the workflow needs to bind a job's names to steps. */
export function skeletonOf(job: Job): Skeleton {
  const steps: Record<string, StepSkeleton> = {};
  for (const [name, agent] of Object.entries(job.agents)) steps[name] = agentSkeleton(job, agent);
  for (const [name, tool] of Object.entries(job.tools)) steps[name] = { kind: 'tool', timeoutMs: tool.timeoutMs };
  for (const name of Object.keys(job.checks)) steps[name] = { kind: 'check', timeoutMs: JUDGE_TIMEOUT_MS };
  return {
    job: job.name,
    version: job.version,
    steps,
    ...(job.questions === undefined ? {} : { questions: job.questions }),
  };
}

function agentSkeleton(job: Job, agent: Agent): AgentSkeleton {
  return {
    kind: 'agent',
    turns: job.budget.turns,
    withinMs: job.budget.withinMs,
    // One Activity asks one endpoint after the other.
    modelTimeoutMs:
      MODEL_TIMEOUT_MS * (agent.endpoints.includes(EVERY_ENDPOINT) ? MAX_ENDPOINTS : agent.endpoints.length),
    tools: {
      ...Object.fromEntries(Object.values(agent.tools).map((tool) => [tool.name, tool.timeoutMs])),
      [READ_ON]: READ_ON_TIMEOUT_MS,
    },
    ...(agent.verify.length === 0 ? {} : { verifyTimeoutMs: JUDGE_TIMEOUT_MS }),
  };
}

/** The digest of a tool's declared data; a change of code that changes behaviour raises its version. */
export function toolDigest(tool: Tool): Digest {
  const known = digests.get(tool);
  if (known !== undefined) return known;
  const digest = digestOfJson({
    name: tool.name,
    version: tool.version,
    description: tool.description,
    system: tool.system ?? null,
    effect: tool.effect,
    class: tool.class,
    timeoutMs: tool.timeoutMs,
    keyTtlMs: tool.keyTtlMs ?? null,
    input: jsonSchema(`the input of "${tool.name}"`, tool.input),
    output: jsonSchema(`the output of "${tool.name}"`, tool.output),
  });
  digests.set(tool, digest);
  return digest;
}

/**
 * A schema as JSON Schema (draft 2020-12), as models and digests see it; what code alone can check counts as anything.
 * @throws JobError `invalid-job` when it has no such form
 */
export function jsonSchema(owner: string, schema: z.ZodType): Json {
  const known = schemas.get(schema);
  if (known !== undefined) return known;
  try {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: asWritten,
    });
    const json = JSON.parse(JSON.stringify(rest)) as Json;
    schemas.set(schema, json);
    return json;
  } catch (cause) {
    throw new JobError('invalid-job', `The schema of ${owner} has no JSON Schema form; models could not be shown it.`, {
      cause,
    });
  }
}

// What was written as JSON Schema is shown as it was written.
function asWritten({ zodSchema, jsonSchema: made }: { zodSchema: object; jsonSchema: object }): void {
  Object.assign(made, originalOf(zodSchema));
}

function pinAgent(who: string, agent: Agent): PinnedAgent {
  const prompt = readPrompt(who, agent.prompt);
  return {
    prompt,
    promptDigest: digestOf(prompt),
    tools: Object.values(agent.tools).map((tool) => tool.name),
    endpoints: agent.endpoints,
    output: jsonSchema(`the output of ${who}`, agent.output),
    verifiers: Object.fromEntries(agent.verify.map((verifier) => [verifier.name, verifier.version])),
  };
}

function readPrompt(who: string, url: URL): string {
  let text: string;
  try {
    text = readFileSync(fileURLToPath(url), 'utf8');
  } catch (cause) {
    throw new JobError('invalid-job', `${who} names a prompt that cannot be read: ${url.pathname.split('/').at(-1)}.`, {
      cause,
    });
  }
  if (text.trim() === '') throw new JobError('invalid-job', `${who} has an empty prompt.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > PROMPT_LIMIT_BYTES) {
    throw new JobError('invalid-job', `${who} has a prompt of ${bytes} bytes; ${PROMPT_LIMIT_BYTES} are allowed.`);
  }
  return text;
}

function mapValues<In, Out>(
  record: { readonly [name: string]: In },
  map: (value: In, name: string) => Out,
): { readonly [name: string]: Out } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
