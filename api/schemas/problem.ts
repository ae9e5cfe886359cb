import { z } from 'zod';
import { JOB_ERRORS, type JobErrorCode } from '../../domain/errors.ts';

const CODES = Object.keys(JOB_ERRORS) as [JobErrorCode, ...JobErrorCode[]];

/** A problem document of RFC 9457 with our code. Source: https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemSchema = z
  .strictObject({
    type: z.string().describe('`urn:holdfast:problem:` and the code.'),
    title: z.string().describe('What such problems have in common.'),
    status: z.int().describe('The HTTP status.'),
    detail: z.string().describe('One sentence: what is wrong, with value and bound, and how to mend it.'),
    instance: z.string().describe("The request's id, which the logs of the API name."),
    code: z.enum(CODES).describe('Our code; retry rule and exit code follow from it.'),
    errors: z
      .array(z.strictObject({ at: z.string(), expected: z.string() }))
      .optional()
      .describe('The fields that do not fit.'),
  })
  .describe('What went wrong.');

/** What {@link ProblemSchema} gives. */
export type Problem = z.infer<typeof ProblemSchema>;
