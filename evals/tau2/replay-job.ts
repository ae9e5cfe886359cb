import { defineAgent, defineJob, defineTool, type SendContext, type Tool } from 'holdfast';
import { z } from 'zod';
import { registeredName } from '../replay/registered-name.ts';
import { schemaOf } from '../replay/tool-problem.ts';
import { CASE_HEADER } from './desk-server.ts';
import type { RecordedTool } from './recorded-tool.ts';
import type { ToolsMode } from './options.ts';
import { TOOL_TIMEOUT_MS } from './timing.ts';

/** What a run is given. */
export const ReplayInput = z.strictObject({
  /** The name of the case, by which the oracle knows it. */
  case: z.string(),
  /** What the customer wants. */
  request: z.string(),
});
/** What a run is given. */
export type ReplayInput = z.infer<typeof ReplayInput>;

/** What a run ends with. */
export const ReplayOutput = z.strictObject({ message: z.string() });

/** What a domain's job is made of. */
export interface ReplayParts {
  readonly name: string;
  /** The policy's file. */
  readonly policy: URL;
  readonly tools: readonly RecordedTool[];
  readonly mode: ToolsMode;
}

const Answered = z.object({ result: z.string() });
const Sent = z.object({ found: z.boolean(), result: z.string().optional() });
type Args = { readonly [name: string]: unknown };
const MAX_TURNS = 200;
const SYSTEM = 'desk';

/** The job of a domain: one agent with all of its tools. */
export function replayJob({ name, policy, tools, mode }: ReplayParts) {
  const offered = tools.map((tool) => [registeredName(tool.openai.function.name), toolOf(tool, mode)] as const);
  return defineJob({
    name,
    version: 1,
    input: ReplayInput,
    output: ReplayOutput,
    dataClass: 'internal',
    identity: (given) => [given.case],
    agents: { agent: agentOf(policy, Object.fromEntries(offered)) },
    budget: { turns: MAX_TURNS, within: '2 hours' },
  });
}

/** The type of every domain's job. */
export type ReplayJob = ReturnType<typeof replayJob>;

function agentOf(prompt: URL, tools: { readonly [name: string]: Tool }) {
  return defineAgent({
    input: ReplayInput,
    output: ReplayOutput,
    prompt,
    tools,
    show: (given) => ({ mediaType: 'text/plain', text: `Case ${given.case}\n\n${given.request}` }),
  });
}

// Key-aware, every write is class A. Naive, the company's own systems can be asked what a call came to (C), and the customer's
// device cannot (D).
function toolOf({ requestor, mutates, openai }: RecordedTool, mode: ToolsMode): Tool {
  const { name, description, parameters } = openai.function;
  const send = (args: Args, { http, key, tenant }: SendContext): Promise<unknown> =>
    http.post('/calls', { tool: name, args }, { key, headers: { [CASE_HEADER]: tenant } });
  const shared = {
    name: registeredName(name),
    version: 1,
    description: description === '' ? name : description,
    system: SYSTEM,
    input: schemaOf(parameters),
    output: Answered,
    timeout: `${TOOL_TIMEOUT_MS} milliseconds`,
    send,
  } as const;
  if (!mutates) return defineTool({ ...shared, effect: 'read' });
  if (mode === 'key-aware') return defineTool({ ...shared, effect: 'write', class: 'A', keyTtl: '24 hours' });
  if (requestor === 'user') return defineTool({ ...shared, effect: 'write', class: 'D' });
  return defineTool({ ...shared, effect: 'write', class: 'C', reconcile: (_, context) => sentBefore(name, context) });
}

async function sentBefore(tool: string, { http, key, tenant }: SendContext): Promise<unknown> {
  const query = { tool };
  const found = Sent.parse(await http.get('/calls', { key, query, headers: { [CASE_HEADER]: tenant } }));
  return found.found ? { result: found.result } : undefined;
}
