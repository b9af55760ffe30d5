import { defineConfig } from 'tsup';
import { emitDeclarations } from '../scripts/emit-declarations.js';

export default defineConfig(async () => {
  const { entry, paths } = await emitDeclarations('server', 'server/src/index.ts');
  return {
    entry: {
      index: 'src/index.ts',
      'runner-child': 'src/runner/child/runner-child.ts',
      'try-model': 'src/models/try-model.ts',
      'orphan-guard': 'src/runner/child/orphan-guard.ts',
      'config-api': 'src/custom-modules/config-api.ts',
      'pglite-thread': 'src/store/embedded/pglite-thread.ts',
      'semantic-thread': 'src/search/semantic/semantic-thread.ts',
      'make-template': 'scripts/make-template.ts',
    },
    format: ['esm'],
    platform: 'node',
    target: 'node20',
    tsconfig: 'tsconfig.json',
    // tsup sets `baseUrl`, which TypeScript 6 deprecates
    dts: { entry: { index: entry }, compilerOptions: { ignoreDeprecations: '6.0', paths } },
    sourcemap: true,
    // Vite builds the dashboard, beside this
    clean: ['!dashboard'],
    silent: true,
    splitting: true,
    // the wire schemas, the catalogue and the rules are the SDK's own source, compiled in
    noExternal: [/^millrace\//],
  };
});
