import { type Server, connect, createServer, type NetConnectOpts } from 'node:net';

/** Maximum length of the socket's path, in bytes. Operating systems allow slightly more: 103 on macOS and 107 on Linux. */
const maxPathBytes = 100;

/**
 * A listening socket that shows other processes that its process is running. The kernel accepts connections even while the process's
 * event loop is blocked.
 */
export class LockSocket {
  readonly #server: Server | undefined;

  private constructor(server: Server | undefined) {
    this.#server = server;
  }

  /**
   * Listens on a Unix socket at the path. No socket is opened on Windows, if the path is too long, or if listening fails, for
   * example on a file system that does not support Unix sockets. Other processes then rely on the lock file alone.
   */
  static async listen(path: string): Promise<LockSocket> {
    if (process.platform === 'win32' || Buffer.byteLength(path) > maxPathBytes) return new LockSocket(undefined);
    const server = createServer((socket) => socket.destroy()).unref();
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(path, () => resolve(true));
    });
    return new LockSocket(listening ? server : undefined);
  }

  close(): Promise<void> {
    return new Promise((resolve) => (this.#server === undefined ? resolve() : this.#server.close(() => resolve())));
  }
}

/** Returns whether a process is listening at the address, or `unknown` if that cannot be determined. */
export function isListening(address: NetConnectOpts): Promise<boolean | 'unknown'> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: 1_000 });
    const end = (result: boolean | 'unknown') => (): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', end(true)).once('timeout', end('unknown'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? false : 'unknown')());
  });
}
