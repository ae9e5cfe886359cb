import { DATA_CLASSES, type DataClass } from '../domain/effects.ts';

const ELSEWHERE: readonly DataClass[] = ['public', 'internal'];

/**
 * The data classes an endpoint may be shown, from least to most sensitive: what the file says, else all on this machine
 * and public and internal elsewhere; in any case those that `HOLDFAST_CLEARED` names.
 */
export function clearanceOf(endpoint: {
  address: string;
  cleared: readonly DataClass[] | undefined;
  also: readonly DataClass[];
}): readonly DataClass[] {
  const own = endpoint.cleared ?? (isLoopback(endpoint.address) ? DATA_CLASSES : ELSEWHERE);
  return DATA_CLASSES.filter((name) => own.includes(name) || endpoint.also.includes(name));
}

/** Whether an address is this machine by its form: `localhost`, `127.0.0.0/8` or `::1`. No name is looked up. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  // The URL parser has already written every form of an IPv4 address as four decimal numbers.
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
