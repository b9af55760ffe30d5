import { symlinkSync, unlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from 'millrace';
import { expect, it } from 'vitest';
import type { FolderComparer, Decision } from '../../../src/batch/folder-comparer.js';
import { deleteFileAtPath } from '../../../src/sync/delete-missing.js';
import { planSync } from '../../../src/sync/plan-sync.js';
import { readFolder } from '../../../src/sync/read-folder.js';
import { id } from '../support/batch-service.js';
import { millraceService } from '../support/hosted-service.js';
import { scratch } from '../support/scratch.js';

const entry = (n: number, symbolicFilePath: string): FileEntry => ({
  ...{ fileId: id(n), symbolicFilePath, inputSha256: 'e'.repeat(64), syncRoot: '/', expiresAt: null },
});
const unchanged = (n: number) => ({ action: 'skip', reason: 'unchanged', found: { fileId: id(n) } }) as Decision;

/** Plans the sync of a folder of two files, and returns the paths of the files that it would delete on the server. */
async function planDeletions(
  entries: readonly FileEntry[],
  comparer: Partial<FolderComparer>,
  onDirectory: (path: string) => void = () => undefined,
): Promise<string[]> {
  const directory = await scratch();
  onDirectory(directory);
  for (const name of ['a.txt', 'b.txt']) await writeFile(join(directory, name), `The text ${name}.`);
  const fullComparer = {
    getSymbolicPath: ({ path }) => `/${path}`,
    claim: () => '',
    findRefusalReason: () => Promise.resolve(undefined),
    ...comparer,
  } as Partial<FolderComparer> as FolderComparer;
  const folder = await readFolder(directory, fullComparer, {});
  const plan = await planSync(folder, entries, fullComparer, { root: '/', adopt: false, signal: undefined });
  return plan.deletions.map((deletion) => deletion.entry.symbolicFilePath);
}

it('does not delete a file that another sync has moved since the list was read', async () => {
  const decide: FolderComparer['decide'] = ({ location: { path } }) =>
    Promise.resolve(unchanged(path === 'a.txt' ? 1 : 2));
  expect(await planDeletions([entry(1, '/old.txt'), entry(2, '/b.txt'), entry(3, '/c.txt')], { decide })).toEqual([
    '/c.txt',
  ]);
});

it.each([
  ['keeps a file that becomes unreadable', (path: string) => symlinkSync('a.txt', path), ['/c.txt']],
  ['deletes a file that disappears', () => undefined, ['/a.txt', '/c.txt']],
])('%s while the folder is read', async (_, change, expected) => {
  let directory = '';
  const comparer: Partial<FolderComparer> = {
    getSymbolicPath: ({ path }) => {
      if (path === 'a.txt') {
        unlinkSync(join(directory, path));
        change(join(directory, path));
      }
      return `/${path}`;
    },
    decide: () => Promise.resolve(unchanged(2)),
  };
  const entries = [entry(1, '/a.txt'), entry(2, '/b.txt'), entry(3, '/c.txt')];
  expect(await planDeletions(entries, comparer, (path) => (directory = path))).toEqual(expected);
});

it('keeps a file that is no longer at its listed path', async () => {
  const message = 'it is at /b.txt, no longer at /a.txt';
  const { client, to } = await millraceService({
    '/v1/files': { status: 409, json: { error: { code: 'conflict', message } } },
  });
  expect(await deleteFileAtPath(client.files, entry(1, '/a.txt'), {})).toEqual({
    action: 'kept',
    message: expect.stringContaining(message) as string,
  });
  expect(to('/v1/files')[0]?.path).toBe(`/v1/files/${id(1)}?symbolicFilePath=%2Fa.txt`);
});
