import { XMLParser } from 'fast-xml-parser';
import { asText, isList, isObject, type Json } from '../json.ts';

/** An element of a parsed XML document, without namespace prefixes. */
export type XmlElement = Json | undefined;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
});

/** Parses a document and returns its root element; `undefined` when it is not XML. */
export function parseXml(text: string): XmlElement {
  try {
    const document = parser.parse(text) as Json;
    return isObject(document) ? Object.values(document)[0] : undefined;
  } catch {
    return undefined;
  }
}

/** All elements at a path of child names such as `TaxTotal/TaxSubtotal`, in document order. */
export function elementsAt(element: XmlElement, path: string): XmlElement[] {
  return path
    .split('/')
    .reduce<XmlElement[]>((parents, name) => parents.flatMap((parent) => children(parent, name)), [element]);
}

/** The first non-empty text at any of the paths, which are tried in order. */
export function textAt(element: XmlElement, ...paths: string[]): string | null {
  const texts = paths.flatMap((path) => elementsAt(element, path)).map(ownText);
  return texts.find((text) => text !== null) ?? null;
}

/** An attribute of an element, or `null`. */
export function attributeOf(element: XmlElement, name: string): string | null {
  return isObject(element) ? asText(element[`@${name}`]) : null;
}

function children(parent: XmlElement, name: string): XmlElement[] {
  if (!isObject(parent) || !Object.hasOwn(parent, name)) return [];
  const child = parent[name];
  return isList(child) ? [...child] : [child];
}

function ownText(element: XmlElement): string | null {
  return isObject(element) ? asText(element['#text']) : asText(element);
}
