import { expect, test } from '@jest/globals';
import { clearanceOf, isLoopback } from '../../config/clearance.ts';

const HERE = 'http://127.0.0.1/v1';
const THERE = 'https://example.com/v1';

test.each([
  ['http://127.0.0.1:11434/v1', true],
  ['http://127.8.9.10/v1', true],
  ['http://127.1/v1', true],
  ['http://2130706433/v1', true],
  ['http://LOCALHOST:8000/v1', true],
  ['http://[::1]:8000/v1', true],
  ['http://0.0.0.0/v1', false],
  ['http://10.0.0.1/v1', false],
  ['http://[::2]/v1', false],
  ['http://127.0.0.1.example.com/v1', false],
  ['http://localhost.example.com/v1', false],
  ['https://example.com/?http://127.0.0.1', false],
  ['127.0.0.1', false],
])('isLoopback(%s) is %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});

test.each([
  { what: 'on this machine', address: HERE, classes: ['public', 'internal', 'confidential', 'restricted'] },
  { what: 'elsewhere', address: THERE, classes: ['public', 'internal'] },
  { what: 'elsewhere with more in the file', address: THERE, cleared: ['confidential'], classes: ['confidential'] },
  { what: 'on this machine with less in the file', address: HERE, cleared: ['public'], classes: ['public'] },
  {
    what: 'elsewhere with more in the environment',
    address: THERE,
    also: ['restricted'],
    classes: ['public', 'internal', 'restricted'],
  },
  { what: 'with both', address: THERE, cleared: ['restricted'], also: ['public'], classes: ['public', 'restricted'] },
] as const)('an endpoint $what is cleared for its classes in their order', ({ address, classes, ...row }) => {
  const cleared = 'cleared' in row ? row.cleared : undefined;
  expect(clearanceOf({ address, cleared, also: 'also' in row ? row.also : [] })).toEqual(classes);
});
