import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Debian's Python comes first, since it has the packages of Debian. */
const programs = ['/usr/bin/python3', 'python3'];

/** Returns a Python that can import this module, or `undefined`. Tests that need it are then skipped. */
export function findPython(module: string): string | undefined {
  return programs.find((program) => spawnSync(program, ['-c', `import ${module}`]).status === 0);
}

/** Runs a script of `fixtures`, and returns its output. */
export function runPython(program: string, script: string, args: readonly string[], input: string): Buffer {
  const path = fileURLToPath(new URL(`../fixtures/${script}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(program, [path, ...args], { input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`Expected ${script} to exit with 0, got ${stderr.toString()}`);
  return stdout;
}
