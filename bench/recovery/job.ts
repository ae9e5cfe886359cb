import { defineJob, defineTool } from 'holdfast';
import { z } from 'zod';

const Plan = z.strictObject({ run: z.string(), steps: z.int() });
const Stamp = z.strictObject({ run: z.string(), step: z.int() });
const Receipt = z.object({ id: z.string() });

/** Tells the workflow what it is to do. */
const plan = defineTool({
  name: 'plan',
  version: 1,
  effect: 'read',
  input: Plan,
  output: Plan,
  resultFacts: ({ run, steps }) => ({ run, steps }),
  send: async (input) => input,
});

/** A class A write that takes its receiver some seconds. */
const stamp = defineTool({
  name: 'stamp',
  version: 1,
  system: 'receiver',
  effect: 'write',
  class: 'A',
  keyTtl: '24 hours',
  timeout: '60 seconds',
  input: Stamp,
  output: Receipt,
  send: (input, { http, key }) => http.post('/stamp', input, { key }),
});

/** Some writes, one after the other, each of which is under way when a worker dies. */
export const benchRecovery = defineJob({
  name: 'bench-recovery',
  version: 1,
  input: Plan,
  output: Receipt,
  dataClass: 'internal',
  identity: ({ run }) => [run],
  tools: { plan, stamp },
});
