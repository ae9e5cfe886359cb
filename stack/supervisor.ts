import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { lockHolder, tryLock } from '../scripts/lock.js';
import { ownIdentity } from '../scripts/process-identity.js';
import { openHome } from './home.ts';
import { Keeper } from './supervisor/keeper.ts';
import { ParentConnections } from './supervisor/parent-connections.ts';

/**
 * The process that keeps a stack alive for its parents and takes it down when the last of them is gone. Arguments: the
 * home, and `fresh` or `replace`. Of several that are started for one home, all but one end at once.
 */
const FIRST_PARENT_TIMEOUT_MS = 10_000;
const UPKEEP_MS = 2_000;
/** Workers 8 s, services 1 s, server 3 s, database 2 s; nothing may be left after 15 s. */
const STOP_TIMEOUT_MS = 14_500;

const home = openHome(process.argv[2] ?? '.holdfast');
const lockFolder = join(home.locks, 'supervisor');
const taken = tryLock(lockFolder);
if ('holder' in taken) process.exit(0);

const keeper = new Keeper(home);
const socketPath = join(home.sockets, 'supervisor.sock');
const parents = new ParentConnections(keeper, ownIdentity(), () => void shutDown());
const server = createServer((socket: Socket) => parents.accept(socket));
let shuttingDown = false;

async function shutDown(): Promise<void> {
  if (shuttingDown) return;
  shuttingDown = true;
  server.close();
  setTimeout(() => void keeper.killAll().finally(() => process.exit(1)), STOP_TIMEOUT_MS).unref();
  await keeper.stopAll();
  parents.closeAll();
  process.exit(0);
}

process.on('SIGTERM', () => void shutDown());
process.on('SIGINT', () => void shutDown());
// A closing terminal is no reason: the supervisor has a session of its own.
process.on('SIGHUP', () => {});

await keeper.recover(process.argv[3] === 'replace' ? 'replace' : 'fresh');
// Whoever held the lock before is dead, and so is its socket.
rmSync(socketPath, { force: true });
server.listen(socketPath);
setTimeout(() => {
  if (parents.count === 0) void shutDown();
}, FIRST_PARENT_TIMEOUT_MS);
setInterval(() => {
  keeper.boundLogs();
  // `git clean` may take the home away, and the lock with it.
  if (lockHolder(lockFolder)?.pid !== process.pid) void shutDown();
}, UPKEEP_MS);
