import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultLimits, hostedService, millraceService } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const { extensions } = defaultLimits;

describe('which files a pipeline takes is for its server to say:', () => {
  it('one of ours takes pages and recordings of any usual kind', async () => {
    const directory = await scratch();
    const { client } = await millraceService();
    await client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.html'));
    await client.createPipeline('calls', ['transcribe']).testInput(await textFile(directory, 'call.flac'));
  });

  it('an image of a kind that no server decodes is refused with what to do', async () => {
    const directory = await scratch();
    const { client } = await millraceService();
    const refused = client.createPipeline('scans', ['ocr']).testInput(await textFile(directory, 'scan.bmp'));
    await expect(refused).rejects.toThrow('got "scan.bmp". Save it as a PNG or JPEG');
  });

  it('the original service takes what it always took', async () => {
    const directory = await scratch();
    const { client } = await hostedService();
    await client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.txt'));
    const refused = client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.html'));
    await expect(refused).rejects.toThrow('Expected a file that ends in .txt, .pdf, .docx, .pptx');
  });

  it('and what a server does not name is as usual', async () => {
    const directory = await scratch();
    const limits = { ...defaultLimits, extensions: { ...extensions, text: ['.txt'] } };
    const { client } = await millraceService({}, {}, limits);
    const refused = client.createPipeline('notes', ['parser']).testInput(await textFile(directory, 'page.pdf'));
    await expect(refused).rejects.toThrow('Expected a file that ends in .txt, or any other text file, got "page.pdf"');
    await client.createPipeline('calls', ['transcribe']).testInput(await textFile(directory, 'call.mp3'));
  });

  describe('a text is what its content says', () => {
    const parser = async () => (await millraceService()).client.createPipeline('notes', ['parser']);
    const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
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
    ])('so %s is taken', async (name, content) => {
      await (await parser()).testInput(await fileOf(name, content));
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
    ])('and %s is not', async (name, content, message) => {
      await expect((await parser()).testInput(await fileOf(name, content))).rejects.toThrow(message);
    });

    it('a name of another kind is not text, nor is any other name on the original service', async () => {
      await expect((await parser()).testInput(await fileOf('a.mp3', 'text'))).rejects.toThrow('got "a.mp3"');
      const { client } = await hostedService();
      const refused = client
        .createPipeline('notes', ['parser'])
        .testInput(await fileOf('a.log', 'one two three four five six'));
      await expect(refused).rejects.toThrow('Expected a file that ends in .txt, .pdf, .docx, .pptx, got "a.log"');
    });

    it('a server with a converter takes documents that are not known here, under their own names', async () => {
      const limits = { ...defaultLimits, extensions: { ...extensions, text: ['.txt', '.doc', '.rtf'] } };
      const notes = (await millraceService({}, {}, limits)).client.createPipeline('notes', ['parser']);
      await notes.testInput(await fileOf('lease.doc', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1')));
      await notes.testInput(await fileOf('lease.rtf', '{\\rtf1 Rent}'));
      await expect(notes.testInput(await fileOf('lease.xls', Buffer.from([1, 0, 255, 254, 0, 3])))).rejects.toThrow(
        '"lease.xls"',
      );
    });

    it('a newer server reads more kinds than this package knows', async () => {
      const limits = { ...defaultLimits, extensions: { ...extensions, image: ['.heic'] } };
      const { client } = await millraceService({}, {}, limits);
      await client.createPipeline('scans', ['ocr']).testInput(await fileOf('a.heic', 'x'));
      await expect(client.createPipeline('scans', ['ocr']).testInput(await fileOf('a.avif', 'x'))).rejects.toThrow(
        'Expected a file that ends in .heic, got "a.avif"',
      );
    });
  });
});
