import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { ApiSettingsInput } from '../../api/settings.ts';
import { startApiProcess } from '../api/api-process.ts';
import { apiSettings } from '../api/fixture.ts';
import { type DeskUnderTest, startDesk } from '../workflows/desk-under-test.ts';
import { cliUser, type CliUser, type Ended } from './run-cli.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Workers of the desk, an API in a process of its own, and two people who are logged in to it by the CLI. */
export interface Office {
  readonly desk: DeskUnderTest;
  readonly address: string;
  /** An operator and admin. */
  readonly ada: CliUser;
  /** An approver and auditor. */
  readonly grace: CliUser;
  /** Kills the API with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one on the suite's stack. */
export async function openOffice(): Promise<Office> {
  const [ada, grace] = [cliUser(), cliUser()];
  const desk = await startDesk();
  const tenants = [desk.tenant];
  const person = { kind: 'person', tenants } as const;
  const settings: ApiSettingsInput = {
    ...apiSettings(tenants, { taskQueue: desk.engine.taskQueue, jobs: [join(ROOT, 'test/fixtures/desk')] }),
    principals: {
      ada: { ...person, roles: ['operator', 'admin'], publicKey: await newKey(ada, 'ada') },
      grace: { ...person, roles: ['approver', 'auditor'], publicKey: await newKey(grace, 'grace') },
    },
    endpoints: [{ id: 'scripted', model: 'm', simulated: false }],
  };
  let api = await startApiProcess(settings);
  const { address } = api;
  await succeeded(ada, ['login', 'ada', '--tenant', desk.tenant, '--api', address]);
  await succeeded(grace, ['login', 'grace', '--tenant', desk.tenant, '--api', address]);
  return {
    desk,
    address,
    ada,
    grace,
    kill: () => api.kill(),
    restart: async () => {
      api = await startApiProcess({ ...settings, port: Number(new URL(address).port) });
    },
    close: async () => {
      await api.stop();
      await desk.close();
      ada.remove();
      grace.remove();
    },
  };
}

/** Runs a command that must succeed and have nothing to say. */
export async function succeeded(user: CliUser, args: readonly string[]): Promise<Ended> {
  const ended = await user.run(args);
  expect({ code: ended.code, said: ended.code === 0 ? '' : ended.said }).toEqual({ code: 0, said: '' });
  return ended;
}

async function newKey(user: CliUser, name: string): Promise<string> {
  const { out } = await user.run(['login', '--new-key', name]);
  return /publicKey: (\S+)/.exec(out)?.[1] ?? '';
}
