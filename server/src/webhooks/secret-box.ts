import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from 'millrace/shared/runtime/write-atomically.js';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
/** Of the nonce and of the tag (NIST SP 800-38D). */
const nonceBytes = 12;
const tagBytes = 16;
/** Says which of our forms this is, and is under the seal with the rest. */
const form = 'sealed1:';

/**
 * Keeps the secrets of webhooks such that the database alone, its backups and its exports, are of no use to who wants to sign
 * as this server: the key lies in the data directory, which all servers on a database share.
 */
export class SecretBox {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** With the key of `<dataDir>/webhook.key` (0600), which the first to come makes. */
  static async open(dataDir: string): Promise<SecretBox> {
    const path = join(dataDir, 'webhook.key');
    const key = (await readKey(path)) ?? (await makeKey(dataDir, path));
    if (key?.length === keyBytes) return new SecretBox(key);
    throw new Error(
      `Expected ${path} to hold ${keyBytes} bytes as base64, got something else. Put the file back from a backup; ` +
        'without one, remove it, and make the webhooks again.',
    );
  }

  seal(secret: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(form));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return form + sealed.toString('base64');
  }

  /** The secret; nothing when it was sealed with another key, or changed. */
  unseal(text: string): string | undefined {
    const bytes = Buffer.from(text.slice(form.length), 'base64');
    if (!text.startsWith(form) || bytes.length < nonceBytes + tagBytes) return undefined;
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(form))
      .setAuthTag(bytes.subarray(-tagBytes));
    try {
      return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return undefined;
    }
  }
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await readFile(path, 'utf8'), 'base64');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isThere(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

/** Whole or not at all, and on the disk before anything is sealed with it; the one that another server has just made wins. */
async function makeKey(dataDir: string, path: string): Promise<Buffer | undefined> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path)
      // some file systems have no links
      .catch(async (error: unknown) => {
        if (!isThere(error)) await copyFile(temporary, path, constants.COPYFILE_EXCL);
      })
      .catch((error: unknown) => {
        if (!isThere(error)) throw error;
      });
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(dataDir);
  return readKey(path);
}
