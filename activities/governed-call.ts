import { cancellationSignal, Context } from '@temporalio/activity';
import { JobError } from '../domain/errors.ts';
import { parseStepPath } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Gate } from '../gate/index.ts';
import { parseAs } from '../jobs/parse-as.ts';
import type { Tool } from '../jobs/tool.ts';
import type { Tools } from '../jobs/verifier.ts';
import { withBlobMemory } from './blob-memory.ts';
import { readJson } from './call-site.ts';
import type { GovernedActivities, GovernedCallInput } from './governed-call-types.ts';
import { heldCall } from './held-call.ts';
import { PlainRuns, type PlainRunsOptions } from './plain-run.ts';
import { type ToolResult, type ToolSite, useTool } from './tool-call.ts';
import { translateErrors } from './translate-errors.ts';

/** What {@link createGovernedCall} needs. */
export interface GovernedCallOptions extends Omit<PlainRunsOptions, 'gate'> {
  /** Under the names by which Workflows call them. */
  readonly tools: Tools;
  readonly gate: Gate;
}

type GovernedCall = GovernedActivities[keyof GovernedActivities];

/** The largest answer that goes to a plain Workflow, in bytes: what is larger stays in the ledger, for a person. */
const MAX_OUTPUT_BYTES = 256 * 1024;

/**
 * A tool that a plain Workflow calls: through the gate like every other call, and its output itself goes back, since such a
 * Workflow knows no references.
 * @throws ApplicationFailure `invalid-input` when what it is given does not fit; to be tried again, `definition-changed` when this
 * worker has no such tool
 */
export function createGovernedCall(options: GovernedCallOptions): GovernedCall {
  const { tenant, dataClass } = options;
  const dependencies = { gate: withBlobMemory(options.gate) };
  const runs = new PlainRuns(options);
  return translateErrors((input) =>
    heldCall(async () => {
      const { info } = Context.current();
      const stepPath = parseStepPath(info.activityId);
      const tool = toolOf(options.tools, input);
      const parsed = parseAs(
        { code: 'invalid-input', schema: tool.input, subject: `What the step "${stepPath}" was given` },
        input.input,
      );
      const site = { tenant, runId: await runs.enter(info, input), pinned: { dataClass } };
      const use = { tool, stepPath, input: parsed, signal: cancellationSignal() };
      const outcome = await useTool(dependencies, site, use);
      return outcome.kind === 'committed' ? outputOf(dependencies, { site, tool, result: outcome.value }) : outcome;
    }),
  );
}

// A worker without it must not end the Workflow: one that has it takes the call.
function toolOf(tools: Tools, { tool: name, timeoutMs }: GovernedCallInput): Tool {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (tool === undefined) {
    const known = Object.keys(tools).join(', ') || 'none';
    throw new JobError(
      'definition-changed',
      `The HoldfastPlugin of this worker has no tool "${name}"; it has: ${known}. The call waits for a worker that has it.`,
    );
  }
  if (tool.timeoutMs <= timeoutMs) return tool;
  throw new JobError(
    'invalid-config',
    `The tool "${name}" may take ${tool.timeoutMs} ms, but the workflow allows for ${timeoutMs} ms; raise \`timeout\` in governed(…).`,
  );
}

async function outputOf(
  dependencies: { readonly gate: Gate },
  done: { readonly site: ToolSite; readonly tool: Tool; readonly result: ToolResult },
): Promise<Outcome<unknown>> {
  const { site, tool, result } = done;
  if (result.kind === 'unreadable') return { kind: 'unknown', sentence: result.sentence };
  const value = await readJson(dependencies, site.tenant, result.ref);
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes <= MAX_OUTPUT_BYTES) return { kind: 'committed', value };
  return {
    kind: 'unknown',
    sentence: `"${tool.name}" was carried out, but its answer of ${bytes} bytes is larger than the ${MAX_OUTPUT_BYTES} that a workflow takes; narrow its \`output\`.`,
  };
}
