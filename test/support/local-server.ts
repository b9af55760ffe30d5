import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer, type StartOptions } from '@millrace/server';
import { Client, type ClientOptions } from 'millrace';
import { newCluster } from '../../server/test/support/database/new-cluster.js';

export interface LocalServer extends RunningServer {
  /** A directory for outputs. `close` removes it. */
  readonly out: string;
  /** Creates a client with the server's address and key. */
  connect(options?: ClientOptions): Client;
}

/** Starts a real server with its own embedded database. `close` also closes the clients and removes the data. */
export async function startLocalServer(options: StartOptions = {}): Promise<LocalServer> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  const dataDir = join(directory, 'data');
  await mkdir(dataDir);
  await newCluster(join(dataDir, 'pg'));
  const server = await startServer({
    dataDir,
    port: 0,
    graceSeconds: 1,
    logLevel: 'error',
    ...options,
  });
  const clients: Client[] = [];
  return {
    ...server,
    out: join(directory, 'out'),
    connect: (clientOptions = {}) => {
      const client = new Client({ apiUrl: server.url, apiKey: server.apiKey, ...clientOptions });
      clients.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Encodes a string as UTF-8. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
