import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepResult, type KeptResult } from '../../../bench/measuring/keep-result.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-results-'));
  process.env['HOLDFAST_RESULTS'] = folder;
});

afterEach(async () => {
  delete process.env['HOLDFAST_RESULTS'];
  await rm(folder, { recursive: true, force: true });
});

test('figures are kept before earlier ones, ten at most, and a picture is drawn with the one before', async () => {
  for (let number = 1; number <= 12; number += 1)
    await keepResult('steps', { number }, (earlier) => [{ name: 'wall', svg: `<svg>${earlier?.number}</svg>` }]);
  const text = await readFile(join(folder, 'steps.json'), 'utf8');
  const kept = JSON.parse(text) as readonly KeptResult<{ number: number }>[];
  expect(kept.map(({ report }) => report.number)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  expect(kept[0]?.machine.cores).toBeGreaterThan(0);
  expect(await readFile(join(folder, 'steps-wall.svg'), 'utf8')).toBe('<svg>11</svg>');
});
