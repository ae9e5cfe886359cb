import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BlobRef, StepPath, Tenant } from '../../../domain/ids.ts';
import { MAX_PAYLOAD_BYTES } from '../../../domain/payload.ts';
import {
  type AgentLoop,
  type AgentState,
  firstState,
  loopFrom,
  stateOf,
  verifyName,
} from '../../../workflows/agent-loop.ts';
import { RunState } from '../../../workflows/run-state.ts';
import { SeenAnswers } from '../../../workflows/seen-answers.ts';

const PATH = 'ask' as StepPath;
const AGENT = {
  name: 'ask',
  path: PATH,
  step: { kind: 'agent', turns: 200, withinMs: 600_000, modelTimeoutMs: 120_000, tools: { look: 10_000 } },
} as const;
const SITE = {
  tenant: 'default' as Tenant,
  definition: 'x'.repeat(22) as BlobRef,
  skeleton: { job: 'long', version: 1, steps: { ask: AGENT.step } },
};

const Digest = fc.string({ minLength: 22, maxLength: 22 });
const Turn = fc.record({
  calls: fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), Digest), { maxLength: 32 }),
  messages: fc.integer({ min: 1, max: 33 }),
  changes: fc.boolean(),
  climbs: fc.boolean(),
  verifies: fc.boolean(),
  handsOver: fc.boolean(),
});
type Turned = typeof Turn extends fc.Arbitrary<infer Value> ? Value : never;

/** What a turn does to the loop; gives how often each of its calls was seen. */
function take(loop: AgentLoop, { calls, messages, changes, climbs, verifies }: Turned): readonly unknown[] {
  loop.cursor += messages;
  loop.outputs += 1;
  if (climbs) [loop.rung, loop.rungs, loop.outputs] = [loop.rung + 1, 8, 0];
  loop.input = { ref: 'y'.repeat(22) as BlobRef };
  const verified = verifies ? loop.run.path(verifyName(PATH)) : '';
  if (changes) loop.seen.forgetReads();
  const said = calls.flatMap((call) => [
    { what: `look ${call} ${call}`, isRead: true },
    { what: `note ${call} ${call}`, isRead: false },
  ]);
  return [verified, ...said.map((one) => loop.seen.count(one).lately)];
}

/** The loop as the next execution has it: its state went through a payload. */
function handedOver(loop: AgentLoop, turn: number): AgentLoop {
  const state = JSON.parse(JSON.stringify(stateOf(loop, turn))) as AgentState;
  const names = [[verifyName(PATH), state.verified] as const];
  const place = { path: PATH, paused: false, turns: 0, names, outages: 0, tell: async () => undefined };
  return loopFrom(new RunState(SITE, place), AGENT, state);
}

test('an agent that is handed over at any turns goes on exactly as one that never is [long-run.agent]', () => {
  fc.assert(
    fc.property(fc.array(Turn, { maxLength: 30 }), (turns) => {
      const start = firstState({ value: { topic: 'rain' } });
      const whole = loopFrom(new RunState(SITE), AGENT, start);
      let parted = loopFrom(new RunState(SITE), AGENT, start);
      for (const [index, turn] of turns.entries()) {
        if (turn.handsOver) parted = handedOver(parted, index + 1);
        expect(take(parted, turn)).toEqual(take(whole, turn));
        expect(stateOf(parted, index + 2)).toEqual(stateOf(whole, index + 2));
      }
    }),
  );
});

test('what was handed over before reads were counted apart still counts, and is forgotten once it was read again', () => {
  const said = { what: 'look rain rain', isRead: true };
  const written = new SeenAnswers();
  written.count({ ...said, isRead: false });
  const seen = new SeenAnswers(written.counts);
  expect(seen.count(said)).toEqual({ ever: 2, lately: 2 });
  seen.forgetReads();
  expect(seen.count(said)).toEqual({ ever: 3, lately: 1 });
});

test('what an agent hands over stays below 8 KiB, however much it has asked [long-run.payloads]', () => {
  fc.assert(
    fc.property(fc.array(Digest, { minLength: 400, maxLength: 1_200 }), (digests) => {
      const loop = loopFrom(new RunState(SITE), AGENT, firstState({ value: null }));
      for (const digest of digests) loop.seen.count({ what: `find_vendor ${digest} ${digest}`, isRead: true });
      expect(Buffer.byteLength(JSON.stringify(stateOf(loop, 200)))).toBeLessThan(MAX_PAYLOAD_BYTES - 2_000);
    }),
    { numRuns: 10 },
  );
});
