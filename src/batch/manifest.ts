import { createHash } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { RunWarning } from '../shared/runs/run-warning.js';
import type { ProcessManyOptions } from '../shared/types/files/many-files.js';
import { ValidationError } from '../errors/validation-error.js';
import { LockedError, LockFile } from './lock-file.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

/** The state of one file. Each line for the file sets some of these fields; later lines take precedence. */
export interface ManifestEntry {
  key: string;
  state: 'uploading' | 'running' | 'succeeded' | 'failed';
  /** Size in bytes. */
  size?: number | undefined;
  /** Modification time, in milliseconds since the Unix epoch. If the file's current size or mtime differs, the file has changed. */
  mtimeMs?: number | undefined;
  idempotencyKey?: string | undefined;
  requestId?: string | undefined;
  fileId?: string | undefined;
  outputFiles?: string[] | undefined;
  /** Recorded only for a successful run that has warnings. */
  warnings?: RunWarning[] | undefined;
  message?: string | undefined;
  /** The id of the file's server batch. The manifest stores this id on a separate line, which applies to the entries below it. */
  batchId?: string | undefined;
}

interface ManifestHeader {
  pipeline: string;
  chain: readonly string[];
  /** The values of the options that must be the same in every call with the manifest. */
  options: unknown;
}

const formatVersion = 1;

/** Manifests in this process that are still open after an abort, by path. Each promise resolves when its manifest is closed. */
const closingByPath = new Map<string, Promise<void>>();

/**
 * The append-only journal of a batch. Each change is one line, and recording a change waits until its line is synced to disk. A crash can
 * truncate only the lines that are being written; incomplete lines are ignored. Only one batch at a time can use a manifest.
 */
export class Manifest {
  readonly #file: FileHandle;
  readonly #lock: LockFile;
  readonly #entryByKey: Map<string, ManifestEntry>;
  readonly #onClosed: () => void;
  #batchId: string | undefined;
  #unwritten = '';
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, lock: LockFile, { entries, batchId }: Journal, onClosed: () => void) {
    this.#file = file;
    this.#lock = lock;
    this.#entryByKey = entries;
    this.#batchId = batchId;
    this.#onClosed = onClosed;
  }

  /**
   * Opens a manifest, or creates it if the file does not exist, and locks it.
   *
   * @param signal The batch's signal. After an abort, the next call for the same path waits until this manifest is closed.
   * @throws `ValidationError` if another batch is using the manifest, if it is for a different pipeline, chain or options, or if the
   * manifest cannot be read or its lock file cannot be accessed.
   */
  static async open(manifestPath: string, header: ManifestHeader, signal?: AbortSignal): Promise<Manifest> {
    const path = resolve(manifestPath);
    await closingByPath.get(path);
    // an aborted signal fires no further event, so `trackClosing` would miss the abort
    throwIfAborted(signal);
    const onClosed = trackClosing(path, signal);
    try {
      return await Manifest.#lockAndOpen(path, header, onClosed);
    } catch (error) {
      onClosed();
      throw error;
    }
  }

  static async #lockAndOpen(path: string, header: ManifestHeader, onClosed: () => void): Promise<Manifest> {
    const lock = await acquireLock(path);
    let file: FileHandle | undefined;
    try {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
        throw createManifestError(`Could not read ${path}: ${(error as Error).message}`);
      });
      const journal = parseJournal(text);
      const { headerLine } = journal;
      const expectedHeader = formatHeader(header);
      if (headerLine !== undefined && headerLine !== expectedHeader) {
        throw createManifestError(
          `Expected ${path} to be a manifest for this pipeline, chain and options, got a different one. Use another path`,
        );
      }
      file = await open(path, 'a');
      const manifest = new Manifest(file, lock, journal, onClosed);
      if (text !== '' && !text.endsWith('\n')) await manifest.#write('\n');
      if (headerLine === undefined) await manifest.#write(`${expectedHeader}\n`);
      return manifest;
    } catch (error) {
      await file?.close().catch(() => undefined);
      await lock.release();
      throw error;
    }
  }

  get(key: string): ManifestEntry | undefined {
    return this.#entryByKey.get(key);
  }

  /** The id of the newest server batch in the manifest. */
  get batchId(): string | undefined {
    return this.#batchId;
  }

  /** Appends the id of a new server batch. Entries that are recorded later belong to this batch. */
  async recordBatch(batchId: string): Promise<void> {
    this.#batchId = batchId;
    await this.#write(`${JSON.stringify({ batch: batchId, at: new Date().toISOString() })}\n`);
  }

  /** Updates a file's entry and appends the change to the manifest. Resolves when the change is on disk. */
  async record(entry: ManifestEntry): Promise<void> {
    mergeEntry(this.#entryByKey, entry, this.#batchId);
    await this.#write(`${JSON.stringify({ ...entry, at: new Date().toISOString() })}\n`);
  }

  async close(): Promise<void> {
    try {
      await this.#lastWrite;
      await this.#file.close();
    } finally {
      await this.#lock.release().finally(this.#onClosed);
    }
  }

  /** Serializes writes, so that lines never interleave. Lines added during a write share the next write and sync. */
  async #write(text: string): Promise<void> {
    this.#unwritten += text;
    const write = this.#lastWrite.then(async () => {
      const lines = this.#unwritten;
      this.#unwritten = '';
      if (lines === '') return;
      await this.#file.appendFile(lines);
      await this.#file.sync();
    });
    this.#lastWrite = write.catch(() => undefined);
    await write;
  }
}

