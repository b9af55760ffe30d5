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
  /** Sends SIGKILL and waits until the process has ended. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits until the process has ended. Resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built server in its own process, which is killed when the test has finished. */
export async function startServerProcess(options: SettingsInput): Promise<ServerProcess> {
  const program = fileURLToPath(new URL('./server-program.js', import.meta.url));
  // without optimized WebAssembly code, which takes a second to compile: too long for a process that is killed soon
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
