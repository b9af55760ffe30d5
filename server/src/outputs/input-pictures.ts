import { readFile } from 'node:fs/promises';
import type { BlobStore } from '../blobs/blob-store.js';
import { ModuleError, type ModuleLimits } from '../module-contract/module.js';
import { RunnerError } from '../runner/runner-error.js';
import type { Runner } from '../runner/runner.js';
import { OpenCounts } from '../system/open-counts.js';

/** A page of an image, as a JPEG of the same size. */
export interface Picture {
  readonly content: Buffer;
  /** Number of pages in the image. */
  readonly pages: number;
}

interface StoredImage {
  /** The key of its blob. */
  readonly key: string;
  readonly fileName: string;
}

/** Thrown if no picture of an image can be made. The message contains the reason. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** Thrown if too many pictures of an account are being made or waiting. */
export class TooManyPicturesError extends Error {
  override readonly name = 'TooManyPicturesError';
}

/** Maximum number of pictures of an account that are being made or waiting. One is made at a time, which can take a minute. */
const maxPerAccount = 8;

/** The codes of runner errors that the image causes. Other errors are the server's. */
const imageFaults = ['deadline', 'memory', 'died', 'output'];

/** Makes pictures of images that browsers cannot show, in a separate process, because a decoder may crash on a damaged file. */
export class InputPictures {
  readonly #runner: Runner;
  readonly #blobs: BlobStore;
  readonly #limits: ModuleLimits;
  readonly #open = new OpenCounts();

  constructor(runner: Runner, blobs: BlobStore, limits: ModuleLimits) {
    this.#runner = runner;
    this.#blobs = blobs;
    this.#limits = limits;
  }

  /** Makes a picture of a page. @param page 1-based. @throws {@link TooManyPicturesError}; {@link PictureError}; the signal's reason. */
  async make(account: string, image: StoredImage, page: number, signal: AbortSignal): Promise<Picture> {
    const leave = this.#open.take(account, maxPerAccount);
    if (!leave) {
      throw new TooManyPicturesError(
        `Expected at most ${maxPerAccount} pictures of an account to be made at a time, got one more. Try again in a moment.`,
      );
    }
    try {
      return await this.#make(image, page, signal);
    } finally {
      leave();
    }
  }

  async #make({ key, fileName }: StoredImage, page: number, signal: AbortSignal): Promise<Picture> {
    const scratch = this.#blobs.newScratch();
    try {
      const { path, facts } = await this.#runner.run(
        {
          module: 'picture',
          model: '',
          params: { page },
          input: { ...(await this.#blobs.locate(key)), format: 'image', textKey: '', fileName, isUpload: true },
          scratch,
          limits: this.#limits,
        },
        { signal },
      );
      return { content: await readFile(path), pages: Number(facts['pages']) };
    } catch (error) {
      if (error instanceof ModuleError || (error instanceof RunnerError && imageFaults.includes(error.code))) {
        throw new PictureError(error.message, { cause: error });
      }
      throw error;
    } finally {
      await this.#blobs.removeScratch(scratch);
    }
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.#runner.close();
  }
}
