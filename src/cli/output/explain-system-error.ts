import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isError } from '../../shared/rules/class-of.js';

interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** Explains a common operating system error, such as a port in use. Returns `undefined` for any other error. */
export function explainSystemError(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  const systemError = error as SystemError;
  switch (systemError.syscall) {
    case 'listen':
      return explainListenError(systemError);
    case 'getaddrinfo':
      return `The DNS lookup for ${systemError.hostname ?? 'the database'} failed (${systemError.code ?? 'unknown error'}). Check --database-url or DATABASE_URL.`;
    default:
      return systemError.path === undefined ? undefined : explainPathError(systemError, systemError.path);
  }
}

function explainListenError({ code, address, port }: SystemError): string | undefined {
  const endpoint = `port ${port ?? '?'} on ${address ?? 'this machine'}`;
  switch (code) {
    case 'EADDRINUSE':
      return `Expected ${endpoint} to be free, but it is in use. Stop the process that uses it, or choose another port with --port.`;
    case 'EACCES':
      return `No permission to listen on ${endpoint}. Choose another port with --port.`;
    case 'EADDRNOTAVAIL':
      return `Expected --host to be an address of this machine, got ${address ?? 'another address'}.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Expected --host to be an address of this machine, got ${address ?? 'a host name'}, whose DNS lookup failed (${code}).`;
    default:
      return undefined;
  }
}

function explainPathError({ code, syscall }: SystemError, path: string): string | undefined {
  switch (code) {
    case 'EEXIST':
      return syscall === 'mkdir' ? `Expected a directory at ${path}, got a file.` : undefined;
    case 'ENOTDIR':
      return `Expected ${dirname(path)} to be a directory, but part of that path is a file.`;
    case 'ENOENT':
      if (syscall !== 'open') return undefined;
      return existsSync(dirname(path)) ? `There is no file at ${path}.` : `There is no directory at ${dirname(path)}.`;
    case 'EACCES':
    case 'EPERM':
      return `No permission to ${syscall === 'scandir' ? 'read' : 'use'} ${path}. Change its permissions, or choose another path.`;
    case 'EROFS':
      return `Expected ${path} to be writable, but its file system is read-only.`;
    case 'ENOSPC':
      return `The disk that contains ${path} is full.`;
    default:
      return undefined;
  }
}
