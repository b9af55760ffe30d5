import { defineConfig } from 'tsup';

/** Packages that only exist as ES modules, or are not worth a dependency, travel inside the build. */
const bundled = ['p-wait-for', 'js-yaml'];

export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    platform: 'node',
    target: 'node20',
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: false,
    treeshake: false,
    noExternal: bundled,
  },
  {
    entry: { cli: 'src/cli/main.ts' },
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    splitting: false,
    noExternal: bundled,
    external: ['@millrace/server'],
    banner: { js: '#!/usr/bin/env node' },
  },
]);
