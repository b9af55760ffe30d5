import { readFile } from 'node:fs/promises';
import type { BlobStore } from '../blobs/blob-store.js';
import { ModuleError, type ModuleLimits } from '../module-contract/module.js';
import { RunnerError } from '../runner/runner-error.js';
import type { Runner } from '../runner/runner.js';
import { OpenItemCounter } from '../system/open-item-counter.js';

/** A page of an image, converted to JPEG. */
export interface Picture {
  readonly content: Buffer;
  readonly pageCount: number;
}

interface StoredImage {
  /** The blob key of the image. */
  readonly key: string;
  readonly fileName: string;
}

/** Thrown if an image cannot be converted to JPEG. The message contains the reason. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

/** Thrown if an account already has the maximum number of running and waiting conversions. */
export class TooManyConversionsError extends Error {
  override readonly name = 'TooManyConversionsError';
}

/** Maximum number of running and waiting conversions per account. Conversions run one at a time, and each can take up to a minute. */
const maxPerAccount = 8;

/** The codes of runner errors that the image probably caused. All other runner errors are server errors. */
const imageErrorCodes = ['deadline', 'memory', 'died', 'output'];

/** Converts images to JPEG for browsers that cannot display them. Uses a separate process, because decoders can crash on damaged files. */
export class PictureConverter {
  readonly #runner: Runner;
  readonly #blobs: BlobStore;
  readonly #limits: ModuleLimits;
  readonly #conversionCounts = new OpenItemCounter();

  constructor(runner: Runner, blobs: BlobStore, limits: ModuleLimits) {
    this.#runner = runner;
    this.#blobs = blobs;
    this.#limits = limits;
  }

  /**
   * Converts a page of an image to JPEG.
   *
   * @param page The 1-based page number.
   * @throws {@link TooManyConversionsError} if the account has reached its limit; {@link PictureError} if the image cannot be converted;
   *   {@link RunnerError} if the converter is closed, the disk is full or the module throws an unexpected error; the signal's
   *   reason if the signal is aborted.
   */
  async convert(account: string, image: StoredImage, page: number, signal: AbortSignal): Promise<Picture> {
    const release = this.#conversionCounts.tryAdd(account, maxPerAccount);
    if (!release) {
      throw new TooManyConversionsError(
        `Expected at most ${maxPerAccount} concurrent requests for pictures, got one more. Try again in a moment.`,
      );
    }
    try {
      return await this.#convert(image, page, signal);
    } finally {
      release();
    }
  }

  async #convert({ key, fileName }: StoredImage, page: number, signal: AbortSignal): Promise<Picture> {
    const scratch = this.#blobs.newScratchPath();
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
      return { content: await readFile(path), pageCount: Number(facts['pages']) };
    } catch (error) {
      if (error instanceof ModuleError || (error instanceof RunnerError && imageErrorCodes.includes(error.code))) {
        throw new PictureError(error.message, { cause: error });
      }
      throw error;
    } finally {
      await this.#blobs.removeScratch(scratch);
    }
  }

  /** Stops the child process. Running and waiting conversions fail. */
  close(): Promise<void> {
    return this.#runner.close();
  }
}
