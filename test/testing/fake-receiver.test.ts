import { expect, test } from '@jest/globals';
import { defineJob, defineTool, type ToolSpec } from 'holdfast';
import { z } from 'zod';
import { FakeReceiver } from '../../testing/fake-receiver.ts';
import type { ReceiverAnswer } from '../../testing/options.ts';

const Note = z.strictObject({ text: z.string() });

function receiverOf(output: z.ZodType): FakeReceiver {
  const spec: ToolSpec<z.infer<typeof Note>, z.infer<typeof Note>, unknown, Record<never, never>> = {
    name: 'write_note',
    version: 1,
    system: 'desk',
    effect: 'write',
    class: 'A',
    keyTtl: '1 hour',
    input: Note,
    output,
    send: (note, { http, key }) => http.post('/notes', note, { key }),
  };
  const job = defineJob({
    name: 'note',
    version: 1,
    input: Note,
    output: z.unknown(),
    dataClass: 'internal',
    identity: ({ text }) => [text],
    tools: { writeNote: defineTool(spec) },
  });
  return new FakeReceiver(job, {});
}

function post(receiver: FakeReceiver, call: string, key: string | undefined): Promise<ReceiverAnswer> {
  const input = { text: 'rain' };
  const place = { tool: 'write_note', step: 'writeNote', input };
  return receiver.answer({
    request: {
      ...place,
      system: 'desk',
      act: 'send',
      method: 'POST',
      path: '/notes',
      query: {},
      key,
      body: input,
      at: 0,
    },
    call: { key: call, tenant: 'a', step: 'writeNote', name: 'write_note', effect: 'write', class: 'A', args: input },
    form: 'plain',
  });
}

test('a fake receiver gives each key one answer of its own, and acts again where no key comes [testing.effects]', async () => {
  const receiver = receiverOf(z.object({ id: z.string() }));
  const [first, again, other] = [
    await post(receiver, 'one', 'one'),
    await post(receiver, 'one', 'one'),
    await post(receiver, 'two', 'two'),
  ];
  await post(receiver, 'three', undefined);
  await post(receiver, 'three', undefined);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(receiver.effects.map(({ key, times }) => [key, times])).toEqual([
    ['one', 1],
    ['two', 1],
    ['three', 2],
  ]);
  expect(receiver.requests).toHaveLength(5);
});

test('a fake receiver that cannot make an answer says which field, and how to give one [testing.refused]', async () => {
  const receiver = receiverOf(z.object({ code: z.string().regex(/^QX\d{7}Z$/) }));
  await expect(post(receiver, 'one', 'one')).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(
      /^No answer of "write_note" can be made from its output schema \(code: .*\); give one by `receivers: \{ desk: /,
    ),
  });
  expect(receiver.effects).toEqual([]);
});
