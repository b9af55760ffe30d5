import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { SettingsInput } from '../../src/index.js';
import { HostedClient } from './clients/hosted-client.js';
import { V1Client } from './clients/v1-client.js';

export interface ServerProcess {
  readonly pid: number;
  readonly client: HostedClient;
  readonly v1: V1Client;
  /** `kill -9`, and the wait for its end. */
  kill(): Promise<void>;
  /** SIGTERM, and the wait for its end. Resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built server as a process of its own, which the end of the test kills. */
export async function startServerProcess(options: SettingsInput): Promise<ServerProcess> {
  const program = fileURLToPath(new URL('./server-program.js', import.meta.url));
  // without optimised WebAssembly code, which costs a second and comes too late for a process that is killed soon
  const args = ['--liftoff-only', program, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const first = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  if (first.done === true) throw new Error('Expected the server to start, but its process ended.');
  const { url, apiKey } = JSON.parse(first.value) as { url: string; apiKey: string };
  return {
    pid: child.pid!,
    client: new HostedClient(url, apiKey),
    v1: new V1Client(url, apiKey),
    kill,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}
