import type { Context } from 'hono';
import { Busboy } from '@fastify/busboy';
import { fileItems, type FileItem } from 'millrace/shared/wire/batches.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { parseJson, readBytes } from '../read-body.js';
import { parseBody } from '../v1/parse-query.js';

/**
 * A file in a request, with its content. The content is `too large` if it exceeds the limit, and `undefined` if the client reports an error
 * instead of sending the file.
 */
export interface SentFile extends FileItem {
  readonly content: Buffer | 'too large' | undefined;
}

/** The maximum number of form fields. Only `files` is read, but clients may send a few others. */
const maxFields = 4;

interface Part {
  readonly fileName: string | undefined;
  content: Buffer | 'too large';
}

/**
 * Reads a multipart form with one or more files. The `files` field is a JSON array that describes the files. Each file without an `error`
 * has a part named `file`; the parts are in the same order. Without the `files` field, the keys of the files are the file names of the
 * parts.
 *
 * @throws `ApiError` 413 if the body is too large; 400 if the form is invalid or incomplete, or if its parts do not match the `files`
 * field.
 */
export async function readFiles(c: Context<RouteEnv>, http: HttpContext): Promise<SentFile[]> {
  const body = await readBytes(c, http.settings);
  const { descriptions, parts } = await parseForm(c.req.header('content-type') ?? '', body, http);
  const items = parseBody(fileItems, descriptions ?? parts.map(({ fileName }) => ({ key: fileName })));
  assertUniqueKeys(items);
  const expectedPartCount = items.filter(({ error }) => !error).length;
  if (expectedPartCount !== parts.length) {
    throw validationError(
      `Expected a part \`file\` for each of the ${expectedPartCount} files in \`files\`, got ${parts.length} parts`,
    );
  }
  let nextPartIndex = 0;
  return items.map((item) => {
    const part = item.error ? undefined : parts[nextPartIndex++];
    return { ...item, fileName: item.fileName ?? part?.fileName, content: part?.content };
  });
}

async function parseForm(
  contentType: string,
  body: Buffer,
  { limits, settings }: HttpContext,
): Promise<{ descriptions: unknown; parts: Part[] }> {
  const maxFiles = limits.batchFiles ?? 0;
  const form = createFormParser(contentType, {
    fields: maxFields,
    fieldSize: settings.maxBodyBytes,
    fieldNameSize: 200,
    files: maxFiles,
    fileSize: limits.inlineBytes ?? 0,
    headerPairs: 20,
    parts: maxFiles + maxFields,
  });
  const parts: Part[] = [];
  let descriptions: unknown;
  await new Promise<void>((resolve, reject) => {
    const rejectForm = (): void =>
      reject(validationError('Expected a complete multipart form, got one that ends too early or is malformed'));
    form.on('field', (name, value) => {
      if (name !== 'files') return;
      try {
        descriptions = parseJson(value, '`files`');
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    form.on('file', (name, stream, fileName) => {
      stream.on('error', rejectForm);
      if (name !== 'file') reject(validationError('Expected each form part with a file to be named `file`'));
      const part: Part = { fileName: fileName || undefined, content: Buffer.alloc(0) };
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => (part.content = 'too large'));
      stream.on('end', () => {
        if (part.content !== 'too large') part.content = Buffer.concat(chunks);
      });
      parts.push(part);
    });
    form.once('filesLimit', () =>
      reject(validationError(`Expected at most ${maxFiles} files in one request, got more`)),
    );
    for (const limitEvent of ['fieldsLimit', 'partsLimit'] as const) {
      form.once(limitEvent, () =>
        reject(
          validationError(
            `Expected at most ${maxFields} fields in one request, got more; send only the field \`files\` and a part \`file\` for each file`,
          ),
        ),
      );
    }
    form.once('finish', resolve);
    form.on('error', rejectForm);
    form.end(body);
  });
  return { descriptions, parts };
}

function createFormParser(contentType: string, limits: object): ReturnType<typeof Busboy> {
  try {
    return Busboy({ headers: { 'content-type': contentType }, limits });
  } catch {
    throw validationError('Expected a multipart/form-data body with a boundary');
  }
}

function assertUniqueKeys(items: readonly FileItem[]): void {
  const keys = new Set<string>();
  for (const { key } of items) {
    if (keys.has(key))
      throw validationError(`Expected each file to have a different key, got two with ${JSON.stringify(key)}`);
    keys.add(key);
  }
}

function validationError(message: string): ApiError {
  return new ApiError(400, 'validation', message);
}
