import { workflow } from 'holdfast/workflow';
import type { triageJob } from './job.ts';

/** Reads the message and opens its ticket. */
export const triageWorkflow = workflow<typeof triageJob>(async ({ triage, openTicket }, message) =>
  openTicket(await triage(message)),
);
