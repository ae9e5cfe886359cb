import { JobError } from 'holdfast';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

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

/**
 * The longest document that is read, in characters, and the most tags and character references in it (some 3,500
 * lines). Reading blocks the process, and a worker that is blocked for a second loses its lease: at these bounds it took
 * at most 0.5 s on a 2-core machine.
 */
export const MAX_DOCUMENT = { characters: 4 * 1024 * 1024, tags: 100_000 } as const;

// Fragments of UBL are passed round without their declarations; the usual prefixes then mean what they always mean.
const USUAL_PREFIXES: Scope = new Map([
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
const XMLNS = 'xmlns';

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
type Node = Readonly<Record<string, unknown>>;
type Scope = ReadonlyMap<string, string>;

/**
 * Reads XML into elements. Nothing outside the text is ever looked up, and no entity is expanded.
 * @throws JobError `invalid-input` for what is no well-formed XML, has a document type, or is beyond {@link MAX_DOCUMENT}
 */
export function readXml(source: string): XmlElement {
  const text = source.replace(/^\uFEFF/u, '');
  if (text.length > MAX_DOCUMENT.characters)
    throw unreadable(
      `has ${text.length} characters; ${MAX_DOCUMENT.characters} are read. Have it sent without its attachments.`,
    );
  const tags = count(text, '<') + count(text, '&');
  if (tags > MAX_DOCUMENT.tags)
    throw unreadable(
      `has ${tags} tags and references; ${MAX_DOCUMENT.tags} are read. Have it sent in several documents.`,
    );
  if (!isAllowed(text))
    throw unreadable('has characters that XML forbids, such as control characters; ask the sender for it again.');
  if (!text.trimStart().startsWith('<')) throw unreadable('is no XML; deliver the UBL file itself.');
  if (/<!(DOCTYPE|ENTITY)/iu.test(text))
    throw unreadable('declares a document type, which no UBL document needs; ask the sender for one without.');
  const checked = XMLValidator.validate(text);
  if (checked !== true)
    throw unreadable(
      `is no well-formed XML (line ${checked.err.line}: ${checked.err.msg}). Ask the sender for it again.`,
    );
  const roots = elementsOf(nodesOf(parse(text)), USUAL_PREFIXES);
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

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}

function parse(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (cause) {
    throw unreadable('is nested too deeply or uses names that are not read; ask the sender for plain UBL.', cause);
  }
}

function elementsOf(nodes: readonly Node[], scope: Scope): readonly XmlElement[] {
  return nodes.flatMap((node) => {
    const name = nameOf(node);
    return name === undefined ? [] : [elementOf(name, node, scope)];
  });
}

function nameOf(node: Node): string | undefined {
  return Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT && key !== CDATA);
}

function elementOf(qualified: string, node: Node, outer: Scope): XmlElement {
  const written = attributesOf(node);
  const scope = scopeOf(written, outer);
  const at = qualified.indexOf(':');
  const prefix = at < 0 ? '' : qualified.slice(0, at);
  const namespace = scope.get(prefix);
  if (namespace === undefined)
    throw unreadable(`uses the prefix "${prefix}" without declaring it; ask the sender for it again.`);
  const inner = nodesOf(node[qualified]);
  return {
    namespace,
    name: qualified.slice(at + 1),
    attributes: new Map(written.filter(([key]) => !key.includes(':') && key !== XMLNS)),
    children: elementsOf(inner, scope),
    text: inner.map(textOf).join('').trim(),
  };
}

function attributesOf(node: Node): readonly (readonly [name: string, value: string])[] {
  return Object.entries(node[ATTRIBUTES] ?? {}).map(([name, value]) => [name, resolved(String(value))]);
}

function scopeOf(attributes: ReturnType<typeof attributesOf>, outer: Scope): Scope {
  const declared = attributes.filter(([name]) => name === XMLNS || name.startsWith(`${XMLNS}:`));
  if (declared.length === 0) return outer;
  return new Map([...outer, ...declared.map(([name, uri]) => [name.slice(XMLNS.length + 1), uri] as const)]);
}

function textOf(node: Node): string {
  const text = node[TEXT];
  if (typeof text === 'string') return resolved(text);
  return nodesOf(node[CDATA])
    .map((part) => (typeof part[TEXT] === 'string' ? part[TEXT] : ''))
    .join('');
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as Node[]) : [];
}

function resolved(text: string): string {
  if (!text.includes('&')) return text;
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
  return point <= 0x10_ff_ff && isAllowed(String.fromCodePoint(point)) ? String.fromCodePoint(point) : undefined;
}

// What XML 1.0 forbids, whether written out or by number; PostgreSQL and JSON could not keep all of it either.
function isAllowed(text: string): boolean {
  return text.isWellFormed() && !/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/u.test(text);
}
