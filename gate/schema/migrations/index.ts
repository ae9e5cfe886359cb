import type { MigrationProvider } from 'kysely/migration';
import { fewerStatements } from './fewer-statements.ts';
import { firstFloor } from './first-floor.ts';

/**
 * Every migration, run in the order of the names. Tables and types change by a migration of their own; functions are kept in one
 * text, which every migration that changes them puts in place again.
 */
export const migrations: MigrationProvider = {
  getMigrations: async () => ({ '0001-first-floor': firstFloor, '0002-fewer-statements': fewerStatements }),
};
