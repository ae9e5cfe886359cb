import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { machineOf, type Machine } from './machine.ts';
import { ROOT } from './bench-place.ts';

/** A picture of a report. */
export interface Picture {
  /** What follows the benchmark's name in the file's; empty for the only one. */
  readonly name: string;
  readonly svg: string;
}

/** Figures as they are kept, the newest first. */
export interface KeptResult<Report> {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly report: Report;
}

const MOST_KEPT = 10;

/**
 * Keeps a benchmark's report in `bench/results/<name>.json` before earlier ones, ten at most, and its pictures beside it;
 * `HOLDFAST_RESULTS` names another folder.
 * @returns the files that were written, as seen from the root
 */
export async function keepResult<Report>(
  name: string,
  report: Report,
  pictures: (earlier: Report | undefined) => readonly Picture[],
): Promise<readonly string[]> {
  // Set but empty counts as unset.
  const folder = resolve(process.env['HOLDFAST_RESULTS'] || join(ROOT, 'bench/results'));
  await mkdir(folder, { recursive: true });
  const figures = join(folder, `${name}.json`);
  const earlier = await readKept<Report>(figures);
  const newest = { measuredAt: new Date().toISOString(), machine: machineOf(), report };
  const all = [newest, ...earlier].slice(0, MOST_KEPT);
  const drawn = pictures(earlier[0]?.report).map(({ name: part, svg }) => ({
    path: join(folder, `${name}${part === '' ? '' : `-${part}`}.svg`),
    text: svg,
  }));
  const files = [{ path: figures, text: `${JSON.stringify(all, undefined, 2)}\n` }, ...drawn];
  for (const { path, text } of files) {
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  }
  return files.map(({ path }) => relative(ROOT, path));
}

async function readKept<Report>(path: string): Promise<readonly KeptResult<Report>[]> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as readonly KeptResult<Report>[]) : [];
}
