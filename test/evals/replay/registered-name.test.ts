import { expect, test } from '@jest/globals';
import { offeredName } from '../../../evals/replay/offered-name.ts';
import { registeredName } from '../../../evals/replay/registered-name.ts';
import { isAgentToolName } from '../../../jobs/registry.ts';

test('a recorded tool has its own name in a job where an agent may have it, and one with its digest elsewhere [eval.toolcalls]', () => {
  for (const name of ['look', 'math.area', 'two words', 'größe']) expect(registeredName(name)).toBe(name);
  const odd = [
    'submit',
    'read_on',
    ' area',
    'area ',
    'gro\u0308\u00dfe',
    'a'.repeat(129),
    '__proto__',
    '',
    'two\nlines',
  ];
  const registered = odd.map(registeredName);
  expect(registered.filter((name) => !isAgentToolName(name))).toEqual([]);
  expect(new Set(registered).size).toBe(odd.length);
  expect(registered[0]).toBe('submit_dUkL17k-');
});

test('the oracle says a recorded name as it is offered, and that of the engine for no tool [eval.toolcalls]', () => {
  const offered = ['submit', registeredName('submit'), registeredName(' area '), 'math_area'].map((name) => ({ name }));
  expect(['submit', ' area ', 'math.area', 'gone'].map((name) => offeredName(name, offered))).toEqual([
    registeredName('submit'),
    registeredName(' area '),
    'math_area',
    'gone',
  ]);
});
