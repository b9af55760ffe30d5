import { startServerProcess } from '../support/server-process.js';
import type { Contender } from './contender.js';
import { startLineProgram } from './line-program.js';

const program = new URL('our-send.mjs', import.meta.url).pathname;

/** Starts the SDK and the server in separate processes, connected over HTTP, as in production. */
export async function startOurs(dataDir: string, call: 'process' | 'processMany' = 'process'): Promise<Contender> {
  const server = await startServerProcess(dataDir);
  const sender = await startLineProgram(process.execPath, [program, server.url, server.apiKey, call]);
  return {
    name: `${call}()`,
    sender,
    processes: { client: sender.pid, server: server.pid },
    stop: async () => {
      await sender.stop();
      await server.stop();
    },
  };
}
