import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { getOwnIdentity, type ProcessIdentity } from 'millrace/shared/runtime/process-identity.js';
import { DataDirInUseError, DataDirLock } from '../../src/store/embedded/data-dir-lock.js';
import { startServer } from '../../src/index.js';
import { explainDataDirError, describeInsecureDataDir } from '../../src/system/data-dir-error.js';
import { onPglite } from '../support/database/backend.js';

let dataDir: string;

interface LockFile extends ProcessIdentity {
  trying: boolean;
  server: { host: string; port: number } | null;
}

/** Writes the lock file of another process, which was killed or still has the directory open. */
async function writeLockFile(changes: Partial<LockFile>, name = 'left'): Promise<string> {
  const path = join(dataDir, 'lock', `${name}.json`);
  await mkdir(join(dataDir, 'lock'), { recursive: true });
  await writeFile(path, JSON.stringify({ ...getOwnIdentity(), trying: false, server: null, ...changes }));
  return path;
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

async function listenOn(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return server;
}

describe.runIf(onPglite)('the lock of a data directory', () => {
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'millrace-lock-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  });

  test('can be held by one owner at a time, until it is released', async () => {
    const lock = await DataDirLock.acquire(dataDir);
    await expect(DataDirLock.acquire(dataDir)).rejects.toThrow(DataDirInUseError);
    await lock.release();
    expect(await readdir(join(dataDir, 'lock'))).toEqual([]);
    await (await DataDirLock.acquire(dataDir)).release();
  });

  test('is acquired by only one of many at the same time', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => DataDirLock.acquire(dataDir)));
    const acquired = results.filter((result) => result.status === 'fulfilled');
    expect(acquired).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(DataDirInUseError);
      else await result.value.release();
    }
  });

  test('names the process that holds it, and the address of its server', async () => {
    const lock = await DataDirLock.acquire(dataDir);
    await lock.recordServerAddress('127.0.0.1', 8418);
    const refused = DataDirLock.acquire(dataDir);
    await expect(refused).rejects.toThrow(
      `process ${process.pid} has it open and serves http://127.0.0.1:8418. Stop that process`,
    );
    await expect(refused).rejects.toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('is taken over from a process that has ended', async () => {
    const path = await writeLockFile({ pid: await deadPid() });
    const lock = await DataDirLock.acquire(dataDir);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await lock.release();
  });

  test('is taken over from a process whose pid was reused', async () => {
    await writeLockFile({ started: 'another time' });
    await (await DataDirLock.acquire(dataDir)).release();
  });

  test('is taken over after the machine was restarted', async () => {
    await writeLockFile({ boot: 'an earlier one' });
    await (await DataDirLock.acquire(dataDir)).release();
  });

  test('is not taken over from a running process, even without a socket or a server', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    // no socket, no start time, no server that responds
    await writeLockFile({ pid: other.pid!, started: null, server: { host: '127.0.0.1', port: 1 } });
    await expect(DataDirLock.acquire(dataDir)).rejects.toMatchObject({ pid: other.pid });
  });

  test('is not taken over from a running process in another container', async () => {
    const path = await writeLockFile({ pidNamespace: 'pid:[1]' });
    await listenOn(path.replace('.json', '.sock'));
    await expect(DataDirLock.acquire(dataDir)).rejects.toThrow(`process ${process.pid} on host`);
  });

  test('is not taken over from a container whose server accepts connections', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address!.port : 0;
    const path = await writeLockFile({ pidNamespace: 'pid:[1]', server: { host: '127.0.0.1', port } });
    // no process listens on its socket any more
    await abandonSocket(path.replace('.json', '.sock'));
    await expect(DataDirLock.acquire(dataDir)).rejects.toThrow(`and serves http://127.0.0.1:${port}`);
  });

  test('is taken over from a process in another container that has ended', async () => {
    const path = await writeLockFile({ pidNamespace: 'pid:[1]' });
    await abandonSocket(path.replace('.json', '.sock'));
    await (await DataDirLock.acquire(dataDir)).release();
    expect(await readdir(join(dataDir, 'lock'))).toEqual([]);
  });

  test('is not taken over from another machine, and the error names the file to remove', async () => {
    const path = await writeLockFile({ host: 'elsewhere', pid: 4711 });
    await expect(DataDirLock.acquire(dataDir)).rejects.toThrow(
      `process 4711 on host elsewhere has it open. Stop that process, or choose another directory. ` +
        `If that host is gone, remove ${path}.`,
    );
  });
});

/** Creates the socket of a killed process: a file on which no process listens. */
async function abandonSocket(path: string): Promise<void> {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', program], { stdio: 'ignore' }), 'exit');
}

test.runIf(onPglite)('the lock of a data directory removes unfinished lock files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-lock-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'lock'));
  const part = join(directory, 'lock', '.7-abc.json.0.part');
  await writeFile(part, '{');
  await utimes(part, 0, 0);
  const lock = await DataDirLock.acquire(directory);
  expect((await readdir(join(directory, 'lock'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  await lock.release();
});

test.each([
  ['EROFS', /its file system is read-only\. Mount it for writing, or choose another directory/],
  ['EACCES', /this user has no permission to use \/data\/blobs\. Change its owner, or choose another directory/],
  ['ENOTDIR', /part of that path is a file\. Move the file, or choose another directory/],
  ['ENOSPC', /it is full\. Free up some space, then start again/],
])('explains what to do about %s in the data directory', (code, message) => {
  const error = Object.assign(new Error(code), { code, path: '/data/blobs' });
  expect(String(explainDataDirError(error, '/data'))).toMatch(message);
  const elsewhere = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/etc/shadow' });
  expect(explainDataDirError(elsewhere, '/data')).toBe(elsewhere);
});

test.runIf(process.platform !== 'win32')('warns about a data directory to which other users can write', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-mode-'));
  for (const mode of [0o777, 0o770, 0o702]) {
    await chmod(directory, mode);
    const bits = mode.toString(8);
    expect(await describeInsecureDataDir(directory)).toContain(
      `(its mode is ${bits}), so they can replace keys and files. Run: chmod 700`,
    );
  }
  for (const mode of [0o700, 0o755]) {
    await chmod(directory, mode);
    expect(await describeInsecureDataDir(directory)).toBeUndefined();
  }
  await rm(directory, { recursive: true });
});

test('refuses a data directory below a file, and says what to do', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'millrace-file-')), 'file');
  await writeFile(file, '');
  const start = startServer({ dataDir: join(file, 'data'), port: 0, logLevel: 'off' });
  await expect(start).rejects.toThrow(/to be a directory, but part of that path is a file\. Move the file/);
});
