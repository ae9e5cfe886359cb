import type { Json } from '../domain/canonical.ts';
import type { RunId, Tenant } from '../domain/ids.ts';
import { callOf, type Database, type Statement } from './database.ts';

const COLUMNS = 'kind, name, payload, actor, created_at, delivered_at';
const INSERT: Statement = {
  name: 'gate.insert_decision',
  text: `insert into gate.decision (tenant, run_id, decision_id, kind, name, payload, actor) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing returning ${COLUMNS}`,
};
const FIND: Statement = {
  name: 'gate.find_decision',
  text: `select ${COLUMNS} from gate.decision where tenant = $1 and run_id = $2 and decision_id = $3`,
};
const MARK_DELIVERED = callOf('mark_delivered', 3);

/** What a person can decide about a run. */
export type DecisionKind = 'pause' | 'resume' | 'cancel' | 'signal' | 'answer';

/** Which decision: its id makes repeats of the same one harmless. */
export interface DecisionPlace {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly decisionId: string;
}

/** A decision to be stored before it is delivered. */
export interface NewDecision extends DecisionPlace {
  readonly kind: DecisionKind;
  /** The signal's name. */
  readonly name?: string;
  readonly payload?: unknown;
  readonly actor?: string;
}

/** A stored decision. */
export interface DecisionRow {
  readonly kind: DecisionKind;
  readonly name: string | undefined;
  readonly payload: Json;
  readonly actor: string | undefined;
  readonly createdAt: Date;
  readonly deliveredAt: Date | undefined;
}

interface StoredDecisionRow {
  readonly kind: DecisionKind;
  readonly name: string | null;
  readonly payload: Json;
  readonly actor: string | null;
  readonly created_at: Date;
  readonly delivered_at: Date | null;
}

/** Stores a decision, or answers the one that is there under its id; `inserted` says which. */
export async function insertDecision(
  database: Database,
  decision: NewDecision,
): Promise<{ readonly row: DecisionRow; readonly inserted: boolean }> {
  const place = [decision.tenant, decision.runId, decision.decisionId];
  const payload = decision.payload === undefined ? null : JSON.stringify(decision.payload);
  const values = [...place, decision.kind, decision.name ?? null, payload, decision.actor ?? null];
  const [inserted] = await database.query<StoredDecisionRow>(INSERT, values);
  if (inserted !== undefined) return { row: rowOf(inserted), inserted: true };
  const [there] = await database.query<StoredDecisionRow>(FIND, place);
  return there === undefined ? insertDecision(database, decision) : { row: rowOf(there), inserted: false };
}

/** Writes that a decision reached its run; `false` when that is known already. */
export async function markDelivered(database: Database, place: DecisionPlace): Promise<boolean> {
  const [row] = await database.query<{ mark_delivered: boolean }>(MARK_DELIVERED, [
    place.tenant,
    place.runId,
    place.decisionId,
  ]);
  return row?.mark_delivered === true;
}

function rowOf(row: StoredDecisionRow): DecisionRow {
  return {
    kind: row.kind,
    name: row.name ?? undefined,
    payload: row.payload,
    actor: row.actor ?? undefined,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at ?? undefined,
  };
}
