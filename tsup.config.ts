import { rm } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  treeshake: false,
  // packages that only exist as ES modules, or are not worth a dependency, travel inside the build
  noExternal: ['p-wait-for', 'js-yaml'],
  external: ['@millrace/server'],
};

/** The sources are published beside the build: maps point to them instead of carrying them twice. */
const withoutSources = { sourcesContent: false };

export default defineConfig(async () => {
  await rm('dist', { recursive: true, force: true });
  return [
    {
      ...shared,
      entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
      format: ['esm'],
      dts: { entry: { index: 'src/index.ts' } },
      // what is imported dynamically stays a file of its own, so that zod and axios are loaded when they are needed;
      // in one file, esbuild would hoist their imports to its top
      splitting: true,
      esbuildOptions: (options) => Object.assign(options, withoutSources, { chunkNames: '[name]-[hash]' }),
    },
    {
      ...shared,
      entry: { index: 'src/index.ts' },
      format: ['cjs'],
      dts: true,
      // `require` stays where the dynamic import was, so one file is as lazy
      splitting: false,
      esbuildOptions: (options) => Object.assign(options, withoutSources),
    },
  ];
});
