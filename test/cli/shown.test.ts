import { expect, test } from '@jest/globals';
import type { RunEvent } from '../../cli/api-events.ts';
import { eventLine } from '../../cli/event-line.ts';
import { printable } from '../../cli/printable.ts';
import { shortTime, shownLength } from '../../cli/shown-time.ts';
import { pairsOf, tableOf } from '../../cli/table.ts';

const AT = '2026-01-31T09:00:00.000Z';

test('a foreign text stays one line, steers nothing, and is cut where it is too long [cli.verbs]', () => {
  expect(printable('a\u001b[2J\r\nb\t\u202ec')).toBe('a\ufffd[2J b \ufffdc');
  expect(printable('x'.repeat(20), 5)).toBe('xxxx…');
});

test('times are short: of the day when near, with the date when not, with the year when another [cli.verbs]', () => {
  const at = new Date(2026, 10, 28, 14, 5, 9);
  expect(shortTime(at, at.getTime() + 3_600_000)).toBe('14:05:09');
  expect(shortTime(at, at.getTime() + 5 * 86_400_000)).toBe('Nov 28 14:05');
  expect(shortTime(at, new Date(2027, 5, 1).getTime())).toBe('Nov 28 2026 14:05');
  expect([400, 65_000, 12_000_000, 200_000_000, -5].map(shownLength)).toEqual(
    '0.4 s, 1 min 5 s, 3 h 20 min, 2 d 7 h, 0.0 s'.split(', '),
  );
});

test('a table has no lines and cuts nothing where nobody looks on [cli.verbs]', () => {
  const long = 'y'.repeat(200);
  expect(
    tableOf({
      head: ['A', 'B'],
      rows: [
        ['one', long],
        ['three', 'z'],
      ],
    }),
  ).toBe(`A      B\none    ${long}\nthree  z`);
  expect(
    pairsOf([
      ['a', 'x'],
      ['long', ''],
      ['longer', undefined],
      ['bc', 'y'],
    ]),
  ).toBe('a   x\nbc  y');
});

const CALL = { stepPath: 'ask/turn-1/note', name: 'note', effect: 'write', class: 'A', system: 'desk' } as const;
const SETTLED = { ...CALL, takeovers: 0, inputTokens: 0, outputTokens: 0, sentence: '' };
const WAITING = {
  kind: 'signal',
  name: 'release',
  since: '2026-01-31T09:00:00.000Z',
  sentence: 'Somebody must release it.',
} as const;
const LINES: readonly (readonly [RunEvent, string])[] = [
  [{ id: '1', at: AT, kind: 'run-started', actor: 'ada' }, 'started by ada'],
  [{ id: '2', at: AT, kind: 'call-claimed', ...CALL }, 'ask/turn-1/note: asks note (write, desk)'],
  [{ id: '3', at: AT, kind: 'call-settled', ...SETTLED, state: 'committed' }, 'ask/turn-1/note: committed'],
  [
    { id: '4', at: AT, kind: 'call-settled', ...SETTLED, state: 'rejected', sentence: 'No.', inputTokens: 7 },
    'ask/turn-1/note: rejected, 7 + 0 tokens: No.',
  ],
  [{ id: '5', at: AT, kind: 'call-judged', ...SETTLED, state: 'unknown' }, 'ask/turn-1/note: unknown'],
  [{ id: '6', at: AT, kind: 'decision-made', decision: 'pause', name: '', actor: 'ada' }, 'ada decided: pause'],
  [
    { id: '7', at: AT, kind: 'decision-delivered', decision: 'signal', name: 'go', actor: 'ada' },
    'the run learned of it: signal go',
  ],
  [{ id: '8', at: AT, kind: 'status-noted', status: 'paused' }, 'paused'],
  [
    { id: '9', at: AT, kind: 'status-noted', status: 'waiting', waitingFor: WAITING },
    'waiting for release: Somebody must release it.',
  ],
  [{ id: '10', at: AT, kind: 'run-ended', status: 'completed', code: '', sentence: '' }, 'completed'],
  [
    { id: '11', at: AT, kind: 'run-ended', status: 'failed', code: 'rejected', sentence: 'BR-1.' },
    'failed (rejected): BR-1.',
  ],
  [
    { id: '12', at: AT, kind: 'call-copied', ...CALL, state: 'committed', source: 'a.1', editedBy: '' },
    'ask/turn-1/note: committed, copied',
  ],
  [
    { id: '13', at: AT, kind: 'call-copied', ...CALL, state: 'committed', source: 'a.1', editedBy: 'ada' },
    'ask/turn-1/note: committed, copied and edited by ada',
  ],
  [
    { id: '14', at: AT, kind: 'run-forked', source: 'a.1', fork: 'a.2', step: 'pay', actor: 'ada', copied: 3 },
    'ada forked a.1 as a.2 from pay, copied calls: 3',
  ],
];

test.each(LINES)('the event %j is one line [cli.verbs]', (event, line) => {
  expect(eventLine(event)).toBe(`${AT}  ${line}`);
});
