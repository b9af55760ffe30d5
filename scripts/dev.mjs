// `npm run dev` rebuilds both packages and restarts the server on every change. The server's data is in `.dev/`. Vite serves the
// dashboard at http://127.0.0.1:5173/ui/, shows changes immediately and forwards requests to the server.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const serve = 'node dist/make-template.js && node ../dist/cli.js serve --data ../.dev';
const children = [
  start('tsup/dist/cli-default.js', ['--watch', 'src'], root),
  start(
    'tsup/dist/cli-default.js',
    ['--watch', 'src', '--watch', '../src/shared', '--onSuccess', serve],
    `${root}server`,
  ),
  start('vite/bin/vite.js', ['--config', 'server/vite.config.ts', '--host', '127.0.0.1'], root),
];

for (const child of children) child.on('exit', (code) => stop(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0));

function start(program, options, cwd) {
  return spawn(process.execPath, [`${root}node_modules/${program}`, ...options], {
    cwd,
    stdio: 'inherit',
  });
}

function stop(code) {
  for (const child of children) child.kill();
  process.exit(code);
}
