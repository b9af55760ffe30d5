/** Maximum time that quick tasks run before timers and sockets get a turn, in milliseconds. */
const maxBusyMs = 10;

// captured at load time, because fake timers in a user's tests may replace the global function
const scheduleNextTurn = globalThis.setImmediate;
let turnBegan = performance.now();

/** Yields to the event loop if quick tasks have blocked it for at least `maxBusyMs`. Otherwise, returns `undefined`. */
export function yieldIfBusy(): Promise<void> | undefined {
  if (performance.now() - turnBegan < maxBusyMs) return undefined;
  return yieldToEventLoop();
}

/** Waits for the next turn of the event loop. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    scheduleNextTurn(() => {
      turnBegan = performance.now();
      resolve();
    });
  });
}
