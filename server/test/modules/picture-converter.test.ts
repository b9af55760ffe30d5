import { expect, it } from 'vitest';
import type { BlobStore } from '../../src/blobs/blob-store.js';
import type { ModuleLimits } from '../../src/module-contract/module.js';
import { PictureConverter, PictureError, TooManyConversionsError } from '../../src/outputs/picture-converter.js';
import { RunnerError } from '../../src/runner/runner-error.js';
import type { Runner } from '../../src/runner/runner.js';

const image = { key: 'a', fileName: 'scan.tiff' };
const { signal } = new AbortController();
const blobs = {
  newScratchPath: () => 'scratch',
  removeScratch: () => Promise.resolve(),
  locate: () => Promise.resolve({}),
} as unknown as BlobStore;

/** Creates pictures with a runner whose tasks the test rejects. */
function createPictures() {
  const tasks: { readonly reject: (reason: unknown) => void }[] = [];
  const run = () => new Promise<never>((_, reject) => tasks.push({ reject }));
  return { pictures: new PictureConverter({ run } as unknown as Runner, blobs, {} as ModuleLimits), tasks };
}

it('rejects an account that waits for too many pictures, but no other account', async () => {
  const { pictures, tasks } = createPictures();
  const make = (account: string) => pictures.convert(account, image, 1, signal);
  const waiting = Array.from({ length: 8 }, () => expect(make('ada')).rejects.toThrow(PictureError));
  await expect(make('ada')).rejects.toThrow(TooManyConversionsError);
  waiting.push(expect(make('bob')).rejects.toThrow(PictureError));
  await expect.poll(() => tasks.length).toBe(9);
  for (const { reject } of tasks) reject(new RunnerError('died', 'its process ended'));
  await Promise.all(waiting);
  const next = expect(make('ada')).rejects.toThrow('the runner was closed');
  await expect.poll(() => tasks.length).toBe(10);
  // an error of the server, not of the image
  tasks.at(-1)?.reject(new RunnerError('closed', 'the runner was closed'));
  await next;
});
