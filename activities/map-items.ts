import { z } from 'zod';
import { canonicalJson } from '../domain/canonical.ts';
import { cut } from '../domain/cut.ts';
import { JobError } from '../domain/errors.ts';
import type { BlobRef, Tenant } from '../domain/ids.ts';
import { type MapEntry, type MapOutcome, MAX_ITEMS, REPETITION } from '../domain/map-items.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { callSite, readJson, resolveInput } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { jsonBlob } from './transcript.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities } from './types.ts';
import { withHeartbeat } from './with-heartbeat.ts';

interface Page {
  readonly before?: BlobRef;
  readonly entries: readonly MapEntry[];
}

const PageSchema = z.object({
  before: z.string().optional(),
  entries: z.array(z.union([z.string(), z.object({ kind: z.string(), sentence: z.string() })])),
});
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const READ_AT_ONCE = 20;
const MAX_SHOWN = 80;

/**
 * Reads a chunk of the list that a map goes through, each item as a blob of its own; with the first one, all keys are checked.
 * @throws ApplicationFailure `invalid-input` when it is no list, has too many items, or items without a key of their own;
 * `invalid-job` when one has the name of another repetition
 */
export function createReadItems(dependencies: ActivityDependencies): Activities['readItems'] {
  return translateErrors((input) =>
    withHeartbeat(async () => {
      const { tenant } = await callSite(dependencies, input);
      const { step, key, from, count, named = [] } = input;
      const list = await resolveInput(dependencies, tenant, input.items);
      const items = listOf(step, list.value);
      if (from === 0) checkNames(step, checkKeys(step, items, key), named);
      const chunk = items.slice(from, from + count).map((item, index) => {
        return { key: keyOf(step, { item, at: from + index }, key), blob: jsonBlob(item) };
      });
      for (const { blob } of chunk) await dependencies.gate.blobs.put(tenant, blob);
      return { list: list.ref, total: items.length, items: chunk.map((item) => [item.key, item.blob.ref] as const) };
    }),
  );
}

/** Keeps outcomes of a map, after those before. */
export function createKeepOutcomes({ gate }: Pick<ActivityDependencies, 'gate'>): Activities['keepOutcomes'] {
  return translateErrors((input) =>
    withHeartbeat(async () => {
      const { tenant, before, entries } = input;
      const page: Page = { entries, ...(before === undefined ? {} : { before }) };
      return { page: await gate.blobs.put(tenant, jsonBlob(page)) };
    }),
  );
}

/**
 * Makes the list of a map's outputs in the order of its items.
 * @throws ApplicationFailure `too-large` when it takes more than 16 MiB
 */
export function createGatherOutcomes(dependencies: ActivityDependencies): Activities['gatherOutcomes'] {
  return translateErrors((input) =>
    withHeartbeat(async () => {
      const { tenant, step, key, collect } = input;
      const entries = await entriesOf(dependencies, tenant, input.page);
      const outputs = await outputsOf(dependencies, { tenant, step, entries });
      if (!collect) return { output: await put(dependencies, tenant, outputs) };
      const { value } = await resolveInput(dependencies, tenant, input.items);
      const items = listOf(step, value);
      const outcomes = entries.map((entry, at): MapOutcome<unknown> => {
        const named = { key: keyOf(step, { item: items[at], at }, key) };
        return typeof entry === 'string'
          ? { ...named, kind: 'committed', output: outputs[at] }
          : { ...named, kind: entry.kind, sentence: entry.sentence };
      });
      return { output: await put(dependencies, tenant, outcomes) };
    }),
  );
}

async function put({ gate }: ActivityDependencies, tenant: Tenant, value: unknown): Promise<BlobRef> {
  return gate.blobs.put(tenant, jsonBlob(value));
}

function listOf(step: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unfit(`What "${step}" was to be mapped over is no list; hand mapStep a list.`);
  if (value.length <= MAX_ITEMS) return value as readonly unknown[];
  throw unfit(
    `The list that "${step}" was to be mapped over has ${value.length} items; at most ${MAX_ITEMS} are possible.`,
  );
}

function checkKeys(step: string, items: readonly unknown[], field: string): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const [at, item] of items.entries()) {
    const key = keyOf(step, { item, at }, field);
    const other = first.get(key);
    if (other !== undefined)
      throw unfit(
        `The items ${other + 1} and ${at + 1} of the map over "${step}" have the same ${field} "${key}"; each needs one of its own.`,
      );
    first.set(key, at);
  }
  return first;
}

function checkNames(step: string, keys: ReadonlyMap<string, number>, named: readonly string[]): void {
  const same = named.find((name) => keys.has(name));
  if (same === undefined) return;
  throw new JobError(
    'invalid-job',
    `A repetition of "${step}" and an item of the map over it are both named "${same}"; give the repetition another name.`,
  );
}

function keyOf(step: string, { item, at }: { readonly item: unknown; readonly at: number }, field: string): string {
  const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, field) : undefined;
  const key = typeof value === 'number' ? String(value) : value;
  if (typeof key === 'string' && REPETITION.test(key)) return key;
  const said = value === undefined ? 'missing' : cut(canonicalJson(value), MAX_SHOWN);
  throw unfit(
    `The ${field} of item ${at + 1} of the map over "${step}" is ${said}; a key is 1 to 60 letters, digits, "-" and "_".`,
  );
}

function unfit(sentence: string): JobError {
  return new JobError('invalid-input', sentence);
}

async function entriesOf(
  dependencies: ActivityDependencies,
  tenant: Tenant,
  last: BlobRef,
): Promise<readonly MapEntry[]> {
  const pages: (readonly MapEntry[])[] = [];
  for (let next: BlobRef | undefined = last; next !== undefined;) {
    const stored = await readJson(dependencies, tenant, next);
    const parsed = parseAs({ code: 'corrupt-blob', schema: PageSchema, subject: 'A page of outcomes' }, stored);
    // Written by `keepOutcomes`: the schema checks its form, and knows neither references nor the kinds of outcomes by type.
    const page = parsed as unknown as Page;
    pages.unshift(page.entries);
    next = page.before;
  }
  return pages.flat();
}

async function outputsOf(
  dependencies: ActivityDependencies,
  { tenant, step, entries }: { readonly tenant: Tenant; readonly step: string; readonly entries: readonly MapEntry[] },
): Promise<readonly unknown[]> {
  const outputs: unknown[] = [];
  let bytes = 0;
  for (let from = 0; from < entries.length; from += READ_AT_ONCE) {
    const some = entries.slice(from, from + READ_AT_ONCE);
    const blobs = await Promise.all(
      some.map((entry) =>
        typeof entry === 'string' ? dependencies.gate.blobs.get(tenant, entry) : Promise.resolve(undefined),
      ),
    );
    bytes += blobs.reduce((sum, blob) => sum + (blob?.bytes.length ?? 0), 0);
    if (bytes > MAX_OUTPUT_BYTES) {
      throw new JobError(
        'too-large',
        `The outputs of the map over "${step}" take more than ${MAX_OUTPUT_BYTES} bytes; have the step return less, or map over fewer items.`,
      );
    }
    outputs.push(
      ...blobs.map((blob): unknown => (blob === undefined ? null : JSON.parse(new TextDecoder().decode(blob.bytes)))),
    );
  }
  return outputs;
}
