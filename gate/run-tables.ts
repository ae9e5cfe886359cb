import type { Generated } from 'kysely';

/** The tables that the client's login reads by query, as kysely types them. Times come back as dates. */
export interface RunTables {
  readonly 'gate.run': RunTable;
}

/** One run of the projection. */
export interface RunTable {
  readonly tenant: string;
  readonly run_id: string;
  readonly job: string;
  readonly version: number;
  readonly definition: string;
  readonly input_ref: string;
  readonly input_digest: string;
  readonly status: Generated<string>;
  readonly step: string | null;
  readonly waiting_for: Generated<unknown>;
  readonly turns: Generated<number>;
  readonly model_calls: Generated<number>;
  readonly input_tokens: Generated<number>;
  readonly output_tokens: Generated<number>;
  readonly last_outcome: string | null;
  readonly model: string | null;
  readonly end_code: string | null;
  readonly end_sentence: string | null;
  readonly result_ref: string | null;
  readonly actor: string | null;
  readonly parent_run: string | null;
  readonly started_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  readonly closed_at: Date | null;
}
