import { createRequire } from 'node:module';
import type sequencer from '@jest/test-sequencer';

// Its types are those of its CommonJS form.
type SequencerModule = typeof sequencer;
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as SequencerModule;

type Tests = Parameters<InstanceType<SequencerModule['default']>['sort']>[0];

// Files that take half a minute or more, with roughly how many seconds. A machine that has run the suite knows better.
const LONG: Readonly<Record<string, number>> = {
  'package/tarball': 90,
  'main/start': 75,
  'kills/kill-matrix': 60,
  'kills/random-plan': 60,
  'stack/lifecycle': 50,
  'bench/steps': 45,
  'kills/zombie': 45,
  'evals/invoices/command': 45,
  'testing/kills': 40,
  'workflows/outage': 40,
  'examples/invoice-intake/generated-texts': 35,
  'kills/schedules-killed': 35,
  'workflows/beside': 35,
  'workers/plugin/existing-worker': 30,
  'kills/kill-storm': 30,
  'bench/api': 30,
};

/** Has the files run that take longest first, so that the workers of Jest finish together also where none has run before. */
class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const usual = await super.sort(tests);
    return usual.some(({ duration }) => duration !== undefined)
      ? usual
      : usual.toSorted((one, other) => secondsOf(other) - secondsOf(one));
  }
}

function secondsOf({ path }: Tests[number]): number {
  const [, name = ''] = /\/test\/(.+)\.test\.ts$/.exec(path) ?? [];
  return LONG[name] ?? 0;
}

// oxlint-disable-next-line import/no-default-export -- Jest takes the default export of its testSequencer.
export default LongestFirst;
