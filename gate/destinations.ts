import type { DataClass } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import type { Target } from './call.ts';

/** A system that tools speak to. */
export interface Destination {
  /** Its base address, such as `http://127.0.0.1:8080/api`. */
  readonly address: string;
  /** Sent as a Bearer token; adapters never see it. */
  readonly credential?: string;
}

/** A model's endpoint. */
export interface EndpointDestination extends Destination {
  /** The data classes it may be shown. */
  readonly cleared: readonly DataClass[];
}

/** Where one call's requests go. */
export interface Route {
  /** How sentences name it, such as `the system "books"`. */
  readonly words: string;
  /** What the ledger names it. */
  readonly name: string;
  /** `undefined` for a tool that only computes: every address is foreign to it. */
  readonly base: URL | undefined;
  readonly credential: string | undefined;
}

/** The configured destinations, read once. */
export class Destinations {
  readonly #systems: ReadonlyMap<string, Route>;
  readonly #endpoints: ReadonlyMap<string, Route>;
  readonly #cleared: ReadonlyMap<string, readonly DataClass[]>;

  /** @throws JobError `invalid-config` for an address that is not http(s) or that holds a login */
  constructor(options: {
    systems: Readonly<Record<string, Destination>>;
    endpoints: Readonly<Record<string, EndpointDestination>>;
  }) {
    this.#systems = routes('system', options.systems);
    this.#endpoints = routes('endpoint', options.endpoints);
    this.#cleared = new Map(Object.entries(options.endpoints).map(([name, endpoint]) => [name, endpoint.cleared]));
  }

  /**
   * Where a call goes.
   * @throws JobError `invalid-config` for a name that is not configured, `not-cleared` when the endpoint may not see the data
   */
  routeOf(target: Target, dataClass: DataClass): Route {
    if (target === undefined) return { words: 'the tool', name: '', base: undefined, credential: undefined };
    if ('system' in target) return known('systems', target.system, this.#systems);
    const route = known('endpoints', target.endpoint, this.#endpoints);
    const cleared = this.#cleared.get(target.endpoint) ?? [];
    if (cleared.includes(dataClass)) return route;
    throw new JobError(
      'not-cleared',
      `The endpoint "${target.endpoint}" is not cleared for ${dataClass} data (only for ${cleared.join(', ') || 'none'}); ` +
        `who may decide that adds "${dataClass}" to HOLDFAST_CLEARED or to its \`cleared\` in temporal.yaml.`,
    );
  }
}

/**
 * The address that a path means: appended to the base address, or as it is when it is absolute. `undefined` when it lies
 * outside the base address's origin, or cannot be read.
 */
export function addressWithin(base: URL | undefined, path: string): URL | undefined {
  if (base === undefined) return undefined;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  const text = absolute ? path : `${base.origin}${base.pathname.replace(/\/+$/, '')}/${path.replace(/^[/\\]+/, '')}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin !== base.origin || url.username !== '' || url.password !== '') return undefined;
  return url;
}

function routes(kind: string, destinations: Readonly<Record<string, Destination>>): ReadonlyMap<string, Route> {
  return new Map(
    Object.entries(destinations).map(([name, destination]) => [name, routeOf(`${kind} "${name}"`, name, destination)]),
  );
}

function routeOf(words: string, name: string, destination: Destination): Route {
  const base = URL.canParse(destination.address) ? new URL(destination.address) : undefined;
  if (base === undefined || !['http:', 'https:'].includes(base.protocol)) {
    throw new JobError(
      'invalid-config',
      `The address "${destination.address}" of the ${words} is not of the form http://host:port/path.`,
    );
  }
  if (base.username !== '' || base.password !== '') {
    throw new JobError(
      'invalid-config',
      `The address of the ${words} holds a login; give it as the credential instead.`,
    );
  }
  return { words: `the ${words}`, name, base, credential: destination.credential };
}

function known(where: string, name: string, all: ReadonlyMap<string, Route>): Route {
  const route = all.get(name);
  if (route !== undefined) return route;
  throw new JobError(
    'invalid-config',
    `temporal.yaml names no "${name}" under \`${where}\`; it has: ${[...all.keys()].join(', ') || 'none'}.`,
  );
}
