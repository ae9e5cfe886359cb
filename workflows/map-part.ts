import { assertNever } from '../domain/assert-never.ts';
import { cut } from '../domain/cut.ts';
import type { BlobRef, StepPath } from '../domain/ids.ts';
import type { MapEntry } from '../domain/map-items.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { MapItem, StepInput } from '../activities/types.ts';
import { firstState } from './agent-loop.ts';
import { runAgentInPart } from './agent-step.ts';
import { makeRef } from './bound-ref.ts';
import { runCheck } from './check-step.ts';
import { failRun } from './fail-run.ts';
import type { HandedAnswers } from './given-answers.ts';
import { HandOver } from './hand-over.ts';
import { inWindow } from './in-window.ts';
import type { PartEnd } from './part-start.ts';
import type { RunState } from './run-state.ts';
import { runTool } from './tool-step.ts';
import { tried } from './try-step.ts';

/** Where a map stands between two executions of its part. */
export interface MapState {
  /** The step's name in the manifest. */
  readonly step: string;
  /** What the step paths of its items begin with. */
  readonly prefix: string;
  readonly items: StepInput;
  /** The field of each item that names it. */
  readonly key: string;
  readonly window: number;
  readonly collect: boolean;
  /** How many items are done with. */
  readonly at: number;
  readonly failed: number;
  /** The outcomes of the items before, as a chain of blobs. */
  readonly page?: BlobRef;
  /** Those of the chunk under way that are known. */
  readonly entries?: readonly (MapEntry | null)[];
  /** Answers that were taken for those that are not. */
  readonly given?: HandedAnswers;
}

// Each item is an Activity, six events at most: a chunk stays far below what a part may grow to.
const CHUNK = 40;
// What one Activity may hand over: keys of 60 characters and references.
const READ_AT_ONCE = 50;
const TIMEOUT_MS = 60_000;
const GATHER_TIMEOUT_MS = 300_000;
// All outcomes of a chunk together must stay small in the history.
const SENTENCES = 5_000;

interface Chunk {
  readonly list: BlobRef;
  readonly total: number;
  readonly items: readonly MapItem[];
}

/** One chunk of a map: what the whole map came to after the last one, or from where the next execution goes on. */
export async function continueMap(
  run: RunState,
  path: StepPath,
  state: MapState,
): Promise<{ readonly result: Pick<PartEnd, 'output' | 'facts'> } | { readonly next: MapState }> {
  const { entries: known = [], given, ...before } = state;
  if (given !== undefined) run.questions.given.goOn(given);
  const chunk = await read(run, path, state);
  const items = { ref: chunk.list };
  const entries = chunk.items.map((_, index) => known[index] ?? null);
  try {
    await inWindow(entries.length, state.window, async (index) => {
      const item = chunk.items[index];
      if (item === undefined) return;
      entries[index] ??= await entryOf(run, state, item);
      run.questions.given.doneWith(itemName(state, item));
    });
  } catch (error) {
    if (error instanceof HandOver) return { next: { ...before, items, entries, ...run.questions.given.handedOn } };
    throw error;
  }
  const failed = state.failed + entries.filter((entry) => typeof entry !== 'string').length;
  const done = {
    ...before,
    items,
    failed,
    at: state.at + entries.length,
    page: await keep(run, path, { state, entries }),
  };
  if (done.at < chunk.total) return { next: done };
  return { result: { output: await gather(run, path, done), facts: { items: chunk.total, failed } } };
}

async function read(run: RunState, path: StepPath, state: MapState): Promise<Chunk> {
  const { tenant, definition } = run.start;
  const { step, key, at } = state;
  const size = Math.max(CHUNK, state.window);
  const found: MapItem[] = [];
  let list = state.items;
  for (;;) {
    const from = at + found.length;
    const count = Math.min(READ_AT_ONCE, size - found.length);
    const stepPath = `${path}/read-${from}` as StepPath;
    await run.enter(stepPath);
    const part = await run
      .call(stepPath, `items from ${from}`, { timeoutMs: TIMEOUT_MS })
      .readItems({ tenant, definition, step, items: list, key, from, count });
    found.push(...part.items);
    list = { ref: part.list };
    if (found.length >= size || at + found.length >= part.total)
      return { list: part.list, total: part.total, items: found };
  }
}

async function entryOf(run: RunState, state: MapState, item: MapItem): Promise<MapEntry> {
  const [, ref] = item;
  const path = run.path(itemName(state, item));
  const perform = (): Promise<BlobRef> => performItem(run, { state, path }, ref);
  if (!state.collect) return perform();
  const outcome: Outcome<BlobRef> = await tried(async () => ({ kind: 'committed', value: await perform() }));
  if (outcome.kind === 'committed') return outcome.value;
  const longest = Math.floor(SENTENCES / Math.max(CHUNK, state.window));
  return { kind: outcome.kind, sentence: cut(outcome.sentence, longest) };
}

function itemName({ prefix }: MapState, [key]: MapItem): string {
  return `${prefix}:${key}`;
}

async function performItem(
  run: RunState,
  { state, path }: { readonly state: MapState; readonly path: StepPath },
  ref: BlobRef,
): Promise<BlobRef> {
  const { step: name } = state;
  const step = run.start.skeleton.steps[name];
  if (step === undefined) return failRun('internal', `The map was started without its step "${name}".`);
  const input = makeRef({ ref, facts: {} });
  switch (step.kind) {
    case 'tool':
      return (await runTool(run, { name, step, path }, input)).ref;
    case 'check':
      return (await runCheck(run, { name, step, path }, input)).ref;
    case 'agent':
      // Ten of them in one history would fill it.
      return (await runAgentInPart(run, { name, step, path }, firstState({ ref }))).ref;
    default:
      return assertNever(step);
  }
}

async function keep(
  run: RunState,
  path: StepPath,
  { state, entries }: { readonly state: MapState; readonly entries: readonly (MapEntry | null)[] },
): Promise<BlobRef> {
  const { tenant } = run.start;
  const stepPath = `${path}/keep-${state.at}` as StepPath;
  const kept = entries.filter((entry) => entry !== null);
  const before = state.page === undefined ? {} : { before: state.page };
  const { page } = await run
    .call(stepPath, `outcomes from ${state.at}`, { timeoutMs: TIMEOUT_MS })
    .keepOutcomes({ tenant, entries: kept, ...before });
  return page;
}

async function gather(
  run: RunState,
  path: StepPath,
  { step, items, key, collect, page }: MapState & { readonly page: BlobRef },
): Promise<BlobRef> {
  const { tenant } = run.start;
  const stepPath = `${path}/gather` as StepPath;
  const { output } = await run
    .call(stepPath, `outcomes of ${step}`, { timeoutMs: GATHER_TIMEOUT_MS })
    .gatherOutcomes({ tenant, step, items, key, collect, page });
  return output;
}
