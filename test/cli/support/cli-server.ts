import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newCluster } from '../../../server/test/support/database/new-cluster.js';
import { runInProcess, startInProcess, type CommandResult, type RunningCommand } from './run-in-process.js';
import { startMillrace, type RunningProcess } from './run-millrace.js';
import { makeDirectory } from './temporary-directory.js';

export interface CliServer {
  readonly url: string;
  readonly apiKey: string;
  /** The working directory of commands, which contains `data/`. */
  readonly directory: string;
  readonly server: RunningProcess;
  /** Runs a command in this process. It finds the server through the credentials file. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Promise<CommandResult>;
  /** Runs a command in this process as if on a terminal. */
  runOnTerminal(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** Starts a command in this process. */
  start(args: readonly string[]): RunningCommand;
  /** Starts a command in a separate process. */
  spawn(args: readonly string[]): RunningProcess;
  close(): Promise<void>;
}

/** Starts `millrace serve` on an embedded database and any free port. */
export async function startCliServer(...options: string[]): Promise<CliServer> {
  const directory = makeDirectory();
  const data = join(directory, 'data');
  mkdirSync(data);
  await newCluster(join(data, 'pg'));
  const server = startMillrace(['serve', '--port', '0', '--data', data, ...options], { cwd: directory });
  const [, url = ''] = await server.waitForOutput('stdout', /^Millrace is listening on (http:\/\/\S+)\n/);
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
