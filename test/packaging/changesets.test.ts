import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it, onTestFinished } from 'vitest';
import { root } from './packed-sdk.js';

const folder = join(root, '.changeset');
const packages = ['millrace', '@millrace/server'];
const bumps = ['patch', 'minor', 'major'];

/** Returns the fault of a changeset, if it has one. */
function findFault(text: string): string | undefined {
  const [, head, summary] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined || summary === undefined) return 'no front matter';
  let releases: unknown;
  try {
    releases = load(head);
  } catch {
    return 'front matter that is not YAML';
  }
  const entries = Object.entries(releases ?? {});
  if (typeof releases !== 'object' || entries.length === 0) return 'no package';
  const unknownPackage = entries.find(([name]) => !packages.includes(name));
  if (unknownPackage) return `${unknownPackage[0]}, which is not one of the packages`;
  const invalidBump = entries.find(([, bump]) => !bumps.includes(String(bump)));
  if (invalidBump) return `${String(invalidBump[1])}, which is not a bump`;
  return summary.trim() === '' ? 'no text for the changelog' : undefined;
}

const readManifest = async (path: string) =>
  JSON.parse(await readFile(join(root, path), 'utf8')) as { version: string; peerDependencies: Record<string, string> };

describe('a changeset', () => {
  it.each([
    ["---\n'millrace': minor\n---\n\nDownloads go on.\n", undefined],
    ['---\n"millrace": patch\n"@millrace/server": major\n---\nMend it.', undefined],
    ['Downloads go on.\n', 'no front matter'],
    ["---\n'millrace: minor\n---\n\nDownloads go on.\n", 'front matter that is not YAML'],
    ['---\n{}\n---\n\nDownloads go on.\n', 'no package'],
    ["---\n'milrace': minor\n---\n\nDownloads go on.\n", 'milrace, which is not one of the packages'],
    ["---\n'millrace': huge\n---\n\nDownloads go on.\n", 'huge, which is not a bump'],
    ["---\n'millrace': minor\n---\n\n", 'no text for the changelog'],
  ])('with the text %j has the fault %s', (text, fault) => {
    expect(findFault(text)).toBe(fault);
  });

  it('is valid in .changeset and in the example of its README', async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    expect(findFault(/```md\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')).toBeUndefined();
    for (const name of names)
      expect([name, findFault(await readFile(join(folder, name), 'utf8'))]).toEqual([name, undefined]);
  });
});

/** Creates a repository with a changeset and a changelog whose first heading is `heading`. */
async function createRepository(heading: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-changesets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, '.changeset'));
  await copyFile(join(folder, 'run.mjs'), join(directory, '.changeset/run.mjs'));
  await writeFile(join(directory, '.changeset/kettle.md'), "---\n'millrace': minor\n---\n\nKettles sing.\n");
  await writeFile(join(directory, 'package.json'), JSON.stringify({ version: '0.1.0', workspaces: [] }));
  await writeFile(join(directory, 'CHANGELOG.md'), `# Changelog\n\n${heading}\n\nThe first release.\n`);
  return directory;
}

describe('an unreleased first version', () => {
  it.each([
    ['## 0.1.0 (unreleased)', 'nothing'],
    ['## 0.1.0', 'version'],
  ])('is not skipped: with a changeset and the heading %j, the workflow plans %s', async (heading, next) => {
    const workflow = load(await readFile(join(root, '.github/workflows/publish.yml'), 'utf8')) as {
      jobs: { plan: { steps: { id?: string; run?: string }[] } };
    };
    const plan = workflow.jobs.plan.steps.find(({ id }) => id === 'plan')?.run ?? '';
    const cwd = await createRepository(heading);
    const env = { ...process.env, GITHUB_OUTPUT: join(cwd, 'output') };
    const { status, stderr } = spawnSync('bash', ['-e', '-c', plan], { cwd, env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe(`next=${next}\nversion=0.1.0\n`);
  });

  it.each(['add', 'version'])('does not allow the command %s of the script', async (command) => {
    const cwd = await createRepository('## 0.1.0 (unreleased)');
    const { status, stderr } = spawnSync(process.execPath, ['.changeset/run.mjs', command], { cwd, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('Expected a first release before any changeset');
  });

  it('has no changesets', async () => {
    const isUnreleased = /^## .* \(unreleased\)$/m.test(await readFile(join(root, 'CHANGELOG.md'), 'utf8'));
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(isUnreleased ? names : []).toEqual([]);
  });
});

describe('the packages', () => {
  it('have the same version, which is the peer dependency of the SDK', async () => {
    const [sdk, server] = [await readManifest('package.json'), await readManifest('server/package.json')];
    expect(server.version).toBe(sdk.version);
    expect(sdk.peerDependencies['@millrace/server']).toBe(sdk.version);
  });

  it('are released together', async () => {
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { fixed: string[][] };
    expect(config.fixed).toEqual([packages]);
  });

  it.each(['CHANGELOG.md', 'server/CHANGELOG.md'])('have the version in %s', async (changelog) => {
    const { version } = await readManifest('package.json');
    const headings = (await readFile(join(root, changelog), 'utf8')).match(/^## .*$/gm) ?? [];
    expect([`## ${version}`, `## ${version} (unreleased)`]).toContain(headings[0]);
  });
});
