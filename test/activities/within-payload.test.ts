import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from '@jest/globals';
import { withinPayload } from '../../activities/within-payload.ts';
import type { Activities } from '../../activities/types.ts';
import '../fixtures/quiet-runtime.ts';

function run(length: number): Promise<unknown> {
  const environment = new MockActivityEnvironment({ activityId: 'stamp/map/keep-0' });
  const keepOutcomes = async (): Promise<{ page: string }> => ({ page: 'x'.repeat(length) });
  const activities = withinPayload({ keepOutcomes } as unknown as Activities);
  return environment.run((input: never) => activities.keepOutcomes(input), {} as never);
}

test('what an Activity hands to the workflow is refused above 8 KiB, with the step and the size [long-run.payloads]', async () => {
  const around = JSON.stringify({ page: '' }).length;
  await expect(run(8_192 - around)).resolves.toMatchObject({ page: expect.stringMatching(/^x+$/) });
  await expect(run(8_193 - around)).rejects.toMatchObject({
    type: 'too-large',
    nonRetryable: true,
    message:
      'The step "stamp/map/keep-0" would hand 8193 bytes to the workflow; at most 8192 are allowed. Large values go by reference.',
  });
});
