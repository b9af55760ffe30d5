import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultLimits, hostedService, millraceService } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const { extensions } = defaultLimits;

describe('testInput()', () => {
  it('accepts web pages and FLAC recordings on a Millrace server', async () => {
    const directory = await scratch();
    const { client } = await millraceService();
    await client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.html'));
    await client.createPipeline('calls', ['transcribe']).testInput(await textFile(directory, 'call.flac'));
  });

  it('rejects an image of an unsupported kind and suggests a conversion', async () => {
    const directory = await scratch();
    const { client } = await millraceService();
    const refused = client.createPipeline('scans', ['ocr']).testInput(await textFile(directory, 'scan.bmp'));
    await expect(refused).rejects.toThrow('got "scan.bmp". Save it as a PNG or JPEG');
  });

  it('accepts only the original kinds of files on the hosted service', async () => {
    const directory = await scratch();
    const { client } = await hostedService();
    await client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.txt'));
    const refused = client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.html'));
    await expect(refused).rejects.toThrow('Expected a file that ends in .txt, .pdf, .docx, .pptx');
  });

  it('uses the extensions of the server, and the defaults for formats that it does not list', async () => {
    const directory = await scratch();
    const limits = { ...defaultLimits, extensions: { ...extensions, text: ['.txt'] } };
    const { client } = await millraceService({}, {}, limits);
    const refused = client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.pdf'));
    await expect(refused).rejects.toThrow('Expected a file that ends in .txt, or any other text file, got "page.pdf"');
    await client.createPipeline('calls', ['transcribe']).testInput(await textFile(directory, 'call.mp3'));
  });

  describe('of a text module', () => {
    const createParser = async () => (await millraceService()).client.createPipeline('notes', ['parser']);
    const createFile = async (name: string, content: string | Uint8Array): Promise<string> => {
      const path = join(await scratch(), name);
      await writeFile(path, content);
      return path;
    };

    it.each<[string, string | Uint8Array]>([
      ['server.log', '10:04 the mill stopped\n'],
      ['wheel.rs', 'fn main() {}\n'],
      ['README', 'Grind daily.\n'],
      ['.env', 'MILL=1\n'],
      ['rows.csv', 'id;name\n1;caf\xe9\n'],
      ['utf16.rst', Buffer.from('\ufeffMill\n====\n', 'utf16le')],
      ['latin', Buffer.from('caf\xe9\n', 'latin1')],
      ['upload_3f2a', '%PDF-1.7\n'],
    ])('accepts %s by its content', async (name, content) => {
      await (await createParser()).testInput(await createFile(name, content));
    });

    it.each<[string, Uint8Array, RegExp]>([
      ['photo', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), /"photo", which looks like a PNG image/],
      [
        'core.bin',
        Buffer.from([1, 0, 255, 254, 0, 3]),
        /ends in \.txt, .* or any other text file, got "core\.bin", which looks like binary/,
      ],
      ['notes.txt', Buffer.from('SQLite format 3\0'), /notes\.txt to be text, got what looks like a SQLite database/],
      [
        'letter.txt',
        Buffer.from('{\\rtf1\\ansi Rent}'),
        /letter\.txt to be text, got what looks like an RTF document\. Save it as docx/,
      ],
    ])('rejects %s by its content', async (name, content, message) => {
      await expect((await createParser()).testInput(await createFile(name, content))).rejects.toThrow(message);
    });

    it('rejects an audio extension, and on the hosted service any unknown extension', async () => {
      await expect((await createParser()).testInput(await createFile('a.mp3', 'text'))).rejects.toThrow('got "a.mp3"');
      const { client } = await hostedService();
      const refused = client
        .createPipeline('notes', ['parser'])
        .testInput(await createFile('a.log', 'one two three four five six'));
      await expect(refused).rejects.toThrow('Expected a file that ends in .txt, .pdf, .docx, .pptx, got "a.log"');
    });

    it('accepts .doc and .rtf files if the server converts them', async () => {
      const limits = { ...defaultLimits, extensions: { ...extensions, text: ['.txt', '.doc', '.rtf'] } };
      const notes = (await millraceService({}, {}, limits)).client.createPipeline('notes', ['parser']);
      await notes.testInput(await createFile('lease.doc', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1')));
      await notes.testInput(await createFile('lease.rtf', '{\\rtf1 Rent}'));
      await expect(notes.testInput(await createFile('lease.xls', Buffer.from([1, 0, 255, 254, 0, 3])))).rejects.toThrow(
        '"lease.xls"',
      );
    });

    it('accepts a kind that only a newer server knows', async () => {
      const limits = { ...defaultLimits, extensions: { ...extensions, image: ['.heic'] } };
      const { client } = await millraceService({}, {}, limits);
      await client.createPipeline('scans', ['ocr']).testInput(await createFile('a.heic', 'x'));
      await expect(client.createPipeline('scans', ['ocr']).testInput(await createFile('a.avif', 'x'))).rejects.toThrow(
        'Expected a file that ends in .heic, got "a.avif"',
      );
    });
  });
});
