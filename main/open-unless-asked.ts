import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from './engine.ts';

/** How long a start that is under way may still take once it is asked to end. */
const OPENING_GRACE_MS = 2_000;

/**
 * The engine when it is up. Asked to end before, this process ends with code 0, two seconds later at the latest: what
 * takes minutes, as the build of the server does, is left where it is and ends with this process.
 */
export async function openUnlessAsked(
  opening: Promise<Engine>,
  asked: Promise<void>,
  say: (line: string) => void,
): Promise<Engine> {
  const engine = await Promise.race([opening, tooLate(asked)]);
  if (engine !== undefined) return engine;
  say('ended before everything was up; the next start goes on from there');
  process.exit(0);
}

async function tooLate(asked: Promise<void>): Promise<undefined> {
  await asked;
  await delay(OPENING_GRACE_MS, undefined, { ref: false });
}
