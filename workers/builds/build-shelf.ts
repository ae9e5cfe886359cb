import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { buildIdOf } from './build-of.ts';

const RecordSchema = z.object({
  /** What is in it, for people. */
  jobs: z.array(z.object({ name: z.string(), version: z.number() })),
  /** When it was first started, in ISO 8601. */
  since: z.string(),
});

/** A build whose bundle is kept. */
export interface KeptBuild {
  readonly build: string;
  /** The bundle's path. */
  readonly bundle: string;
  readonly jobs: readonly { readonly name: string; readonly version: number }[];
  readonly since: string;
  /** When it was last needed. */
  readonly usedAt: Date;
}

/** The bundles that were once started, by build: what a worker for the runs of older code needs. */
export class BuildShelf {
  /** Where they lie: two files for each, the bundle and what is in it. */
  readonly folder: string;

  constructor(home: string) {
    this.folder = join(home, 'builds');
  }

  /** Keeps a bundle, and answers with the one that is kept; the same code is kept once. */
  async keep(bundle: string, jobs: KeptBuild['jobs']): Promise<KeptBuild> {
    const code = await readFile(bundle, 'utf8');
    const build = buildIdOf(code);
    const known = await this.find(build);
    if (known !== undefined) return this.#used(known);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const since = new Date().toISOString();
    await this.#write(`${build}.js`, code);
    // After the bundle: what has no record is not there.
    await this.#write(`${build}.json`, `${JSON.stringify({ jobs, since })}\n`);
    return { build, bundle: this.#path(build), jobs, since, usedAt: new Date() };
  }

  /** A build, when its bundle is kept and is still what its name says. */
  async find(build: string): Promise<KeptBuild | undefined> {
    try {
      const record = join(this.folder, `${build}.json`);
      const { jobs, since } = RecordSchema.parse(JSON.parse(await readFile(record, 'utf8')));
      const { mtime } = await stat(record);
      if (buildIdOf(await readFile(this.#path(build), 'utf8')) !== build) return undefined;
      return { build, bundle: this.#path(build), jobs, since, usedAt: mtime };
    } catch {
      // Missing or damaged comes to the same: no worker can start on it.
      return undefined;
    }
  }

  /** Notes that a build is needed now, so that it is kept on. */
  async used(build: string): Promise<void> {
    const now = new Date();
    await utimes(join(this.folder, `${build}.json`), now, now).catch(() => {});
  }

  /** Removes what was not needed for `unusedMs`; answers which builds. What cannot be read is old rubbish, too. */
  async sweep(unusedMs: number): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => []);
    const builds = names.filter((name) => name.endsWith('.js')).map((name) => name.slice(0, -'.js'.length));
    const removed: string[] = [];
    for (const build of builds) {
      const seen = await stat(join(this.folder, `${build}.json`)).catch(() => stat(this.#path(build)));
      if (Date.now() - seen.mtimeMs <= unusedMs) continue;
      await rm(join(this.folder, `${build}.json`), { force: true });
      await rm(this.#path(build), { force: true });
      removed.push(build);
    }
    return removed;
  }

  async #used(kept: KeptBuild): Promise<KeptBuild> {
    await this.used(kept.build);
    return { ...kept, usedAt: new Date() };
  }

  #path(build: string): string {
    return join(this.folder, `${build}.js`);
  }

  async #write(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    const unfinished = `${path}.${randomUUID()}`;
    await writeFile(unfinished, text, { mode: 0o600 });
    await rename(unfinished, path);
  }
}
