const NOT_FOUND = 5;

/** Whether Temporal said that it has not what it was asked for (the gRPC status). */
export function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_FOUND;
}