/** Adds the manifest to `closingByPath` when the signal is aborted. @returns A function to call when the manifest is closed. */
function trackClosing(path: string, signal: AbortSignal | undefined): () => void {
  let resolveClosed: () => void = () => undefined;
  const closed = new Promise<void>((done) => (resolveClosed = done));
  const markAsClosing = (): void => void closingByPath.set(path, closed);
  signal?.addEventListener('abort', markAsClosing, { once: true });
  return () => {
    signal?.removeEventListener('abort', markAsClosing);
    if (closingByPath.get(path) === closed) closingByPath.delete(path);
    resolveClosed();
  };
}

function formatHeader({ pipeline, chain, options }: ManifestHeader): string {
  const digest = createHash('sha256').update(JSON.stringify(options)).digest('hex');
  return JSON.stringify({ v: formatVersion, pipeline, chain, options: `sha256:${digest}` });
}

interface Journal {
  readonly headerLine: string | undefined;
  readonly entries: Map<string, ManifestEntry>;
  readonly batchId: string | undefined;
}

function parseJournal(text: string): Journal {
  // the text after the last line break is empty or a truncated line
  const lines = text.split('\n').slice(0, -1);
  const entries = new Map<string, ManifestEntry>();
  let headerLine: string | undefined;
  let batchId: string | undefined;
  for (const line of lines) {
    const value = parseLine(line);
    if (value && 'v' in value) headerLine ??= line;
    else if (value && typeof value['batch'] === 'string') batchId = value['batch'];
    else if (value && typeof value['key'] === 'string') {
      mergeEntry(entries, value as unknown as ManifestEntry, batchId);
    }
  }
  return { headerLine, entries, batchId };
}

/** Merges an entry into the file's earlier entry. An `uploading` entry replaces the earlier entry instead. */
function mergeEntry(entries: Map<string, ManifestEntry>, entry: ManifestEntry, batchId: string | undefined): void {
  const before = entry.state === 'uploading' ? undefined : entries.get(entry.key);
  entries.set(entry.key, { ...before, ...entry, batchId });
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function acquireLock(path: string): Promise<LockFile> {
  try {
    return await LockFile.acquire(`${path}.lock`);
  } catch (error) {
    if (!(error instanceof LockedError)) {
      throw createManifestError(`Could not write ${path}.lock: ${(error as Error).message}`);
    }
    const { pid, host } = error.holder;
    const onHost = host === hostname() ? '' : ` on ${host}`;
    throw createManifestError(
      `Expected ${path} to be free, but process ${pid}${onHost} is using it. Wait for it to finish, or use another path`,
    );
  }
}

function createManifestError(message: string): ValidationError {
  return new ValidationError([{ path: ['manifest'], message }]);
}

/** Returns the values of the options that must be the same in every call with a manifest, in a fixed order for hashing. */
export function getFixedOptionValues(options: ProcessManyOptions): unknown {
  const { modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime } = options;
  return [modules, symbolicDirectoryPath, fileTags, fileDescription, expireTime].map((value) => value ?? null);
}
