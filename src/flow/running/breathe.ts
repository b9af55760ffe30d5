/** How long tasks may keep the event loop busy before timers and sockets get a turn, in milliseconds. */
const busyMs = 10;

// captured, because tests may replace the global function
const nextTurn = globalThis.setImmediate;
let turnBegan = performance.now();

/** Gives the event loop a turn if quick tasks have kept it busy. Returns `undefined` if no turn is needed. */
export function breathe(): Promise<void> | undefined {
  if (performance.now() - turnBegan < busyMs) return undefined;
  return waitForTurn();
}

/** Waits for the next turn of the event loop. */
export function waitForTurn(): Promise<void> {
  return new Promise((resolve) => {
    nextTurn(() => {
      turnBegan = performance.now();
      resolve();
    });
  });
}
