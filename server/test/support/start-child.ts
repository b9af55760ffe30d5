import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const resolvePath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface BuiltChild {
  start(...args: readonly string[]): StartedChild;
  remove(): Promise<void>;
}

export interface StartedChild {
  readonly process: ChildProcess;
  /** The lines of its standard output, as they arrive. */
  readonly lines: AsyncIterableIterator<string>;
  /** Sends SIGKILL and waits until the process has ended. */
  kill(): Promise<void>;
}

/** Builds `database-child.ts` as a program, next to the thread and the template that it needs. */
export async function buildDatabaseChild(): Promise<BuiltChild> {
  const outDir = resolvePath(`../../../node_modules/.cache/millrace-test/${process.pid}`);
  await build({
    config: false,
    silent: true,
    entry: {
      'database-child': resolvePath('./database/database-child.ts'),
      'pglite-thread': resolvePath('../../src/store/embedded/pglite-thread.ts'),
    },
    outDir,
    format: ['esm'],
    target: 'node20',
    tsconfig: resolvePath('../../tsconfig.json'),
    clean: true,
    external: ['pg', 'pg-boss', /^@electric-sql\//],
  });
  // without a template, which an unfinished build lacks, the child creates its database itself
  await copyFile(resolvePath('../../dist/data-template.bin'), join(outDir, 'data-template.bin')).catch(() => undefined);
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
