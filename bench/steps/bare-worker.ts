import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readWorkerSettings, temporalOptions } from 'holdfast/worker';
import { sentenceOf } from '../../domain/errors.ts';
import { bareActivities } from './bare-activities.ts';

// One worker process without a gate, told the same settings as one with it: what it needs not, such as the database, it ignores.
try {
  const settings = readWorkerSettings(process.env);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: settings.address });
  const receiver = settings.role === 'workflows' ? undefined : settings.systems['receiver']?.address;
  const worker = await Worker.create({
    connection,
    ...temporalOptions(settings),
    ...(receiver === undefined ? {} : { activities: bareActivities(receiver) }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => worker.shutdown());
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await worker.run();
  await connection.close();
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
