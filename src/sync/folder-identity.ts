import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ValidationError } from '../errors/validation-error.js';
import { messageOf } from '../shared/rules/class-of.js';

interface Identity {
  /** The device and the inode. */
  readonly id?: string;
  /** Why there is no directory, or none that can be read. */
  readonly fault?: string;
}

/** Tells a folder from what is at its path later: if a disk is unmounted, the path leads to the empty directory below it. */
export class FolderIdentity {
  readonly #directory: string;
  readonly #first: Identity;

  private constructor(directory: string, first: Identity) {
    this.#directory = directory;
    this.#first = first;
  }

  static async of(directory: string): Promise<FolderIdentity> {
    return new FolderIdentity(directory, await identify(directory));
  }

  async isSame(): Promise<boolean> {
    const { id } = await identify(this.#directory);
    return id !== undefined && id === this.#first.id;
  }

  /** @throws `ValidationError` if the path leads to another directory, or to none. */
  async assertSame(): Promise<void> {
    const { id, fault } = await identify(this.#directory);
    if (id !== undefined && id === this.#first.id) return;
    const message =
      `Expected the folder ${resolve(this.#directory)} to stay in its place during a sync, got ${fault ?? 'another directory there'}. ` +
      'Its disk may have been unmounted. Files that seem to be missing were not deleted; sync again when the folder is back';
    throw new ValidationError([{ path: ['directory'], message }]);
  }
}

async function identify(directory: string): Promise<Identity> {
  try {
    const { dev, ino } = await stat(directory, { bigint: true });
    return { id: `${dev} ${ino}` };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}
