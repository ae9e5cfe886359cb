import type { z } from 'zod';
import type { Contract } from './contract.ts';

export type { Contract } from './contract.ts';
export type { Problem } from './schemas/problem.ts';

/** The name of a route: `GET /v1/runs/{runId}`. */
export type RouteKey = keyof Contract;

type Part<Key extends RouteKey, Name extends 'path' | 'query' | 'body'> =
  Contract[Key] extends Record<Name, infer Schema> ? Schema : undefined;
type Field<Name extends string, Schema, Value> = Schema extends z.ZodType
  ? Record<never, never> extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value }
  : Record<never, never>;

/** What a client sends to a route: path parameters, query and body, as they are before parsing. */
export type Sent<Key extends RouteKey> = Field<'path', Part<Key, 'path'>, SentPart<Key, 'path'>> &
  Field<'query', Part<Key, 'query'>, SentPart<Key, 'query'>> &
  Field<'body', Part<Key, 'body'>, SentPart<Key, 'body'>>;
type SentPart<Key extends RouteKey, Name extends 'path' | 'query' | 'body'> =
  Part<Key, Name> extends z.ZodType ? z.input<Part<Key, Name>> : undefined;

/** What a handler is given of a request, parsed. */
export type Given<Key extends RouteKey> = {
  readonly [Name in 'path' | 'query' | 'body']: Part<Key, Name> extends z.ZodType
    ? z.output<Part<Key, Name>>
    : undefined;
};

/** A route's content by status. */
type Contents<Key extends RouteKey> = Contract[Key]['answers'];

/** What a route answers with, whatever its status: the JSON of its content, `null` for a status without one. */
export type Answer<Key extends RouteKey> = {
  [Status in keyof Contents<Key>]: Contents<Key>[Status] extends z.ZodType ? z.output<Contents<Key>[Status]> : null;
}[keyof Contents<Key>];

/** A handler's answer: a status of the route with its content. */
export type Reply<Key extends RouteKey> = {
  [Status in keyof Contents<Key>]: {
    readonly status: Status;
    readonly body: Contents<Key>[Status] extends z.ZodType ? z.output<Contents<Key>[Status]> : null;
  };
}[keyof Contents<Key>];
