import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOfTurn, withoutTurns } from '../../activities/earlier-turns.ts';
import type { ModelMessage } from '../../activities/models/dialect.ts';
import { TranscriptMemory } from '../../activities/transcript-memory.ts';
import type { Json } from '../../domain/canonical.ts';
import type { RunId, StepPath } from '../../domain/ids.ts';
import type { Gate } from '../../gate/index.ts';
import { TENANT } from './recording-gate.ts';

const OF = { tenant: TENANT, runId: `desk.${'x'.repeat(22)}` as RunId, agentPath: 'act' as StepPath };

/** A transcript of turns, each one call of a tool with an answer of 100 characters. */
function transcript(turns: number): readonly ModelMessage[] {
  return [
    { role: 'system', content: 'Act.' },
    { role: 'user', content: 'Given.' },
    ...Array.from({ length: turns }, (_, index): ModelMessage[] => {
      const call = { id: `c${index}`, function: { name: 'look', arguments: `{"at":${index}}` } };
      return [
        { role: 'assistant', raw: { tool_calls: [call] }, ids: [`c${index}`] },
        { role: 'tool', id: `c${index}`, content: `${index}`.padEnd(100, '.') },
      ];
    }).flat(),
  ];
}

const reads: [from: number, to: number][] = [];
const transcripts: Gate['transcripts'] = {
  read: async ({ from, to }) => {
    reads.push([from, to]);
    return transcript(20).slice(from, to) as unknown as Json[];
  },
  append: async () => undefined,
};

beforeEach(() => void reads.splice(0));

describe('a process that makes the turns of an agent', () => {
  test('reads of its transcript only what is new [model.bounded-context]', async () => {
    const memory = new TranscriptMemory();
    const shown = await memory.shown(transcripts, OF, { cursor: 4, most: () => 10_000 });
    expect(shown.messages).toEqual(transcript(1));
    const next = await memory.shown(transcripts, OF, { cursor: 8, most: () => 10_000 });
    expect(next.messages).toEqual(transcript(3));
    expect(reads).toEqual([
      [0, 4],
      [4, 8],
    ]);
  });

  test('shows the same whether it was there from the beginning or came late [model.bounded-context]', async () => {
    const early = new TranscriptMemory();
    for (let turns = 1; turns <= 20; turns += 1) {
      const asked = { cursor: 2 + turns * 2, most: () => 900 };
      const seen = await early.shown(transcripts, OF, asked);
      expect(await new TranscriptMemory().shown(transcripts, OF, asked)).toEqual(seen);
    }
  });

  test('reads again what an earlier attempt needs that was left out since [model.bounded-context]', async () => {
    const memory = new TranscriptMemory();
    const first = await memory.shown(transcripts, OF, { cursor: 6, most: () => 900 });
    await memory.shown(transcripts, OF, { cursor: 42, most: () => 900 });
    expect(await memory.shown(transcripts, OF, { cursor: 6, most: () => 900 })).toEqual(first);
  });
});

describe('a model whose first turns are left out', () => {
  test('is told so at the end of what it was given, and every answer keeps its call [model.bounded-context]', async () => {
    const { messages, left } = await new TranscriptMemory().shown(transcripts, OF, { cursor: 42, most: () => 900 });
    const [prompt, given, ...turns] = withoutTurns(messages, left);
    expect(prompt).toEqual({ role: 'system', content: 'Act.' });
    expect(given).toEqual({
      role: 'user',
      content: expect.stringMatching(
        /^Given\.\nYour first \d+ turns are not shown any more \(\d+ characters\)\. What you need of them again, read with `read_on`, naming the `turn`, 1 to \d+\.$/,
      ),
    });
    expect(turns).toEqual(transcript(20).slice(left.from));
    expect(turns[0]?.role).toBe('assistant');
    expect(left.turns).toBe((left.from - 2) / 2);
  });

  test('reads one of them whole, with its calls and their answers [model.bounded-context]', async () => {
    const text = await textOfTurn({ gate: { transcripts } }, OF, { turn: 3, to: 42 });
    expect(JSON.parse(text ?? '')).toEqual([
      { calls: [{ tool: 'look', arguments: '{"at":2}' }] },
      { answer: '2'.padEnd(100, '.') },
    ]);
    expect(await textOfTurn({ gate: { transcripts } }, OF, { turn: 21, to: 42 })).toBeUndefined();
  });
});
