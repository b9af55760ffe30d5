import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { UploadForm } from './hosted-responses.js';

export const boundary = '6a1f0c2be5d94b0f9c1d';

export interface Part {
  readonly name: string;
  readonly content: string | Buffer;
  /** Makes the part a file. */
  readonly filename?: string;
  /** A file's name as older clients write one that is not ASCII (RFC 2231): `utf-8''m%C3%BCll.txt`. */
  readonly extendedFilename?: string;
}

/** Returns the parts of a presigned form as the official client sends them: its fields in their order, then the file. */
export function formParts(
  form: UploadForm,
  content: string | Buffer,
  filename = '/home/someone/My documents/notes.txt',
): Part[] {
  const fields = Object.entries(form.fields).map(([name, value]) => ({ name, content: value }));
  return [...fields, { name: 'file', content, filename }];
}

/** Encodes parts as a multipart body without content types. */
export function multipart(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, content, filename, extendedFilename }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"`,
    extendedFilename === undefined ? '' : `; filename*=${extendedFilename}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ]);
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)));
}

export interface UploadResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * Opens a multipart POST whose body the caller writes, in chunks or incompletely.
 *
 * @param bytes The announced length; without one the body is sent in chunks.
 */
export function openPost(url: string, bytes?: number): { post: ClientRequest; response: Promise<UploadResponse> } {
  const post = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      ...(bytes === undefined ? {} : { 'Content-Length': bytes }),
    },
  });
  const response = new Promise<UploadResponse>((resolve, reject) => {
    post.once('error', reject);
    post.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
  return { post, response };
}

/** Sends the parts as a multipart POST with a content length and without an API key. */
export async function postParts(url: string, parts: readonly Part[]): Promise<UploadResponse> {
  const body = multipart(parts);
  const { post, response } = openPost(url, body.length);
  post.end(body);
  return response;
}
