/** That open runs wait for a build whose bundle is gone, in one sentence with the fix. */
export function missingBuild(missing: {
  readonly build: string;
  readonly runs: number;
  readonly folder: string;
}): string {
  const { build, runs, folder } = missing;
  const [are, wait, all] =
    runs === 1 ? ['1 open run is', 'it waits', 'run'] : [`${runs} open runs are`, 'they wait', 'runs'];
  return `${are} pinned to build ${build}, which is not kept in ${folder}; ${wait}: start the code of that build once, so that it is kept, or cancel the ${all}.`;
}
