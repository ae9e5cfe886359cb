import { setTimeout as delay } from 'node:timers/promises';
import type { RunId } from '../../domain/ids.ts';
import type { ProbeEngine } from '../fixtures/probe-engine.ts';
import { endInWords, LIMIT_MS } from './observing.ts';

const POLL_MS = 100;

/** How a run stands when it goes no further by itself: its end in two words at most, or that it asks a person. */
export async function endOfRun(
  { client, tenant }: Pick<ProbeEngine, 'client' | 'tenant'>,
  runId: RunId,
): Promise<string> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const asks = client.question(runId, { tenant }).then((question) => question?.question);
    // A server that is down answers nothing for a while.
    const question = await asks.catch(() => undefined);
    if (question !== undefined) return `asks ${question}`;
    const timeoutMs = Math.max(1, Math.min(POLL_MS, deadline - performance.now()));
    const seen = await client.wait(runId, { tenant, timeoutMs }).catch((error: unknown) => {
      if (performance.now() >= deadline) throw error;
    });
    if (seen !== undefined) return endInWords(seen);
    await delay(POLL_MS);
  }
}
