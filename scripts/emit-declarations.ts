import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Declarations {
  /** The path of the entry's declarations. */
  readonly entry: string;
  /** The compiler's path mapping for the declarations of `millrace/*`. */
  readonly paths: Record<string, string[]>;
}

/**
 * Emits a declaration file for each source file that an entry imports, without checking the types (see `npm run typecheck`). Bundling the
 * sources' types directly would take six times as long, because tsup uses the slower TypeScript compiler that is written in JavaScript.
 */
export async function emitDeclarations(name: string, entry: string): Promise<Declarations> {
  const directory = join(root, '.types', name);
  const config = `${directory}.tsconfig.json`;
  const compilerOptions = {
    noEmit: false,
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: root,
    outDir: directory,
  };
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const options = { extends: join(root, 'tsconfig.json'), compilerOptions, files: [join(root, entry)], include: [] };
  await writeFile(config, JSON.stringify(options));
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '--project', config]).catch((error: unknown) => {
    throw new Error(
      `Expected TypeScript to emit the declarations of ${entry}, got:\n${(error as { stdout: string }).stdout}`,
    );
  });
  await indentWithTabs(directory);
  return {
    entry: join(directory, entry.replace(/\.ts$/, '.d.ts')),
    paths: { 'millrace/*': [join(directory, 'src/*')] },
  };
}

/** Replaces TypeScript's four-space indentation with tabs, which makes the tarball half a kilobyte smaller. */
async function indentWithTabs(directory: string): Promise<void> {
  const files = await readdir(directory, { recursive: true });
  await Promise.all(
    files.map(async (file) => {
      if (!file.endsWith('.d.ts')) return;
      const path = join(directory, file);
      const text = await readFile(path, 'utf8');
      await writeFile(
        path,
        text.replaceAll(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4)),
      );
    }),
  );
}
