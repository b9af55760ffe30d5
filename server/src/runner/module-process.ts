import { fork, type ChildProcess } from 'node:child_process';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSettings } from '../module-contract/model-settings.js';
import { ModuleError } from '../module-contract/module.js';
import type { Failure, FromChild, ModuleSource, ToChild } from './messages.js';
import { NotBegun } from './not-begun.js';
import type { RunnerListeners, RunnerResult, RunnerTask } from './runner.js';
import { RunnerError } from './runner-error.js';
import { StderrTail } from './stderr-tail.js';
import { explainExit } from './stop-reasons.js';

export interface ModuleProcessOptions {
  readonly memoryBytes: number;
  readonly env: Readonly<Record<string, string>>;
  /** 0: no inspector. */
  readonly inspectPort: number;
}

interface Execution {
  readonly resolve: (result: RunnerResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Required<RunnerListeners>;
  /** The process was sent the task: before that there is no module to tell anything. */
  sent?: true;
  /** The process has said that it begins the task: from then on its death is the task's. */
  begun?: true;
  /** Set once it is being stopped: how it ends then, whatever the child still says. */
  stopped?: { readonly reason: unknown };
}

/** How long after its process the last words of a module may arrive. */
const lastWordsMs = 1000;
const entry = fileURLToPath(new URL('./runner-child.js', import.meta.url));

/**
 * One child process, running one task at a time.
 *
 * An execution is settled only when its process is ready for another one or is gone: whoever waits for it may then
 * remove the scratch directory, and nobody writes there any more.
 */
export class ModuleProcess {
  /** Resolves when the process and those that it started are gone. Never rejects. */
  readonly gone: Promise<void>;
  /** Resolves when the process takes tasks, or never will. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #memoryBytes: number;
  readonly #stderr = new StderrTail();
  #alive = true;
  #ended = (): void => undefined;
  #settleReady = (): void => undefined;
  #execution: Execution | undefined;
  #crash: RunnerError | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  /** @throws when the system starts no process and says so at once; other reasons fail the first execution. */
  constructor({ memoryBytes, env, inspectPort }: ModuleProcessOptions) {
    this.#memoryBytes = memoryBytes;
    this.gone = new Promise((resolve) => (this.#ended = resolve));
    this.ready = new Promise((resolve) => (this.#settleReady = resolve));
    this.#child = fork(entry, [String(process.pid)], {
      env,
      // a directory that is never removed; the task's own is entered for the task
      cwd: parse(process.execPath).root,
      // below the limit on all memory: V8 collects garbage in earnest only when its own limit is near
      execArgv: [
        `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 2 ** 20)}`,
        ...(inspectPort > 0 ? [`--inspect=127.0.0.1:${inspectPort}`] : []),
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // a group of its own: programs that a module starts are killed with it, and Ctrl-C in a terminal is the server's alone
      detached: process.platform !== 'win32',
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.#child.stderr?.on('error', () => undefined);
    this.#child.on('message', (message) => this.#receive(message as FromChild));
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined)
        this.#end(new RunnerError('died', `no process could be started: ${error.message}`));
    });
    this.#child.once('exit', (code, signal) => {
      this.kill();
      const end = (): void => this.#end(explainExit({ code, signal }, this.#stderr, this.#memoryBytes));
      // a program that left the group may hold standard error open
      const timer = setTimeout(end, lastWordsMs);
      this.#child.once('close', () => {
        clearTimeout(timer);
        end();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it can be given a task. */
  get usable(): boolean {
    return this.#alive && this.#child.connected && !this.#execution && !this.#crash;
  }

  /**
   * Gives the task to the process, when that is ready for it.
   *
   * @throws `ModuleError`, `RunnerError`, the reason that `stop` was given, or `NotBegun`.
   */
  execute(
    task: RunnerTask,
    { source, models }: { source: ModuleSource | undefined; models: ModelSettings },
    listeners: Required<RunnerListeners>,
  ): Promise<RunnerResult> {
    return new Promise((resolve, reject) => {
      const execution: Execution = { resolve, reject, listeners };
      this.#execution = execution;
      this.#stderr.clear();
      void this.ready.then(() => {
        if (execution.stopped) return;
        execution.sent = true;
        this.#send({ kind: 'run', task, source, models });
      });
    });
  }

  /**
   * Ends the execution with this reason: its module is told, and killed after `graceMs`, or at once when that is 0.
   * The process is not used again.
   */
  stop(reason: unknown, graceMs: number): void {
    if (!this.#execution) return;
    this.#execution.stopped ??= { reason };
    if (graceMs === 0 || !this.#execution.sent) this.kill();
    else if (!this.#graceTimer) {
      this.#send({ kind: 'abort' });
      this.#graceTimer = setTimeout(() => this.kill(), graceMs);
    }
  }

  /** Ends the process for a fault of its own, and with it the task that it has begun, if it has. */
  condemn(fault: RunnerError): void {
    if (this.#execution?.begun) this.stop(fault, 0);
    else {
      this.#crash ??= fault;
      this.kill();
    }
  }

  /** Ends the process and those that it started, now. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // no group any more, or a system without groups
      this.#child.kill('SIGKILL');
    }
  }

  #send(message: ToChild): void {
    if (!this.#child.connected) return;
    try {
      // a child that is just ending is not an error here: its exit settles the execution
      this.#child.send(message, () => undefined);
    } catch (error) {
      this.#settle((execution) => execution.reject(error));
    }
  }

  #receive(message: FromChild): void {
    const execution = this.#execution;
    if (message.kind === 'ready') this.#settleReady();
    else if (message.kind === 'crashed') {
      this.#crash = new RunnerError('died', message.failure.message, message.failure.stack);
      this.kill();
    } else if (!execution) return;
    else if (message.kind === 'begun') execution.begun = true;
    else if (execution.stopped) {
      if (message.kind !== 'progress' && message.kind !== 'log') this.kill();
    } else if (message.kind === 'progress' || message.kind === 'log') {
      try {
        if (message.kind === 'log') execution.listeners.onLog(message.line);
        else execution.listeners.onProgress(message.progress);
      } catch (error) {
        this.stop(error, 0);
      }
    } else if (message.kind === 'done') {
      this.#settle(() => execution.resolve(message.result));
    } else {
      this.#settle(() => execution.reject(asError(message.failure)));
    }
  }

  #end(reason: RunnerError): void {
    if (!this.#alive) return;
    this.#alive = false;
    clearTimeout(this.#graceTimer);
    this.#settleReady();
    const death = this.#crash ?? reason;
    // what the system did not start would not start as another one either
    const mayMove = this.#child.pid !== undefined;
    this.#settle(({ stopped, begun, reject }) =>
      reject(stopped ? stopped.reason : begun || !mayMove ? death : new NotBegun(death)),
    );
    this.#ended();
  }

  #settle(how: (execution: Execution) => void): void {
    const execution = this.#execution;
    this.#execution = undefined;
    if (execution) how(execution);
  }
}

function asError({ code, message, stack }: Failure): Error {
  return code === 'module' ? new ModuleError(message) : new RunnerError(code, message, stack);
}
