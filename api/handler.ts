import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../domain/principal.ts';
import type { ApiParts } from './parts.ts';
import type { Contract, Given, Reply, RouteKey } from './types.ts';

/** Who asks, by which token. */
export interface KnownPrincipal extends Principal {
  readonly tokenId: string;
  readonly expiresAt: Date;
}

/** A parsed request as handlers get it. */
export interface HandlerRequest<Key extends RouteKey> extends Given<Key> {
  /** Absent on public routes. */
  readonly principal: Contract[Key]['access'] extends 'public' ? undefined : KnownPrincipal;
  readonly headers: IncomingHttpHeaders;
  /** The bytes of the body, on routes whose body is signed as a whole. */
  readonly raw: Contract[Key] extends { raw: true } ? Uint8Array : undefined;
}

/** What answers a route. */
export type Handler<Key extends RouteKey> = (request: HandlerRequest<Key>, parts: ApiParts) => Promise<Reply<Key>>;

/** The routes that stream; they answer in a way of their own. */
export type StreamKey = {
  [Key in RouteKey]: Contract[Key] extends { stream: true } ? Key : never;
}[RouteKey];

/** A handler for every route that does not stream. */
export type Handlers = { readonly [Key in Exclude<RouteKey, StreamKey>]: Handler<Key> };
