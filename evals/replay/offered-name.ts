import { aliasesOf } from '../../jobs/tool-aliases.ts';
import { registeredName } from './registered-name.ts';

/** A tool as a request offers it. */
interface Offered {
  readonly name: string;
}

/**
 * The name under which a request offers a recorded tool: its own, that which its job has for it, or the alias of one that no model may
 * call. A name that is not offered stays as it is.
 */
export function offeredName(recorded: string, offered: readonly Offered[]): string {
  const name = registeredName(recorded);
  const names = new Set(offered.map((tool) => tool.name));
  if (names.has(name)) return name;
  const plain = aliasesOf([name]).get(name) ?? name;
  // Which of the two it is depends on the other tools of the agent, also on those that this request leaves out.
  const beside = aliasesOf([plain, name]).get(name) ?? name;
  return [beside, plain].find((alias) => names.has(alias)) ?? recorded;
}
