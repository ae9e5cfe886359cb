import { expect, test } from '@jest/globals';
import { boundedView, readBackTool, SHOWN_CHARACTERS } from '../../activities/read-on.ts';
import { openingOf } from '../../activities/opening.ts';
import type { SendContext } from '../../jobs/index.ts';
import type { PinnedAgent } from '../../jobs/definition.ts';

const nowhere = {} as SendContext;
const pinned = { prompt: 'Read it.' } as PinnedAgent;
const mediaType = 'text/plain';
const noTurn = async (): Promise<undefined> => undefined;

test('an agent is shown a text of 24,000 characters whole, and has nothing to read on with [document.bounded]', () => {
  const shown = { mediaType, text: 'x'.repeat(SHOWN_CHARACTERS) };
  const view = boundedView(shown);
  expect(view).toMatchObject({ first: shown, rest: undefined, tools: [] });
});

test('a longer text is cut, says how much follows, and is read on to its end [document.bounded]', async () => {
  const text = Array.from({ length: 10_001 }, (_, index) => String(index).padStart(5, '0')).join('');
  const view = boundedView({ mediaType, text });
  expect(view.first.text).toBe(text.slice(0, 24_000));
  const [, message] = openingOf(pinned, view);
  expect(message).toMatchObject({
    role: 'user',
    content: expect.stringMatching(
      /END UNTRUSTED \([^)]*\)\nThis is not all: 26005 more characters follow\. Read them with `read_on`, from 24000 on\.$/u,
    ),
  });
  const tool = readBackTool(view, noTurn);
  expect(await tool.send({ from: 24_000 }, nowhere)).toEqual({
    text: text.slice(24_000, 48_000),
    from: 24_000,
    next: 48_000,
    characters: 50_005,
  });
  expect(await tool.send({ from: 48_000 }, nowhere)).toMatchObject({ text: text.slice(48_000), next: null });
  expect(await tool.send({ from: 99_999 }, nowhere)).toMatchObject({ text: '', next: null });
  expect(tool.input.safeParse({ from: -1 }).success).toBe(false);
});

test('no character is cut in two', async () => {
  const text = `${'x'.repeat(SHOWN_CHARACTERS - 1)}😀${'y'.repeat(10)}`;
  const view = boundedView({ mediaType, text });
  expect(view.first.text).toBe('x'.repeat(SHOWN_CHARACTERS - 1));
  expect(await readBackTool(view, noTurn).send({ from: SHOWN_CHARACTERS - 1 }, nowhere)).toMatchObject({
    text: `😀${'y'.repeat(10)}`,
  });
});
