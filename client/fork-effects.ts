import { JobError } from '../domain/errors.ts';
import { MOST_EARLIER_EFFECTS } from '../domain/fork.ts';
import type { EarlierEffect } from '../gate/client-store.ts';

const NAMED = 10;

/**
 * Refuses a fork whose steps may ask for effects that were made already, unless whoever forks has said that they know.
 * @throws JobError `conflict`: it names the effects, the oldest first and at most ten of each kind, and what lets the fork start
 */
export function checkEffects(
  effects: readonly EarlierEffect[],
  known: { readonly despiteCollisions?: boolean; readonly repeatEffects?: boolean },
): void {
  const held = effects.filter(({ hasIdentity }) => hasIdentity);
  const repeated = effects.filter(({ hasIdentity }) => !hasIdentity);
  const sentences = [
    ...(held.length === 0 || known.despiteCollisions === true
      ? []
      : [
          `Steps of the fork may ask for what is held already: ${named(held)}; the same thing is not done twice. Fork from a later step, or start it all the same (--despite-collisions): such a step ends as a conflict.`,
        ]),
    ...(repeated.length === 0 || known.repeatEffects === true
      ? []
      : [
          `Effects without an identity may be made a second time: ${named(repeated)}. Fork from a later step, or say that they may (--repeat-effects).`,
        ]),
  ];
  if (sentences.length > 0) throw new JobError('conflict', sentences.join(' '));
}

function named(effects: readonly EarlierEffect[]): string {
  const texts = effects
    .slice(0, NAMED)
    .map(({ name, runId, stepPath, state }) => `${name} of ${runId} at ${stepPath} (${state})`);
  if (effects.length <= NAMED) return texts.join(', ');
  // Beyond the most that are read nobody has counted.
  const least = effects.length >= MOST_EARLIER_EFFECTS ? 'at least ' : '';
  return `${texts.join(', ')} and ${least}${effects.length - NAMED} more`;
}
