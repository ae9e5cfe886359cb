import type { ProjectState } from '../../main/project-state.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** Judges the builds that open runs are pinned to: each older one must be kept, or its runs wait for ever. */
export function checkBuilds({ builds = [] }: Pick<ProjectState, 'builds'>): readonly Finding[] {
  const older = builds.filter(({ current }) => !current);
  return [
    ...builds.flatMap(({ missing }) =>
      missing === undefined
        ? []
        : [wrong('builds', missing, 'docs/upgrading.md tells how; `holdfast runs` lists them.')],
    ),
    ...older.flatMap(({ build, runs, missing }) =>
      missing === undefined
        ? [ok('builds', `${runs} open ${runs === 1 ? 'run goes' : 'runs go'} on with the older build ${build}`)]
        : [],
    ),
  ];
}
