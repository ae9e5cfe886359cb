import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LongUnderTest, startLong } from './long-under-test.ts';

let long: LongUnderTest;

beforeAll(async () => {
  long = await startLong();
  long.receiver.behave(() => ({ status: 200, body: { id: 'stamped' } }));
});

afterAll(async () => {
  await long.close();
});

const ORDERS = [
  ['named-then-mapped', 1],
  ['mapped-then-named', 3],
] as const;

test.each(ORDERS)(
  'when %s, a repetition with the name of an item of the map ends the run with the fix, before its call [steps.as] [long-run.map]',
  async (scenario, calls) => {
    const { length: before } = long.receiver.received;
    const run = await long.start(scenario, 3, 'item-1');
    expect((await long.ended(run)).end).toEqual({
      code: 'invalid-job',
      sentence:
        'A repetition of "stamp" and an item of the map over it are both named "item-1"; give the repetition another name.',
    });
    expect(long.receiver.received).toHaveLength(before + calls);
  },
);

test.each(ORDERS.map(([scenario]) => scenario))(
  'when %s, a repetition with a name of its own is one more call [steps.as]',
  async (scenario) => {
    const { length: before } = long.receiver.received;
    const run = await long.start(scenario, 3, 'item-3');
    expect((await long.ended(run)).status).toBe('completed');
    expect(long.receiver.received).toHaveLength(before + 4);
  },
);
