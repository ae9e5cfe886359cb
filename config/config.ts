import type { DataClass } from '../domain/effects.ts';
import type { Quirk, TokenPrice } from '../domain/endpoint-quirks.ts';
import type { ConfigFile } from './schema.ts';

/** Everything a process of the product is configured by, read once at start-up. Holds secrets: never log it. */
export interface Config {
  /** The folder that relative paths of the file start from. */
  readonly root: string;
  /** How to reach Temporal; without an address the embedded server is used. */
  readonly temporal: TemporalConfig;
  /** The user's own PostgreSQL; without a URL the embedded one is used. The URL may hold a password. */
  readonly database: { readonly url?: string };
  /** Folders of the jobs as written, relative to `root`. */
  readonly jobs: readonly string[];
  readonly systems: Readonly<Record<string, SystemConfig>>;
  readonly pools: Readonly<Record<string, PoolConfig>>;
  readonly layout: 'together' | 'apart';
  readonly workers: ConfigFile['workers'];
  readonly api: ConfigFile['api'];
  /** The sweeps of what is stuck. */
  readonly sweep: ConfigFile['sweep'];
  /** How long what has expired is kept. */
  readonly retention: ConfigFile['retention'];
  /** Who may use the HTTP API, by name. */
  readonly principals: ConfigFile['auth']['principals'];
  readonly triggers: Readonly<Record<string, TriggerConfig>>;
  /** The endpoints of the file; `chooseModels` says which ones answer. */
  readonly endpoints: readonly EndpointConfig[];
  readonly openai: OpenAiVariables;
  /** Data classes that every endpoint is cleared for besides its own: `HOLDFAST_CLEARED`. */
  readonly cleared: readonly DataClass[];
  /** The same as a tree without secrets, with where each value comes from. */
  readonly effective: Readonly<Record<string, unknown>>;
  readonly origins: Origins;
}

/** What `OPENAI_API_KEY`, `OPENAI_BASE_URL` and `OPENAI_MODEL` say. */
export interface OpenAiVariables {
  readonly apiKey?: string;
  readonly address?: string;
  readonly model?: string;
}

/** How to reach Temporal. */
export interface TemporalConfig {
  /** Host and port. */
  readonly address?: string;
  readonly namespace: string;
  readonly apiKey?: string;
  /** `true`: TLS with the system's certificates. Missing: no TLS. */
  readonly tls?: TlsConfig | true;
}

/** TLS of the connection to Temporal; certificates and keys as PEM text. */
export interface TlsConfig {
  readonly serverName?: string;
  readonly serverRootCa?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** A system that tools name. */
export interface SystemConfig {
  readonly address: string;
  readonly credential?: string;
}

/** Signed messages that start runs. */
export interface TriggerConfig {
  readonly tenant: string;
  readonly job: string;
  /** `whsec_…`; a message that is signed with one of them is taken. */
  readonly secrets: readonly string[];
}

/** A set of call workers. */
export interface PoolConfig {
  readonly taskQueue: string;
  readonly slots: number;
}

/** One model at one address. */
export interface EndpointConfig {
  readonly id: string;
  readonly address: string;
  readonly model: string;
  readonly cleared: readonly DataClass[];
  readonly credential?: string;
  /** Absent: not known, and then nothing is too long for it. */
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** Longest wait for an answer, in milliseconds; default 120,000. */
  readonly timeoutMs?: number;
  readonly price?: TokenPrice;
  readonly capabilities: { readonly tools: boolean };
  readonly quirks: readonly Quirk[];
}

/** Where values come from: keys of the file, and keys that a variable of the environment replaced. */
export interface Origins {
  readonly file: ReadonlySet<string>;
  readonly environment: ReadonlyMap<string, string>;
}
