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
  // packages that only exist as ES modules, or are not worth a dependency, travel inside the build
  noExternal: ['p-wait-for', 'js-yaml'],
};

/**
 * The ES module passes on what the CommonJS one exports: a program that loads the package both ways has one copy of it,
 * so that `instanceof` holds, and `require` stays where a dynamic import was, so that zod and axios wait for their use.
 */
async function writeModule(): Promise<void> {
  const names = Object.keys(createRequire(import.meta.url)(`${dist}/index.cjs`) as object);
  await writeFile(
    `${dist}/index.js`,
    `export {\n${names.map((name) => `  ${name},\n`).join('')}} from './index.cjs';\n`,
  );
  // and so do its declarations: written out twice they would be a seventh of the tarball
  await writeFile(`${dist}/index.d.ts`, "export * from './index.cjs';\n");
}

/** The command takes the SDK from the file beside it. */
const sdkBeside: Plugin = {
  name: 'sdk-beside',
  setup(build) {
    build.onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path.replace(/\.js$/, '.ts')) === sdk ? { path: './index.js', external: true } : undefined,
    );
  },
};

/** What reads responses, with zod: no response comes before a request is sent. */
const responses = ['hosted-responses', 'v1-responses'];

const responsesBeside: Plugin = {
  name: 'responses-beside',
  setup(build) {
    build.onResolve({ filter: new RegExp(`/wire/(${responses.join('|')})\\.js$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.js')}.cjs`, external: true } : undefined,
    );
  },
};

/** Other packages' code, for what is done later if at all: it waits in files of its own, which no import has to read. */
const packagesBeside: Plugin = {
  name: 'packages-beside',
  setup(build) {
    build.onResolve({ filter: /^(js-yaml|p-wait-for)$/ }, ({ path }) => ({ path: `./${path}.cjs`, external: true }));
  },
};

const { resolve: find } = createRequire(import.meta.url);
const yaml = find('js-yaml');

/** The two methods that are used, and nothing that they do not use. */
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
      // Not minified: Node prints the line of an uncaught error, and its number has to lead somewhere.
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
      // an ES module that imports a CommonJS file has all of it as the default
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
