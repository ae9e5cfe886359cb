import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rehearse, type RehearseOptions } from 'holdfast/testing';
import { errand } from './errand/job.ts';
import { right } from './errand/right.ts';

type Options = RehearseOptions<typeof errand>;

// Callers without types may give anything.
function of(more: object): Promise<unknown> {
  return rehearse(errand, { ...right, ...more } as Options);
}

const HERE = import.meta.dirname;

test.each<[string, object, string]>([
  [
    'without a workflow in its folder',
    { folder: HERE },
    `The folder ${HERE} has no job.ts; give \`folder\` the folder of the job "errand".`,
  ],
  [
    'with a folder that is not there',
    { folder: new URL('./nowhere/', import.meta.url) },
    `The folder ${join(HERE, 'nowhere')} has no job.ts; give \`folder\` the folder of the job "errand".`,
  ],
  [
    'without a folder',
    { folder: undefined },
    '`folder` must name the folder of "errand", such as new URL(\'./\', import.meta.url).',
  ],
  [
    'with a script for an agent that the job does not have',
    { script: { tirage: [] } },
    'The script is for an agent "tirage", which the job does not have; it has: triage.',
  ],
  [
    'with a receiver for a system that no tool names',
    { receivers: { books: () => ({ status: 200 }) } },
    'A receiver stands for a system "books", which the job does not have; it has: desk, people.',
  ],
  [
    'with a misspelt option, which would be a rehearsal of something else',
    { recievers: {} },
    '`rehearse` has no option `recievers`; it has folder, input, script, killAt, signals, answers, receivers, cancelAt, timeoutMs.',
  ],
  [
    'with a script that is neither list nor function',
    { script: { triage: { say: 'hello' } } },
    'The script of the agent "triage" is neither a list of turns nor a function that makes each.',
  ],
  [
    'with a receiver that is no function',
    { receivers: { desk: { status: 200 } } },
    'The receiver of "desk" is no function; write `(request) => ({ status: 200, json: … })`.',
  ],
  [
    'with one kill in the place of a list',
    { killAt: { step: 'openTicket', point: 'answered' } },
    '`killAt` is no list; write `killAt: [...]`.',
  ],
  [
    'with a kill at a step that the job does not have',
    { killAt: [{ step: 'openTikcet', point: 'answered' }] },
    '`killAt` names the step "openTikcet", which the job does not have; it has: triage, plan, openTicket, openForgetful, openNatural, openAsked, openBlind.',
  ],
  [
    'with a kill at a point that there is not',
    { killAt: [{ step: 'openTicket', point: 'after-lunch' }] },
    '`killAt` names the point "after-lunch"; there are before-claim, after-claim, marked, bytes-left, answered, settled.',
  ],
  [
    'with a kill where the class has no such point',
    { killAt: [{ step: 'openTicket', point: 'marked' }] },
    'The step "openTicket" is of class A; only classes C and D are marked as sent.',
  ],
  [
    'with more kills than are possible',
    { killAt: [{ step: 'openTicket', point: 'answered', times: 6 }] },
    '`killAt` kills 6 times at openTicket; 1 to 5 are possible.',
  ],
  [
    'with a cancel at a step that the job does not have',
    { cancelAt: 'close' },
    '`cancelAt` names the step "close", which the job does not have; it has: triage, plan, openTicket, openForgetful, openNatural, openAsked, openBlind.',
  ],
  ['with no time', { timeoutMs: 0 }, '`timeoutMs` is 0; it must be a whole number from 1 to 600000.'],
])('a rehearsal %s is refused before anything is started [testing.refused]', async (_, more, message) => {
  await expect(of(more)).rejects.toMatchObject({ code: 'invalid-input', message });
});
