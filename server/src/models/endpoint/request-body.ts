import { randomUUID } from 'node:crypto';

/** A form with one file, which is sent as `multipart/form-data`. */
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

/** Encodes a form (RFC 7578). `FormData` would copy a recording several times. */
export function encodeForm({ fields, file }: Form): RequestBody {
  const boundary = `millrace-${randomUUID()}`;
  const createHead = (header: string): string => `--${boundary}\r\nContent-Disposition: form-data; ${header}\r\n`;
  const text = fields.map(([name, value]) => `${createHead(`name="${name}"`)}\r\n${value}\r\n`).join('');
  const fileHead = `${createHead(`name="file"; filename="${file.name}"`)}Content-Type: ${file.type}\r\n\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    content: Buffer.concat([Buffer.from(text + fileHead), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
