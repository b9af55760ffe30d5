import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { transform, type Plugin } from 'esbuild';
import ts from 'typescript';

const src = resolve('src');

/**
 * The source files that an import of the SDK does not load. Each list becomes one file in `dist`, which is loaded by the first call that
 * needs it. Every file that is imported dynamically must be in a list.
 */
const lazyBundles: Readonly<Record<string, readonly string[]>> = {
  /** The operations of pipelines on files, and the event streams that batches follow. */
  files: [
    'batch/batch-items',
    'batch/batch-worker',
    'batch/folder-comparer',
    'batch/manifest',
    'batch/written-files',
    'batch/server-batch',
    'file-calls/delete-files',
    'file-calls/list-files',
    'file-calls/search-files',
    'file-calls/show-tree',
    'file-calls/update-file',
    'pipeline/config-file',
    'process/output/fetch-input',
    'process/output/fetch-output',
    'process/output/stream-output',
    'process/process-file',
    'process/start/check-file',
    'resources/watch-all-runs',
    'resources/watch-batch',
    'sync/sync-folder',
  ],
  /** Workers, the runs that they execute, and actions on many runs. */
  worker: ['report/start-run', 'report/start-worker', 'resources/bulk'],
};

/**
 * Source files that only the command and lazy files import. They are bundled into the shared file, because esbuild would otherwise create a
 * second shared file with the same name.
 */
const sharedWithCommand: readonly string[] = ['shared/runtime/is-within'];

const bundleOfFile = new Map(
  Object.entries(lazyBundles).flatMap(([name, files]) => files.map((file) => [join(src, `${file}.ts`), name] as const)),
);

/**
 * Bundles the lazy files. Each bundle imports the SDK, so that esbuild puts the code that an import loads into one shared file, `chunk`.
 * Build with `splitting` and `chunkNames: '[name]'`, so that a second shared file is an error ("Two output files share the same path").
 * To fix this error, add the shared source file to {@link sharedWithCommand}.
 */
export const lazyFiles: Plugin = {
  name: 'lazy-files',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
      const name = bundleOfFile.get(file);
      if (name !== undefined) return { path: name, namespace: 'lazy' };
      return {
        errors: [{ text: `Expected a dynamically imported file to be listed in scripts/split-sdk.ts, got ${file}` }],
      };
    });
    build.onLoad({ filter: /[\\/]src[\\/]index\.ts$/ }, async ({ path }) => ({
      contents: [await readFile(path, 'utf8'), ...sharedWithCommand.map((file) => `import 'shared:${file}';`)].join(
        '\n',
      ),
      loader: 'ts',
      resolveDir: src,
    }));
    build.onResolve({ filter: /^shared:/ }, ({ path }) => ({
      path: join(src, `${path.slice('shared:'.length)}.ts`),
      sideEffects: true,
    }));
    build.onResolve({ filter: /^sdk$/ }, () => ({ path: join(src, 'index.ts'), sideEffects: true }));
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path: name }) => ({
      contents: ["import 'sdk';", ...(lazyBundles[name] ?? []).map((file) => `export * from './${file}.js';`)].join(
        '\n',
      ),
      resolveDir: src,
    }));
  },
};

/**
 * Converts esbuild's output, because esbuild can split only ES modules. The SDK is converted to CommonJS, and `index.js` re-exports its
 * names, so that a program that loads the package both ways has only one copy. The command remains an ES module and uses the same copy.
 */
export async function writeDist(modules: string, dist: string): Promise<void> {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(modules)) {
    const file = join(modules, name);
    const code = (await readFile(file, 'utf8')).replace(
      /(from |import\()"\.\/(\w+)\.js"/g,
      (_all, before: string, other: string) => `${before}"./${commonJsName(other)}"`,
    );
    const base = name.replace(/\.js$/, '');
    // minify the command, which prints messages instead of stack traces; limit the line length for editors
    if (base === 'cli')
      await write(join(dist, name), requireCoreInModule(code), { minify: true, lineLimit: 450, format: 'esm' });
    if (base === 'index') await write(join(dist, name), importIndex(code), { format: 'esm' });
    // do not minify the SDK, because Node prints the line of an uncaught error; convert dynamic imports to calls of `require`
    if (base !== 'cli') {
      const commonJs = { format: 'cjs', banner: '"use strict";', supported: { 'dynamic-import': false } } as const;
      const required = base === 'chunk' ? code : requireCore(code);
      await write(join(dist, commonJsName(base)), withoutComments(withCommonJsExports(required)), commonJs);
    }
  }
  await chmod(join(dist, 'cli.js'), 0o755);
  // re-export the declarations too, because a second copy would be a seventh of the tarball
  await writeFile(join(dist, 'index.d.ts'), "export * from './index.cjs';\n");
}

const coreImport = /import \{([^}]*)\} from "\.\/core\.cjs";/;

/**
 * Replaces the import of `core.cjs` with an import of `index.cjs`. Node scans a CommonJS file that a module imports for exported names, and
 * finds them immediately in `index.cjs`.
 */
function importIndex(code: string): string {
  return replaceOnce(code, coreImport, (_all, names) => `import {${names}} from "./index.cjs";`);
}

/** Replaces the import of `core.cjs` in an ES module with `require`, so that Node does not scan the file for exported names. */
function requireCoreInModule(code: string): string {
  const require = `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\n`;
  return requireCore(code).replace(/^(?=const \{[^}]*\} = require\()/m, require);
}

/** Replaces the import of `core.cjs` with `require`. Keeps the imported names, which esbuild would replace with `(0, import_core.name)`. */
function requireCore(code: string): string {
  return replaceOnce(
    code,
    coreImport,
    (_all, names) => `const {${names.replaceAll(' as ', ': ')}} = require("./core.cjs");`,
  );
}

function replaceOnce(code: string, pattern: RegExp, replace: (all: string, group: string) => string): string {
  if (code.split(pattern).length !== 3)
    throw new Error(`Expected the build to contain ${String(pattern)} exactly once.`);
  return code.replace(pattern, replace);
}

/**
 * Replaces the list of exports at the end of esbuild's output with an object. esbuild itself would write each name three times, so that
 * importers see changes to exported variables, but these variables do not change after their file has loaded.
 */
function withCommonJsExports(code: string): string {
  return code.replace(/^export \{\n([^}]*)\};\n$/m, (_all, names: string) => {
    return `module.exports = {\n${names.replace(/(\S+) as (\S+?)(,?)$/gm, '$2: $1$3')}};\n`;
  });
}

/** Removes comments. The declarations contain the documentation, and a second copy in the code would be a twentieth of the tarball. */
function withoutComments(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

const commonJsName = (name: string): string => `${name === 'chunk' ? 'core' : name}.cjs`;

async function write(path: string, code: string, options: Parameters<typeof transform>[1]): Promise<void> {
  const result = await transform(code, { charset: 'utf8', platform: 'node', target: 'node20', ...options });
  await writeFile(path, result.code);
}
