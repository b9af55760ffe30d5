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

/** Starts a process that runs modules. @throws If `fork` fails synchronously. The process emits later failures as `error` events. */
export function forkChild({ memoryBytes, env, inspectPort }: ForkOptions): ChildProcess {
  return fork(entry, [String(process.pid)], {
    env,
    // start in the root directory, which always exists; each task changes to its scratch directory
    cwd: parse(process.execPath).root,
    // limit the heap to less than the memory limit, because V8 collects garbage thoroughly only near its heap limit
    execArgv: [
      `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 2 ** 20)}`,
      ...(inspectPort > 0 ? [`--inspect=127.0.0.1:${inspectPort}`] : []),
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // create a process group, so that the processes that a module starts can be killed too, and Ctrl-C reaches only the server
    detached: process.platform !== 'win32',
  });
}
