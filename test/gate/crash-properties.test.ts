import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from '../../gate/database.ts';
import { KILL_POINTS } from '../../gate/kill-points.ts';
import { seedFromEnvironment } from '../fixtures/seed-from-environment.ts';
import { type BookAnswer, type CrashBooks, startCrashBooks } from './crash-books.ts';
import { type Act, CrashWorld, type StepEnd, type WorldClass } from './crash-world.ts';
import { databaseAs } from './fixture.ts';

const RUNS = 4;
// What worlds do most of the time is wait.
const AT_ONCE = 6;
const LIMIT_MS = 120_000;
// Then a failure is told by the smallest histories that were found until then.
const SHRINK_MS = 60_000;

let owner: Database;
let books: CrashBooks;

beforeAll(async () => {
  owner = databaseAs('owner', 8);
  books = await startCrashBooks();
});
afterAll(async () => {
  await books.close();
  await owner.close();
});

const step = fc.constantFrom<0 | 1>(0, 1);
const one = fc.constantFrom('one' as const, 'other' as const);
const answer = fc.constantFrom<BookAnswer>('ok', 'ok', 'cut', 'error', 'mute', 'busy');
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('ask'), step, answer, by: fc.constantFrom('one', 'other', 'both') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('crash'), step, answer, by: one, at: fc.constantFrom(...KILL_POINTS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wake') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('age'), step }) },
);
const history = fc.array(acts, { minLength: 2, maxLength: 8 });

/** Whatever happens, in many worlds at once: what became of their steps. */
async function whatever(worldClass: WorldClass, check: (end: StepEnd) => void): Promise<void> {
  const property = fc.asyncProperty(
    fc.array(history, { minLength: AT_ONCE, maxLength: AT_ONCE }),
    async (histories) => {
      for (const end of (await Promise.all(histories.map((each) => endsOf(worldClass, each)))).flat()) check(end);
    },
  );
  // A failure prints its seed, by which the variable of the environment has the same tried again.
  await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: SHRINK_MS, ...seedFromEnvironment() });
}

async function endsOf(worldClass: WorldClass, happens: readonly Act[]): Promise<readonly StepEnd[]> {
  const world = await CrashWorld.open(worldClass, { owner, books });
  try {
    for (const act of happens) await world.perform(act);
    return await world.end();
  } finally {
    await world.close();
  }
}

test.each<WorldClass>(['A', 'B', 'C'])(
  'class %s: after whatever crashes, zombies, lost answers, repeats and forgotten keys, each key has one effect at the receiver [crash.any-order]',
  async (worldClass) => {
    await whatever(worldClass, (end) => expect(end).toEqual({ effects: 1, outcome: 'committed', state: 'committed' }));
  },
  LIMIT_MS,
);

test.each<WorldClass>(['D', 'A mute'])(
  'class %s: after whatever happens each key has at most one effect; it is committed where it is known, else unknown [crash.any-order] [gate.doubt-to-a-person]',
  async (worldClass) => {
    await whatever(worldClass, ({ effects, outcome, state }) => {
      expect([`${outcome} ${state}`, effects]).toEqual(
        outcome === 'committed' ? ['committed committed', 1] : ['unknown unknown', effects === 0 ? 0 : 1],
      );
    });
  },
  LIMIT_MS,
);
