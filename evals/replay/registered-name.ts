import { digestOf } from '../../domain/digest.ts';
import { isAgentToolName } from '../../jobs/registry.ts';

const MAX_TEXT = 40;
const DIGEST = 8;

/**
 * The name under which a job has a recorded tool: its own, or one with a digest of it where no agent may have it, such as `submit` or
 * one that ends in a space. The tool server knows it by its own.
 */
export function registeredName(recorded: string): string {
  if (isAgentToolName(recorded)) return recorded;
  const text = recorded.replaceAll(/[^a-zA-Z0-9_-]/gu, '_').slice(0, MAX_TEXT);
  return `${text}_${digestOf(recorded).slice(0, DIGEST)}`;
}
