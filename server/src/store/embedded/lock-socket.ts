import { type Server, connect, createServer, type NetConnectOpts } from 'node:net';

/** The length that the address of a Unix socket may have, on the strictest system. */
const longestPath = 100;

/** A socket that the kernel keeps answering for as long as the process lives, even while its event loop is blocked. */
export class LockSocket {
  readonly #server: Server | undefined;

  private constructor(server: Server | undefined) {
    this.#server = server;
  }

  /** Without one where the file system has no sockets, or the path is too long: then the pid alone decides. */
  static async listen(path: string): Promise<LockSocket> {
    if (process.platform === 'win32' || Buffer.byteLength(path) > longestPath) return new LockSocket(undefined);
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

/** Whether somebody listens there; `unknown` when that cannot be found out. */
export function responses(address: NetConnectOpts): Promise<boolean | 'unknown'> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: 1_000 });
    const end = (response: boolean | 'unknown') => (): void => {
      socket.destroy();
      resolve(response);
    };
    socket.once('connect', end(true)).once('timeout', end('unknown'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? false : 'unknown')());
  });
}
