import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { DeskEntry } from './desk-ledger.ts';
import type { OracleCounts } from './oracle.ts';

const TRIES = 40;
const PAUSE_MS = 250;

const Hash = z.object({ sha256: z.string() });

/** Everything that the tool server took, in order. */
export async function readLedger(desk: string): Promise<readonly DeskEntry[]> {
  // Both ends are ours, so what arrives has the shape asked for.
  return (await read(new URL('/ledger', desk))) as readonly DeskEntry[];
}

/** The hash of a case's state as it is now. */
export async function readStateHash(desk: string, name: string): Promise<string> {
  return Hash.parse(await read(new URL(`/state?case=${encodeURIComponent(name)}`, desk))).sha256;
}

/** What the oracle counted. */
export async function readCounts(oracle: string): Promise<OracleCounts> {
  return (await read(new URL('/counts', oracle))) as OracleCounts;
}

// A server that was killed a moment ago is started again.
async function read(url: URL): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(url);
      if (response.ok) return await response.json();
      throw new JobError('unavailable', `${url.href} answered ${response.status}: ${await response.text()}`);
    } catch (error) {
      if (tries >= TRIES) throw new JobError('unavailable', `${url.href} does not answer: ${sentenceOf(error)}`);
      await delay(PAUSE_MS);
    }
  }
}
