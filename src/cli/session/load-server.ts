import type * as ServerPackage from '@millrace/server';

/** Thrown if `@millrace/server` is not installed or not built. */
class MissingServerError extends Error {
  override readonly name = 'MissingServerError';
}

/**
 * Imports the server package, an optional peer dependency.
 *
 * @throws `MissingServerError` if the package is not installed or not built.
 */
export async function loadServer(command: string): Promise<typeof ServerPackage> {
  try {
    return await import('@millrace/server');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes("'@millrace/server'")) {
      throw new MissingServerError(
        `'millrace ${command}' needs the server, which is not installed. ` +
          'Install it with: npm install @millrace/server',
      );
    }
    if (code === 'ERR_MODULE_NOT_FOUND' && /server[\\/]dist[\\/]index\.js'/.test(message)) {
      throw new MissingServerError(`'millrace ${command}' needs the server, which is not built. Run: npm run build`);
    }
    throw error;
  }
}
