import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const KEPT = ['HOME', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'NODE_EXTRA_CA_CERTS'];
const UP = 'serving; Ctrl-C stops everything';

/** What commands said. */
export interface Said {
  readonly out: string;
  readonly errors: string;
}

/** Somebody with a shell, an empty folder with the checkout beside it, and the Node of the system; no key and no server. */
export class Newcomer {
  /** The empty folder, on whose way commands go. */
  readonly folder: string;
  #here: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-newcomer-'));
    this.#here = this.folder;
    symlinkSync(ROOT, join(this.folder, 'holdfast'));
  }

  /** Where the last commands have left the shell. */
  get here(): string {
    return this.#here;
  }

  /** Runs commands to their end; the next ones start where they end. @throws Error with what was said, when one fails */
  async run(commands: string): Promise<Said> {
    const place = join(this.folder, '.place');
    const child = this.#spawn(`${commands}\npwd > ${place}`);
    const said = listen(child);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${commands} ended with ${code}:\n${said.out}\n${said.errors}`);
    this.#here = readFileSync(place, 'utf8').trim();
    return said;
  }

  /** Runs commands of which the last one serves until Ctrl-C, which comes as soon as it has said that it does. */
  async serve(commands: string): Promise<Said> {
    const child = this.#spawn(commands);
    const said = listen(child);
    const ended = once(child, 'close');
    child.stderr?.on('data', () => {
      if (said.errors.includes(UP)) interrupt(child);
    });
    await ended;
    if (said.errors.includes(UP)) return said;
    throw new Error(`${commands} ended before all was up:\n${said.out}\n${said.errors}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(commands: string): ChildProcess {
    const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
    // Ours has the tools of the checkout first, and its Node.
    const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
    const npm = { npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
    return spawn('bash', ['-ec', commands], {
      cwd: this.#here,
      env: { ...Object.fromEntries(kept), PATH: path.join(':'), ...npm },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function listen(child: ChildProcess): { out: string; errors: string } {
  const said = { out: '', errors: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.errors += chunk.toString()));
  return said;
}

// A terminal sends it to every process in front.
function interrupt({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid ?? 0), 'SIGINT');
  } catch {
    // It has ended by then.
  }
}
