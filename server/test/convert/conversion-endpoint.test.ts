import { describe, expect, it } from 'vitest';
import type { ConversionSettings } from '../../src/module-contract/conversion-settings.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { makeZip } from './make/make-documents.js';
import { runModule, type ModuleRun, type RunOptions } from '../modules/run-module.js';
import { failureOf } from '../runner/fixture-runner.js';
import {
  startConversionServer,
  type ConversionMode,
  type ConversionServer,
} from '../support/endpoints/conversion-server.js';

const apiKey = 'dk-secret-0123456789';
const services = ['docling', 'tika'] as const;
type Service = (typeof services)[number];

/** Runs the parser with an endpoint that converts RTF, emails, old Word documents, HTML and WordPerfect documents. */
async function parse(
  server: Pick<ConversionServer, 'baseUrl'>,
  service: Service,
  more: Partial<ConversionSettings> = {},
  { content = '{\\rtf1 Rent}', ...options }: RunOptions & { content?: string | Buffer } = {},
): Promise<ModuleRun> {
  const conversion: ConversionSettings = {
    ...{ service, apiKey, baseUrl: server.baseUrl, whenAway: 'fail', timeoutSeconds: 20 },
    kinds: ['rtf', 'eml', 'doc', 'html', '.wpd'],
    ...more,
  };
  return runModule('parser', content, { upload: 'lease.rtf', ...options, models: { conversion } });
}

const snippets = ({ text }: ModuleRun): string[] =>
  (JSON.parse(text) as { snippet: string }[]).map(({ snippet }) => snippet);

const messageOf = async (run: Promise<unknown>): Promise<string> => {
  const failure = await failureOf(run);
  expect(failure).toBeInstanceOf(ModuleError);
  const { message } = failure as Error;
  expect(message).not.toContain(apiKey);
  return message;
};

