// `npm run build` builds both packages side by side: neither needs the other's output.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const results = await Promise.all([
  build('millrace', ['exec', '--', 'tsup']),
  build('@millrace/server', ['run', 'build', '--workspace', 'server']),
]);
for (const { name, code, output } of results) {
  if (code !== 0) console.error(`Expected ${name} to build, got exit code ${code}:\n${output}`);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;

/** Keeps the output together, because the builds would mix theirs. */
function build(name, args) {
  const child = spawn('npm', ['--silent', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ name, code: code ?? signal, output }));
  });
}
