import { z } from 'zod';
import { DATA_CLASSES, EFFECT_CLASSES, EFFECTS } from '../../domain/effects.ts';
import { JsonField, NameField } from './fields.ts';

/** The parameters of routes of one job. */
export const JobPath = z.strictObject({ job: NameField });

const JobSchema = z
  .strictObject({
    name: NameField,
    version: z.int(),
    dataClass: z.enum(DATA_CLASSES),
    agents: z.array(z.string()),
    tools: z.array(z.string()),
    checks: z.array(z.string()),
  })
  .describe('A job.');

/** The jobs that this API can start. */
export const JobList = z.strictObject({ jobs: z.array(JobSchema) }).describe('Jobs by name.');

/** A job with its schemas. */
export const JobDetailSchema = JobSchema.extend({
  input: JsonField.describe('The JSON Schema of the input.'),
  output: JsonField.describe('The JSON Schema of the result.'),
  effects: z
    .array(
      z.strictObject({
        tool: z.string(),
        effect: z.enum(EFFECTS),
        class: z.enum(EFFECT_CLASSES),
        system: z.string(),
      }),
    )
    .describe('Every tool that the job can reach.'),
  budget: z.strictObject({ turns: z.int(), withinMs: z.number().optional() }),
}).describe('A job with its schemas.');
