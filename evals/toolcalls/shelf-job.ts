import { type Agent, defineAgent, defineJob, defineTool, type Tool } from 'holdfast';
import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';
import { registeredName } from '../replay/registered-name.ts';
import { schemaOf } from '../replay/tool-problem.ts';
import { readToolcalls } from './data.ts';
import { readEnvironment } from './environment.ts';
import { casesOf, type CaseTool } from './replay-case.ts';
import { placesOf, type Shelf, shelfName, shelvesOf } from './shelves.ts';
import { sortOut } from './sort-out.ts';

const CaseInput = z.strictObject({ id: z.string() });
const Planned = z.strictObject({ id: z.string(), turns: z.int(), tools: z.array(z.string()) });
const TurnInput = z.strictObject({ id: z.string(), turn: z.int() });
const Said = z.strictObject({ message: z.string() });
const Answered = z.object({ result: z.string() });

const SYSTEM = 'tools';

const read = readShelves();

/** The job of one shelf: a step that says what a case needs, and an agent that is given the tools of the case. */
export async function shelfJob(place: number) {
  const shelf = (await read)[place];
  if (shelf === undefined)
    throw new JobError('invalid-job', `The data has no shelf ${place}; the processes were told different things.`);
  return jobOf(place, shelf);
}

/** What the workflow of every shelf is written for. */
export type ShelfJob = Awaited<ReturnType<typeof shelfJob>>;

function jobOf(place: number, shelf: Shelf) {
  const plan = defineTool({
    // Recorded tools are often called a plan.
    name: 'plan of the case',
    version: 1,
    effect: 'read',
    input: CaseInput,
    output: Planned,
    resultFacts: ({ id, turns, tools }) => ({ id, turns, tools: tools.join(' ') }),
    send: async ({ id }) => {
      const one = caseOf(shelf, id);
      return { id, turns: one.users.length, tools: placesOf(shelf, one) };
    },
  });
  return defineJob({
    name: shelfName(place),
    version: 1,
    input: CaseInput,
    output: Said,
    dataClass: 'internal',
    identity: ({ id }) => [id],
    agents: { act: agentOf(shelf) },
    tools: { plan },
    budget: { turns: 200 },
  });
}

function agentOf(shelf: Shelf): Agent<z.infer<typeof TurnInput>, z.infer<typeof Said>, Record<never, never>> {
  const tools: { readonly [place: string]: Tool } = Object.fromEntries(
    shelf.tools.map((tool, place) => [`t${place}`, toolOf(tool)]),
  );
  return defineAgent({
    input: TurnInput,
    output: Said,
    prompt: new URL('./act.md', import.meta.url),
    tools,
    show: ({ id, turn }) => ({
      mediaType: 'text/plain',
      text: `case: ${id}\nturn: ${turn}\n\n${caseOf(shelf, id).users[turn] ?? ''}`,
    }),
  });
}

function toolOf({ name, description, parameters, effect }: CaseTool): Tool {
  const declared = {
    name: registeredName(name),
    version: 1,
    ...(description === '' ? {} : { description }),
    system: SYSTEM,
    input: schemaOf(parameters),
    output: Answered,
    send: (input, { http, runId, key }) => http.post('/calls', { run: runId, tool: name, arguments: input }, { key }),
  } satisfies Partial<Parameters<typeof defineTool>[0]>;
  return effect === 'read'
    ? defineTool({ ...declared, effect })
    : defineTool({ ...declared, effect, class: 'A', keyTtl: '24 hours' });
}

function caseOf(shelf: Shelf, id: string): Shelf['cases'][number] {
  const found = shelf.cases.find((one) => one.id === id);
  if (found === undefined) throw new JobError('invalid-input', `The shelf has no case "${id}".`);
  return found;
}

async function readShelves(): Promise<readonly Shelf[]> {
  const environment = readEnvironment(process.env);
  return shelvesOf(sortOut(casesOf(await readToolcalls(environment.folder), environment)).playable);
}
