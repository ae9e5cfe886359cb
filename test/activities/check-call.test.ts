import { expect, test } from '@jest/globals';
import { checkCall } from '../../activities/check-call.ts';
import { askedCalls } from '../../activities/models/asked-calls.ts';
import { toolsInRun } from '../../activities/named-tools.ts';
import { probe } from '../fixtures/probe/job.ts';

const agent = probe.agents['ask'] as NonNullable<(typeof probe.agents)[string]>;

test('an integer that was read before it came may be another one and goes back to the model [model.tool-errors-name-the-field]', () => {
  const given = { topic: [{ account: Number('12345678901234567890') }] };
  const [call] = askedCalls({ tool_calls: [{ id: 'a', function: { name: 'look', arguments: given } }] });
  const checking = { agent, answer: { cut: false }, tools: toolsInRun({ name: 'ask', agent }, undefined) };
  expect(call === undefined ? undefined : checkCall(checking, call)).toMatchObject({
    ok: false,
    problem:
      'The arguments hold the integer 12345678901234567000, whose last digits may have been others before they were read; send one of at most 9007199254740991, or a text where the field takes one. Nothing was done.',
  });
});
