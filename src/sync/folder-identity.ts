import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import { messageOf } from '../shared/rules/class-of.js';

interface Found {
  /** The device and the inode. */
  readonly id?: string;
  /** Why there is no directory, or none that can be read. */
  readonly fault?: string;
}

/** Tells a folder from what is at its path later: if a disk is unmounted, the path leads to the empty directory below it. */
export class FolderIdentity {
  readonly #directory: string;
  readonly #id: string | undefined;

  private constructor(directory: string, id: string | undefined) {
    this.#directory = directory;
    this.#id = id;
  }

  static async of(directory: string): Promise<FolderIdentity> {
    return new FolderIdentity(directory, (await identify(directory)).id);
  }

  async isSame(): Promise<boolean> {
    return (await this.#foundInstead()) === undefined;
  }

  /** @throws `ValidationError` if the path leads to another directory, or to none. */
  async assertSame(): Promise<void> {
    const found = await this.#foundInstead();
    if (found === undefined) return;
    const message =
      `Expected the folder ${resolve(this.#directory)} to stay in its place during a sync, got ${found}. ` +
      'Its disk may have been unmounted. Files that seem to be missing were not deleted; sync again when the folder is back';
    throw new ValidationError([{ path: ['directory'], message }]);
  }

  async #foundInstead(): Promise<string | undefined> {
    const { id, fault } = await identify(this.#directory);
    return fault ?? (id === this.#id ? undefined : 'another directory there');
  }
}

async function identify(directory: string): Promise<Found> {
  try {
    const { dev, ino } = await stat(directory, { bigint: true });
    return { id: `${dev} ${ino}` };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}
