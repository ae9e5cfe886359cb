import type { BlobRef, Tenant } from '../domain/ids.ts';
import type { Database, Statement } from './database.ts';

const INSERT: Statement = {
  name: 'gate.put_definition',
  text: 'insert into gate.definition (tenant, ref, job, version) values ($1, $2, $3, $4) on conflict do nothing',
};

/** A job's definition as runs pin it; its content lies in the blob of the same reference. */
export interface NewDefinition {
  readonly tenant: Tenant;
  readonly ref: BlobRef;
  readonly job: string;
  readonly version: number;
}

/** Enters a definition; a second time changes nothing. */
export async function putDefinition(database: Database, definition: NewDefinition): Promise<void> {
  const { tenant, ref, job, version } = definition;
  await database.query(INSERT, [tenant, ref, job, version]);
}
