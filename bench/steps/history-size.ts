import type { Client } from '@temporalio/client';
import { median } from './statistics.ts';

/** How large one run's history is. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

const SAMPLE = 10;

/** The median history of some runs, by what the server itself counts; ten of them are asked for. */
export async function historySize(temporal: Client, runIds: readonly string[]): Promise<HistorySize> {
  const every = Math.max(1, Math.floor(runIds.length / SAMPLE));
  const sample = runIds.filter((_, index) => index % every === 0).slice(0, SAMPLE);
  const sizes: HistorySize[] = [];
  for (const runId of sample) {
    const { historyLength, historySize: bytes = 0 } = await temporal.workflow.getHandle(runId).describe();
    sizes.push({ events: historyLength, bytes });
  }
  return { events: median(sizes.map(({ events }) => events)), bytes: median(sizes.map(({ bytes }) => bytes)) };
}
