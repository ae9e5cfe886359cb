import { z } from 'zod';
import { RUN_STATUSES } from '../../domain/run-view.ts';
import { JsonField, Moment, RunIdField } from './fields.ts';

/** What a run that is shown by itself tells of forks. */
export const ForkFields = {
  forkOf: z
    .strictObject({
      runId: RunIdField,
      from: z.string().describe('The first step that was done anew; empty when all that was recorded was kept.'),
      copied: z.int().describe("How many calls the first run's record answers."),
      edited: z.array(z.string()).describe('What was given otherwise: `input`, or paths of steps.'),
      actor: z.string().describe('Who forked, and edited.'),
    })
    .optional()
    .describe('The run that this one is a fork of.'),
  forks: z
    .array(z.strictObject({ runId: RunIdField, from: z.string(), actor: z.string(), at: Moment }))
    .optional()
    .describe('The forks of this run, the oldest first.'),
};

/** How a run is forked. */
export const ForkBody = z
  .strictObject({
    from: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'The path of the first step that is done anew, or `wait/NAME`, `sleep/NAME`; default none, so that all that is recorded is kept.',
      ),
    edit: z
      .strictObject({
        input: JsonField.optional().describe('Instead of the input.'),
        steps: z.record(z.string().min(1).max(200), JsonField).optional().describe('Outputs by the paths of steps.'),
      })
      .optional()
      .describe(
        "What of the record is to be otherwise; checked by the job's schemas. Outputs need the role approver or admin.",
      ),
    id: z.string().min(1).max(500).optional().describe('The same id again finds the same fork; default a new one.'),
    ofOpen: z.boolean().optional().describe('Fork a run that is still open.'),
    despiteCollisions: z
      .boolean()
      .optional()
      .describe('Start although the fork may ask for what another run holds; such a step ends as a conflict.'),
    repeatEffects: z.boolean().optional().describe('Start although effects without an identity may be made again.'),
  })
  .describe('From where to fork, and what is to be otherwise.');

/** A fork that was started, now or before. */
export const ForkedSchema = z
  .strictObject({
    runId: RunIdField,
    source: RunIdField.describe('The run that it is a fork of.'),
    from: z.string(),
    existing: z.boolean().describe('Whether this id had a fork already.'),
    status: z.enum(['starting', ...RUN_STATUSES]),
    copied: z.int().describe("How many calls the first run's record answers."),
    again: z.array(z.string()).describe('Calls that were under way or given up then, and are made again.'),
    effects: z
      .array(
        z.strictObject({
          runId: z.string(),
          stepPath: z.string(),
          name: z.string(),
          state: z.string(),
          hasIdentity: z.boolean().describe('`true`: the gate refuses it to the fork; `false`: it may be made again.'),
        }),
      )
      .describe('Effects of earlier runs that the fork may ask for.'),
  })
  .describe('The fork.');
