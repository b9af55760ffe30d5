import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import { messageOf } from '../shared/rules/class-of.js';

interface PathStatus {
  /** The device and inode numbers. */
  readonly id?: string;
  readonly errorMessage?: string;
}

/** Detects whether a path still refers to the same folder. The path of an unmounted disk, for example, refers to an empty mount point. */
export class FolderIdentity {
  readonly #directory: string;
  readonly #id: string | undefined;

  private constructor(directory: string, id: string | undefined) {
    this.#directory = directory;
    this.#id = id;
  }

  static async read(directory: string): Promise<FolderIdentity> {
    return new FolderIdentity(directory, (await identify(directory)).id);
  }

  async isUnchanged(): Promise<boolean> {
    return (await this.#describeChange()) === undefined;
  }

  /** @throws `ValidationError` if the path refers to another directory or cannot be accessed. */
  async assertUnchanged(): Promise<void> {
    const change = await this.#describeChange();
    if (change === undefined) return;
    const message =
      `The folder ${resolve(this.#directory)} changed during the sync: ${change}. ` +
      'Its disk may have been unmounted. Files that seemed to be missing were not deleted. Sync again when the folder is back';
    throw new ValidationError([{ path: ['directory'], message }]);
  }

  async #describeChange(): Promise<string | undefined> {
    const { id, errorMessage } = await identify(this.#directory);
    return errorMessage ?? (id === this.#id ? undefined : 'another directory is at this path');
  }
}

async function identify(directory: string): Promise<PathStatus> {
  try {
    const { dev, ino } = await stat(directory, { bigint: true });
    return { id: `${dev} ${ino}` };
  } catch (error) {
    return { errorMessage: messageOf(error) };
  }
}
