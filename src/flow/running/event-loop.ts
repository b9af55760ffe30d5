/** Minimum interval between yields to timers and I/O, in milliseconds. */
const yieldIntervalMs = 10;

// captured at load time, because fake timers in a user's tests may replace the global function
const scheduleNextTurn = globalThis.setImmediate;
let lastYieldAt = performance.now();

/** Yields to the event loop if at least `yieldIntervalMs` have passed since the last yield. Otherwise, returns `undefined`. */
export function yieldIfDue(): Promise<void> | undefined {
  if (performance.now() - lastYieldAt < yieldIntervalMs) return undefined;
  return yieldToEventLoop();
}

/** Waits for the next turn of the event loop. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    scheduleNextTurn(() => {
      lastYieldAt = performance.now();
      resolve();
    });
  });
}
