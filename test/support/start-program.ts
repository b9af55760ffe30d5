import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import type { LocalServer } from './local-server.js';

const builtSdk = new URL('../../dist/index.js', import.meta.url).href;

export interface Program {
  readonly child: ChildProcess;
  /** What the program has printed so far. */
  readonly output: () => string;
}

/** Starts a separate program that imports the built package as a user's program would. It is killed when the test ends. */
export function startProgram(
  { apiKey, url: serverUrl }: Pick<LocalServer, 'apiKey' | 'url'>,
  code: string,
  { url = serverUrl, stderr = 'inherit' }: { url?: string; stderr?: 'inherit' | 'pipe' | 'ignore' } = {},
): Program {
  const program = `import { Client, currentSignal, flow, log, pipeline, task, resume } from ${JSON.stringify(builtSdk)};\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env['PATH'], MILLRACE_API_URL: url, MILLRACE_API_KEY: apiKey, MILLRACE_LOG: 'off' },
    stdio: ['ignore', 'pipe', stderr],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, output: () => text };
}
