import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createProgram } from './program.ts';
import { referenceOf } from './reference.ts';

// `npm run docs`: writes docs/cli.md.
const path = join(import.meta.dirname, '../docs/cli.md');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, referenceOf(createProgram('')));
