import { afterAll, expect, test } from '@jest/globals';
import { closeRehearsals, type KillPoint, rehearse } from 'holdfast/testing';
import { errand } from './errand/job.ts';
import { message, right, ticket } from './errand/right.ts';
import { onSharedStack } from './on-shared-stack.ts';

// Before anything else of this file: the tests run at the same time.
onSharedStack();
afterAll(closeRehearsals);

const LIMIT_MS = 90_000;

type Goes = 'ticket' | 'natural' | 'asked' | 'blind' | 'forgetful';
const STEPS = {
  ticket: 'openTicket',
  natural: 'openNatural',
  asked: 'openAsked',
  blind: 'openBlind',
  forgetful: 'openForgetful',
} as const;

function killed(goes: Goes, point: KillPoint): ReturnType<typeof rehearse<typeof errand>> {
  return rehearse(errand, { ...right, input: { message, goes }, killAt: [{ step: STEPS[goes], point }] });
}

test.concurrent.each<[KillPoint, Goes, number]>([
  ['before-claim', 'ticket', 1],
  ['after-claim', 'ticket', 1],
  ['bytes-left', 'ticket', 2],
  ['answered', 'ticket', 2],
  ['settled', 'ticket', 1],
  ['answered', 'natural', 2],
  ['marked', 'asked', 1],
  ['answered', 'asked', 1],
])(
  'a worker killed in a rehearsal at %s of a tool that goes %s leaves one effect, of %i requests or more [testing.kills] [testing.effects]',
  async (point, goes, sends) => {
    const result = await killed(goes, point);
    expect(result).toMatchObject({
      status: 'completed',
      result: { title: ticket.title },
      effects: [{ tool: `open_${goes}`, times: 1, input: ticket }],
      kills: [{ step: STEPS[goes], point }],
    });
    expect(result.requests.filter(({ act }) => act === 'send').length).toBeGreaterThanOrEqual(sends);
  },
  LIMIT_MS,
);

test.concurrent(
  'a worker killed in a rehearsal shows a tool that only says that its receiver knows keys: the receiver acted twice [testing.effects]',
  async () => {
    const result = await killed('forgetful', 'answered');
    expect(result).toMatchObject({ status: 'completed', effects: [{ tool: 'open_forgetful', times: 2 }] });
  },
  LIMIT_MS,
);

test.concurrent(
  'a worker killed in a rehearsal leaves an effect that nobody can be asked about to a person, and repeats nothing [testing.kills]',
  async () => {
    const result = await killed('blind', 'answered');
    expect(result).toMatchObject({
      status: 'waiting',
      waitingFor: { kind: 'answer', question: 'unknown-effect' },
      effects: [{ times: 1 }],
    });
  },
  LIMIT_MS,
);

test.concurrent(
  'a worker killed in a rehearsal at a model call, twice, gets the same turn of the script again [testing.kills]',
  async () => {
    const result = await rehearse(errand, { ...right, killAt: [{ step: 'triage', point: 'answered', times: 2 }] });
    expect(result).toMatchObject({ status: 'completed', modelCalls: 1, effects: [{ times: 1, input: ticket }] });
    expect(result.kills).toEqual(Array(2).fill({ step: 'triage', point: 'answered' }));
  },
  LIMIT_MS,
);

test.concurrent('a worker killed in a rehearsal at a point that the run never reaches fails the rehearsal [testing.kills]', async () => {
  const killAt = [{ step: 'plan', point: 'bytes-left' }] as const;
  await expect(rehearse(errand, { ...right, killAt })).rejects.toMatchObject({
    code: 'invalid-input',
    message:
      'The run is completed and never was at "bytes-left" of plan; its calls were plan, triage/turn-1, openTicket, openTicket/read-back.',
  });
});

test.concurrent(
  'a kill that comes less often than it is asked for is told as often as it came [testing.refused]',
  async () => {
    const twice = { ...right, killAt: [{ step: 'openTicket', point: 'settled', times: 2 }] } as const;
    await expect(rehearse(errand, twice)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(
        'The run is completed and was at "settled" of openTicket only once; its calls were ',
      ),
    });
  },
  LIMIT_MS,
);
