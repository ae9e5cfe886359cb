import { DefaultLogger, Runtime } from '@temporalio/worker';

// Replays that are to fail, and do, are no news: without this the SDK writes about each of them.
Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: 'OFF' } },
});
