import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from 'millrace/shared/runtime/write-atomically.js';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
/** The nonce length recommended by NIST SP 800-38D. */
const nonceBytes = 12;
const tagBytes = 16;
/** The version prefix of sealed text, which is also the additional authenticated data. */
const versionPrefix = 'sealed1:';

/**
 * Encrypts webhook secrets, so that read access to the database, a database backup or an export is not enough to sign messages as
 * this server. The key is in the data directory, which all servers with the same database share.
 */
export class SecretBox {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Loads the key from `<dataDir>/webhook.key` (mode 0600). Creates the file if it does not exist. */
  static async open(dataDir: string): Promise<SecretBox> {
    const path = join(dataDir, 'webhook.key');
    const key = (await readKey(path)) ?? (await createKey(dataDir, path));
    if (key?.length === keyBytes) return new SecretBox(key);
    throw new Error(
      `Expected ${path} to contain ${keyBytes} base64-encoded bytes, got ${key?.length ?? 0}. Restore the file from a backup. ` +
        'If you have no backup, delete the file and recreate the webhooks.',
    );
  }

  seal(secret: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(versionPrefix));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return versionPrefix + sealed.toString('base64');
  }

  /** Returns the secret, or `undefined` if the sealed text was modified or was sealed with a different key. */
  unseal(text: string): string | undefined {
    const bytes = Buffer.from(text.slice(versionPrefix.length), 'base64');
    if (!text.startsWith(versionPrefix) || bytes.length < nonceBytes + tagBytes) return undefined;
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(versionPrefix))
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

function isFileExistsError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

/**
 * Creates a key and syncs it to disk, so that no secret is sealed with a key that a power failure could lose. If another server creates
 * the key file first, returns that server's key.
 */
async function createKey(dataDir: string, path: string): Promise<Buffer | undefined> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const temporaryPath = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporaryPath, path)
      // fall back to a copy, because some file systems do not support hard links
      .catch(async (error: unknown) => {
        if (!isFileExistsError(error)) await copyFile(temporaryPath, path, constants.COPYFILE_EXCL);
      })
      .catch((error: unknown) => {
        if (!isFileExistsError(error)) throw error;
      });
  } finally {
    await rm(temporaryPath, { force: true });
  }
  await syncDirectory(dataDir);
  return readKey(path);
}
