import { Context } from '@temporalio/activity';

// Short calls pay nothing; a long one is noticed as dead within the heartbeat timeout of 4 s.
const FIRST_MS = 1_500;
const EVERY_MS = 1_000;

/** Sends heartbeats from 1.5 s into a call until it ends. */
export async function withHeartbeat<Value>(call: () => Promise<Value>): Promise<Value> {
  const context = Context.current();
  const heartbeat = (): void => context.heartbeat();
  let every: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    heartbeat();
    every = setInterval(heartbeat, EVERY_MS);
  }, FIRST_MS);
  try {
    return await call();
  } finally {
    clearTimeout(first);
    clearInterval(every);
  }
}
