import { readdir, readFile } from 'node:fs/promises';

/** The processes that a server runs its modules in. Linux only. */
export async function moduleProcesses(serverPid = process.pid): Promise<number[]> {
  const threads = await readdir(`/proc/${serverPid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${serverPid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  const commands = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return children.filter((_, i) => commands[i]!.includes('runner-child'));
}

/** Freezes them, so that a step that one of them gets stays running. */
export async function pauseModules(serverPid?: number): Promise<number[]> {
  const pids = await moduleProcesses(serverPid);
  if (pids.length === 0) throw new Error('Expected a module to have run before, so that its process is there.');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return pids;
}

export function resumeModules(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // it was killed meanwhile
    }
  }
}
