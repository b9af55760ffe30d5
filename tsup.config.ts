import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { emitDeclarations } from './scripts/emit-declarations.js';
import { lazyFiles, writeDist } from './scripts/split-sdk.js';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const dist = resolve('dist');
/** What esbuild writes, before it is converted. */
const modules = resolve('.types/modules');

const shared: Options = {
  silent: true,
  platform: 'node',
  target: 'node20',
  splitting: false,
  treeshake: false,
  // bundle packages that exist only as ES modules, or that are too small for a dependency
  noExternal: ['p-wait-for', 'js-yaml'],
};

/** Keeps the response schemas, which need zod, in separate files that load with the first request. */
const responses = ['hosted-responses', 'v1-responses'];

const responsesBeside: Plugin = {
  name: 'responses-beside',
  setup(build) {
    build.onResolve({ filter: new RegExp(`/wire/(${responses.join('|')})\\.js$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.js')}.cjs`, external: true } : undefined,
    );
  },
};

/** Keeps bundled packages in separate files that load at their first use. */
const packagesBeside: Plugin = {
  name: 'packages-beside',
  setup(build) {
    build.onResolve({ filter: /^(js-yaml|p-wait-for)$/ }, ({ path }) => ({ path: `./${path}.cjs`, external: true }));
  },
};

const { resolve: find } = createRequire(import.meta.url);
const yaml = find('js-yaml');

/** Bundles only the reader of js-yaml, so that the rest is removed. */
const yamlPicked: Plugin = {
  name: 'yaml-picked',
  setup(build) {
    const module = resolve(dirname(yaml), 'js-yaml.mjs');
    build.onLoad({ filter: /js-yaml\.cjs\.js$/ }, () => ({
      contents: `export { load } from ${JSON.stringify(module)};`,
      resolveDir: dirname(yaml),
    }));
  },
};

export default defineConfig(async () => {
  await rm(dist, { recursive: true, force: true });
  const declarations = await emitDeclarations('sdk', 'src/index.ts');
  return [
    {
      ...shared,
      entry: { index: resolve('src/index.ts'), cli: resolve('src/cli/main.ts') },
      format: ['esm'],
      outDir: modules,
      clean: true,
      splitting: true,
      esbuildPlugins: [packagesBeside, responsesBeside, lazyFiles],
      // esbuild says that it ignores the import of the SDK, which serves to make one shared file
      esbuildOptions: (options) =>
        Object.assign(options, { chunkNames: '[name]', logOverride: { 'ignored-bare-import': 'silent' } }),
      external: ['@millrace/server'],
      onSuccess: () => writeDist(modules, dist),
    },
    {
      ...shared,
      entry: Object.fromEntries(responses.map((name) => [name, resolve(`src/shared/wire/${name}.ts`)])),
      format: ['cjs'],
      minify: true,
    },
    {
      ...shared,
      entry: { 'js-yaml': yaml },
      format: ['cjs'],
      esbuildPlugins: [yamlPicked],
      minify: true,
    },
    {
      ...shared,
      entry: { 'p-wait-for': find('p-wait-for') },
      format: ['cjs'],
      // an ES module that imports a CommonJS file gets all exports as the default export
      footer: { js: 'module.exports = module.exports.default;' },
      minify: true,
    },
    {
      ...shared,
      entry: { index: declarations.entry },
      format: ['cjs'],
      // tsup sets `baseUrl`, which TypeScript 6 deprecates
      dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
    },
  ];
});
