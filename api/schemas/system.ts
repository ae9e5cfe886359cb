import { z } from 'zod';
import { Moment } from './fields.ts';

/** That the process lives. */
export const HealthSchema = z.strictObject({ live: z.literal(true), since: Moment }).describe('The process lives.');

/** Whether the API can do its work. */
export const ReadySchema = z
  .strictObject({ ready: z.boolean(), reasons: z.array(z.string()) })
  .describe('Whether the API can do its work, and why not.');

/** What there is behind the API. */
export const SystemSchema = z
  .strictObject({
    version: z.string(),
    now: Moment.describe("The API's clock."),
    database: z.strictObject({
      ready: z.boolean(),
      clockAheadMs: z.number().describe("How far the database's clock is ahead of the API's."),
    }),
    temporal: z.strictObject({ ready: z.boolean(), namespace: z.string() }),
    queues: z
      .array(
        z.strictObject({
          taskQueue: z.string(),
          role: z.enum(['workflows', 'calls', 'together']),
          workers: z.int().describe('Worker processes that polled it within the last minute.'),
        }),
      )
      .describe('The Task Queues and who works on them.'),
    endpoints: z
      .array(
        z.strictObject({ id: z.string(), model: z.string(), simulated: z.boolean(), coolingUntil: Moment.optional() }),
      )
      .describe('The model endpoints.'),
  })
  .describe('What there is behind the API.');
