import { z } from 'zod';
import { answerJson, serveProcess } from '../measuring/serve-process.ts';

/** When the turns of a run began, by this process' clock, and how many pages were looked at. */
export interface Turns {
  readonly beganMs: readonly number[];
  /** Characters of each request. */
  readonly characters: readonly number[];
  readonly looks: number;
}

// What the agent of the benchmark speaks to, a process of its own: a model that asks for one page after the other and knows where it
// stands by its own last call, and the pages, of 10 KB each. `GET /turns?run=…` tells what came from a run.
const PAGE_CHARACTERS = 10_000;
const TEXT = 'The quick brown fox jumps over the lazy dog, then 12 more. '.repeat(200).slice(0, PAGE_CHARACTERS);
const TOKENS_SHARE = 4;

const Message = z.object({
  role: z.string(),
  content: z.string().nullish(),
  tool_calls: z.array(z.object({ function: z.object({ arguments: z.string() }) })).optional(),
});
const Request = z.object({ messages: z.array(Message) });
const Page = z.object({ run: z.string(), page: z.number() });
const Given = z.object({ run: z.string(), pages: z.number() });
type Said = z.infer<typeof Message>;

const runs = new Map<string, { beganMs: number[]; characters: number[]; looks: number }>();

serveProcess(({ request, response, url, body, sinceMs }) => {
  if (request.method === 'GET') return answerJson(response, turnsOf(url.searchParams.get('run') ?? ''));
  answerJson(response, url.pathname === '/look' ? look(Page.parse(JSON.parse(body))) : turn(body, sinceMs));
});

function look({ run, page }: z.infer<typeof Page>): object {
  turnsOf(run).looks += 1;
  return { page, text: TEXT };
}

function turn(body: string, beganMs: number): object {
  const { messages } = Request.parse(JSON.parse(body));
  const { run, pages } = givenIn(messages);
  const turns = turnsOf(run);
  turns.beganMs.push(beganMs);
  turns.characters.push(body.length);
  const [asked] = messages.findLast(({ role }) => role === 'assistant')?.tool_calls ?? [];
  const next = (asked === undefined ? 0 : Page.parse(JSON.parse(asked.function.arguments)).page) + 1;
  const call = next > pages ? { name: 'submit', with: { pages } } : { name: 'look', with: { run, page: next } };
  return completion(call, Math.ceil(body.length / TOKENS_SHARE));
}

function givenIn(messages: readonly Said[]): z.infer<typeof Given> {
  const [, json = ''] = /BEGIN UNTRUSTED [^\n]*\n(.*)\nEND UNTRUSTED/.exec(messages[1]?.content ?? '') ?? [];
  return Given.parse(JSON.parse(json));
}

function completion(call: { name: string; with: object }, tokens: number): object {
  const asked = { id: '', type: 'function', function: { name: call.name, arguments: JSON.stringify(call.with) } };
  return {
    id: 'bench',
    object: 'chat.completion',
    created: 0,
    model: 'BENCH',
    choices: [
      { index: 0, message: { role: 'assistant', content: null, tool_calls: [asked] }, finish_reason: 'tool_calls' },
    ],
    usage: { prompt_tokens: tokens, completion_tokens: 10, total_tokens: tokens + 10 },
  };
}

function turnsOf(run: string): { beganMs: number[]; characters: number[]; looks: number } {
  const turns = runs.get(run) ?? { beganMs: [], characters: [], looks: 0 };
  runs.set(run, turns);
  return turns;
}
