import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env['MILLRACE_API_URL'] ?? 'http://127.0.0.1:8418';

export default defineConfig(({ command }) => ({
  root: here('./dashboard'),
  // the built dashboard can lie below a path: its server says where its files are
  base: command === 'build' ? './' : '/ui/',
  cacheDir: here('../node_modules/.vite/dashboard'),
  logLevel: 'warn',
  plugins: [react()],
  resolve: { alias: [{ find: /^millrace\/(.*)\.js$/, replacement: here('../src/$1.ts') }] },
  build: {
    outDir: here('./dist/dashboard'),
    emptyOutDir: true,
    // these know `light-dark()`, which the tokens are made of
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // the content security policy allows no `data:` URLs in styles and scripts
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    // it is quick, whatever the share of its plugins
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  server: { proxy: { '/v1': server, '/_upload': server, '/_download': server, '^/krixik-.*': server } },
}));
