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
    await expect(refused).rejects.toThrow('Expected a file that ends in .txt, got');
    await client.createPipeline('calls', ['transcribe']).testInput(await textFile(directory, 'call.mp3'));
  });
});
