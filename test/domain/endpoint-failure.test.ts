import { expect, test } from '@jest/globals';
import { endpointFailure } from '../../domain/endpoint-failure.ts';

const said = (status: number, message: string): Parameters<typeof endpointFailure>[0] => {
  return { kind: 'rejected', status, sentence: `The endpoint "long-context" answered ${status}: ${message}.` };
};

test.each([
  [401, 'bad key', 'refused'],
  [402, 'no credit', 'refused'],
  [403, 'not for you', 'refused'],
  [404, 'no such model', 'refused'],
  [400, "This model's maximum context length is 8192 tokens", 'too-long'],
  [413, 'no', 'too-long'],
  [422, 'the prompt is too long', 'too-long'],
  [400, 'unknown field', 'bad-request'],
  [400, 'filtered due to the content management policy', 'declined'],
  [403, 'your input was flagged', 'declined'],
  [451, 'no', 'declined'],
])('an answer %d "%s" means %s [endpoint.failover]', (status, message, kind) => {
  expect(endpointFailure(said(status, message))?.kind).toBe(kind);
});

test.each([
  ['status-429', 10_000, { kind: 'limited', spanMs: 10_000 }],
  ['status-503', 30_000, { kind: 'limited', spanMs: 30_000 }],
  ['status-503', 1_000, { kind: 'failing' }],
  ['unreachable', 1_000, { kind: 'failing' }],
  ['timed-out', 1_000, { kind: 'failing' }],
  ['cooling', 9_000, { kind: 'cooling' }],
])('%s with a wait of %d ms [endpoint.cool-down]', (why, waitMs, expected) => {
  expect(endpointFailure({ kind: 'unavailable', why, waitMs, sentence: 'It is down.' })).toEqual(expected);
});

test('what is decided about a call says nothing of its endpoint', () => {
  expect(endpointFailure({ kind: 'stopped', sentence: 'A stop covers it.' })).toBeUndefined();
});
