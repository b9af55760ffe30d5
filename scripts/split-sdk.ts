import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { transform, type Plugin } from 'esbuild';
import ts from 'typescript';

const src = resolve('src');

/**
 * What an import of the SDK does not read: each list becomes one file of `dist`, which loads with the first call that needs it. Here
 * is what the other files import dynamically.
 */
const lazy: Readonly<Record<string, readonly string[]>> = {
  /** What pipelines do with files, and streams of events, from which batches hear of their files. */
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
 * What the command shares with lazy files, and nothing that an import of the SDK reads. It becomes a part of the shared file: esbuild
 * would make a second shared file of it, with the same name.
 */
const sharedWithCommand: readonly string[] = ['shared/runtime/is-within'];

const loadedLater = new Map(
  Object.entries(lazy).flatMap(([name, files]) => files.map((file) => [join(src, `${file}.ts`), name] as const)),
);

/**
 * Collects the lazy files. Each imports the SDK, so that esbuild makes one shared file, `chunk`, of what an import reads. Build with
 * `splitting` and `chunkNames: '[name]'`: a second shared file is an error then ("Two output files share the same path"), which
 * {@link sharedWithCommand} mends.
 */
export const lazyFiles: Plugin = {
  name: 'lazy-files',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const file = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
      const name = loadedLater.get(file);
      if (name !== undefined) return { path: name, namespace: 'lazy' };
      return { errors: [{ text: `Expected a file that scripts/split-sdk.ts lists, got ${file}` }] };
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
      contents: ["import 'sdk';", ...(lazy[name] ?? []).map((file) => `export * from './${file}.js';`)].join('\n'),
      resolveDir: src,
    }));
  },
};

/**
 * Converts what esbuild has split, because it splits ES modules only. The SDK becomes CommonJS, whose names `index.js` re-exports, so a
 * program that loads the package both ways has one copy of it. The command stays an ES module and uses the same copy.
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
    // The command prints messages, not stacks. Lines are short enough for an editor.
    if (base === 'cli')
      await write(join(dist, name), requireCoreInModule(code), { minify: true, lineLimit: 450, format: 'esm' });
    if (base === 'index') await write(join(dist, name), importIndex(code), { format: 'esm' });
    // Not minified: Node prints the line of an uncaught error, which must be readable. A dynamic import becomes a call of `require`.
    if (base !== 'cli') {
      const commonJs = { format: 'cjs', banner: '"use strict";', supported: { 'dynamic-import': false } } as const;
      const required = base === 'chunk' ? code : requireCore(code);
      await write(join(dist, commonJsName(base)), withoutComments(withCommonJsExports(required)), commonJs);
    }
  }
  await chmod(join(dist, 'cli.js'), 0o755);
  // the declarations are re-exported, too: a second copy would be a seventh of the tarball
  await writeFile(join(dist, 'index.d.ts'), "export * from './index.cjs';\n");
}

const importOfCore = /import \{([^}]*)\} from "\.\/core\.cjs";/;

/** Node looks for names in all of a CommonJS file that a module imports, unless they stand there at once, as in `index.cjs`. */
function importIndex(code: string): string {
  return replaceOnce(code, importOfCore, (_all, names) => `import {${names}} from "./index.cjs";`);
}

/** For the same reason, the command requires it. */
function requireCoreInModule(code: string): string {
  const require = `import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\n`;
  return requireCore(code).replace(/^(?=const \{[^}]*\} = require\()/m, require);
}

/** Names stay what they are, where esbuild would write `(0, import_core.name)(…)`. */
function requireCore(code: string): string {
  return replaceOnce(
    code,
    importOfCore,
    (_all, names) => `const {${names.replaceAll(' as ', ': ')}} = require("./core.cjs");`,
  );
}

function replaceOnce(code: string, pattern: RegExp, replace: (all: string, group: string) => string): string {
  if (code.split(pattern).length !== 3) throw new Error(`Expected the build to have ${String(pattern)} once.`);
  return code.replace(pattern, replace);
}

/**
 * Replaces the list of exports, which esbuild writes last, by an object. esbuild itself would write each name three times, so that importers
 * see variables change: none of these does after its file has loaded.
 */
function withCommonJsExports(code: string): string {
  return code.replace(/^export \{\n([^}]*)\};\n$/m, (_all, names: string) => {
    return `module.exports = {\n${names.replace(/(\S+) as (\S+?)(,?)$/gm, '$2: $1$3')}};\n`;
  });
}

/** The declarations have the documentation. A second copy in the code would be a twentieth of the tarball. */
function withoutComments(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

const commonJsName = (name: string): string => `${name === 'chunk' ? 'core' : name}.cjs`;

async function write(path: string, code: string, options: Parameters<typeof transform>[1]): Promise<void> {
  const result = await transform(code, { charset: 'utf8', platform: 'node', target: 'node20', ...options });
  await writeFile(path, result.code);
}
