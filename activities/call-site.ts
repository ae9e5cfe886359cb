import { Context } from '@temporalio/activity';
import { JobError } from '../domain/errors.ts';
import { type BlobRef, type RunId, type StepPath, type Tenant, parseStepPath } from '../domain/ids.ts';
import { runIdOfWorkflow } from '../domain/part-id.ts';
import type { Agent } from '../jobs/agent.ts';
import { type PinnedDefinition, toolDigest } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Tool } from '../jobs/tool.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { StepInput } from './types.ts';
import { jsonBlob } from './transcript.ts';

/** Where a call stands: its run and step, the job as this worker knows it, and what was pinned at the start. */
export interface CallSite {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly stepPath: StepPath;
  readonly job: Job;
  readonly pinned: PinnedDefinition;
}

const cache = new Map<BlobRef, PinnedDefinition>();
const CACHE_SIZE = 200;

/**
 * Finds the call's run (that of the Workflow, or whose part it is) and step from Temporal, and its job.
 * @throws JobError `definition-changed` when this worker does not know it, `corrupt-blob` when the pinned definition cannot be read
 */
export async function callSite(
  dependencies: ActivityDependencies,
  input: { tenant: Tenant; definition: BlobRef },
): Promise<CallSite> {
  const { info } = Context.current();
  const pinned = await pinnedDefinition(dependencies, input);
  return {
    tenant: input.tenant,
    runId: runIdOfWorkflow(info.workflowExecution?.workflowId ?? ''),
    stepPath: parseStepPath(info.activityId),
    job: jobOf(dependencies, pinned),
    pinned,
  };
}

// A worker that was started with other jobs must not end the run: one that knows it takes it up.
function jobOf({ registry }: ActivityDependencies, pinned: PinnedDefinition): Job {
  const found = registry.jobs.find((job) => job.name === pinned.job);
  if (found !== undefined) return found;
  throw new JobError(
    'definition-changed',
    `This worker does not know the job "${pinned.job}"; the run waits for a worker that does.`,
  );
}

async function pinnedDefinition(
  dependencies: ActivityDependencies,
  input: { tenant: Tenant; definition: BlobRef },
): Promise<PinnedDefinition> {
  const known = cache.get(input.definition);
  if (known !== undefined) return known;
  const definition = (await readJson(dependencies, input.tenant, input.definition)) as PinnedDefinition;
  const oldest = cache.keys().next();
  if (cache.size >= CACHE_SIZE && oldest.done !== true) cache.delete(oldest.value);
  cache.set(input.definition, definition);
  return definition;
}

/** The JSON value of a blob. */
export async function readJson(
  dependencies: Pick<ActivityDependencies, 'gate'>,
  tenant: Tenant,
  ref: BlobRef,
): Promise<unknown> {
  const { bytes } = await dependencies.gate.blobs.get(tenant, ref);
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** What a step was given, and where its bytes lie; a value is stored first. */
export async function resolveInput(
  dependencies: ActivityDependencies,
  tenant: Tenant,
  input: StepInput,
): Promise<{ value: unknown; ref: BlobRef }> {
  if ('ref' in input) return { value: await readJson(dependencies, tenant, input.ref), ref: input.ref };
  const blob = jsonBlob(input.value);
  await dependencies.gate.blobs.put(tenant, blob);
  return { value: input.value, ref: blob.ref };
}

/**
 * The agent of a name.
 * @throws JobError `definition-changed` when this worker's job has none
 */
export function agentOf(site: CallSite, name: string): Agent {
  return site.job.agents[name] ?? changed(site, `agent "${name}"`);
}

/**
 * A tool of the manifest or of an agent, unchanged since the run was started.
 * @throws JobError `definition-changed` when this worker's tool is another one
 */
export function sameTool(site: CallSite, tool: Tool | undefined, name: string): Tool {
  if (tool === undefined) return changed(site, `tool "${name}"`);
  if (site.pinned.tools[tool.name] !== toolDigest(tool)) return changed(site, `tool "${tool.name}"`);
  return tool;
}

function changed(site: CallSite, what: string): never {
  throw new JobError(
    'definition-changed',
    `The run was started with a ${what} that this worker does not have; it goes on by itself once a worker has it again as in version ${site.pinned.version} of "${site.job.name}": put that declaration back, or cancel the run.`,
  );
}
