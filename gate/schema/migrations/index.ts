import type { MigrationProvider } from 'kysely/migration';
import { answers } from './answers.ts';
import { endpointCoolDowns } from './endpoint-cool-downs.ts';
import { fewerStatements } from './fewer-statements.ts';
import { firstFloor } from './first-floor.ts';
import { forks } from './forks.ts';
import { nothingStuck } from './nothing-stuck.ts';
import { parentRuns } from './parent-runs.ts';
import { principalsAndTimeline } from './principals-and-timeline.ts';

/**
 * Every migration of tables and types, run in the order of the names; a released one never changes. Functions are none of them:
 * they are put in place whenever their text is another one.
 */
export const migrations: MigrationProvider = {
  getMigrations: async () => ({
    '0001-first-floor': firstFloor,
    '0002-fewer-statements': fewerStatements,
    '0003-endpoint-cool-downs': endpointCoolDowns,
    '0004-answers': answers,
    '0005-principals-and-timeline': principalsAndTimeline,
    '0006-parent-runs': parentRuns,
    '0007-forks': forks,
    '0008-nothing-stuck': nothingStuck,
  }),
};
