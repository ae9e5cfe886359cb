import { digestOf, refOf } from '../domain/digest.ts';
import type { BlobRef, Tenant } from '../domain/ids.ts';
import type { Adapter, Call, Gate, Settlement } from '../gate/index.ts';

type Blob = Awaited<ReturnType<Gate['blobs']['get']>>;

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BLOB_BYTES = 256 * 1024;

/**
 * A gate that remembers blobs which this process read, stored or settled lately, up to 32 MiB: most steps are given what an
 * earlier one of the same run gave, and reading it back would cost a third of what the database does for a call. Blobs are
 * named by their digest, so what is remembered is what was stored.
 */
export function withBlobMemory(gate: Gate): Gate {
  const memory = new BlobMemory();
  return {
    ...gate,
    perform: async (call, adapter, options) => {
      const { noted, settlement } = noting(adapter);
      const outcome = await gate.perform(call, noted, options);
      if (outcome.kind === 'committed') rememberSettled(memory, call, settlement());
      return outcome;
    },
    blobs: {
      get: async (tenant, ref) =>
        memory.find(tenant, ref) ?? memory.keep(tenant, ref, await gate.blobs.get(tenant, ref)),
      put: async (tenant, blob) => {
        const ref = await gate.blobs.put(tenant, blob);
        memory.keep(tenant, ref, blob);
        return ref;
      },
    },
  };
}

/** Notes what the adapter's send came to. */
function noting(adapter: Adapter): { noted: Adapter; settlement: () => Settlement | undefined } {
  let settlement: Settlement | undefined;
  const send: Adapter['send'] = async (context) => (settlement = await adapter.send(context));
  return { noted: { ...adapter, send }, settlement: () => settlement };
}

// The messages of a transcript are read by their places; the first blob is what the result refers to.
function rememberSettled(memory: BlobMemory, call: Call, settlement: Settlement | undefined): void {
  const [blob] = settlement?.blobs ?? [];
  if (blob !== undefined && call.effect !== 'model') memory.keep(call.tenant, refOf(digestOf(blob.bytes)), blob);
}

/** The last used first to stay; a tenant finds its own blobs only. */
class BlobMemory {
  readonly #blobs = new Map<string, Blob>();
  #bytes = 0;

  find(tenant: Tenant, ref: BlobRef): Blob | undefined {
    const key = keyOf(tenant, ref);
    const blob = this.#blobs.get(key);
    if (blob === undefined) return undefined;
    this.#blobs.delete(key);
    this.#blobs.set(key, blob);
    return blob;
  }

  keep(tenant: Tenant, ref: BlobRef, blob: Blob): Blob {
    const key = keyOf(tenant, ref);
    if (blob.bytes.length > MAX_BLOB_BYTES || this.#blobs.has(key)) return blob;
    this.#blobs.set(key, blob);
    this.#bytes += blob.bytes.length;
    for (const [oldest, { bytes }] of this.#blobs) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#blobs.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return blob;
  }
}

function keyOf(tenant: Tenant, ref: BlobRef): string {
  return `${tenant} ${ref}`;
}
