import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noteOwner, removeForgotten } from '../../stack/postgres/forgotten.ts';

let shared: string;

beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), 'holdfast-shared-'));
});

afterEach(() => rmSync(shared, { recursive: true, force: true }));

/** A database that last ran some days ago, of a home. */
function database(name: string, home: string, daysAgo: number): void {
  const file = join(shared, name, 'data/global/pg_control');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  const time = Date.now() / 1_000 - daysAgo * 24 * 3_600;
  utimesSync(file, time, time);
  noteOwner(join(shared, name), home);
}

test('only a database whose home is gone, and that has not run for a week, is deleted', () => {
  mkdirSync(join(shared, 'postgres-18'));
  database('kept', shared, 30);
  database('unmounted', join(shared, 'nowhere'), 6);
  database('forgotten', join(shared, 'nowhere'), 8);
  removeForgotten(shared);
  expect(readdirSync(shared).sort()).toEqual(['kept', 'kept.json', 'postgres-18', 'unmounted', 'unmounted.json']);
});
