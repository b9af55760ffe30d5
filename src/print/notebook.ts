/** The members of the `tslab` module that this package uses. */
interface Tslab {
  readonly display: { html(html: string): void };
  /** Creates a display. Each `text()` call replaces the previous text. */
  newDisplay?(): { text(text: string): void };
}

/** Loads the `tslab` module from the notebook's kernel. Returns `undefined` outside a notebook, or if the module cannot be loaded. */
function loadTslab(): Tslab | undefined {
  const { __tslab__: kernel } = globalThis as { __tslab__?: { require?(id: 'tslab'): Tslab } };
  try {
    return kernel?.require?.('tslab');
  } catch {
    return undefined;
  }
}

/**
 * Shows HTML below the notebook's cell if the kernel is printing the value of the cell's last expression. Does nothing if code in the cell
 * prints the value, for example with `console.log`.
 *
 * @param inspect The value's custom inspection method, which calls this function.
 * @returns Whether the HTML was shown.
 */
export function showBelowCell(html: () => string, inspect: CallableFunction): boolean {
  const tslab = loadTslab();
  if (!tslab || !isCalledByKernel(inspect)) return false;
  try {
    tslab.display.html(html());
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns a function that sets a line of text below the notebook's cell. Returns `undefined` outside a notebook, or if the kernel cannot
 * update displayed text.
 */
export function openLineBelowCell(): ((text: string) => void) | undefined {
  const display = loadTslab()?.newDisplay?.();
  return (
    display &&
    ((text) => {
      try {
        display.text(text);
      } catch {
        // a display error must not make the call fail
      }
    })
  );
}

/** Returns whether the kernel's executor called `inspect`, directly or through Node's internal functions. */
function isCalledByKernel(inspect: CallableFunction): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const trace: { stack?: unknown } = {};
  Error.captureStackTrace(trace, inspect);
  Error.stackTraceLimit = stackTraceLimit;
  const frames = String(trace.stack).split('\n').slice(1);
  const caller = frames.find((frame) => !frame.includes('node:')) ?? '';
  return /[\\/]tslab[\\/]dist[\\/]executor\.js/.test(caller);
}
