// `npm run build` builds both packages and the dashboard side by side: none needs the output of another.
import { spawn } from 'node:child_process';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const results = await Promise.all([
  build('millrace', ['exec', '--', 'tsup']),
  build('@millrace/server', ['run', 'build', '--workspace', 'server']),
  buildDashboard(),
]);
for (const { name, code, output } of results) {
  if (code !== 0) console.error(`Expected ${name} to build, got exit code ${code}:\n${output}`);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;

/** The dashboard is built anew only if what it is made of has changed. */
async function buildDashboard() {
  const page = `${root}server/dist/dashboard/index.html`;
  const sources = ['server/dashboard', 'src/shared', 'server/package.json', 'package-lock.json'];
  const built = statSync(page, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.some((path) => newest(`${root}${path}`) > built))
    // tests that build set it to 'test', which would bundle React for development: twice the size
    return build('the dashboard', ['exec', '--', 'vite', 'build', '--config', 'server/vite.config.ts'], {
      NODE_ENV: 'production',
    });
  const now = new Date();
  utimesSync(page, now, now);
  return { name: 'the dashboard', code: 0, output: '' };
}

/** The time of the last change, in milliseconds. Folders count: they change when a file is removed. */
function newest(path) {
  const own = statSync(path).mtimeMs;
  if (!statSync(path).isDirectory()) return own;
  return Math.max(own, ...readdirSync(path).map((name) => newest(`${path}/${name}`)));
}

/** Keeps the output together, because the builds would mix theirs. */
function build(name, args, env = {}) {
  const child = spawn('npm', ['--silent', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ name, code: code ?? signal, output }));
  });
}
