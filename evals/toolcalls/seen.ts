import { z } from 'zod';

/** What an oracle saw in one request: the results of its last answer's calls, in their order. */
export const Seen = z.object({
  id: z.string(),
  turn: z.number(),
  /** How many answers it had given before. */
  answered: z.number(),
  results: z.array(z.string()).readonly(),
});
/** The same as a type. */
export type Seen = z.infer<typeof Seen>;
