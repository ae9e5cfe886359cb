import { digestOf } from '../../../domain/digest.ts';
import { GRANTS } from '../grants.ts';
import { ALARM_FUNCTIONS } from './alarms.ts';
import { ANSWER_FUNCTIONS } from './answers.ts';
import { BLOB_FUNCTIONS } from './blobs.ts';
import { CLAIM_FUNCTIONS } from './claim.ts';
import { DELIVERY_FUNCTIONS } from './deliveries.ts';
import { ENDPOINT_FUNCTIONS } from './endpoints.ts';
import { FORK_FUNCTIONS } from './forks.ts';
import { LEASE_FUNCTIONS } from './lease.ts';
import { LEFTOVER_FUNCTIONS } from './leftovers.ts';
import { ONCE_FUNCTIONS } from './once.ts';
import { RUN_FUNCTIONS } from './runs.ts';
import { SETTLE_FUNCTIONS } from './settle.ts';
import { SWEEP_FUNCTIONS } from './sweep.ts';
import { TIMELINE_FUNCTIONS } from './timeline.ts';
import { TOKEN_FUNCTIONS } from './tokens.ts';

/** All functions of the gate and who may execute them, in the order in which they are put in place. */
export const FUNCTIONS = [
  LEASE_FUNCTIONS,
  BLOB_FUNCTIONS,
  TIMELINE_FUNCTIONS,
  RUN_FUNCTIONS,
  FORK_FUNCTIONS,
  CLAIM_FUNCTIONS,
  SETTLE_FUNCTIONS,
  ANSWER_FUNCTIONS,
  ENDPOINT_FUNCTIONS,
  TOKEN_FUNCTIONS,
  ONCE_FUNCTIONS,
  DELIVERY_FUNCTIONS,
  ALARM_FUNCTIONS,
  LEFTOVER_FUNCTIONS,
  SWEEP_FUNCTIONS,
  GRANTS,
].join('\n');

/** Tells one state of them from another. */
export const FUNCTIONS_DIGEST = digestOf(FUNCTIONS);
