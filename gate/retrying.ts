import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from './database.ts';

const BRIEF_PAUSES_MS = [50, 200];
const PATIENT_FOR_MS = 10_000;
const PATIENT_PAUSE_MS = 250;

/** Tries a statement again twice when the database does not answer: enough for a connection that had become stale. */
export async function retryingBriefly<Value>(act: () => Promise<Value>): Promise<Value> {
  for (const pause of BRIEF_PAUSES_MS) {
    try {
      return await act();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await sleep(pause);
    }
  }
  return act();
}

/** Tries for ten seconds: what already happened outside is written down as long as there is hope, and fenced by its token. */
export async function persistently<Value>(act: () => Promise<Value>): Promise<Value> {
  const until = performance.now() + PATIENT_FOR_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isOutage(error) || performance.now() > until) throw error;
      await sleep(PATIENT_PAUSE_MS);
    }
  }
}
