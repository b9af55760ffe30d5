import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, getOwnIdentity } from 'millrace/shared/runtime/process-identity.js';
import { describe, expect, it } from 'vitest';

const self = getOwnIdentity();

describe('the identity of a process', () => {
  it('is alive while its process runs', () => {
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, started: null })).toBe(true);
  });

  it.runIf(self.started !== null)('is not alive if a later process has the same PID', () => {
    expect(isAlive({ ...self, started: 'another time' })).toBe(false);
  });

  it('is not alive after its process has exited', async () => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(isAlive({ ...self, pid: child.pid ?? 0, started: null })).toBe(false);
  });

  it('is not alive after a restart of the machine', () => {
    expect(isAlive({ ...self, boot: 'an earlier one' })).toBe(false);
  });

  it('cannot be checked from another machine or another container', () => {
    expect(isAlive({ ...self, host: 'another.invalid' })).toBe('unknown');
    expect(isAlive({ ...self, pidNamespace: 'pid:[1]' })).toBe('unknown');
  });

  it.each([0, -1, 1.5, NaN])('is not alive with the PID %s', (pid) => {
    expect(isAlive({ ...self, pid, started: null })).toBe(false);
  });
});
