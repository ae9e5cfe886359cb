import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { BAD_CODE, GOOD_CODE, IMPORTS_OF_FILES, IMPORTS_OF_FOLDERS, PACKAGES } from './lint-cases.ts';

const ROOT = dirname(import.meta.dirname);
const FOLDERS = Object.keys(IMPORTS_OF_FOLDERS);
const WITHOUT_CODE = ['node_modules', 'dist', 'coverage', 'docs'];
const REFUSED_IMPORT = 'holdfast(imports)';

const Report = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.int() }) })),
    }),
  ),
});

/** What was found, as `file:line rule`. */
let findings: ReadonlySet<string>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-lint-'));
  for (const name of ['oxlint.config.ts', 'oxlint.imports.ts', 'oxlint.plugin.ts', 'tsconfig.json']) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const name of FOLDERS) write(`${name}/probe.ts`, probeOf(name));
  IMPORTS_OF_FILES.forEach(({ file, line }, index) => write(numbered(file, index), `${line}\n`));
  for (const { file, text } of [...BAD_CODE, ...GOOD_CODE]) write(file, text);
  findings = await lint();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.entries(IMPORTS_OF_FOLDERS))(
  '%s imports what its folder may import and nothing else [code.imports]',
  (name, row) => {
    const lines = probeOf(name).split('\n');
    const passes = (line: string): boolean =>
      !findings.has(`${name}/probe.ts:${lines.indexOf(line) + 1} ${REFUSED_IMPORT}`);
    const others = FOLDERS.filter((other) => other !== name);
    expect({
      values: others.filter((other) => passes(valueOf(other))).join(' '),
      types: others.filter((other) => passes(typeOf(other)) && !passes(valueOf(other))).join(' '),
      packages: PACKAGES.filter((module) => passes(`import '${module}';`)).join(' '),
    }).toEqual({ types: '', ...row });
  },
);

test.each(IMPORTS_OF_FILES.map((row, index) => ({ ...row, file: numbered(row.file, index), at: row.file })))(
  'in $at, `$line`: allowed is $allowed [code.imports]',
  ({ file, allowed }) => {
    expect(findings.has(`${file}:1 ${REFUSED_IMPORT}`)).toBe(!allowed);
  },
);

test.each(BAD_CODE)('the linter fails by $rule [code.rules]', ({ file, rule }) => {
  expect(rulesOf(file)).toContain(rule);
});

test.each(GOOD_CODE)('the linter finds nothing in $file [code.rules]', ({ file }) => {
  expect(rulesOf(file)).toEqual([]);
});

test('every folder that holds code stands in the table [code.imports]', () => {
  const code = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !WITHOUT_CODE.includes(entry.name))
    .map((entry) => entry.name);
  expect(code.filter((name) => !FOLDERS.includes(name))).toEqual([]);
});

function probeOf(name: string): string {
  const others = FOLDERS.filter((other) => other !== name);
  const packages = PACKAGES.map((module) => `import '${module}';`);
  return [...others.map(valueOf), ...others.map(typeOf), ...packages].join('\n');
}

function valueOf(name: string): string {
  return `import '../${name}/file.ts';`;
}

function typeOf(name: string): string {
  return `import type { A as ${name} } from '../${name}/file.ts';`;
}

/** Several cases are about one kind of file; each gets its own. */
function numbered(file: string, index: number): string {
  return file.replace('probe', `probe-${index}`);
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function rulesOf(file: string): string[] {
  const found = [...findings].filter((finding) => finding.startsWith(`${file}:`));
  return found.map((finding) => finding.slice(finding.indexOf(' ') + 1));
}

async function lint(): Promise<ReadonlySet<string>> {
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const output = await new Promise<string>((resolve) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    // It ends with 1 when it finds something, and here it does.
    execFile(process.execPath, [oxlint, '-f', 'json', ...FOLDERS], options, (_, stdout) => resolve(stdout));
  });
  const { diagnostics } = Report.parse(JSON.parse(output));
  return new Set(diagnostics.map(({ filename, code, labels }) => `${filename}:${labels[0]?.span.line ?? 0} ${code}`));
}
