import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction, createContext, runInContext, type Context } from 'node:vm';

type Millrace = typeof import('millrace');

/**
 * Loads the built package as Jest does: in a context with its own built-in classes, but with the Node modules of the outer realm.
 *
 * @param builds Maps a package to the file to load instead of its main file.
 */
export function loadInRealm(context: Context, builds: Record<string, string> = {}): Millrace {
  const exports = new Map<string, { exports: unknown }>();
  const load = (path: string): unknown => {
    const loaded = exports.get(path);
    if (loaded) return loaded.exports;
    const module = { exports: {} as unknown };
    exports.set(path, module);
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.json')) return (module.exports = JSON.parse(text));
    const { resolve } = createRequire(path);
    const require = (name: string): unknown => {
      const target = builds[name] ?? resolve(name);
      // a script cannot contain an ES module
      return isBuiltin(name) || target.endsWith('.mjs') ? createRequire(path)(name) : load(target);
    };
    const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
    const run = compileFunction(text, parameters, { filename: path, parsingContext: context }) as (
      ...args: unknown[]
    ) => void;
    run.call(module.exports, module.exports, require, module, path, dirname(path));
    return module.exports;
  };
  return load(fileURLToPath(new URL('../../dist/index.cjs', import.meta.url))) as Millrace;
}

/** Creates a realm like the one of Jest's `node` environment, which has Node's globals but its own built-in classes. */
export function nodeRealm(): Context {
  const context = createContext();
  const builtIns = new Set(runInContext('Object.getOwnPropertyNames(globalThis)', context) as string[]);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!builtIns.has(name) && !/^(GLOBAL|root|global|__\w+)$/.test(name)) {
      Object.defineProperty(context, name, { value: globalThis[name as keyof typeof globalThis], configurable: true });
    }
  }
  // Jest shares these classes, too
  Object.assign(context, { ArrayBuffer, Uint8Array });
  return context;
}

/** Creates a realm like the one of Jest's `jsdom` environment: signals without `throwIfAborted`, numeric timer IDs, no `TextDecoder`. */
export function jsdomRealm(): Context {
  const context = createContext({ Buffer, Blob, DOMException, performance, process, console, URL, URLSearchParams });
  const timers = new Map<number, NodeJS.Timeout>();
  const start = (create: typeof setTimeout) => (callback: () => void, delay: number) => {
    timers.set(timers.size, create(callback, delay));
    return timers.size - 1;
  };
  const clear = (id: number) => clearTimeout(timers.get(id));
  Object.assign(context, {
    setTimeout: start(setTimeout),
    setInterval: start(setInterval as unknown as typeof setTimeout),
    clearTimeout: clear,
    clearInterval: clear,
  });
  runInContext(signals, context);
  return context;
}

const signals = `
  globalThis.AbortSignal = class AbortSignal {
    aborted = false;
    reason = undefined;
    listeners = new Set();
    addEventListener(type, listener) {
      this.listeners.add(listener);
    }
    removeEventListener(type, listener) {
      this.listeners.delete(listener);
    }
  };
  globalThis.AbortController = class AbortController {
    signal = new AbortSignal();
    abort(reason = new DOMException('The operation was aborted.', 'AbortError')) {
      if (this.signal.aborted) return;
      Object.assign(this.signal, { aborted: true, reason });
      for (const listener of this.signal.listeners) (listener.handleEvent ?? listener).call(this.signal, { type: 'abort' });
    }
  };
`;
