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

/** What is wrong with a changeset, if anything is. */
function faultOf(text: string): string | undefined {
  const [, head, summary] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined || summary === undefined) return 'no front matter';
  let releases: unknown;
  try {
    releases = load(head);
  } catch {
    return 'front matter that is no YAML';
  }
  const entries = Object.entries(releases ?? {});
  if (typeof releases !== 'object' || entries.length === 0) return 'no package';
  const stranger = entries.find(([name]) => !packages.includes(name));
  if (stranger) return `${stranger[0]}, which is no package of ours`;
  const wrong = entries.find(([, bump]) => !bumps.includes(String(bump)));
  if (wrong) return `${String(wrong[1])}, which is no bump`;
  return summary.trim() === '' ? 'no sentence for the changelog' : undefined;
}

const manifest = async (path: string) =>
  JSON.parse(await readFile(join(root, path), 'utf8')) as { version: string; peerDependencies: Record<string, string> };

describe('a changeset', () => {
  it.each([
    ["---\n'millrace': minor\n---\n\nDownloads go on.\n", undefined],
    ['---\n"millrace": patch\n"@millrace/server": major\n---\nMend it.', undefined],
    ['Downloads go on.\n', 'no front matter'],
    ["---\n'millrace: minor\n---\n\nDownloads go on.\n", 'front matter that is no YAML'],
    ['---\n{}\n---\n\nDownloads go on.\n', 'no package'],
    ["---\n'milrace': minor\n---\n\nDownloads go on.\n", 'milrace, which is no package of ours'],
    ["---\n'millrace': huge\n---\n\nDownloads go on.\n", 'huge, which is no bump'],
    ["---\n'millrace': minor\n---\n\n", 'no sentence for the changelog'],
  ])('%j: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it('names our packages, how much they change and what changes for users, as the example does', async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    expect(faultOf(/```md\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')).toBeUndefined();
    for (const name of names)
      expect([name, faultOf(await readFile(join(folder, name), 'utf8'))]).toEqual([name, undefined]);
  });
});

/** A repository with a changeset, whose changelog begins with this heading. */
async function repository(heading: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-changesets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, '.changeset'));
  await copyFile(join(folder, 'run.mjs'), join(directory, '.changeset/run.mjs'));
  await writeFile(join(directory, '.changeset/kettle.md'), "---\n'millrace': minor\n---\n\nKettles sing.\n");
  await writeFile(join(directory, 'package.json'), JSON.stringify({ version: '0.1.0', workspaces: [] }));
  await writeFile(join(directory, 'CHANGELOG.md'), `# Changelog\n\n${heading}\n\nThe first release.\n`);
  return directory;
}

describe('the first release is not skipped:', () => {
  it.each([
    ['## 0.1.0 (unreleased)', 'nothing'],
    ['## 0.1.0', 'version'],
  ])('with a changeset below %j, the workflow plans %s', async (heading, next) => {
    const workflow = load(await readFile(join(root, '.github/workflows/publish.yml'), 'utf8')) as {
      jobs: { plan: { steps: { id?: string; run?: string }[] } };
    };
    const plan = workflow.jobs.plan.steps.find(({ id }) => id === 'plan')?.run ?? '';
    const cwd = await repository(heading);
    const env = { ...process.env, GITHUB_OUTPUT: join(cwd, 'output') };
    const { status, stderr } = spawnSync('bash', ['-e', '-c', plan], { cwd, env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(await readFile(env.GITHUB_OUTPUT, 'utf8')).toBe(`next=${next}\nversion=0.1.0\n`);
  });

  it.each(['add', 'version'])('%s is refused by the script, which says why', async (command) => {
    const cwd = await repository('## 0.1.0 (unreleased)');
    const { status, stderr } = spawnSync(process.execPath, ['.changeset/run.mjs', command], { cwd, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('Expected a first release before any changeset');
  });

  it('there is no changeset before it', async () => {
    const isUnreleased = /^## .* \(unreleased\)$/m.test(await readFile(join(root, 'CHANGELOG.md'), 'utf8'));
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(isUnreleased ? names : []).toEqual([]);
  });
});

describe('the packages', () => {
  it('have one version, which the SDK asks of the server', async () => {
    const [sdk, server] = [await manifest('package.json'), await manifest('server/package.json')];
    expect(server.version).toBe(sdk.version);
    expect(sdk.peerDependencies['@millrace/server']).toBe(sdk.version);
  });

  it('are released together', async () => {
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { fixed: string[][] };
    expect(config.fixed).toEqual([packages]);
  });

  it.each(['CHANGELOG.md', 'server/CHANGELOG.md'])('have the version in %s', async (changelog) => {
    const { version } = await manifest('package.json');
    const headings = (await readFile(join(root, changelog), 'utf8')).match(/^## .*$/gm) ?? [];
    expect([`## ${version}`, `## ${version} (unreleased)`]).toContain(headings[0]);
  });
});
