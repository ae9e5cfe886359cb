import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isJobName } from '../../../domain/ids.ts';
import { chosenCases } from '../../../evals/tau2/chosen-cases.ts';
import { readTau2Data } from '../../../evals/tau2/data.ts';
import { readTau2Options } from '../../../evals/tau2/options.ts';
import { requestOf } from '../../../evals/tau2/request-of.ts';
import { jobNameOf } from '../../../evals/tau2/write-jobs.ts';
import { writeOddData } from './odd-data.ts';
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
      / shelves\/1: It has another form at trace: /,
    ],
    ['other.json', { domain: 'shelves', tools: 'all' }, / other\.json is left out\. It has another form at tools: /],
    ['empty.json', { domain: 'shelves', tasks: [] }, /^There is no task in /],
  ])('is refused with what is wrong with it: %s [eval.tau2]', async (name, file, sentence) => {
    write(name, file);
    await expect(readTau2Data({ data: folder })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('odd data of eval tau2', () => {
  test('leaves out the tasks that cannot be played, each with one sentence [eval.tau2]', async () => {
    writeOddData(folder);
    const { cases, leftOut } = await readTau2Data({ data: folder });
    expect(cases.map(({ id }) => id)).toEqual([
      'Shelves & Co/books',
      'Shelves & Co/long',
      'Shelves & Co/nothing to do',
      'Shelves & Co/looks',
      'Shelves & Co/submits',
    ]);
    expect(cases[0]?.task).toMatchObject({
      trace: [{ result: '{"said":"book.shelf"}', args: {} }, {}],
      communicate: ['7'],
    });
    expect(leftOut).toEqual([
      { id: 'Shelves & Co/task 9', why: expect.stringMatching(/^It has another form at id: /) },
      { id: 'Shelves & Co/formless', why: expect.stringMatching(/^It has another form at trace: /) },
      { id: 'Shelves & Co/peeks', why: expect.stringMatching(/^The tool "peek" cannot be offered: .*be compiled/) },
      { id: 'Shelves & Co/asks', why: 'There are two different tools named "ask".' },
      { id: 'Shelves & Co/calls what is nowhere', why: 'It calls "fly", which the data does not declare.' },
      { id: 'Shelves & Co/leads nowhere', why: expect.stringMatching(/^Its trace cannot be replayed: /) },
      { id: 'nowhere/1', why: expect.stringMatching(/no file has its database and tools/) },
    ]);
  });

  test('names the files and tools that are left out, and keeps the others [eval.tau2]', async () => {
    writeOddData(folder);
    const { domains, remarks } = await readTau2Data({ data: folder });
    expect(domains.map(({ slug, tools }) => [slug, tools.map(({ openai }) => openai.function.name)])).toEqual([
      ['shelves-co', ['book.shelf', 'book_shelf', 'look', 'submit', 'tell']],
    ]);
    expect(remarks).toEqual([
      expect.stringMatching(/^list\.json is left out\. It has another form at its top: /),
      expect.stringMatching(/^notes\.json is no JSON: .*; it is left out\.$/),
      expect.stringMatching(/^Shelves & Co: The tool 9 cannot be offered: It has another form at mutates: /),
      expect.stringMatching(/^Shelves & Co: The tool "peek" cannot be offered: .* It is left out\.$/),
      'Shelves & Co: There are two different tools named "ask". It is left out.',
      'Shelves & Co: The tool "look" is taken without what is not of draft 2020-12: `nullable`.',
    ]);
  });
});

describe('the names and texts of odd data of eval tau2', () => {
  test('make a name for the jobs of each domain, whatever the domains are called [eval.tau2]', async () => {
    const names = ['a_b', 'A b', '零售', '買賣', 'a b held', 'a-b-n1', 'retail'];
    for (const [place, domain] of names.entries()) {
      const tasks = [{ id: 1, trace: [], final_sha256: '' }];
      write(`${place}.json`, { domain, tools: [], db: {}, tasks });
    }
    const { domains } = await readTau2Data({ data: folder });
    expect(domains.map(({ name }) => name)).toEqual(names);
    const jobs = domains.flatMap((domain) => [jobNameOf(domain, 'plain'), jobNameOf(domain, 'held')]);
    expect(new Set(jobs).size).toBe(2 * names.length);
    expect(jobs.filter((job) => !isJobName(job))).toEqual([]);
    expect(jobs[0]).toBe('tau2-a-b');
  });

  test('are cut within no character [eval.tau2]', () => {
    const long = `${'a'.repeat(3999)}\u{1f600}`;
    for (const text of [{ ticket: long }, { scenario: long }, { scenario: { l: long } }])
      expect(requestOf({ task: text }).isWellFormed()).toBe(true);
    expect(requestOf({ task: { ticket: long } })).toBe(`${'a'.repeat(3999)}\ufffd`);
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
    expect(readTau2Options(['--data', 'here'], {})).toEqual({
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
      readTau2Options(
        '--data d --fault-rate 0.3 --kills --tools naive --seed 5 --limit 7 --json --base b'.split(' '),
        {},
      ),
    ).toEqual({ data: 'd', base: 'b', faultRate: 0.3, kills: true, tools: 'naive', seed: 5, limit: 7, json: true });
  });

  test('takes databases and tools from the recorded data of all where HOLDFAST_EVALS names it [eval.tau2]', () => {
    const base = join(folder, 'tau2-replay');
    const baseOf = (args: string, evals = folder): string | undefined =>
      readTau2Options(args.split(' '), { HOLDFAST_EVALS: evals }).base;
    expect(baseOf('--data here')).toBeUndefined();
    mkdirSync(base);
    expect(baseOf('--data here')).toBe(base);
    expect(baseOf('--data here --base there')).toBe('there');
    expect(baseOf(`--data ${base}/.`)).toBeUndefined();
    expect(baseOf('--data here', '')).toBeUndefined();
  });

  test.each([
    ['', /^--data names the folder of the data; the form is: /],
    ['--data d --fault-rate 0.6', /^--fault-rate takes a share from 0 to 0\.5 .* not "0\.6"\.$/],
    ['--data d --fault-rate -1', /fault-rate/],
    ['--data d --tools clever', /^--tools takes key-aware or naive, not "clever"\.$/],
    ['--data d --limit 0', /^--limit takes a whole number from 1 /],
    ['--data d --odd', /the form is: npm run eval -- tau2 /],
  ])('refuses "%s" in one sentence [eval.tau2]', (args, sentence) => {
    expect(() =>
      readTau2Options(
        args.split(' ').filter((each) => each !== ''),
        {},
      ),
    ).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(sentence) }) as unknown as Error,
    );
  });
});
