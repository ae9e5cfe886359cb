import { defineJob, defineTool } from 'holdfast';
import { z } from 'zod';

const Note = z.strictObject({ run: z.string() });

/** Says back what it is told: a run needs one step, and this is the least. */
const note = defineTool({
  name: 'note',
  version: 1,
  effect: 'read',
  input: Note,
  output: Note,
  send: async (input) => input,
});

/** One read: what fills a list of runs. */
export const benchApi = defineJob({
  name: 'bench-api',
  version: 1,
  input: Note,
  output: Note,
  dataClass: 'internal',
  identity: ({ run }) => [run],
  tools: { note },
});
