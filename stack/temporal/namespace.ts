import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { TemporalAddress } from '../addresses.ts';

const RETENTION_SECONDS = 30 * 24 * 3_600;
/** `INDEXED_VALUE_TYPE_KEYWORD` of temporal.api.enums.v1. */
const KEYWORD = 2;
/** gRPC status codes. */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const KNOWN_TIMEOUT_MS = 15_000;
const OTHER_SERVICES_MS = 500;

/** By what runs are found in Temporal's own lists; all of type Keyword. */
const SEARCH_ATTRIBUTES = ['HoldfastJob', 'HoldfastStatus', 'HoldfastTenant', 'HoldfastWaitingFor'] as const;

/** Registers the namespace, which keeps ended runs for 30 days, unless it is there. */
export async function provideNamespace(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!hasStatus(error, NOT_FOUND)) throw error;
    await register(connection, namespace);
    await eventually(() => canList(connection, namespace, ''));
  }
}

/**
 * Makes sure that a namespace of the user's own server can be used. A server that tells nobody its search attributes is
 * taken at its word.
 * @throws {JobError} `setup-failed` when there is no such namespace, or it lacks search attributes that cannot be added
 */
export async function checkUserNamespace(
  connection: Connection,
  { address, namespace }: TemporalAddress,
  tell: (line: string) => void,
): Promise<void> {
  try {
    await provideSearchAttributes(connection, namespace);
  } catch (error) {
    if (error instanceof JobError) throw error;
    if (hasStatus(error, PERMISSION_DENIED) || hasStatus(error, UNIMPLEMENTED)) {
      tell(`${address} does not tell its search attributes; runs need ${SEARCH_ATTRIBUTES.join(', ')} (Keyword)`);
      return;
    }
    throw new JobError(
      'setup-failed',
      `the namespace ${namespace} at ${address} cannot be used: ${sentenceOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Adds the search attributes that the namespace lacks, and waits until they can be used.
 * @throws {JobError} `setup-failed` when they are missing and may not be added
 */
export async function provideSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const missing = await missingAttributes(connection, namespace);
  if (missing.length === 0) return;
  try {
    const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (!hasStatus(error, ALREADY_EXISTS)) throw cannotAdd(missing, namespace, error);
  }
  const query = SEARCH_ATTRIBUTES.map((name) => `${name} = 'none'`).join(' or ');
  if (!(await eventually(() => canList(connection, namespace, query))))
    throw cannotAdd(missing, namespace, 'they were added and do not show');
  // The frontend knows them now; the server's other services look them up as often, each at its own time.
  await delay(OTHER_SERVICES_MS);
}

async function missingAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.filter((name) => customAttributes?.[name] === undefined);
}

/** The server learns of a namespace or attribute a moment after it was registered. */
async function eventually(check: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + KNOWN_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (await check()) return true;
    await delay(50);
  }
  return false;
}

async function canList(connection: Connection, namespace: string, query: string): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
    return true;
  } catch (error) {
    if (hasStatus(error, NOT_FOUND) || hasStatus(error, INVALID_ARGUMENT)) return false;
    throw error;
  }
}

async function register(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: proto.google.protobuf.Duration.fromObject({ seconds: RETENTION_SECONDS }),
    });
  } catch (error) {
    if (!hasStatus(error, ALREADY_EXISTS)) throw error;
  }
}

function cannotAdd(missing: readonly string[], namespace: string, cause: unknown): JobError {
  const commands = `temporal operator search-attribute create --namespace ${namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(' ')}`;
  return new JobError(
    'setup-failed',
    `the namespace ${namespace} lacks the search attributes ${missing.join(', ')} and they cannot be added (${sentenceOf(cause)}); add them: ${commands}`,
    { cause },
  );
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'code' in error && error.code === status;
}
