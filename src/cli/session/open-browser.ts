import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long to wait to see whether the command that opens the browser fails, in milliseconds. A command that is still running after this
 * time counts as successful, because it may run until the browser closes.
 */
const failureTimeoutMs = 2000;

/** Opens a URL in the user's browser. @returns `false` if no browser command was found or the command failed. */
export async function openBrowser(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program, ...args] = findBrowserCommand(env) ?? [];
  if (program === undefined) return false;
  const child = spawn(program, [...args, url], { env, stdio: 'ignore', detached: true });
  child.unref();
  const stopWaiting = new AbortController();
  const succeeded = once(child, 'exit', { signal: stopWaiting.signal }).then(
    ([code]) => code === 0,
    () => false,
  );
  const isOpen = await Promise.race([succeeded, sleep(failureTimeoutMs, true, { signal: stopWaiting.signal })]);
  stopWaiting.abort();
  return isOpen;
}

function findBrowserCommand(env: NodeJS.ProcessEnv): string[] | undefined {
  if (env['BROWSER']) return [env['BROWSER']];
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  // without a display, xdg-open would start a text-mode browser
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}
