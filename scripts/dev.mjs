// `npm run dev` rebuilds both packages and restarts the server on every change. The server's data is in `.dev/`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const serve = 'node dist/make-template.js && node ../dist/cli.js serve --data ../.dev';
const children = [
  start(['--watch', 'src'], root),
  start(['--watch', 'src', '--watch', '../src/shared', '--onSuccess', serve], `${root}server`),
];

for (const child of children) child.on('exit', (code) => stop(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0));

function start(options, cwd) {
  return spawn(process.execPath, [`${root}node_modules/tsup/dist/cli-default.js`, ...options], {
    cwd,
    stdio: 'inherit',
  });
}

function stop(code) {
  for (const child of children) child.kill();
  process.exit(code);
}
