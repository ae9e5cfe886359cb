import { z } from 'zod';
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
  /** All of it. */
  readonly text: string;
  /** Whether its run was started when agents could read on already. */
  readonly mayReadOn: boolean;
}

/** The text of one of an agent's turns, counted from 1; `undefined` when there was none. */
export type TextOfTurn = (turn: number) => Promise<string | undefined>;

const place = z.int().min(0);
const FROM = z.object({
  from: place.describe('The place of the first character to read, counted from 0; `next` of the part before.'),
});
const FROM_OR_TURN = z.object({
  from: place
    .default(0)
    .describe('The place of the first character to read, counted from 0; `next` of the part before. Default 0.'),
  turn: z.int().min(1).optional().describe('Which of your earlier turns to read; left out, what you were given.'),
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
  return bounded ? boundedView(shown) : { ...wholeView(shown), mayReadOn: false };
}

/** A text cut at {@link SHOWN_CHARACTERS}, with the tool that reads on. */
export function boundedView(shown: Shown): View {
  const { text, next } = partOf(shown.text, 0);
  if (next === null) return wholeView(shown);
  const rest = `This is not all: ${shown.text.length - next} more characters follow. Read them with \`${READ_ON}\`, from ${next} on.`;
  const first = { mediaType: shown.mediaType, text };
  return { first, rest, tools: [readOnTool(shown.text)], text: shown.text, mayReadOn: true };
}

function wholeView(shown: Shown): View {
  return { first: shown, rest: undefined, tools: [], text: shown.text, mayReadOn: true };
}

/** The tool by which an agent reads on, in what it was given and in those of its turns that are left out of what it is shown. */
export function readBackTool(view: Pick<View, 'text'>, textOfTurn: TextOfTurn): Tool {
  return defineTool({
    name: READ_ON,
    version: 1,
    description:
      `Reads ${SHOWN_CHARACTERS} characters of what you are not shown (any more): of what you were given, or of one of ` +
      'your earlier turns, with its calls and their results.',
    effect: 'read',
    timeout: READ_ON_TIMEOUT,
    input: FROM_OR_TURN,
    output: PART,
    send: async ({ from, turn }) => {
      if (turn === undefined) return partOf(view.text, from);
      return partOf((await textOfTurn(turn)) ?? `You had no turn ${turn} before this one.`, from);
    },
  });
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
