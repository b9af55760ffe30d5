/** The members of the `tslab` module that this package uses. */
interface Tslab {
  readonly display: { html(html: string): void };
  /** Creates a display. Each `text()` call replaces the previous text. */
  newDisplay?(): { text(text: string): void };
}

/** Loads the `tslab` module from the notebook's kernel. Returns `undefined` outside a notebook. */
function findTslab(): Tslab | undefined {
  const { __tslab__: kernel } = globalThis as { __tslab__?: { require?(id: 'tslab'): Tslab } };
  try {
    return kernel?.require?.('tslab');
  } catch {
    return undefined;
  }
}

/**
 * Shows HTML below the notebook's cell if the kernel is printing the cell's last expression. With `console.log`, a value is still printed
 * as text.
 *
 * @param inspect The custom inspection method of the value.
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

/** Opens a line below the notebook's cell. Returns a function that sets the line's text, or `undefined` outside a notebook. */
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

/** Returns whether the kernel's executor called the function, with only Node's frames in between. */
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
