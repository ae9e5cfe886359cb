import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leftOut, OPENING, type Outlined, TURN_CHARACTERS, turnCharacters } from '../../activities/shown-turns.ts';

const MOST = 1_000;

/** A transcript of an opening and turns, each of a model's own message and what follows it. */
function transcriptOf(turns: readonly (readonly number[])[]): readonly Outlined[] {
  const said = turns.flatMap((turn) => turn.map((characters, index) => ({ begins: index === 0, characters })));
  return [{ begins: false, characters: 10 }, { begins: false, characters: 20 }, ...said];
}

const anyTurns = fc.array(fc.array(fc.nat(400), { minLength: 1, maxLength: 4 }), { maxLength: 40 });

function charactersFrom(transcript: readonly Outlined[], from: number): number {
  return transcript.slice(from).reduce((sum, { characters }) => sum + characters, 0);
}

describe('what a model is shown of its turns', () => {
  test('is all of them while they fit [model.bounded-context]', () => {
    expect(leftOut(transcriptOf([[400, 100], [500]]), MOST)).toEqual({ from: OPENING, turns: 0, characters: 0 });
  });

  test('loses whole turns from the first on, until half of the bound is free [model.bounded-context]', () => {
    const turns = transcriptOf([[200, 200], [200, 200], [100, 101], [100]]);
    expect(leftOut(turns.slice(0, 8), MOST)).toEqual({ from: 6, turns: 2, characters: 800 });
    expect(leftOut(turns, MOST)).toEqual({ from: 6, turns: 2, characters: 800 });
  });

  test('stays within the bound, but for a latest turn that is larger by itself [model.bounded-context]', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const transcript = transcriptOf(turns);
        const latest = (turns.at(-1) ?? []).reduce((sum, size) => sum + size, 0);
        const { from, characters } = leftOut(transcript, MOST);
        expect(charactersFrom(transcript, from)).toBeLessThanOrEqual(Math.max(MOST, latest));
        expect(characters).toBe(charactersFrom(transcript, OPENING) - charactersFrom(transcript, from));
      }),
    );
  });

  test('begins with a whole turn, and always holds the latest one [model.bounded-context]', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const transcript = transcriptOf(turns);
        const left = leftOut(transcript, MOST);
        expect(left.turns).toBeLessThanOrEqual(Math.max(0, turns.length - 1));
        expect(left.from).toBe(OPENING + turns.slice(0, left.turns).flat().length);
      }),
    );
  });

  test('never gets back what it lost, whatever comes after [model.bounded-context]', () => {
    fc.assert(
      fc.property(anyTurns, fc.nat(40), (turns, count) => {
        const before = leftOut(transcriptOf(turns.slice(0, count)), MOST);
        expect(leftOut(transcriptOf(turns), MOST).from).toBeGreaterThanOrEqual(before.from);
      }),
    );
  });

  test('moves on in blocks, so that most calls begin with the words of the one before [model.bounded-context]', () => {
    const turns = Array.from({ length: 100 }, () => [100]);
    const begins = turns.map((_, count) => leftOut(transcriptOf(turns.slice(0, count)), MOST).from);
    expect(new Set(begins).size).toBeLessThan(20);
  });
});

describe('the bound of what is shown', () => {
  test.each([
    { endpoints: [{}], opening: 0, most: TURN_CHARACTERS },
    { endpoints: [{}], opening: 30_000, most: TURN_CHARACTERS - 30_000 },
    { endpoints: [{ contextTokens: 8_000 }], opening: 4_000, most: 8_000 },
    { endpoints: [{ contextTokens: 8_000, maxOutputTokens: 1_000 }], opening: 4_000, most: 10_000 },
    { endpoints: [{ contextTokens: 8_000 }], opening: 24_000, most: 3_000 },
    { endpoints: [{ contextTokens: 8_000 }, { contextTokens: 100_000 }], opening: 0, most: 150_000 },
  ])('is $most characters for $endpoints and an opening of $opening [model.bounded-context]', (row) => {
    expect(turnCharacters(row.endpoints, row.opening)).toBe(row.most);
  });
});
