import type { RunId, Tenant } from '../domain/ids.ts';
import type { Logger } from '../domain/log.ts';
import { sentenceOf } from '../domain/errors.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { ClientStore } from '../gate/client-store.ts';

/** Somebody who follows a run. */
export interface Follower {
  readonly tenant: Tenant;
  readonly runId: RunId;
  /** The last event that it has; moved on by the feed. */
  after: string | undefined;
  /** Whether it can take more now. */
  readonly ready: () => boolean;
  /** Is given the next events, and whether more may be there already; none after a part that happened to be the last. */
  readonly take: (events: readonly TimelineEvent[], more: boolean) => void;
  /** Is told that nothing more comes from here. */
  readonly end: () => void;
}

const TICK_MS = 200;
/** The longest between two looks at a run in which nothing happens: runs that wait for days cost little to watch. */
const LONGEST_MS = 1_000;
const PART = 500;
/** How many runs one query asks for. */
const GROUP = 100;

/** When a follower's run is looked at next; less often the longer nothing happens in it. */
interface Pace {
  dueAt: number;
  everyMs: number;
  /** Whether the follower was told that there may be more. */
  promised: boolean;
}

/**
 * Tells followers what happens in their runs. All of them are asked for together, so that a hundred open streams cost the
 * database one query each tick, and less often where nothing happens.
 */
export class EventFeed {
  readonly #timeline: ClientStore['timeline'];
  readonly #logger: Logger;
  readonly #followers = new Map<Follower, Pace>();
  #timer: NodeJS.Timeout | undefined;
  #failing = false;

  constructor(timeline: ClientStore['timeline'], logger: Logger) {
    this.#timeline = timeline;
    this.#logger = logger;
  }

  /** How many follow now. */
  get size(): number {
    return this.#followers.size;
  }

  /** Follows a run until the answer is called. */
  follow(follower: Follower): () => void {
    this.#followers.set(follower, { dueAt: 0, everyMs: TICK_MS, promised: false });
    this.#schedule(0);
    return () => void this.#followers.delete(follower);
  }

  /** Lets nobody follow any more: who does connects again elsewhere, with the last id. */
  close(): void {
    for (const follower of this.#followers.keys()) follower.end();
    this.#followers.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(inMs: number): void {
    if (this.#timer !== undefined || this.#followers.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#tick();
    }, inMs);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    let more = false;
    try {
      const now = performance.now();
      const ready = [...this.#followers].filter(([follower, { dueAt }]) => dueAt <= now && follower.ready());
      for (let first = 0; first < ready.length; first += GROUP) {
        more = (await this.#ask(ready.slice(first, first + GROUP).map(([follower]) => follower))) || more;
      }
      this.#failing = false;
    } catch (error) {
      // An outage of the database delays events and loses none.
      if (!this.#failing) this.#logger.warn('the events of runs cannot be read', { reason: sentenceOf(error) });
      this.#failing = true;
    }
    this.#timer = undefined;
    this.#schedule(more ? 0 : TICK_MS);
  }

  async #ask(followers: readonly Follower[]): Promise<boolean> {
    const found = await this.#timeline.since(
      followers.map(({ tenant, runId, after }) => ({ tenant, runId, ...(after === undefined ? {} : { after }) })),
      PART,
    );
    let more = false;
    for (const [index, follower] of followers.entries()) {
      const events = found[index]?.events ?? [];
      const pace = this.#followers.get(follower);
      if (pace === undefined) continue;
      const full = events.length === PART;
      const { promised } = pace;
      pace.promised = full;
      pace.everyMs = events.length === 0 ? Math.min(pace.everyMs * 1.5, LONGEST_MS) : TICK_MS;
      pace.dueAt = full ? 0 : performance.now() + pace.everyMs;
      if (events.length === 0 && !promised) continue;
      follower.after = events.at(-1)?.id ?? follower.after;
      follower.take(events, full);
      more ||= full;
    }
    return more;
  }
}
