import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newCluster } from '../../../server/test/support/database/new-cluster.js';
import { runInProcess, startInProcess, type Ended, type RunningCommand } from './run-in-process.js';
import { startMillrace, type Running } from './run-millrace.js';
import { makeDirectory } from './temporary-directory.js';

export interface Serving {
  readonly url: string;
  readonly apiKey: string;
  /** Where `data/` is, and where commands run. */
  readonly directory: string;
  readonly server: Running;
  /** Runs a command in this process; it finds the server by its credentials file. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Promise<Ended>;
  /** Runs one in this process as if on a terminal. */
  runOnTerminal(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Starts one in this process. */
  start(args: readonly string[]): RunningCommand;
  /** Starts one in a process of its own. */
  spawn(args: readonly string[]): Running;
  close(): Promise<void>;
}

/** Starts `millrace serve` on an embedded database and any free port. */
export async function serving(...options: string[]): Promise<Serving> {
  const directory = makeDirectory();
  const data = join(directory, 'data');
  mkdirSync(data);
  await newCluster(join(data, 'pg'));
  const server = startMillrace(['serve', '--port', '0', '--data', data, ...options], { cwd: directory });
  const [, url = ''] = await server.prints('stdout', /^Millrace is listening on (http:\/\/\S+)\n/);
  const { apiKey } = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8')) as { apiKey: string };
  const env = { MILLRACE_DATA: data };
  return {
    url,
    apiKey,
    directory,
    server,
    run: (args, more = {}, input = '') => runInProcess(args, { cwd: directory, env: { ...env, ...more }, input }),
    runOnTerminal: (args, more = {}) =>
      runInProcess(args, { cwd: directory, env: { ...env, ...more }, isTerminal: true }),
    start: (args) => startInProcess(args, { cwd: directory, env }),
    spawn: (args) => startMillrace(args, { cwd: directory, env }),
    close: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
