import type { MigrationProvider } from 'kysely/migration';
import { firstFloor } from './first-floor.ts';

/** Every migration, run in the order of the names; a released one never changes, a later one replaces functions. */
export const migrations: MigrationProvider = {
  getMigrations: async () => ({ '0001-first-floor': firstFloor }),
};
