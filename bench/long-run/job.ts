import { defineAgent, defineJob, defineTool } from 'holdfast';
import { z } from 'zod';

/** The most turns that an agent may be allowed. */
export const MOST_TURNS = 200;

const Pages = z.strictObject({ run: z.string(), pages: z.int().min(1) });
const Seen = z.strictObject({ pages: z.int() });

/** Answers 10 KB. */
const look = defineTool({
  name: 'look',
  version: 1,
  description: 'Shows a page.',
  system: 'service',
  effect: 'read',
  input: z.strictObject({ run: z.string(), page: z.int().min(1) }),
  output: z.object({ page: z.int(), text: z.string() }),
  send: (page, { http }) => http.post('/look', page),
});

/** An agent that makes one turn for each page, and one to hand in. */
const act = defineAgent({
  input: Pages,
  output: Seen,
  prompt: new URL('act.md', import.meta.url),
  tools: { look },
});

/** One agent, as long as agents may be. */
export const benchLongRun = defineJob({
  name: 'bench-long-run',
  version: 1,
  input: Pages,
  output: Seen,
  dataClass: 'internal',
  identity: ({ run }) => [run],
  agents: { act },
  budget: { turns: MOST_TURNS },
});
