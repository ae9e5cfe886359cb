import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderApiPage } from '../api/render-api-page.ts';
import { openApiDocument } from '../api/openapi.ts';

// Writes the pages that are made from code. Tests hold them against it.
const folder = join(import.meta.dirname, '../docs');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(openApiDocument(), undefined, 2)}\n`);
writeFileSync(join(folder, 'api.md'), renderApiPage());
