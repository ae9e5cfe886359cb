import type { Agent } from '../jobs/agent.ts';
import type { Check } from '../jobs/check.ts';
import type { Job } from '../jobs/job.ts';
import type { HttpClient, HttpOptions, SendContext } from '../jobs/send-context.ts';
import type { Tool } from '../jobs/tool.ts';
import type { Tools, Verifier } from '../jobs/verifier.ts';
import { ACT_HEADER, type AnswerForm, CALL_HEADER, FORM_HEADER, TOOL_HEADER, type ToolAct } from './calls.ts';

// What reads back returns a record, as it is or taken out of a list; what reconciles may return that there is none, too.
const RECORD_FIRST = ['plain', 'named', 'list'] as const;
const LIST_FIRST = ['named', 'list', 'plain'] as const;

type ToolFunction = (input: unknown, context: SendContext) => Promise<unknown>;

/**
 * A job whose tools say with each request which tool asks for which call, so that one fake receiver can stand for every system.
 * Everything that is declared stays the same, and so do its digests.
 */
export function markedJob(job: Job): Job {
  const known = new Map<Tool, Tool>();
  const tools = (all: Tools): Tools => mapped(all, (tool) => markedOnce(known, tool));
  const verifier = (one: Verifier): Verifier => ({ ...one, tools: tools(one.tools) });
  const agent = (one: Agent): Agent => ({ ...one, tools: tools(one.tools), verify: one.verify.map(verifier) });
  const check = (one: Check): Check => ({ ...one, tools: tools(one.tools) });
  return {
    ...job,
    tools: tools(job.tools),
    agents: mapped(job.agents, agent),
    checks: mapped(job.checks, check),
  };
}

function mapped<Part>(parts: { readonly [name: string]: Part }, map: (part: Part) => Part): { [name: string]: Part } {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, map(part)]));
}

// One tool that is used in several places stays one: two of one name would be refused.
function markedOnce(known: Map<Tool, Tool>, tool: Tool): Tool {
  const marked = known.get(tool) ?? markedTool(tool);
  known.set(tool, marked);
  return marked;
}

function markedTool(tool: Tool): Tool {
  if (tool.system === undefined) return tool;
  const { readBack, reconcile } = tool;
  const fitsOutput = (value: unknown): boolean => tool.output.safeParse(value).success;
  const fitsInput = (value: unknown): boolean => tool.input.safeParse(value).success;
  const send = asking(tool, { act: 'send', ask: tool.send, forms: RECORD_FIRST, fits: fitsOutput });
  return {
    ...tool,
    // A write is made once, whatever becomes of its answer.
    send:
      tool.effect === 'read'
        ? send
        : (input, context) => tool.send(input, marking({ tool, act: 'send' }, context).context),
    readBack: readBack && asking(tool, { act: 'read-back', ask: readBack, forms: RECORD_FIRST, fits: fitsInput }),
    reconcile:
      reconcile &&
      asking(tool, {
        act: 'reconcile',
        ask: reconcile,
        forms: LIST_FIRST,
        fits: (value) => value === undefined || fitsOutput(value),
      }),
  };
}

interface Asking {
  readonly act: ToolAct;
  readonly ask: ToolFunction;
  readonly forms: readonly AnswerForm[];
  readonly fits: (value: unknown) => boolean;
}

/** Asks in one form after the other until what the tool makes of the answer fits; else it is what the first form gave. */
function asking(tool: Tool, { act, ask, forms, fits }: Asking): ToolFunction {
  return async (input, context) => {
    const attempts: PromiseSettledResult<unknown>[] = [];
    for (const form of forms) {
      const marked = marking({ tool, act, form }, context);
      const [attempt] = await Promise.allSettled([ask(input, marked.context)]);
      if (attempt.status === 'fulfilled' && fits(attempt.value)) return attempt.value;
      attempts.push(attempt);
      // What was not answered has no form that could be wrong.
      if (marked.failed()) break;
    }
    const shown = attempts.length === forms.length ? attempts[0] : attempts.at(-1);
    if (shown?.status === 'rejected') throw shown.reason;
    return shown?.value;
  };
}

function marking(
  { tool, act, form = 'plain' }: { readonly tool: Tool; readonly act: ToolAct; readonly form?: AnswerForm },
  context: SendContext,
): { context: SendContext; failed: () => boolean } {
  const marks = {
    [CALL_HEADER]: context.key,
    [TOOL_HEADER]: encodeURIComponent(tool.name),
    [ACT_HEADER]: act,
    [FORM_HEADER]: form,
  };
  let failed = false;
  const watched = async <Value>(answer: Promise<Value>): Promise<Value> => {
    try {
      return await answer;
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const options = (given: HttpOptions = {}): HttpOptions => ({ ...given, headers: { ...given.headers, ...marks } });
  const { http, fetch } = context;
  const marked: HttpClient = {
    get: (path, given) => watched(http.get(path, options(given))),
    post: (path, body, given) => watched(http.post(path, body, options(given))),
    put: (path, body, given) => watched(http.put(path, body, options(given))),
    delete: (path, given) => watched(http.delete(path, options(given))),
  };
  const markedFetch: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    for (const [name, value] of Object.entries(marks)) headers.set(name, value);
    return watched(fetch(input, { ...init, headers }));
  };
  return { context: { ...context, http: marked, fetch: markedFetch }, failed: () => failed };
}
