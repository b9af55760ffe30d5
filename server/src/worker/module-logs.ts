import type { LogLine, LogLineLevel } from 'millrace/shared/runs/run-event.js';
import { Throttle } from 'millrace/shared/runtime/throttle.js';
import type { EngineContext } from '../engine/engine-context.js';
import { appendLog } from '../engine/hosted/append-log.js';

/** Maximum number of pending lines per run. Lines beyond this limit are dropped. */
const maxPendingLines = 10_000;
/** Interval between writes, in milliseconds. */
const writeIntervalMs = 250;

/** Collects log lines from modules and writes them to their runs' logs. Best effort: if a write fails, its lines are lost. */
export class ModuleLogs {
  readonly #context: EngineContext;
  readonly #pendingLinesByRun = new Map<string, LogLine[]>();
  readonly #writeThrottle = new Throttle<void>(
    () => void [...this.#pendingLinesByRun.keys()].map((runId) => this.flush(runId)),
    { intervalMs: writeIntervalMs, leading: false },
  );

  constructor(context: EngineContext) {
    this.#context = context;
  }

  add(runId: string, task: string, level: LogLineLevel, message: string): void {
    const lines = this.#pendingLinesByRun.get(runId) ?? [];
    this.#pendingLinesByRun.set(runId, lines);
    if (lines.length >= maxPendingLines) return;
    lines.push({ at: this.#context.clock.now().toISOString(), level, message, task });
    this.#writeThrottle.push();
  }

  /** Writes a run's pending lines. Never rejects. */
  async flush(runId: string): Promise<void> {
    const lines = this.#pendingLinesByRun.get(runId);
    this.#pendingLinesByRun.delete(runId);
    if (lines) await appendLog(this.#context, runId, lines).catch(() => undefined);
  }

  /** Stops writing, and drops the pending lines. */
  close(): void {
    this.#writeThrottle.close('drop');
    this.#pendingLinesByRun.clear();
  }
}
