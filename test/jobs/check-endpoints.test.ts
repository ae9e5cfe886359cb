import { expect, test } from '@jest/globals';
import { checkEndpoints, endpointsNamed } from '../../jobs/check-endpoints.ts';
import { desk } from '../fixtures/desk/job.ts';
import { pair } from '../fixtures/pair/job.ts';

test('an agent that names an unknown endpoint is refused by both names, unless a single endpoint answers every name [endpoint.unknown-name]', () => {
  expect(() => checkEndpoints([pair], [{ id: 'small' }, { id: 'huge' }])).toThrow(
    expect.objectContaining({
      code: 'invalid-config',
      traits: expect.objectContaining({ exitCode: 3 }),
      message:
        'The agent "ask" of "pair" names the endpoint "large", which temporal.yaml does not have (it has: small, huge); ' +
        "name one of these in the agent's `endpoints`, or give one that id.",
    }),
  );
  expect(checkEndpoints([pair], [{ id: 'other' }])).toBeUndefined();
  expect(checkEndpoints([pair], [{ id: 'large' }, { id: 'small' }])).toBeUndefined();
});

test('an agent that names no endpoint takes every one in the order of the file [endpoint.every]', () => {
  const [small, large, huge] = [{ id: 'small' }, { id: 'large' }, { id: 'huge' }];
  const names = (agent: { endpoints: readonly string[] } | undefined): readonly string[] =>
    endpointsNamed(agent?.endpoints ?? [], [huge, large, small]).map(({ id }) => id);
  expect(names(desk.agents['ask'])).toEqual(['huge', 'large', 'small']);
  expect(names(pair.agents['ask'])).toEqual(['small', 'large']);
  expect(endpointsNamed(['small'], [huge])).toEqual([huge]);
  expect(endpointsNamed(['small'], [huge, large])).toEqual([]);
  expect(checkEndpoints([desk], [huge, large])).toBeUndefined();
});
