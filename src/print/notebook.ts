/** The part of the `tslab` module that is used here. */
interface Tslab {
  readonly display: { html(html: string): void };
  /** Returns a display that shows each text in place of the previous one. */
  newDisplay?(): { text(text: string): void };
}

/** Returns the module of the tslab kernel that this code runs in. The kernel itself provides the module, so nothing is imported. */
function findTslab(): Tslab | undefined {
  const { __tslab__: kernel } = globalThis as { __tslab__?: { require?(id: 'tslab'): Tslab } };
  try {
    return kernel?.require?.('tslab');
  } catch {
    return undefined;
  }
}

/**
 * Shows HTML below the cell if a value is being printed because the cell ends with it. A `console.log` in a cell is the user's own
 * output, and stays text.
 *
 * @param inspect The function that prints the value. The kernel must be its caller.
 * @returns Whether the HTML was shown.
 */
export function showBelowCell(html: () => string, inspect: CallableFunction): boolean {
  const tslab = findTslab();
  if (!tslab || !isCalledByKernel(inspect)) return false;
  try {
    tslab.display.html(html());
    return true;
  } catch {
    return false;
  }
}

/** Returns a function that shows a line below the cell in place of the previous one, or `undefined` outside a notebook. */
export function openLineBelowCell(): ((line: string) => void) | undefined {
  const display = findTslab()?.newDisplay?.();
  return (
    display &&
    ((line) => {
      try {
        display.text(line);
      } catch {
        // progress that cannot be shown must not end the work
      }
    })
  );
}

/** Returns whether only Node's own frames are between the function and the kernel's `console.log` of a cell's last expression. */
function isCalledByKernel(inspect: CallableFunction): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const here: { stack?: unknown } = {};
  Error.captureStackTrace(here, inspect);
  Error.stackTraceLimit = stackTraceLimit;
  const frames = String(here.stack).split('\n').slice(1);
  const caller = frames.find((frame) => !frame.includes('node:')) ?? '';
  return /[\\/]tslab[\\/]dist[\\/]executor\.js/.test(caller);
}
