import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../errors/validation-error.js';
import type { DirectoryFiles, LocalFiles, GlobFiles } from '../shared/types/files/many-files.js';
import { compileGlob, compilePathPatterns, splitGlob, type PathMatcher } from '../shared/rules/glob-pattern.js';
import { isUrl } from '../shared/rules/class-of.js';
import { isGlobFiles } from './local-files.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

export interface FindOptions {
  /** Returns whether to skip an absolute path. Skipped directories are not searched. */
  readonly shouldSkip: PathMatcher;
  readonly signal: AbortSignal | undefined;
  /** Whether to yield symbolic links to missing files, with a `readError`. @default false */
  readonly yieldsDanglingLinks?: boolean;
}

/** A file, or a directory or link that could not be read. */
export interface FoundPath {
  /** The searched directory joined with `relativePath`. */
  readonly path: string;
  /** The path within the searched directory, with slashes. */
  readonly relativePath: string;
  /** Why the directory or link could not be read. */
  readonly readError?: ValidationError;
  /** Whether the path is a link to a missing file. */
  readonly isDangling?: boolean;
}

/** Yields matching files, and the subdirectories and links that cannot be read. Reads one directory at a time. */
export async function* findFiles(source: LocalFiles, options: FindOptions): AsyncGenerator<FoundPath> {
  if (isGlobFiles(source)) yield* matchGlobs(source, options);
  else yield* walk(createPlan(source, options));
}

/** Polls a directory for new files. A file is ready when it is not empty and has not changed since the previous poll. */
export class DirectoryWatcher {
  readonly #plan: WalkPlan;
  readonly #reportedPaths = new Set<string>();
  readonly #previousFingerprintByPath = new Map<string, string>();

  constructor(source: DirectoryFiles, options: FindOptions) {
    this.#plan = createPlan(source, options);
  }

