import { readFile } from 'node:fs/promises';
import type { BlobStore } from '../blobs/blob-store.js';
import { ModuleError, type ModuleLimits } from '../module-contract/module.js';
import { RunnerError } from '../runner/runner-error.js';
import type { Runner } from '../runner/runner.js';
import { OpenCounts } from '../system/open-counts.js';

/** A page of an image, as a JPEG of the same size. */
export interface Picture {
  readonly content: Buffer;
  /** How many pages the image has. */
  readonly pages: number;
}

interface StoredImage {
  /** Its blob. */
  readonly key: string;
  readonly fileName: string;
}

/** Thrown for an image of which there is no picture. The message says why. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** Thrown for one more picture of an account than may wait. */
export class TooManyPicturesError extends Error {
  override readonly name = 'TooManyPicturesError';
}

/** The maximum number of pictures of an account that are made or wait. One is made at a time, which can take a minute. */
const maxPerAccount = 8;

/** Why a picture cannot be made, if the image is the reason. Otherwise, it is the server. */
const imageFaults = ['deadline', 'memory', 'died', 'output'];

/** Makes pictures of images that browsers do not show, in a process of its own, as a decoder may crash on a damaged file. */
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

  /** @throws {@link TooManyPicturesError}; {@link PictureError}; the signal's reason. */
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
