import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { getMimeType } from 'hono/utils/mime';

/** The supported content encodings, in order of preference. Brotli comes first because its output is smaller. */
export const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number] | 'identity';

const compressors: Readonly<Record<Exclude<Encoding, 'identity'>, (content: Buffer) => Promise<Buffer>>> = {
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
};

/** Matches content types that are worth compressing. Fonts, videos and images other than SVG are already compressed. */
const compressibleTypePattern = /^text\/|javascript|json|svg|wasm/;

/** The minimum size of a file to compress, in bytes. Compressing a smaller file rarely saves a network packet. */
const minCompressedBytes = 1024;

export class BuiltFile {
  readonly type: string;
  readonly #path: string;
  #content: Promise<Buffer> | undefined;
  readonly #compressed = new Map<Encoding, Promise<Buffer>>();

  constructor(path: string) {
    this.#path = path;
    this.type = getMimeType(path) ?? 'application/octet-stream';
  }

  /** Returns the content, in the accepted encoding if compression is worthwhile. Caches the content in each encoding. */
  async read(accepted: Encoding): Promise<{ encoding: Encoding; content: Buffer; etag: string }> {
    const plain = await (this.#content ??= this.#readPlain());
    const skipsCompression = plain.length < minCompressedBytes || !compressibleTypePattern.test(this.type);
    const encoding = skipsCompression ? 'identity' : accepted;
    const content = encoding === 'identity' ? plain : await this.#compress(plain, encoding);
    const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
    return { encoding, content, etag: `"${digest}-${encoding}"` };
  }

  #readPlain(): Promise<Buffer> {
    const content = readFile(this.#path);
    // the next request reads the file again after a failure, for example because too many files were open
    content.catch(() => (this.#content = undefined));
    return content;
  }

  #compress(plain: Buffer, encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
    const cached = this.#compressed.get(encoding);
    if (cached) return cached;
    const content = compressors[encoding](plain);
    this.#compressed.set(encoding, content);
    return content;
  }
}

/**
 * The files of the built dashboard, cached in memory. The server looks up request paths only in a map of these files, so requests cannot
 * read other files.
 */
export class BuiltFiles {
  readonly #directory: string;
  #files: Promise<ReadonlyMap<string, BuiltFile>> = Promise.resolve(new Map());
  #builtAt: number | undefined;

  constructor(directory: URL) {
    this.#directory = fileURLToPath(directory);
  }

  /** Returns the files by path, such as `assets/index-1a2b.js`. Returns an empty map if the dashboard is not built. */
  async list(): Promise<ReadonlyMap<string, BuiltFile>> {
    const index = await stat(join(this.#directory, 'index.html')).catch(() => undefined);
    // list the files again if the dashboard was rebuilt
    if (index?.mtimeMs !== this.#builtAt) {
      this.#builtAt = index?.mtimeMs;
      this.#files = index ? findFiles(this.#directory) : Promise.resolve(new Map());
      // list the files again after a failure: `NaN` differs from any time
      this.#files.catch(() => (this.#builtAt = Number.NaN));
    }
    return this.#files;
  }
}

async function findFiles(directory: string): Promise<Map<string, BuiltFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [relative(directory, path).split(sep).join('/'), new BuiltFile(path)]));
}