  /** Yields the files that have become ready since the previous poll, and each unreadable path once. */
  async *poll(): AsyncGenerator<FoundPath> {
    for await (const found of walk(this.#plan)) {
      const { path } = found;
      if (this.#reportedPaths.has(path)) continue;
      if (found.readError) {
        this.#reportedPaths.add(path);
        yield found;
        continue;
      }
      const stats = await stat(path).catch(() => undefined);
      if (!stats || stats.size === 0) continue;
      const fingerprint = `${stats.size} ${stats.mtimeMs} ${stats.ino}`;
      if (this.#previousFingerprintByPath.get(path) === fingerprint) {
        this.#previousFingerprintByPath.delete(path);
        this.#reportedPaths.add(path);
        yield found;
      } else this.#previousFingerprintByPath.set(path, fingerprint);
    }
  }
}

interface WalkPlan {
  /** The directory to walk. `''` is the working directory. */
  readonly directory: string;
  /** Maximum number of levels to walk. 1 excludes all subdirectories. */
  readonly maxDepth: number;
  /** Returns whether to yield the file at a path within the directory. */
  readonly acceptsFile: PathMatcher;
  /** Returns whether to walk the subdirectory at a path within the directory. */
  readonly entersDirectory: PathMatcher;
  readonly options: FindOptions;
}

function createPlan(source: DirectoryFiles, options: FindOptions): WalkPlan {
  const include = toList(source.include);
  const isExcluded = compilePathPatterns(toList(source.exclude) ?? []);
  const isIncluded = include === undefined ? compileGlob('**') : compilePathPatterns(include);
  return {
    directory: toPath(source.directory),
    maxDepth: source.recursive === true ? Infinity : 1,
    acceptsFile: (path) => isIncluded(path) && !isExcluded(path),
    entersDirectory: (path) => isVisible(path) && !isExcluded(path),
    options,
  };
}

async function* matchGlobs(source: GlobFiles, options: FindOptions): AsyncGenerator<FoundPath> {
  const patterns = toList(source.glob) ?? [];
  const isExcluded = compilePathPatterns(toList(source.exclude) ?? []);
  const cwd = source.cwd === undefined ? undefined : toPath(source.cwd);
  const yieldedPaths = patterns.length > 1 ? new Set<string>() : undefined;
  for (const pattern of patterns) {
    const { base, rest } = splitGlob(pattern);
    const directory = cwd === undefined ? base : resolve(cwd, base);
    if (!(await isDirectory(directory || '.'))) continue;
    const matches = compileGlob(rest);
    const prependBase = (path: string): string => (base === '' ? path : `${base.replace(/\/$/, '')}/${path}`);
    const plan: WalkPlan = {
      directory,
      maxDepth: rest.includes('**') ? Infinity : rest.split('/').length,
      acceptsFile: (path) => matches(path) && !isExcluded(prependBase(path)),
      // enter hidden directories only if a segment of the pattern, or an alternative in braces, starts with a dot or a bracket
      entersDirectory: (path) =>
        (isVisible(path) || /(?:^|[/{,])(?:\\?\.|\[)/.test(rest)) && !isExcluded(prependBase(path)),
      options,
    };
    for await (const found of walk(plan)) {
      if (yieldedPaths?.has(found.path)) continue;
      yieldedPaths?.add(found.path);
      yield found;
    }
  }
}

/**
 * Yields the accepted files in a directory, and the subdirectories and links that cannot be read. Skips subdirectories that disappear
 * during the walk.
 *
 * @throws `ValidationError` if the directory does not exist or cannot be read.
 */
async function* walk(plan: WalkPlan): AsyncGenerator<FoundPath> {
  const { directory, options } = plan;
  const entries = await listDirectory(directory || '.');
  yield* walkEntries(entries, '', 1);

  async function* walkEntries(siblings: readonly Dirent[], parent: string, depth: number): AsyncGenerator<FoundPath> {
    for (const entry of siblings) {
      throwIfAborted(options.signal);
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      const fullPath = join(directory, path);
      if (options.shouldSkip(resolve(fullPath))) continue;
      if (entry.isDirectory()) {
        if (depth >= plan.maxDepth || !plan.entersDirectory(path)) continue;
        const entriesBelow = await listDirectory(fullPath, true).catch((error: unknown) => {
          if (error instanceof ValidationError) return error;
          throw error;
        });
        if (entriesBelow instanceof ValidationError)
          yield { path: fullPath, relativePath: path, readError: entriesBelow };
        else yield* walkEntries(entriesBelow, path, depth + 1);
      } else if (plan.acceptsFile(path)) {
        const found = { path: fullPath, relativePath: path };
        if (entry.isFile()) yield found;
        else if (entry.isSymbolicLink()) yield* followLink(found, options);
      }
    }
  }
}

/**
 * Yields a link if its target is a file. If the link cannot be followed, for example because of a loop, yields it with a `readError`. A
 * link to a missing file is yielded only if `yieldsDanglingLinks` is true.
 */
async function* followLink(
  found: FoundPath,
  { yieldsDanglingLinks = false }: Pick<FindOptions, 'yieldsDanglingLinks'>,
): AsyncGenerator<FoundPath> {
  try {
    if ((await stat(found.path)).isFile()) yield found;
  } catch (error) {
    const isDangling = isMissingPathError(error);
    if (isDangling && !yieldsDanglingLinks) return;
    const message = `Could not follow the link ${resolve(found.path)}: ${(error as Error).message}`;
    yield { ...found, readError: new ValidationError([{ path: ['files'], message }]), isDangling };
  }
}

/** Returns whether a file system error means that the path does not exist. After any other error, the path may exist. */
export function isMissingPathError(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Returns whether a recursive {@link findFiles} would find a file at a path within a directory.
 *
 * @throws A file system error if the path cannot be checked.
 */
export async function hasFile(source: DirectoryFiles, path: string): Promise<boolean> {
  const { directory, acceptsFile, entersDirectory } = createPlan(source, {
    shouldSkip: () => false,
    signal: undefined,
  });
  const segments = path.split('/');
  const parents = segments.slice(0, -1).map((_, index) => segments.slice(0, index + 1).join('/'));
  if (!acceptsFile(path) || !parents.every(entersDirectory)) return false;
  try {
    for (const parent of parents) if (!(await lstat(join(directory, parent))).isDirectory()) return false;
    return (await stat(join(directory, path))).isFile();
  } catch (error) {
    if (isMissingPathError(error)) return false;
    throw error;
  }
}

async function listDirectory(directory: string, isMissingAllowed = false): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (isMissingAllowed && code === 'ENOENT') return [];
    const path = resolve(directory);
    const explanation =
      code === 'ENOENT'
        ? `There is no directory at ${path}`
        : code === 'ENOTDIR'
          ? `Expected a directory at ${path}, got a file`
          : `Could not read the directory ${path}: ${message}`;
    throw new ValidationError([{ path: ['files'], message: explanation }]);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function isVisible(path: string): boolean {
  return !path.slice(path.lastIndexOf('/') + 1).startsWith('.');
}

function toList(patterns: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof patterns === 'string' ? [patterns] : patterns;
}

export function toPath(directory: string | URL): string {
  return isUrl(directory) ? fileURLToPath(directory) : directory;
}
