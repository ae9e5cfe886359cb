import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const IMPORTED = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"\n]+)['"]/g;
const ENDINGS = ['', '.ts', '.js', '.json', '/index.ts', '/index.js'];

/** A source file with its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A file and every file that it reaches by relative imports, wherever they lie, by path. What is not there is left out. */
export async function reachableFiles(entry: string): Promise<readonly SourceFile[]> {
  const found = new Map<string, string>();
  const left = [entry];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const file = await firstOf(path);
    if (file === undefined || found.has(file.path)) continue;
    found.set(file.path, file.text);
    const folder = dirname(file.path);
    left.push(...[...file.text.matchAll(IMPORTED)].map(([, name = '']) => resolve(folder, name)));
  }
  return [...found].map(([path, text]) => ({ path, text })).toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

async function firstOf(path: string): Promise<SourceFile | undefined> {
  for (const ending of ENDINGS) {
    const text = await readFile(`${path}${ending}`, 'utf8').catch(() => undefined);
    if (text !== undefined) return { path: `${path}${ending}`, text };
  }
  return undefined;
}
