import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrotliOptions, brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { syncDirectory } from 'millrace/shared/runtime/write-atomically.js';
import { migrations } from '../db/migrations.js';

/**
 * The header of a template. A template consists of the header's length (4 bytes, little-endian), the header as JSON, and the contents of
 * the files, all compressed with Brotli.
 */
interface Header {
  /** Digest of the migrations that created the schema. */
  readonly schema: string;
  readonly directories: readonly string[];
  /** The files, in the order in which their contents follow the header. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Size of the length field before the header, in bytes. */
const lengthFieldSize = 4;

const compress = promisify(brotliCompress);
const decompress = promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress);

/** Packs a closed database's directory into a template. */
export async function packTemplate(
  directory: string,
  template: string,
  schema: string = schemaDigest(),
): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]): string =>
    join(entry.parentPath, entry.name).slice(directory.length + 1);
  const directories = entries.filter((entry) => entry.isDirectory()).map(pathOf);
  const paths = entries.filter((entry) => entry.isFile()).map(pathOf);
  const contents = await Promise.all(paths.map((path) => readFile(join(directory, path))));
  const header: Header = {
    schema,
    directories: directories.sort(),
    files: paths.map((path, index) => ({ path, size: contents[index]?.length ?? 0 })),
  };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const lengthField = Buffer.alloc(lengthFieldSize);
  lengthField.writeUInt32LE(headerBytes.length);
  const packed = await compress(Buffer.concat([lengthField, headerBytes, ...contents]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 },
  });
  await writeFile(template, packed);
}

/**
 * Unpacks a template into a new directory, and syncs all files and directories to disk.
 *
 * @returns Whether the template was unpacked. `false` if the template cannot be read or its schema is not the current one.
 */
export async function unpackTemplate(template: URL, directory: string): Promise<boolean> {
  const packed = await readFile(template).catch(() => undefined);
  if (packed === undefined) return false;
  // a chunk size larger than the content avoids joining several chunks
  const bytes = await decompress(packed, { chunkSize: 2 ** 25 });
  let offset = lengthFieldSize + bytes.readUInt32LE();
  const header = JSON.parse(bytes.toString('utf8', lengthFieldSize, offset)) as Header;
  if (header.schema !== schemaDigest()) return false;
  await mkdir(directory, { mode: 0o700 });
  for (const path of header.directories) await mkdir(join(directory, path), { recursive: true, mode: 0o700 });
  const writes = header.files.map(({ path, size }) => {
    const content = bytes.subarray(offset, (offset += size));
    return writeSynced(join(directory, path), content);
  });
  await Promise.all(writes);
  await Promise.all([directory, ...header.directories.map((path) => join(directory, path))].map(syncDirectory));
  return true;
}

async function writeSynced(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function schemaDigest(): string {
  return createHash('sha256').update(JSON.stringify(migrations)).digest('hex');
}
