import { readdir, readFile } from 'node:fs/promises';

/** Lists the processes in which a server runs its modules. Linux only. */
export async function moduleProcesses(serverPid = process.pid): Promise<number[]> {
  const threads = await readdir(`/proc/${serverPid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${serverPid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  const commands = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return children.filter((_, i) => commands[i]!.includes('runner-child'));
}

/** Suspends the processes of the modules, so that the steps sent to them keep running. */
export async function pauseModules(serverPid?: number): Promise<number[]> {
  const pids = await moduleProcesses(serverPid);
  if (pids.length === 0) throw new Error('Expected a module process to exist, got none. Run a module first.');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return pids;
}

export function resumeModules(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // the process was killed meanwhile
    }
  }
}
