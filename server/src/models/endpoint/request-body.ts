import { randomUUID } from 'node:crypto';

/** The fields and the file of a `multipart/form-data` request. */
export interface Form {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly file: { readonly name: string; readonly type: string; readonly content: Buffer };
}

export interface RequestBody {
  readonly type: string;
  readonly content: Buffer;
}

export function encodeJson(value: unknown): RequestBody {
  return { type: 'application/json', content: Buffer.from(JSON.stringify(value)) };
}

/** Encodes a form (RFC 7578). Does not use `FormData`, which would copy the file several times. */
export function encodeForm({ fields, file }: Form): RequestBody {
  const boundary = `millrace-${randomUUID()}`;
  const createPartHead = (header: string): string => `--${boundary}\r\nContent-Disposition: form-data; ${header}\r\n`;
  const text = fields.map(([name, value]) => `${createPartHead(`name="${name}"`)}\r\n${value}\r\n`).join('');
  const fileHead = `${createPartHead(`name="file"; filename="${file.name}"`)}Content-Type: ${file.type}\r\n\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    content: Buffer.concat([Buffer.from(text + fileHead), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
