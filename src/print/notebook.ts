/** The members of the `tslab` module that this package uses. */
interface Tslab {
  readonly display: { html(html: string): void };
  /** Creates a display. Each call of its `text` method replaces the previous text. */
  newDisplay?(): { text(text: string): void };
}

/** Loads the `tslab` module through a global that the notebook's kernel provides. Returns `undefined` outside a notebook. */
function findTslab(): Tslab | undefined {
  const { __tslab__: kernel } = globalThis as { __tslab__?: { require?(id: 'tslab'): Tslab } };
  try {
    return kernel?.require?.('tslab');
  } catch {
    return undefined;
  }
}

/**
 * Shows HTML below the notebook's cell if the kernel is printing the cell's last expression. A value that the user prints with
 * `console.log` is still printed as text.
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

/** Returns a function that replaces the line below the notebook's cell, or `undefined` outside a notebook. */
export function openLineBelowCell(): ((line: string) => void) | undefined {
  const display = findTslab()?.newDisplay?.();
  return (
    display &&
    ((line) => {
      try {
        display.text(line);
      } catch {
        // a failure to show progress must not stop the work
      }
    })
  );
}

/** Returns whether the kernel called the function to print a cell's last expression, with only Node's frames in between. */
function isCalledByKernel(inspect: CallableFunction): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, inspect);
  Error.stackTraceLimit = stackTraceLimit;
  const frames = String(holder.stack).split('\n').slice(1);
  const caller = frames.find((frame) => !frame.includes('node:')) ?? '';
  return /[\\/]tslab[\\/]dist[\\/]executor\.js/.test(caller);
}
