import { digestOf, refOf } from '../domain/digest.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef, Tenant } from '../domain/ids.ts';
import type { NewBlob } from './call.ts';
import { callOf, type Database, type Statement } from './database.ts';

const PUT = callOf('put_blob', 4);
const GET: Statement = {
  name: 'gate.get_blobs',
  text: 'select ref, sha256, media_type, bytes from gate.blob where tenant = $1 and ref = any($2)',
};

/** Bytes as they were stored. */
export interface StoredBlob {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

interface BlobRow {
  readonly ref: BlobRef;
  readonly sha256: Buffer;
  readonly media_type: string;
  readonly bytes: Buffer;
}

/** Stores bytes under their digest and answers the reference; a second time changes nothing. */
export async function putBlob(database: Database, tenant: Tenant, blob: NewBlob): Promise<BlobRef> {
  const ref = refOf(digestOf(blob.bytes));
  await database.query(PUT, [tenant, ref, blob.mediaType, Buffer.from(blob.bytes)]);
  return ref;
}

/**
 * Reads bytes back and checks them against the full digest.
 * @throws JobError `corrupt-blob` when they are missing or other ones than were stored
 */
export async function getBlob(database: Database, tenant: Tenant, ref: BlobRef): Promise<StoredBlob> {
  const blob = (await getBlobs(database, tenant, [ref])).get(ref);
  if (blob === undefined) throw missing(tenant, ref);
  return blob;
}

/**
 * Reads several blobs at once.
 * @throws JobError `corrupt-blob` when one is missing or was altered
 */
export async function getBlobs(
  database: Database,
  tenant: Tenant,
  refs: readonly BlobRef[],
): Promise<ReadonlyMap<BlobRef, StoredBlob>> {
  const rows = await database.query<BlobRow>(GET, [tenant, [...new Set(refs)]]);
  const found = new Map(rows.map((row) => [row.ref, checked(tenant, row)]));
  for (const ref of refs) if (!found.has(ref)) throw missing(tenant, ref);
  return found;
}

function checked(tenant: Tenant, row: BlobRow): StoredBlob {
  const digest = digestOf(row.bytes);
  if (refOf(digest) !== row.ref || !row.sha256.equals(Buffer.from(digest, 'base64url'))) {
    throw new JobError(
      'corrupt-blob',
      `The blob ${row.ref} of tenant "${tenant}" is not what was stored; restore it from a backup.`,
    );
  }
  return { mediaType: row.media_type, bytes: row.bytes };
}

function missing(tenant: Tenant, ref: BlobRef): JobError {
  return new JobError('corrupt-blob', `The blob ${ref} of tenant "${tenant}" is not there.`);
}
