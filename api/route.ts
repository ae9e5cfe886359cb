import type { z } from 'zod';
import type { JobErrorCode } from '../domain/errors.ts';
import type { Act } from '../domain/principal.ts';

/** The methods that routes have. */
export type Method = 'GET' | 'POST' | 'DELETE';
/** A route by its method and its path, whose parameters stand in braces: `GET /v1/runs/{runId}`. */
export type RouteName = `${Method} /${string}`;

/** Who may ask: anybody, anybody who has logged in, or who has a role that allows an act. */
export type Access = 'public' | 'known' | Act;

/** What a route takes and gives. OpenAPI document, parsing of requests and the types of clients are all made from it. */
export interface Route {
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly access: Access;
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The largest body: `input` for what may hold a document, else 64 KiB. */
  readonly size?: 'input';
  /** The body is signed as a whole, so it is parsed only after its signature was checked. */
  readonly raw?: true;
  /** Its answers by status; a status without content has `null`. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** The answer 200 is a stream of Server-Sent Events whose data are of its schema. */
  readonly stream?: true;
  /** The codes that it may answer with besides those of every route. */
  readonly problems: readonly JobErrorCode[];
}

/** A map of routes by their names. */
export type Routes = Readonly<Record<RouteName, Route>>;
