import { readApiSettings } from '../api/settings.ts';
import { startApi } from '../api/server.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';

// The process of the HTTP API. It says when it is ready in one line of JSON, ends on SIGTERM, and is told everything by its settings.
try {
  const api = await startApi(readApiSettings(process.env));
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      void api.close();
    });
  }
  process.stdout.write(`${JSON.stringify({ ready: true, port: api.port })}\n`);
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}
