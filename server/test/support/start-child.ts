import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface BuiltChild {
  start(...args: readonly string[]): StartedChild;
  remove(): Promise<void>;
}

export interface StartedChild {
  readonly process: ChildProcess;
  /** Lines of its standard output, as they come. */
  readonly lines: AsyncIterableIterator<string>;
  /** `kill -9`, and the wait for its end. */
  kill(): Promise<void>;
}

/** Builds `database-child.ts` as a program, with the thread and the template that it needs beside it. */
export async function buildDatabaseChild(): Promise<BuiltChild> {
  const outDir = here(`../../../node_modules/.cache/millrace-test/${process.pid}`);
  await build({
    config: false,
    silent: true,
    entry: {
      'database-child': here('./database/database-child.ts'),
      'pglite-thread': here('../../src/store/embedded/pglite-thread.ts'),
    },
    outDir,
    format: ['esm'],
    target: 'node20',
    tsconfig: here('../../tsconfig.json'),
    clean: true,
    external: ['pg', 'pg-boss', /^@electric-sql\//],
  });
  // a build under way has none: then the child makes its database without it
  await copyFile(here('../../dist/data-template.bin'), join(outDir, 'data-template.bin')).catch(() => undefined);
  return {
    start: (...args) => start(join(outDir, 'database-child.js'), args),
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}

function start(program: string, args: readonly string[]): StartedChild {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  return {
    process: child,
    lines: createInterface(child.stdout)[Symbol.asyncIterator](),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
