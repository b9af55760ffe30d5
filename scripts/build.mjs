// `npm run build` builds both packages and the dashboard in parallel, because none of them needs the output of another.
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

/** Builds the dashboard if its sources have changed since the last build. */
async function buildDashboard() {
  const page = `${root}server/dist/dashboard/index.html`;
  const sources = ['server/dashboard', 'src/shared', 'server/package.json', 'package-lock.json'];
  const built = statSync(page, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.some((path) => findLastChange(`${root}${path}`) > built))
    // tests that run the build set NODE_ENV to 'test', and Vite would then bundle React's development build, which is twice the size
    return build('the dashboard', ['exec', '--', 'vite', 'build', '--config', 'server/vite.config.ts'], {
      NODE_ENV: 'production',
    });
  const now = new Date();
  utimesSync(page, now, now);
  return { name: 'the dashboard', code: 0, output: '' };
}

/** Returns the time of the last change to a file or folder, in milliseconds. Folders are included, because removing a file changes them. */
function findLastChange(path) {
  const changedAt = statSync(path).mtimeMs;
  if (!statSync(path).isDirectory()) return changedAt;
  return Math.max(changedAt, ...readdirSync(path).map((name) => findLastChange(`${path}/${name}`)));
}

/** Runs an npm command. Collects its output, because the output of parallel builds would otherwise be interleaved. */
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
