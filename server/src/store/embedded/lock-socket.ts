import { type Server, connect, createServer, type NetConnectOpts } from 'node:net';

/** Maximum length, in bytes, of a Unix socket path that works on every platform. */
const maxPathBytes = 100;

/**
 * A listening socket that shows that its process is running. The kernel accepts connections even while the process's event loop is
 * blocked.
 */
export class LockSocket {
  readonly #server: Server | undefined;

  private constructor(server: Server | undefined) {
    this.#server = server;
  }

  /**
   * Listens on a Unix socket at the path. On Windows, on file systems without sockets, or if the path is too long, no socket is
   * opened, and only the process id identifies the owner.
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
