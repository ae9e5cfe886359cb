import type { Home } from './home.ts';
import type { StartedProcess } from './process-spec.ts';
import type { SupervisorLink } from './supervisor/supervisor-link.ts';

/** What the steps of bringing a stack up share. */
export class StackContext {
  readonly home: Home;
  readonly link: SupervisorLink;
  /** Tells the person who waits what is being done. */
  readonly tell: (line: string) => void;
  readonly #up: Set<string>;

  constructor(options: {
    home: Home;
    link: SupervisorLink;
    tell: (line: string) => void;
    running: readonly StartedProcess[];
  }) {
    this.home = options.home;
    this.link = options.link;
    this.tell = options.tell;
    const up = options.running.filter(({ status }) => status !== 'failed' && status !== 'ended');
    this.#up = new Set(up.map(({ name }) => name));
  }

  /** Whether anything was running when this stack was opened. */
  get running(): boolean {
    return this.#up.size > 0;
  }

  /** Whether a process was running when this stack was opened: its ports are busy because it holds them itself. */
  isUp(name: string): boolean {
    return this.#up.has(name);
  }

  /** From now on a process counts as not running, and gets ports anew. */
  forget(name: string): void {
    this.#up.delete(name);
  }
}
