import type { ProjectState } from '../../main/project-state.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

const START = 'Start it with `holdfast up`.';

/** Judges the configuration of a project. */
export function checkConfiguration({ problems }: ProjectState, root: string): readonly Finding[] {
  if (problems.length === 0) return [ok('configuration', `the configuration of ${root} holds together`)];
  return problems.map((problem) =>
    wrong(
      'configuration',
      problem,
      'Correct it in temporal.yaml or the environment; `holdfast config check` shows all.',
    ),
  );
}

/** Judges the processes and ports of the embedded stack. */
export function checkStack({ stack: { processes, ports } }: ProjectState): readonly Finding[] {
  if (processes.length === 0 && ports.length === 0) return [note('stack', 'nothing was started here yet', START)];
  const up = processes.filter(({ running }) => running);
  const names = (found: readonly { name: string }[]): string => found.map(({ name }) => name).join(', ');
  const listed = (found: readonly { name: string; port: number }[]): string =>
    found.map(({ name, port }) => `${port} (${name})`).join(', ');
  const taken = ports.filter((port) => port.taken);
  if (up.length === 0) {
    const free = note('stack', 'the stack of this project does not run', START);
    if (taken.length === 0) return [free, ok('ports', 'its ports are free')];
    return [
      free,
      note(
        'ports',
        `others listen on its ports ${listed(taken)}; the next start passes them over`,
        'End what listens there to keep the addresses.',
      ),
    ];
  }
  const gone = processes.filter(({ running }) => !running);
  const deaf = ports.filter((port) => !port.taken);
  return [
    gone.length === 0
      ? ok('stack', `${names(up)} run`)
      : wrong('stack', `${names(gone)} ended`, 'See its log in .holdfast/logs; `holdfast up` starts it again.'),
    deaf.length === 0
      ? ok('ports', `ours: ${listed(ports)}`)
      : note('ports', `nobody listens on ${listed(deaf)}`, 'A process that is being restarted takes a moment.'),
  ];
}

/** Judges the servers of a project as they are seen from here. */
export function checkServers({ servers, stack }: ProjectState): readonly Finding[] {
  if (servers === undefined) return [note('postgresql', 'not known: the configuration cannot be read')];
  const started = stack.processes.some(({ running }) => running);
  return [
    serverFinding(servers.database, { check: 'postgresql', variable: 'DATABASE_URL', started }),
    serverFinding(servers.temporal, { check: 'temporal', variable: 'TEMPORAL_ADDRESS', started }),
  ];
}

function serverFinding(
  { place, down }: { readonly place: string; readonly down?: string },
  { check, variable, started }: { readonly check: string; readonly variable: string; readonly started: boolean },
): Finding {
  if (down === undefined) return ok(check, place === 'embedded' ? 'the embedded one runs' : `${place} answers`);
  if (place !== 'embedded')
    return wrong(check, `${place} does not answer: ${down}`, `Start it, or correct ${variable} or temporal.yaml.`);
  if (!started) return note(check, 'the embedded one starts with the stack');
  return wrong(check, `the embedded one is not up: ${down}`, START);
}
