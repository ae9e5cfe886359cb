import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Tag } from '../meaning/lexicon.ts';
import { matchSlot } from '../meaning/meaning.ts';
import { INVOICE_PATTERNS } from '../meaning/patterns.ts';
import { readWords } from '../meaning/words.ts';
import type { OfferedTool } from '../serving/chat-request.ts';
import { fill, type Filled } from './fill.ts';
import type { Knowledge } from './knowledge.ts';
import { resolveInvoice, resolveRows } from './resolvers.ts';
import { alternativesOf, propertiesOf } from './schema.ts';
import { subjectOf } from './tool-role.ts';

/** What arguments are made from. */
export interface Sources {
  knowledge: Knowledge;
  /** Values that replies to earlier calls of the same tool refused, by path. */
  rejected: ReadonlyMap<string, readonly Json[]>;
}

/**
 * Arguments for a tool that is called on the way, or `undefined` when the document and the results so far do not hold
 * what it needs: every required field, and at least one known field unless it asks for none. What was not found is still
 * asked for in the document's words.
 */
export function argumentsForCall(tool: OfferedTool, { knowledge, rejected }: Sources): JsonObject | undefined {
  if (needsMissingOrder(tool, knowledge)) return undefined;
  const filled = fillTool(tool, { knowledge: { ...knowledge, missing: new Set() }, rejected }, false);
  return filled && (filled.known > 0 || asksForNothing(tool)) && isObject(filled.value) ? filled.value : undefined;
}

/** Arguments for the tool that takes the final output, as complete as they can be. */
export function argumentsForSubmission(tool: OfferedTool, sources: Sources): JsonObject {
  const value = fillTool(tool, sources, true)?.value;
  return isObject(value) ? value : {};
}

function fillTool(tool: OfferedTool, { knowledge, rejected }: Sources, submission: boolean): Filled | undefined {
  const subject = submission ? undefined : subjectOf(tool);
  const context: readonly Tag[] = subject ? [subject] : [];
  return fill(
    { type: 'object', ...tool.parameters },
    { slot: { name: '', description: '', context }, path: '', required: true },
    { root: tool.parameters, resolve: resolveInvoice(knowledge), rows: resolveRows(knowledge), rejected, submission },
  );
}

/** An order cannot be looked up by other means than the reference that the document lacks. */
function needsMissingOrder(tool: OfferedTool, { facts }: Knowledge): boolean {
  if (facts.orderReference !== null || subjectOf(tool) !== 'order') return false;
  const names = alternativesOf(tool.parameters, tool.parameters).flatMap((schema) =>
    propertiesOf(schema).map(([name]) => name),
  );
  const meanings = names.map(
    (name) => matchSlot({ name, description: '', context: ['order'] }, INVOICE_PATTERNS)?.meaning,
  );
  return meanings.some((meaning) => meaning === 'orderReference' || meaning === 'orderId');
}

/** Whether a tool has no parameters but those for turning pages. */
function asksForNothing(tool: OfferedTool): boolean {
  const names = propertiesOf(tool.parameters).map(([name]) => name);
  return names.every((name) => readWords(name).tags.includes('paging'));
}
