import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTenant, type Tenant } from '../domain/ids.ts';

const FIRST = 'demo';

/** The tenant that the demo works in: the last one, or with `fresh` a new one whose books are empty. */
export async function demoTenant(home: string, fresh: boolean): Promise<Tenant> {
  const file = join(home, 'demo-tenant');
  const last = await readFile(file, 'utf8').catch(() => '');
  const tenant = parseTenant(fresh ? `${FIRST}-${Date.now().toString(36)}` : last.trim() || FIRST);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(file, `${tenant}\n`, { mode: 0o600 });
  return tenant;
}
