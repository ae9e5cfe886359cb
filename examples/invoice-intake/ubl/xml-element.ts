import { JobError } from 'holdfast';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';

/** One element with its namespace resolved, whatever prefix the document writes it with. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** Attributes without a prefix, by name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text without that of its children, trimmed; character references are resolved. */
  readonly text: string;
}

/** The longest document that is read, in characters. */
export const MAX_DOCUMENT_LENGTH = 10 * 1024 * 1024;

// Fragments of UBL are passed round without their declarations; the usual prefixes then mean what they always mean.
const USUAL_PREFIXES: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
  ['cac', 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'],
  ['cbc', 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'],
]);
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
const ATTRIBUTES = ':@';
const TEXT = '#text';
const CDATA = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: TEXT,
  cdataPropName: CDATA,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // No entity is ever expanded; the five of XML and character references are resolved below.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

// What the parser answers with `preserveOrder`: a list of nodes, each with its name as the only key beside `:@`.
const Nodes = z.array(z.record(z.string(), z.unknown()));
const Attributes = z.record(z.string(), z.string());

/**
 * Reads XML into elements. Nothing outside the text is ever looked up, and no entity is expanded.
 * @throws JobError `invalid-input` for what is no well-formed XML, has a document type, or is longer than 10 Mi characters
 */
export function readXml(source: string): XmlElement {
  const text = source.replace(/^\uFEFF/u, '');
  if (text.length > MAX_DOCUMENT_LENGTH) {
    throw unreadable(
      `has ${text.length} characters; ${MAX_DOCUMENT_LENGTH} are read. Have it sent without its attachments.`,
    );
  }
  if (!text.trimStart().startsWith('<')) throw unreadable('is no XML; deliver the UBL file itself.');
  if (/<!(DOCTYPE|ENTITY)/iu.test(text))
    throw unreadable('declares a document type, which no UBL document needs; ask the sender for one without.');
  const checked = XMLValidator.validate(text);
  if (checked !== true)
    throw unreadable(
      `is no well-formed XML (line ${checked.err.line}: ${checked.err.msg}). Ask the sender for it again.`,
    );
  const roots = elementsOf(parse(text), USUAL_PREFIXES);
  const [root] = roots;
  if (root === undefined || roots.length > 1)
    throw unreadable('has not exactly one root element; ask the sender for it again.');
  return root;
}

/** The children of a name. */
export function childrenOf(parent: XmlElement | undefined, namespace: string, name: string): readonly XmlElement[] {
  return parent?.children.filter((child) => child.name === name && child.namespace === namespace) ?? [];
}

/** Every element of a name below an element, at any depth. */
export function descendantsOf(parent: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  const own = parent.children.flatMap((child) => descendantsOf(child, namespace, name));
  return [...childrenOf(parent, namespace, name), ...own];
}

/** A refusal of a document as a whole; `what` goes on after "The document". */
export function unreadable(what: string, cause?: unknown): JobError {
  return new JobError('invalid-input', `The document ${what}`, { cause });
}

function parse(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (cause) {
    throw unreadable('is nested too deeply or uses names that are not read; ask the sender for plain UBL.', cause);
  }
}

function elementsOf(nodes: unknown, scope: ReadonlyMap<string, string>): readonly XmlElement[] {
  return Nodes.parse(nodes).flatMap((node) => {
    const name = nameOf(node);
    return name === undefined ? [] : [elementOf(name, node, scope)];
  });
}

function nameOf(node: z.infer<typeof Nodes>[number]): string | undefined {
  return Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT && key !== CDATA);
}

function elementOf(
  qualified: string,
  node: z.infer<typeof Nodes>[number],
  outer: ReadonlyMap<string, string>,
): XmlElement {
  const written = Attributes.parse(node[ATTRIBUTES] ?? {});
  const scope = scopeOf(written, outer);
  const [prefix, name] = qualified.includes(':') ? splitName(qualified) : ['', qualified];
  const namespace = scope.get(prefix);
  if (namespace === undefined)
    throw unreadable(`uses the prefix "${prefix}" without declaring it; ask the sender for it again.`);
  const attributes = Object.entries(written).filter(([key]) => !key.includes(':') && key !== 'xmlns');
  return {
    namespace,
    name,
    attributes: new Map(attributes.map(([key, value]) => [key, resolved(value)])),
    children: elementsOf(node[qualified], scope),
    text: textOf(node[qualified]),
  };
}

function splitName(qualified: string): readonly [prefix: string, name: string] {
  const at = qualified.indexOf(':');
  return [qualified.slice(0, at), qualified.slice(at + 1)];
}

function scopeOf(
  attributes: z.infer<typeof Attributes>,
  outer: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const declared = Object.entries(attributes).filter(([key]) => key === 'xmlns' || key.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  return new Map([...outer, ...declared.map(([key, uri]) => [key.slice('xmlns:'.length), resolved(uri)] as const)]);
}

function textOf(nodes: unknown): string {
  const parts = Nodes.parse(nodes).map((node) => {
    const cdata = node[CDATA];
    return cdata === undefined ? resolved(asText(node[TEXT])) : plainText(cdata);
  });
  return parts.join('').trim();
}

function plainText(nodes: unknown): string {
  return Nodes.parse(nodes)
    .map((node) => asText(node[TEXT]))
    .join('');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function resolved(text: string): string {
  return text.replaceAll(/&([^;\s]{1,32});/gu, (_, name: string) => {
    const character = CHARACTERS.get(name) ?? numbered(name);
    if (character === undefined)
      throw unreadable(`uses the entity "&${name};", which XML does not know by itself; ask the sender for it again.`);
    return character;
  });
}

function numbered(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/iu.exec(name) ?? [];
  const point = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
  return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : undefined;
}
