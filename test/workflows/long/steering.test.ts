import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { steerSignal } from '../../../workflows/messages.ts';
import { Orders, Steered } from '../../../workflows/steering.ts';
import { eventually } from '../../fixtures/eventually.ts';
import { calls } from '../../fixtures/scripted-model.ts';
import { type LongUnderTest, startLong } from './long-under-test.ts';

const TURNS = 40;
const GOOD = calls({ name: 'submit', arguments: { topic: 'all', score: 5 } });

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
});

afterAll(async () => {
  await long.close();
});

test('a pause that reaches a part after it was lifted does not hold it [long-run.steered]', async () => {
  long.model.script((_, turn) =>
    turn >= TURNS ? GOOD : { message: { role: 'assistant', content: `thinking ${turn}` }, delayMs: 50 },
  );
  const run = await long.start('ask');
  await eventually(() => long.model.requests[22]);
  const part = long.temporal().workflow.getHandle(`${run.runId}~ask`);
  // Sent in one Workflow Task, they may be delivered so.
  const later = Date.now() + 60_000;
  await part.signal(steerSignal, { paused: false, order: later + 1 });
  await part.signal(steerSignal, { paused: true, order: later });
  expect(await long.ended(run)).toMatchObject({ status: 'completed', turns: TURNS });
});

test('whoever is steered ends as it was told last, in whatever order that arrives, also over executions [long-run.steered]', () => {
  const told = fc.array(fc.record({ paused: fc.boolean(), weight: fc.nat() }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(told, fc.nat(8), (all, handOverAt) => {
      const orders = new Orders();
      const sent = all.map((each) => ({ ...each, order: orders.next() }));
      const arriving = sent.toSorted((one, other) => one.weight - other.weight);
      let steered = new Steered();
      let paused = false;
      for (const [index, each] of arriving.entries()) {
        if (index === handOverAt) steered = new Steered(steered.newest);
        if (steered.takes(each)) paused = each.paused;
      }
      expect(paused).toBe(all.at(-1)?.paused);
    }),
  );
});

test('a run of an earlier version, which numbers nothing, steers as before [long-run.steered]', () => {
  const steered = new Steered(5);
  expect(
    [{ paused: true }, { paused: false, order: 5 }, { paused: false, order: 6 }].map((each) => steered.takes(each)),
  ).toEqual([true, false, true]);
});
