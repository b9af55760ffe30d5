import { execFile, spawn, spawnSync } from 'node:child_process';
import { chown, mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface StartedPostgres extends PostgresServer {
  /** Sends SIGKILL to the server, which is started again if it was started with `restarts`. */
  kill(): Promise<void>;
}

/** Stops the server and removes its directory ($1) when standard input closes, however the tests end. */
const supervisor = 'directory=$1; shift; "$@" & server=$!; cat; kill -QUIT $server; wait $server; rm -rf "$directory"';

/** Like {@link supervisor}, but starts the server again whenever it ends. */
const restartingSupervisor = `directory=$1; shift
(until [ -e "$directory/stop" ]; do "$@"; sleep 0.1; done) & loop=$!
cat; touch "$directory/stop"
while kill -0 $loop 2>/dev/null; do kill -QUIT "$(head -1 "$directory/data/postmaster.pid")" 2>/dev/null; sleep 0.1; done
rm -rf "$directory"`;

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  // no test simulates a power failure
  fsync: 'off',
};

/** Returns the folder of PostgreSQL's programs, or `undefined` if it is not installed. */
export function postgresPrograms(): string | undefined {
  const { status, stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const directory = stdout.trim();
  if (spawnSync(join(directory, 'postgres'), ['--version']).status !== 0) return undefined;
  return directory;
}

/**
 * Starts a PostgreSQL server with a new directory, on a free port of the loopback address.
 *
 * @param overrides Settings of the server that replace those of the tests.
 */
export async function startPostgres(
  programs: string,
  overrides: Readonly<Record<string, string>> = {},
  { restarts = false } = {},
): Promise<StartedPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-postgres-'));
  // PostgreSQL refuses to run as root
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  const options = { ...user, cwd: directory };
  const data = join(directory, 'data');
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'], options);
  const port = await freePort();
  const server = [join(programs, 'postgres'), '-D', data, '-p', String(port)];
  for (const [name, value] of Object.entries({ ...settings, ...overrides })) server.push('-c', `${name}=${value}`);

  const child = spawn('sh', ['-c', restarts ? restartingSupervisor : supervisor, 'sh', directory, ...server], {
    ...options,
    // Ctrl-C in a terminal must not reach the server, which ends after the tests
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-2000)));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  const kill = async (): Promise<void> => {
    const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
  };
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  try {
    await waitUntilReady(url);
  } catch (error) {
    await stop();
    throw new Error(`Expected the PostgreSQL server for the tests to start. It said: ${log}`, { cause: error });
  }
  return { url, kill, stop };
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined) throw new Error('Expected a user "postgres" or "nobody" to run PostgreSQL as, got neither.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('Expected the server to listen on a port.');
  return address.port;
}

async function waitUntilReady(connectionString: string): Promise<void> {
  for (const deadline = Date.now() + 120_000; ;) {
    const client = new pg.Client({ connectionString });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
