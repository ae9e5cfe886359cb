import type { HoldfastClient } from '../client/index.ts';
import type { ClientStore } from '../gate/client-store.ts';
import type { Registry } from '../jobs/registry.ts';
import type { EventFeed } from './event-feed.ts';
import type { ApiSettings } from './settings.ts';

/** What the handlers of the API work with. */
export interface ApiParts {
  readonly settings: Pick<
    ApiSettings,
    'principals' | 'triggers' | 'endpoints' | 'requestsPerSecond' | 'maxInputBytes' | 'maxStreams'
  >;
  readonly client: HoldfastClient;
  readonly store: ClientStore;
  readonly registry: Registry;
  readonly feed: EventFeed;
  /** When the process was started. */
  readonly since: Date;
  /** Whether it is about to end, and takes nothing new. */
  ending: boolean;
}
