// Runs changesets: `node .changeset/run.mjs status`. It sees the packages that `workspaces` names, where the root is missing,
// because npm would link it into its own node_modules; so it is named there for as long as this takes.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = '@changesets/cli@3.0.3';
const root = new URL('../', import.meta.url);
const manifest = new URL('package.json', root);
const read = () => JSON.parse(readFileSync(manifest, 'utf8'));
const nameWorkspaces = (workspaces) =>
  writeFileSync(manifest, `${JSON.stringify({ ...read(), workspaces }, null, 2)}\n`);

const [command] = process.argv.slice(2);
if (command !== 'status' && /^## .* \(unreleased\)$/m.test(readFileSync(new URL('CHANGELOG.md', root), 'utf8'))) {
  console.error(
    'Expected a first release before any changeset, got a CHANGELOG.md with an `(unreleased)` heading. Write what changes below that heading.',
  );
  process.exit(1);
}

const [major] = process.versions.node.split('.');
if (Number(major) < 22) {
  console.error(
    `Expected Node.js 22 or newer, which ${cli} needs, got ${process.version}. A changeset can be written by hand: see .changeset/README.md.`,
  );
  process.exit(1);
}

const { workspaces } = read();
// an interruption ends the child, and then what follows here
process.on('SIGINT', () => undefined);
nameWorkspaces(['.', ...workspaces]);
try {
  const args = ['--yes', '--package', cli, '--', 'changeset', ...process.argv.slice(2)];
  const { status } = spawnSync('npx', args, { cwd: fileURLToPath(root), stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  nameWorkspaces(workspaces);
}
