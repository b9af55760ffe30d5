import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../server/src/modules/keyword-db/run.js';

/** A job of another contender for one file. */
export interface FileJob {
  readonly input: string;
  readonly output: string;
}

const limits = {
  maxTextBytes: 2 ** 26,
  maxItems: 1_000_000,
  maxOutputBytes: 2 ** 30,
  maxExpandedBytes: 2 ** 26,
  maxPixels: 25_000_000,
  maxAudioSeconds: 3600,
};

/**
 * Runs the function of the `keyword-db` module on a file, without a server, and moves the output to its path.
 *
 * @param usePostings Called with the path of the postings before they are deleted.
 */
export async function indexFile(
  { input, output }: FileJob,
  usePostings?: (path: string) => Promise<void>,
): Promise<void> {
  const scratch = await mkdtemp(join(dirname(output), '.scratch-'));
  try {
    const { path, postingsPath } = await run(
      { path: input, format: 'text', textKey: 'snippet', fileName: input },
      {
        model: 'sqlite',
        params: {},
        scratch,
        signal: new AbortController().signal,
        limits,
        progress: () => undefined,
        warn: () => undefined,
      },
    );
    if (usePostings && postingsPath !== undefined) await usePostings(postingsPath);
    await rename(path, output);
  } finally {
    await rm(scratch, { recursive: true });
  }
}
