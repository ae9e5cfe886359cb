import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chosenCases } from '../../../evals/tau2/chosen-cases.ts';
import { readTau2Data } from '../../../evals/tau2/data.ts';
import { readTau2Options } from '../../../evals/tau2/options.ts';
import { writeSmallData } from './small-data.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-tau2-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, file: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), typeof file === 'string' ? file : JSON.stringify(file));
}

describe('the data of eval tau2', () => {
  test('is every domain of a folder; tasks alone use the database and tools of the file of their domain [eval.tau2]', async () => {
    writeSmallData(folder);
    const { domains, cases } = await readTau2Data({ data: folder });
    expect(domains.map(({ name, tools }) => [name, tools.length])).toEqual([['shelves', 3]]);
    expect(cases.map(({ name, id }) => [name, id])).toEqual([
      ['case-0', 'shelves/reads and writes'],
      ['case-1', 'shelves/the same call twice'],
      ['case-2', 'shelves/nothing to do'],
    ]);
    expect(new Set(cases.map(({ domain }) => domain)).size).toBe(1);
  });

  test('finds database and tools in another folder when --base names it [eval.tau2]', async () => {
    const base = join(folder, 'base');
    writeSmallData(base);
    write('hidden.json', { domain: 'shelves', tasks: [{ id: 9, trace: [], final_sha256: '' }] });
    const { cases } = await readTau2Data({ data: folder, base });
    expect(cases.map(({ id, domain }) => [id, domain.tools.length])).toEqual([['shelves/9', 3]]);
  });

  test.each([
    [
      'none.json',
      { domain: 'shelves', tasks: [{ id: '1', trace: [], final_sha256: '' }] },
      /no file has its database and tools; name their folder with --base DIR\.$/,
    ],
    ['broken.json', '{', /broken\.json is no JSON: /],
    [
      'odd.json',
      { domain: 'shelves', tasks: [{ id: '1', trace: 'all' }] },
      /^odd\.json has another form at tasks\.0\.trace: /,
    ],
    ['empty.json', { domain: 'shelves', tasks: [] }, /^There is no task in /],
  ])('is refused with what is wrong with it: %s [eval.tau2]', async (name, file, sentence) => {
    write(name, file);
    await expect(readTau2Data({ data: folder })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('what of the data of eval tau2', () => {
  test('is no folder is refused [eval.tau2]', async () => {
    const gone = join(folder, 'gone');
    await expect(readTau2Data({ data: gone })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('is limited by seed, of every domain alike, in its order [eval.tau2]', async () => {
    writeSmallData(folder);
    const { cases } = await readTau2Data({ data: folder });
    const many = [...cases, ...cases, ...cases].map((one, index) => {
      return { ...one, name: `case-${index}`, domain: { ...one.domain, name: index < 6 ? 'one' : 'other' } };
    });
    const chosen = chosenCases(many, { seed: 3, limit: 4 });
    expect(chosen.map(({ domain }) => domain.name)).toEqual(['one', 'one', 'other', 'other']);
    expect(chosenCases(many, { seed: 3, limit: 4 })).toEqual(chosen);
    expect(chosenCases(many, { seed: 3, limit: 99 })).toBe(many);
  });
});

describe('the command line of eval tau2', () => {
  test('has defaults for all but the data [eval.tau2]', () => {
    expect(readTau2Options(['--data', 'here'])).toEqual({
      data: 'here',
      base: undefined,
      faultRate: 0,
      kills: false,
      tools: 'key-aware',
      seed: 1,
      limit: 1_000_000,
      json: false,
    });
    expect(
      readTau2Options('--data d --fault-rate 0.3 --kills --tools naive --seed 5 --limit 7 --json --base b'.split(' ')),
    ).toEqual({ data: 'd', base: 'b', faultRate: 0.3, kills: true, tools: 'naive', seed: 5, limit: 7, json: true });
  });

  test.each([
    ['', /^--data names the folder of the data; the form is: /],
    ['--data d --fault-rate 0.6', /^--fault-rate takes a share from 0 to 0\.5 .* not "0\.6"\.$/],
    ['--data d --fault-rate -1', /fault-rate/],
    ['--data d --tools clever', /^--tools takes key-aware or naive, not "clever"\.$/],
    ['--data d --limit 0', /^--limit takes a whole number from 1 /],
    ['--data d --odd', /the form is: npm run eval -- tau2 /],
  ])('refuses "%s" in one sentence [eval.tau2]', (args, sentence) => {
    expect(() => readTau2Options(args.split(' ').filter((each) => each !== ''))).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(sentence) }) as unknown as Error,
    );
  });
});
