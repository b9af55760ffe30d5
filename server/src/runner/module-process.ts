import { fork, type ChildProcess } from 'node:child_process';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSettings } from '../module-contract/model-settings.js';
import { ModuleError } from '../module-contract/module.js';
import type { Failure, FromChild, ModuleSource, ToChild } from './messages.js';
import type { RunnerListeners, RunnerResult, RunnerTask } from './runner.js';
import { NotBegunError, RunnerError } from './runner-error.js';
import { StderrTail } from './stderr-tail.js';
import { explainExit } from './stop-reasons.js';

interface ModuleProcessOptions {
  readonly memoryBytes: number;
  readonly env: Readonly<Record<string, string>>;
  /** The port for Node's inspector, or 0 to disable the inspector. */
  readonly inspectPort: number;
}

interface Execution {
  readonly resolve: (result: RunnerResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Required<RunnerListeners>;
  /** Set once the task has been sent to the process. Before that, there is no module to abort. */
  sent?: true;
  /** Set once the process has reported that it has begun the task. From then on, a crash fails the task. */
  begun?: true;
  /** Set once the execution is being stopped. The execution then ends with this reason, regardless of what the child reports. */
  stopped?: { readonly reason: unknown };
}

/** How long to wait for standard error to close after the process has exited, in milliseconds. */
const stderrWaitMs = 1000;
const entry = fileURLToPath(new URL('./runner-child.js', import.meta.url));

/**
 * A child process that runs one task at a time.
 *
 * An execution settles only once its process has become idle or has ended. The caller can then delete the scratch directory,
 * because nothing writes to it anymore.
 */
export class ModuleProcess {
  /** Resolves once the process and its descendants have ended. Never rejects. */
  readonly gone: Promise<void>;
  /** Resolves once the process accepts tasks or has ended. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #memoryBytes: number;
  readonly #stderr = new StderrTail();
  #alive = true;
  #resolveGone = (): void => undefined;
  #resolveReady = (): void => undefined;
  #execution: Execution | undefined;
  #crash: RunnerError | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  /** @throws If starting the process fails synchronously. Later failures reject the first execution. */
  constructor({ memoryBytes, env, inspectPort }: ModuleProcessOptions) {
    this.#memoryBytes = memoryBytes;
    this.gone = new Promise((resolve) => (this.#resolveGone = resolve));
    this.ready = new Promise((resolve) => (this.#resolveReady = resolve));
    this.#child = fork(entry, [String(process.pid)], {
      env,
      // a directory that is never deleted; each task changes to its own scratch directory
      cwd: parse(process.execPath).root,
      // lower than the total memory limit, because V8 collects garbage thoroughly only near its own limit
      execArgv: [
        `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 2 ** 20)}`,
        ...(inspectPort > 0 ? [`--inspect=127.0.0.1:${inspectPort}`] : []),
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // a separate process group, so that a module's processes are killed with it, and Ctrl-C in a terminal reaches only the
      // server
      detached: process.platform !== 'win32',
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.#child.stderr?.on('error', () => undefined);
    this.#child.on('message', (message) => this.#receive(message as FromChild));
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined)
        this.#end(new RunnerError('died', `failed to start a process: ${error.message}`));
    });
    this.#child.once('exit', (code, signal) => {
      this.kill();
      const end = (): void => this.#end(explainExit({ code, signal }, this.#stderr, this.#memoryBytes));
      // a descendant that has left the process group may keep standard error open
      const timer = setTimeout(end, stderrWaitMs);
      this.#child.once('close', () => {
        clearTimeout(timer);
        end();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the process can accept a task. */
  get usable(): boolean {
    return this.#alive && this.#child.connected && !this.#execution && !this.#crash;
  }

  /**
   * Runs the task once the process is ready.
   *
   * @throws `ModuleError`, `RunnerError`, `NotBegunError`, or the reason passed to `stop`.
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
   * Ends the execution with this reason. Aborts the module's signal, then kills the process after `graceMs`, or immediately if
   * `graceMs` is 0. The process is not reused.
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

  /** Kills the process because of this error. If the process has begun a task, the task fails with the same error. */
  fail(error: RunnerError): void {
    if (this.#execution?.begun) this.stop(error, 0);
    else {
      this.#crash ??= error;
      this.kill();
    }
  }

  /** Kills the process and its descendants. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // the group has ended, or the system has no process groups
      this.#child.kill('SIGKILL');
    }
  }

  #send(message: ToChild): void {
    if (!this.#child.connected) return;
    try {
      // ignore errors while the child is exiting, because its exit settles the execution
      this.#child.send(message, () => undefined);
    } catch (error) {
      this.#settle((execution) => execution.reject(error));
    }
  }

  #receive(message: FromChild): void {
    const execution = this.#execution;
    if (message.kind === 'ready') this.#resolveReady();
    else if (message.kind === 'crashed') {
      const { code, message: text, stack } = message.failure;
      this.#crash = new RunnerError(code === 'disk_full' ? code : 'died', text, stack);
      this.kill();
    } else if (!execution) return;
    else if (message.kind === 'begun') execution.begun = true;
    else if (execution.stopped) {
      if (!isReport(message)) this.kill();
    } else if (isReport(message)) {
      try {
        if (message.kind === 'log') execution.listeners.onLog(message.line);
        else if (message.kind === 'warnings') execution.listeners.onWarnings(message.warnings);
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
    this.#resolveReady();
    const error = this.#crash ?? reason;
    // if the system cannot start this process, it cannot start a different one either
    const canRunElsewhere = this.#child.pid !== undefined;
    this.#settle(({ stopped, begun, reject }) =>
      reject(stopped ? stopped.reason : begun || !canRunElsewhere ? error : new NotBegunError(error)),
    );
    this.#resolveGone();
  }

  #settle(settle: (execution: Execution) => void): void {
    const execution = this.#execution;
    this.#execution = undefined;
    if (execution) settle(execution);
  }
}

function isReport(message: FromChild): message is Extract<FromChild, { kind: 'progress' | 'log' | 'warnings' }> {
  return message.kind === 'progress' || message.kind === 'log' || message.kind === 'warnings';
}

function asError({ code, message, stack }: Failure): Error {
  return code === 'module' ? new ModuleError(message) : new RunnerError(code, message, stack);
}
