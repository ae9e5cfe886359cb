import type { Handlers } from './handler.ts';
import { forkHandlers } from './routes/forks.ts';
import { healthHandlers } from './routes/health.ts';
import { jobHandlers } from './routes/jobs.ts';
import { logInHandlers } from './routes/log-in.ts';
import { runHandlers } from './routes/runs.ts';
import { scheduleHandlers } from './routes/schedules.ts';
import { steeringHandlers } from './routes/steering.ts';
import { systemHandlers } from './routes/system.ts';
import { tokenHandlers } from './routes/tokens.ts';
import { triggerHandlers } from './routes/triggers.ts';

/** What answers each route that does not stream. */
export const HANDLERS: Handlers = {
  ...healthHandlers,
  ...logInHandlers,
  ...tokenHandlers,
  ...jobHandlers,
  ...runHandlers,
  ...forkHandlers,
  ...steeringHandlers,
  ...scheduleHandlers,
  ...triggerHandlers,
  ...systemHandlers,
};
