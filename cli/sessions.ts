import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { JobError } from '../domain/errors.ts';
import { configFolder, readPrivate, writePrivate } from './private-files.ts';

const SessionForm = z.object({
  principal: z.string(),
  tenant: z.string(),
  token: z.string(),
  expiresAt: z.string(),
});
const FileForm = z.object({
  current: z.string().optional(),
  sessions: z.record(z.string(), SessionForm),
});

/** Who somebody is at one API until when; `expiresAt` is ISO 8601. */
export type Session = Readonly<z.infer<typeof SessionForm>>;

type Stored = z.infer<typeof FileForm>;

/** The log-ins of a person, one for each address of an API, in a file that nobody else can read. */
export interface Sessions {
  /** The address that was last logged in to by naming it. */
  readonly current: string | undefined;
  of(address: string): Session | undefined;
  /** Keeps a session; `named` makes its address the one that is asked from now on, in any folder. */
  keep(address: string, session: Session, named: boolean): void;
  /** Forgets the session of an address; whether there was one. */
  forget(address: string): boolean;
}

/**
 * The sessions of this person.
 * @throws JobError `invalid-config` when the file can be read by others, or is not what was written
 */
export function openSessions(env: NodeJS.ProcessEnv): Sessions {
  const path = join(configFolder(env), 'sessions.json');
  const stored = readStored(path);
  const write = ({ current, sessions }: Stored): void => {
    if (Object.keys(sessions).length === 0) rmSync(path, { force: true });
    else
      writePrivate(
        path,
        `${JSON.stringify({ ...(current === undefined ? {} : { current }), sessions }, undefined, 2)}\n`,
      );
  };
  return {
    current: stored.current,
    of: (address) => (Object.hasOwn(stored.sessions, address) ? stored.sessions[address] : undefined),
    keep: (address, session, named) => {
      // Read again: another command may have logged in meanwhile.
      const { current, sessions } = readStored(path);
      write({ current: named ? address : current, sessions: { ...sessions, [address]: session } });
    },
    forget: (address) => {
      const { current, sessions } = readStored(path);
      const { [address]: forgotten, ...others } = sessions;
      write({ current: current === address ? undefined : current, sessions: others });
      return forgotten !== undefined;
    },
  };
}

function readStored(path: string): Stored {
  const text = readPrivate(path);
  if (text === undefined) return { sessions: {} };
  const stored = FileForm.safeParse(jsonOf(text));
  if (stored.success) return stored.data;
  throw new JobError('invalid-config', `${path} holds no sessions that can be read; remove it and log in again.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
