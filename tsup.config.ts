import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { emitDeclarations } from './scripts/emit-declarations.js';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const sdk = resolve('src/index.ts');
const dist = resolve('dist');

const shared: Options = {
  silent: true,
  platform: 'node',
  target: 'node20',
  splitting: false,
  treeshake: false,
  // bundle packages that exist only as ES modules, or that are too small for a dependency
  noExternal: ['p-wait-for', 'js-yaml'],
};

/**
 * The ES module re-exports the CommonJS one, so a program that loads the package both ways has one copy of it and `instanceof` works.
 * Dynamic imports become `require` calls in the same places, so zod and axios load at their first use.
 */
async function writeModule(): Promise<void> {
  const names = Object.keys(createRequire(import.meta.url)(`${dist}/index.cjs`) as object);
  await writeFile(
    `${dist}/index.js`,
    `export {\n${names.map((name) => `  ${name},\n`).join('')}} from './index.cjs';\n`,
  );
  // the declarations are re-exported, too: a second copy would be a seventh of the tarball
  await writeFile(`${dist}/index.d.ts`, "export * from './index.cjs';\n");
}

/** Makes the command import the SDK from the file beside it. */
const sdkBeside: Plugin = {
  name: 'sdk-beside',
  setup(build) {
    build.onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path.replace(/\.js$/, '.ts')) === sdk ? { path: './index.js', external: true } : undefined,
    );
  },
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

/** Bundles only two functions of js-yaml, so that the rest is removed. */
const yamlPicked: Plugin = {
  name: 'yaml-picked',
  setup(build) {
    const module = resolve(dirname(yaml), 'js-yaml.mjs');
    build.onLoad({ filter: /js-yaml\.cjs\.js$/ }, () => ({
      contents: `export { dump, load } from ${JSON.stringify(module)};`,
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
      entry: { index: sdk },
      format: ['cjs'],
      esbuildPlugins: [packagesBeside, responsesBeside],
      // Not minified: Node prints the line of an uncaught error, which must be readable.
      esbuildOptions: (options) => Object.assign(options, { supported: { 'dynamic-import': false } }),
      onSuccess: writeModule,
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
    {
      ...shared,
      entry: { cli: resolve('src/cli/main.ts') },
      format: ['esm'],
      esbuildPlugins: [sdkBeside, packagesBeside],
      // The command prints messages, not stacks. Lines are short enough for an editor.
      minify: true,
      esbuildOptions: (options) => Object.assign(options, { lineLimit: 450 }),
      external: ['@millrace/server'],
    },
  ];
});
