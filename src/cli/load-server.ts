import type { Readable, Writable } from 'node:stream';
import type * as ServerPackage from '@millrace/server';

/** Which database: the embedded one of a data directory, or a PostgreSQL server. */
export interface StoreOptions {
  readonly dataDir?: string;
  readonly databaseUrl?: string;
}

export interface StoreTransfer {
  readonly exportStore: (options: StoreOptions, stream: Writable) => Promise<{ rows: number }>;
  readonly importStore: (options: StoreOptions, stream: Readable) => Promise<{ rows: number }>;
}

/** `@millrace/server` is not installed, or not whole. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError';
}

/**
 * Loads the server's package, which the command line does without until it is asked to serve.
 *
 * @throws `MissingServerError` saying how to install it.
 */
export async function loadServer(command: string): Promise<typeof ServerPackage & StoreTransfer> {
  try {
    return (await import('@millrace/server')) as typeof ServerPackage & StoreTransfer;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes("'@millrace/server'")) {
      throw new MissingServerError(
        `'millrace ${command}' needs the server, which is not installed beside the command line. ` +
          'Install it with: npm install @millrace/server',
      );
    }
    if (code === 'ERR_MODULE_NOT_FOUND' && /server[\\/]dist[\\/]index\.js'/.test(message)) {
      throw new MissingServerError(`'millrace ${command}' needs the server, which is not built. Run: npm run build`);
    }
    throw error;
  }
}
