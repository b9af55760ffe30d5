// The programs of `test/consumers` on other versions of Node, from the packed tarball: `npm run test:runtimes -- 22 24`.
// The versions come from npm's package `node`, into a temporary directory.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const versions = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'millrace-runtimes-'));
const npm = (...args) => execFileSync('npm', [...args, '--silent', '--no-audit', '--no-fund'], { cwd: directory });
const expected = {
  'load.cjs': { name: 'words', moduleChain: ['parser'], sameClass: true, branded: [true, true, false] },
  'load.mjs': { name: 'words', moduleChain: ['parser'], strange: [] },
  'lazy.cjs': { atStart: [], atFirstRequest: ['axios', 'form-data'] },
  'lazy.mjs': { atStart: [], atFirstRequest: ['axios', 'form-data'] },
};

try {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], { cwd: root });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  cpSync(join(root, 'test/consumers'), directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm('install', '--omit=peer', `./millrace-${version}.tgz`);
  for (const wanted of versions.length > 0 ? versions : ['22', '24']) {
    npm('install', '--no-save', '--omit=peer', '--prefix', join(directory, `node-${wanted}`), `node@${wanted}`);
    const node = join(directory, `node-${wanted}`, 'node_modules/node/bin/node');
    const run = (...args) => execFileSync(node, args, { cwd: directory, encoding: 'utf8' });
    for (const [program, output] of Object.entries(expected)) {
      const said = run(program).trim();
      if (said !== JSON.stringify(output)) {
        throw new Error(`Expected ${program} on Node ${wanted} to print ${JSON.stringify(output)}, got ${said}`);
      }
    }
    const help = run('node_modules/millrace/dist/cli.js', '--help');
    if (!help.includes('Usage: millrace')) throw new Error(`Expected the command to print its help, got ${help}`);
    console.log(`${run('--version').trim()}: ${Object.keys(expected).join(', ')} and the command`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