describe.each(services)('a conversion endpoint: %s', (service) => {
  it('converts a document, including the rows of its tables', async () => {
    const server = await startConversionServer();
    const ran = await parse(server, service, {}, { upload: 'Ana’s "lease"\n.RTF' });
    expect(snippets(ran)).toEqual(['Rent', 'The rent is 650 euros.', ...rows(service)]);
    expect(ran.warnings).toMatchObject([{ code: 'pictures-left-out' }]);
    const [request] = server.requests;
    expect(request?.body).toContain('{\\rtf1 Rent}');
    // the user's name for the file is not sent
    expect(JSON.stringify(request)).not.toContain('lease');
    expect(JSON.stringify(request)).toContain('document.rtf');
    const headers = request?.headers;
    expect(service === 'docling' ? headers?.['x-api-key'] : headers?.authorization?.slice(7)).toBe(apiKey);
  });

  const lists: [ConversionMode, RegExp, number][] = [
    [401, /^The conversion endpoint 127\.0\.0\.1:\d+ returned 401 \(invalid API key\): no luck with .*dk…89\.$/, 1],
    [413, /returned 413 \(the document is too large for it\)/, 1],
    [415, /returned 415 \(it does not support this kind of document\)/, 1],
    [404, /returned 404|did not convert the document \(404: no luck/, 1],
    [429, /returned 429 \(too many requests\)/, 3],
    [503, /returned 503/, 3],
    // a retry would take too long as well
    [504, /returned 504: no luck/, 1],
    ['redirect', /returned 302, a redirect, .* Set baseUrl to the final URL\.$/, 1],
    ['shape', /did not return a (docling-serve|Tika) response\. Check baseUrl and service\.$/, 1],
    ['trunc', /cannot be reached \(ECONNRESET\)/, 3],
    ['empty', /found no text in the document\.$/, 1],
  ];
  it.each(lists)(
    'fails the run with an error that names its host but not the API key: %s',
    async (mode, message, attempts) => {
      const server = await startConversionServer(mode);
      // short delays, so that the test does not wait for the backoff
      const delays = Array.from({ length: attempts - 1 }, () => [503, { 'retry-after-ms': '5' }] as const);
      server.earlierReplies.push(...delays);
      expect(await messageOf(parse(server, service))).toMatch(message);
      expect(server.requests).toHaveLength(attempts);
    },
  );

  it('is retried after a 503 and a 429 with Retry-After', async () => {
    const server = await startConversionServer();
    server.earlierReplies.push([503, { 'retry-after': '0' }], [429, { 'retry-after-ms': '5' }]);
    expect(snippets(await parse(server, service))).toContain('Rent');
  });

  it('is not retried if Retry-After is too long', async () => {
    const server = await startConversionServer();
    server.earlierReplies.push([503, { 'retry-after': '3600' }]);
    expect(await messageOf(parse(server, service))).toMatch(/returned 503: not now\.$/);
  });

  it('must respond within the timeout and the size limit', async () => {
    const slow = await startConversionServer('hang');
    expect(await messageOf(parse(slow, service, { timeoutSeconds: 0.2 }))).toMatch(/did not respond within 0\.2 s\./);
    const server = await startConversionServer('large');
    const limits = { maxExpandedBytes: 2 ** 20 };
    expect(await messageOf(parse(server, service, {}, { limits }))).toMatch(/returned more than 1 MiB\./);
  });

  it('is abandoned when the run is cancelled', async () => {
    const server = await startConversionServer('hang');
    const controller = new AbortController();
    const running = failureOf(parse(server, service, {}, { signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(new Error('the run was cancelled'));
    expect(String(await running)).toContain('the run was cancelled');
  });

  it('is replaced by the server if it is unavailable and whenAway is fallback, with a warning', async () => {
    const away = { baseUrl: 'http://127.0.0.1:9' };
    const page = { content: '<html><body><p>Rent', upload: 'a.html' };
    expect(await messageOf(parse(away, service, {}, page))).toMatch(
      /^The conversion endpoint 127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)\. Check its URL/,
    );
    const ran = await parse(away, service, { whenAway: 'fallback' }, page);
    expect(snippets(ran)).toEqual(['Rent']);
    expect(ran.warnings).toMatchObject([
      {
        code: 'read-by-fallback',
        message: expect.stringContaining('unavailable. The conversion endpoint 127') as string,
      },
    ]);
    expect(await messageOf(parse(away, service, { whenAway: 'fallback' }))).toMatch(
      /ECONNREFUSED.* Without the endpoint, this server cannot read rtf files\.$/,
    );
  });

  it('gets only the kinds of files in its list, recognized by content, or else by name', async () => {
    const server = await startConversionServer();
    const read = async (upload: string, content: string | Buffer) =>
      (await parse(server, service, {}, { upload, content })).text;
    expect(await read('a.txt', 'Plain.')).toContain('Plain.');
    expect(await read('a.csv', 'a,b')).toContain('a,b');
    expect(server.requests).toHaveLength(0);
    await read('notes.txt', '{\\rtf1 Rent}');
    await read('mail.eml', 'Subject: Rent\n\n650 euros');
    await read('old.wpd', Buffer.from('\xffWPC', 'latin1'));
    const word = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('WordDocument', 'utf16le')]);
    await read('no name', word);
    expect(server.requests.map((request) => /document\.\w+/.exec(JSON.stringify(request))?.[0])).toEqual([
      'document.rtf',
      'document.eml',
      'document.wpd',
      'document.doc',
    ]);
    const book = makeZip([{ name: 'mimetype', content: 'application/epub+zip' }]);
    await expect(read('a.epub', book)).rejects.toThrow('got what looks like an EPUB book');
  });
});

const rows = (service: Service): string[] =>
  service === 'docling' ? ['Month\tEuros', 'May\t650'] : ['Month\tEuros\nMay\t650'];

describe('docling-serve', () => {
  it('gets a request for Markdown with the OCR mode of the run, also at the path of old releases', async () => {
    const server = await startConversionServer();
    server.isOld = true;
    await parse(server, 'docling', {}, { params: { ocr: 'always' } });
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/convert/file', '/v1alpha/convert/file']);
    const fields = [...(server.requests[1]?.body ?? '').matchAll(/name="(\w+)"\r\n\r\n([^\r]*)/g)];
    expect(Object.fromEntries(fields.map(([, name = '', value]) => [name, value]))).toEqual({
      ...{ to_formats: 'md', image_export_mode: 'placeholder', abort_on_error: 'false' },
      ...{ do_ocr: 'true', force_ocr: 'true' },
    });
  });

  it('has its left-out parts in a warning, and its reason in a failure', async () => {
    const server = await startConversionServer('partial');
    const { warnings } = await parse(server, 'docling');
    expect(warnings).toContainEqual({
      code: 'partly-converted',
      message: 'The conversion endpoint left out parts of the document: Page 4 failed to parse; No OCR in ….',
    });
    server.mode = 'failed';
    expect(await messageOf(parse(server, 'docling'))).toMatch(
      /did not convert the document \(failure: File format not allowed: document\.pdf\)\.$/,
    );
  });
});

describe('Tika', () => {
  it('is quoted in the error, without its stack trace and file names', async () => {
    const server = await startConversionServer('failed');
    expect(await messageOf(parse(server, 'tika'))).toMatch(
      /could not read the document: Unexpected RuntimeException from parser at …\.$/,
    );
    server.mode = 'encrypted';
    expect(await messageOf(parse(server, 'tika'))).toMatch(/^The document is password-protected\./);
  });

  it('returns the text of embedded documents, and warns about unreadable ones', async () => {
    const server = await startConversionServer('partial');
    const ran = await parse(server, 'tika', {}, { params: { ocr: 'never', ocr_languages: 'deu+eng' } });
    expect(snippets(ran).at(-1)).toBe('Notice of May.');
    expect(ran.warnings).toMatchObject([
      { code: 'pictures-left-out', part: 'logo.png' },
      {
        code: 'part-left-out',
        part: 'photos.zip',
        message: expect.stringMatching(/: The archive is damaged\.$/) as string,
      },
      {
        code: 'part-left-out',
        part: 'scan.pdf',
        message: expect.stringMatching(/: it gave no reason\.$/) as string,
      },
      { code: 'partly-converted' },
    ]);
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      headers: { 'x-tika-pdfocrstrategy': 'no_ocr', 'x-tika-ocrlanguage': 'deu+eng' },
    });
  });
});
