import { fork, type ChildProcess } from 'node:child_process';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ForkOptions {
  /** The memory limit of the process, in bytes. */
  readonly memoryBytes: number;
  readonly env: Readonly<Record<string, string>>;
  /** The port for Node's inspector, or 0 to disable the inspector. */
  readonly inspectPort: number;
}

const entry = fileURLToPath(new URL('./runner-child.js', import.meta.url));

/** Starts a process that runs modules. @throws An error if starting the process fails synchronously. Later failures emit `error`. */
export function forkChild({ memoryBytes, env, inspectPort }: ForkOptions): ChildProcess {
  return fork(entry, [String(process.pid)], {
    env,
    // a directory that is never deleted; each task changes to its scratch directory
    cwd: parse(process.execPath).root,
    // below the total memory limit, because V8 collects garbage thoroughly only near its own limit
    execArgv: [
      `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 2 ** 20)}`,
      ...(inspectPort > 0 ? [`--inspect=127.0.0.1:${inspectPort}`] : []),
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // a separate process group, so that the processes that a module starts can be killed too, and Ctrl-C reaches only the server
    detached: process.platform !== 'win32',
  });
}
