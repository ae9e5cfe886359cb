import { z } from 'zod';
import { JobError } from '../domain/errors.ts';
import type { Agent, Shown } from '../jobs/agent.ts';
import { READ_ON, READ_ON_TIMEOUT } from '../jobs/read-on.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { defineTool, type Tool } from '../jobs/tool.ts';
import type { CallSite } from './call-site.ts';
import { shownOf } from './opening.ts';

/** The most characters of its input that an agent is shown at once. */
export const SHOWN_CHARACTERS = 24_000;

/** What an agent sees of its input: a part of the text at first, and the tool by which it reads on where there is more. */
export interface View {
  readonly first: Shown;
  /** What it is told about the rest; `undefined` when there is none. */
  readonly rest: string | undefined;
  /** Offered beside the agent's own tools. */
  readonly tools: readonly Tool[];
}

const FROM = z.object({
  from: z.int().min(0).describe('The place of the first character to read, counted from 0; `next` of the part before.'),
});
const PART = z.object({
  text: z.string(),
  from: z.int(),
  /** Where the part after this one begins; `null` when this is the last one. */
  next: z.int().nullable(),
  /** How many characters there are in all. */
  characters: z.int(),
});

/**
 * What an agent of a run sees of its input.
 * @throws JobError `invalid-input` when the input does not fit the agent
 */
export function viewOf(site: CallSite, agent: { readonly name: string; readonly agent: Agent }, value: unknown): View {
  const { name } = agent;
  const input = parseAs(
    { code: 'invalid-input', schema: agent.agent.input, subject: `What the agent "${name}" was given` },
    value,
  );
  const shown = shownOf(agent.agent, input);
  const skeleton = site.pinned.skeleton.steps[name];
  // Runs that were started before one could read on are shown everything, as they were.
  const bounded = skeleton?.kind === 'agent' && skeleton.tools[READ_ON] !== undefined;
  return bounded ? boundedView(shown) : { first: shown, rest: undefined, tools: [] };
}

/** A text cut at {@link SHOWN_CHARACTERS}, with the tool that reads on. */
export function boundedView(shown: Shown): View {
  const { text, next } = partOf(shown.text, 0);
  if (next === null) return { first: shown, rest: undefined, tools: [] };
  const rest = `This is not all: ${shown.text.length - next} more characters follow. Read them with \`${READ_ON}\`, from ${next} on.`;
  return { first: { mediaType: shown.mediaType, text }, rest, tools: [readOnTool(shown.text)] };
}

/**
 * The tool by which an agent reads on.
 * @throws JobError `definition-changed` when its input is not longer than what it is shown
 */
export function readOnOf(view: View): Tool {
  const [tool] = view.tools;
  if (tool !== undefined) return tool;
  throw new JobError(
    'definition-changed',
    `The run asked for \`${READ_ON}\`, but its agent is shown everything; it waits for the worker it was started with.`,
  );
}

function readOnTool(text: string): Tool {
  return defineTool({
    name: READ_ON,
    version: 1,
    description: `Reads the next ${SHOWN_CHARACTERS} characters of what you were given, which is longer than what you were shown.`,
    effect: 'read',
    timeout: READ_ON_TIMEOUT,
    input: FROM,
    output: PART,
    send: async ({ from }) => partOf(text, from),
  });
}

function partOf(text: string, asked: number): z.infer<typeof PART> {
  const from = startOf(text, Math.min(asked, text.length));
  const end = startOf(text, Math.min(from + SHOWN_CHARACTERS, text.length));
  return {
    text: text.slice(from, end),
    from,
    next: end < text.length ? end : null,
    characters: text.length,
  };
}

// Half of a character is nothing that JSON could hold.
function startOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff && at > 0 ? at - 1 : at;
}
