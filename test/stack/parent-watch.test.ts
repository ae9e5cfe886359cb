import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

test('a program ends when the process that started it was killed with -9', async () => {
  const fixture = join(import.meta.dirname, 'fixtures/watching-child.ts');
  const script = `HOLDFAST_PARENT_PID=$$ ${process.execPath} --conditions=holdfast-source ${fixture} & wait`;
  const parent = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = linesOf(parent.stdout);
  expect(await said.next()).toMatchObject({ value: 'up\n' });
  parent.kill('SIGKILL');
  expect(await said.next()).toMatchObject({ value: 'parent gone\n' });
});

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  for await (const [chunk] of on(stream, 'data')) yield String(chunk);
}
