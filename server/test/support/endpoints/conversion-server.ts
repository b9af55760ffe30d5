import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * How the server responds: correctly, with a part of the document, with a failed conversion, without a text, with an error status, with
 * a redirect, with other fields, with too large a response, with half a response, or never.
 */
export type ConversionMode =
  | 'ok'
  | 'partial'
  | 'failed'
  | 'encrypted'
  | 'empty'
  | 'redirect'
  | 'shape'
  | 'large'
  | 'trunc'
  | 'hang'
  | number;

export interface ConversionRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ConversionServer {
  /** Without a path. */
  readonly baseUrl: string;
  readonly requests: ConversionRequest[];
  mode: ConversionMode;
  /** Whether its paths are those of releases before 1.0. */
  isOld: boolean;
  /** Responses that are sent before `mode` applies. */
  readonly earlierReplies: (readonly [status: number, headers: Record<string, string>])[];
}

/** Starts a local server that responds like docling-serve and Apache Tika, and closes it when the test has finished. */
export async function startConversionServer(mode: ConversionMode = 'ok'): Promise<ConversionServer> {
  const server = await openConversionServer(mode);
  onTestFinished(() => server.close());
  return server;
}

/** Like {@link startConversionServer}, but for several tests: the caller closes the server. */
export async function openConversionServer(
  mode: ConversionMode = 'ok',
): Promise<ConversionServer & { close(): Promise<void> }> {
  const http = createServer((request, response) => {
    void receive(request).then((received) => {
      server.requests.push(received);
      respond(server, received, response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const server: ConversionServer & { close(): Promise<void> } = {
    baseUrl: `http://127.0.0.1:${port}`,
    requests: [],
    mode,
    isOld: false,
    earlierReplies: [],
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

async function receive(request: IncomingMessage): Promise<ConversionRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { method = '', url: path = '', headers } = request;
  return { method, path, headers, body: Buffer.concat(parts).toString('latin1') };
}

function respond(server: ConversionServer, { path, headers }: ConversionRequest, response: ServerResponse): void {
  const { mode } = server;
  if (mode === 'hang') return;
  const [status, value, more] =
    server.earlierReplies.length > 0 ? replyBeforeMode(server) : reply(server, path, headers);
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...more,
  });
  if (mode === 'trunc' && status === 200) response.write(text.slice(0, text.length / 2), () => response.destroy());
  else response.end(text);
}

type Reply = readonly [status: number, value: unknown, headers?: Record<string, string>];

function replyBeforeMode({ earlierReplies }: ConversionServer): Reply {
  const [status, headers] = earlierReplies.shift() ?? [503, {}];
  return [status, { detail: 'not now' }, headers];
}

function reply({ mode, isOld }: ConversionServer, path: string, headers: ConversionRequest['headers']): Reply {
  if (mode === 'redirect') return [302, {}, { location: 'http://127.0.0.1:9/elsewhere' }];
  // some servers repeat the key that they refuse
  const key = headers['x-api-key'] ?? headers.authorization;
  if (typeof mode === 'number') return [mode, { detail: `no luck with ${String(key)}` }];
  if (mode === 'shape') return [200, { ok: true }];
  const docling = isOld ? '/v1alpha/convert/file' : '/v1/convert/file';
  if (path === docling) return [200, doclingResponse(mode)];
  return path === '/rmeta/html' ? [200, tikaResponse(mode)] : [404, { detail: 'Not Found' }];
}

const markdown = `## Rent

The rent is 650 euros.

<!-- image -->

| Month | Euros |
|---|---|
| May | 650 |
`;

/** Returns a response of docling-serve 1.x. */
function doclingResponse(mode: ConversionMode): unknown {
  const errors = [
    { component_type: 'document_backend', module_name: 'DoclingParse', error_message: 'Page 4 failed to parse.' },
    { component_type: 'model', module_name: 'Ocr', error_message: 'No OCR in /opt/app-root/src/models/easyocr.pth' },
  ];
  const isFailed = mode === 'failed';
  const content = mode === 'large' ? 'x'.repeat(3_000_000) : mode === 'empty' ? '<!-- image -->\n' : markdown;
  return {
    document: {
      filename: 'document.pdf',
      md_content: isFailed ? null : content,
      json_content: null,
      html_content: null,
      text_content: null,
      doctags_content: null,
    },
    status: isFailed ? 'failure' : mode === 'partial' ? 'partial_success' : 'success',
    errors: isFailed
      ? [{ component_type: 'user_input', module_name: '', error_message: 'File format not allowed: document.pdf' }]
      : mode === 'partial'
        ? errors
        : [],
    processing_time: 0.25,
    timings: {},
  };
}

const html = `<html xmlns="http://www.w3.org/1999/xhtml"><head><meta name="dc:title" content="Lease"/><title>Lease</title></head>
<body><h1>Rent</h1><p>The rent is 650 euros.</p>
<table><tbody><tr><td>Month</td><td>Euros</td></tr><tr><td>May</td><td>650</td></tr></tbody></table></body></html>`;

const stackOf = (exception: string, message: string): string =>
  `org.apache.tika.exception.${exception}: ${message}\n\tat org.apache.tika.parser.CompositeParser.parse(CompositeParser.java:282)\n`;

/** Returns a response of Tika 2 and 3: the document, then the files embedded in it. */
function tikaResponse(mode: ConversionMode): unknown {
  if (mode === 'encrypted') {
    return [{ 'X-TIKA:EXCEPTION:container_exception': stackOf('EncryptedDocumentException', 'Unable to process') }];
  }
  if (mode === 'failed') {
    const message = 'Unexpected RuntimeException from parser at /var/spool/tika-4711/file.doc';
    return [{ 'X-TIKA:EXCEPTION:container_exception': stackOf('TikaException', message) }];
  }
  const content = mode === 'large' ? 'x'.repeat(3_000_000) : mode === 'empty' ? '<html><body></body></html>' : html;
  const parts: Record<string, unknown>[] = [
    { 'Content-Type': 'message/rfc822', 'X-TIKA:content': content },
    { 'Content-Type': 'image/png', 'X-TIKA:content': '', resourceName: 'logo.png' },
  ];
  if (mode === 'partial') {
    parts.push(
      { 'Content-Type': 'text/plain', 'X-TIKA:content': '<html><body><p>Notice of May.</p></body></html>' },
      {
        'Content-Type': 'application/zip',
        resourceName: 'photos.zip',
        'X-TIKA:EXCEPTION:embedded_exception': [stackOf('TikaException', 'The archive is damaged.')],
      },
      {
        'Content-Type': 'application/pdf',
        resourceName: 'scan.pdf',
        'X-TIKA:EXCEPTION:embedded_exception': 'java.lang.NullPointerException\n\tat org.apache.tika.Parser',
      },
    );
    parts[0] = { ...parts[0], 'X-TIKA:EXCEPTION:write_limit_reached': 'true' };
  }
  return parts;
}
