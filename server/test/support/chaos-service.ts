import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { startPostgres } from './database/start-postgres.js';

export interface ChaosService {
  readonly url: string;
  readonly apiKey: string;
  /** Undefined if the service uses the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Whether the data directory is on its own small disk, which `fillDisk` can fill. */
  readonly hasOwnDisk: boolean;
  /** Sends SIGKILL to the server, and starts it again. */
  killServer(): Promise<void>;
  /** Sends SIGKILL to a worker, and starts it again. */
  killWorker(): Promise<void>;
  /** Sends SIGKILL to PostgreSQL if the service uses it. Its supervisor starts it again. */
  killPostgres(): Promise<void>;
  /** Suspends a worker for longer than a lease, and continues it. */
  pauseWorker(): Promise<void>;
  /** Fills the disk of the data directory for a while. */
  fillDisk(): Promise<void>;
  /** Sets the clock of the server and of the workers back by an hour. The database keeps its own. */
  setClockBack(): Promise<void>;
  /** Ends the server and the workers. */
  stop(): Promise<void>;
}

/** Longer than the leases of steps, in milliseconds. */
const beyondLeaseMs = 12_000;
const diskFullMs = 3000;

interface ChaosOptions {
  /** The directory of PostgreSQL's programs. If undefined, the server uses the embedded database and executes the steps itself. */
  readonly postgres: string | undefined;
  /** The size of a disk for the data directory, an eighth of which is reserved. @default the data directory has no disk of its own */
  readonly diskBytes?: number;
  /** The number of worker processes on PostgreSQL. @default 2 */
  readonly workers?: number;
}

/** Starts processes of a server, of workers for modules, and of PostgreSQL, all of which end with the test. */
export async function startChaosService({ postgres, diskBytes, workers = 2 }: ChaosOptions): Promise<ChaosService> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-chaos-'));
  const dataDir = join(directory, 'data');
  await mkdir(dataDir);
  const unmount = diskBytes === undefined ? undefined : await mountDisk(dataDir, diskBytes);
  const clockFile = join(directory, 'clock');
  let behind = 0;
  await writeFile(clockFile, '0');
  const database = postgres === undefined ? undefined : await startPostgres(postgres, {}, { restarts: true });
  const program = fileURLToPath(new URL('./chaos-program.js', import.meta.url));
  const settings = {
    dataDir,
    databaseUrl: database?.url,
    worker: database === undefined,
    clockFile,
    inlineBytes: 64 * 1024,
    resumableBytes: 1024 ** 2,
    reservedDiskBytes: diskBytes === undefined ? undefined : diskBytes / 8,
    concurrency: 2,
  };
  const port = await freePort();
  let isStopped = false;

  const launch = async (options: object): Promise<{ child: ChildProcess; line: string }> => {
    for (;;) {
      const child = spawn(process.execPath, ['--liftoff-only', program, JSON.stringify({ ...settings, ...options })], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const first = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
      if (first.done !== true) return { child, line: first.value };
      // the database was down: retry, as a supervisor would
      if (isStopped) throw new Error('stopped');
      await sleep(200);
    }
  };
  const server = await launch({ port });
  const { url, apiKey } = JSON.parse(server.line) as { url: string; apiKey: string };
  const processes = new Map<string, { child: ChildProcess; options: object }>([
    ['server', { child: server.child, options: { port } }],
  ]);
  const workerNames = Array.from({ length: database ? workers : 0 }, (_, index) => `worker ${index + 1}`);
  for (const name of workerNames) {
    const options = { isWorker: true };
    processes.set(name, { child: (await launch(options)).child, options });
  }

  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const restart = async (name: string): Promise<void> => {
    const { child, options } = processes.get(name)!;
    await kill(child);
    if (!isStopped) processes.set(name, { child: (await launch(options)).child, options });
  };
  let turn = 0;
  const nextWorker = () => workerNames[turn++ % workers]!;
  const stop = async (): Promise<void> => {
    isStopped = true;
    await Promise.all([...processes.values()].map(({ child }) => kill(child)));
  };
  onTestFinished(async () => {
    await stop();
    await database?.stop();
    await unmount?.();
    await rm(directory, { recursive: true, force: true });
  });

  return {
    url,
    apiKey,
    databaseUrl: database?.url,
    dataDir,
    hasOwnDisk: unmount !== undefined,
    killServer: () => restart('server'),
    killWorker: () => restart(nextWorker()),
    killPostgres: async () => database?.kill(),
    pauseWorker: async () => {
      const { child } = processes.get(nextWorker())!;
      child.kill('SIGSTOP');
      await sleep(beyondLeaseMs);
      child.kill('SIGCONT');
    },
    fillDisk: async () => {
      const path = join(dataDir, 'filler');
      const filler = await open(path, 'w');
      const chunk = Buffer.alloc(1024 ** 2);
      try {
        for (;;) await filler.write(chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        await sleep(diskFullMs);
      } finally {
        await filler.close();
        await rm(path);
      }
    },
    setClockBack: async () => {
      await writeFile(clockFile, String((behind += 3_600_000)));
      for (const { child } of processes.values()) child.kill('SIGUSR2');
    },
    stop,
  };
}

/** Unmounts the disk ($1) when standard input closes, however the test ends. */
const diskKeeper = 'mount -t tmpfs -o "size=$2" tmpfs "$1" && echo mounted && cat; umount -l "$1"';

/** Mounts a small disk. @returns A function that unmounts it, or undefined if this user may not mount disks. */
async function mountDisk(path: string, bytes: number): Promise<(() => Promise<void>) | undefined> {
  const keeper = spawn('sh', ['-c', diskKeeper, 'sh', path, String(bytes)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(keeper, 'exit');
  const first = await createInterface(keeper.stdout)[Symbol.asyncIterator]().next();
  if (first.done === true) return undefined;
  return async () => {
    keeper.stdin.end();
    await exited;
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
