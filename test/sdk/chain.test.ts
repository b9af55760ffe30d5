import { ChainError, Client, ValidationError, type ModuleName } from 'millrace';
import { describe, expect, it } from 'vitest';
import { hostedService, millraceService } from './support/hosted-service.js';
import { scratch, textFile } from './support/scratch.js';

const client = new Client({ apiUrl: 'http://127.0.0.1:1', apiKey: 'abcdefghijkl' });
const create = (chain: unknown) => client.createPipeline('notes', chain as readonly ModuleName[]);

const catchChainError = (chain: unknown): ChainError => {
  try {
    create(chain);
  } catch (error) {
    expect(error).toBeInstanceOf(ChainError);
    return error as ChainError;
  }
  throw new Error('the chain was accepted');
};

describe('a chain', () => {
  it.each([
    [['parser']],
    [['parser', 'text-embedder', 'vector-db']],
    [['ocr', 'translate', 'json-to-txt', 'parser', 'translate', 'json-to-txt', 'keyword-db']],
    [['transcribe', 'sentiment', 'sentiment']],
    [Array.from({ length: 10 }, () => 'summarize')],
  ])('can be %j', (chain) => {
    expect(create(chain).moduleChain).toEqual(chain);
  });

  it.each([
    [[], -1, /at least one module/],
    [Array.from({ length: 11 }, () => 'summarize'), 10, /at most 10 modules, got 11/],
    [['parser', 'vector-db'], 1, "'parser' outputs json, but 'vector-db' takes npy"],
    [['keyword-db', 'parser'], 1, "'keyword-db' outputs db, but 'parser' takes text"],
    [['vector-db', 'classify'], 1, "'vector-db' outputs faiss, but 'classify' takes text or json"],
    [['parser', 'translate', 'ocr'], 2, "'translate' outputs json, but 'ocr' takes image"],
    [['parser', 'text-embeder'], 1, "did you mean 'text-embedder'?"],
    [['Parser'], 0, "did you mean 'parser'?"],
    [['vector_db'], 0, "did you mean 'vector-db'?"],
    [[''], 0, /there is no module ""/],
    [['my module'], 0, /there is no module/],
    [[7], 0, /to be a string, got 7/],
    ['parser', -1, /to be an array/],
    [undefined, -1, /to be an array/],
  ])('cannot be %j', (chain, position, message) => {
    const error = catchChainError(chain);
    expect(error.position).toBe(position);
    expect(error.message).toMatch(message);
    expect(error.code).toBe('chain');
  });

  it('does not change when the array is changed later', () => {
    const chain: ModuleName[] = ['parser'];
    const pipeline = create(chain);
    chain.push('ocr');
    expect(pipeline.moduleChain).toEqual(['parser']);
  });

  it('is rejected with an invalid pipeline name', () => {
    expect(() => client.createPipeline('', ['parser'])).toThrow(ValidationError);
    expect(() => client.createPipeline(5 as never, ['parser'])).toThrow(/a pipeline name to be a string/);
  });
});

describe('a custom module of the server', () => {
  const moduleInfo = (name: string, input: string, output: string) => ({
    name,
    input,
    output,
    inputKey: null,
    outputKey: output === 'json' ? 'words' : null,
    defaultModel: 'loud',
    models: [{ name: 'loud', params: { times: { type: 'int', default: 2 } }, available: true }],
  });
  const modules = {
    '/v1/modules': {
      json: { items: [moduleInfo('shout', 'text', 'json'), moduleInfo('whisper-back', 'json', 'text')] },
    },
  };
  const noWait = { waitForProcess: false } as const;

  it('can be chained, with its types and models from the server', async () => {
    const service = await millraceService(modules);
    const pipeline = service.client.createPipeline('notes', ['shout', 'whisper-back'] as unknown as readonly [
      'parser',
    ]);
    await pipeline.process(await textFile(await scratch()), noWait);
    expect(service.to('/krixik-core-process')[0]?.json).toMatchObject({
      pipeline_ordered_modules: ['shout', 'whisper-back'],
      pipeline_output_process_keys: ['words', null],
      modules: { module_1: { model: 'loud', params: { times: 2 } }, module_2: { model: 'loud', params: { times: 2 } } },
    });
  });

  it('that the server does not have is rejected before a file is reserved', async () => {
    const { client: other, paths } = await millraceService(modules);
    const pipeline = other.createPipeline('notes', ['murmur'] as unknown as readonly ['parser']);
    const failure = pipeline.process(await textFile(await scratch()), noWait);
    await expect(failure).rejects.toThrow("there is no module 'murmur'; this server has shout, whisper-back");
    expect(paths()).toEqual(['/v1', '/v1/modules']);
  });

  it('that cannot follow the previous module is rejected', async () => {
    const { client: other } = await millraceService(modules);
    const pipeline = other.createPipeline('notes', ['shout', 'shout'] as unknown as readonly ['parser']);
    const failure = pipeline.process(await textFile(await scratch()), noWait);
    await expect(failure).rejects.toMatchObject({ code: 'chain', position: 1 });
  });

  it('does not exist on a hosted server', async () => {
    const { client: other, paths } = await hostedService();
    const pipeline = other.createPipeline('notes', ['shout'] as unknown as readonly ['parser']);
    const failure = pipeline.process(await textFile(await scratch()), noWait);
    await expect(failure).rejects.toMatchObject({ code: 'chain' });
    expect(paths()).toEqual(['/v1']);
  });
});

describe('the `modules` option', () => {
  const send = async (chain: readonly ModuleName[], modules: object | undefined) => {
    const { client: other, to } = await hostedService();
    await other
      .createPipeline('notes', chain)
      .process(await textFile(await scratch()), { waitForProcess: false, modules: modules as never });
    return to('/krixik-core-process')[0]?.json?.['modules'];
  };

  it('is completed with the defaults of every module', async () => {
    expect(await send(['parser', 'text-embedder', 'vector-db'], undefined)).toEqual({
      module_1: { model: 'sentence', params: { language: 'english' } },
      module_2: { model: 'all-MiniLM-L6-v2', params: { quantize: true } },
      module_3: { model: 'faiss', params: {} },
    });
  });

  it('accepts a module by its name or its position', async () => {
    const expected = {
      module_1: { model: 'fixed', params: { chunk_size: 9, overlap_size: 3 } },
      module_2: expect.anything() as unknown,
    };
    const choice = { model: 'fixed', params: { chunk_size: 9, overlap_size: 3 } };
    expect(await send(['parser', 'translate'], { parser: choice })).toEqual(expected);
    expect(await send(['parser', 'translate'], { module_1: choice })).toEqual(expected);
  });

  it('does not require the parameters of a model', async () => {
    expect(await send(['parser'], { parser: { model: 'fixed' } })).toEqual({
      module_1: { model: 'fixed', params: { chunk_size: 10, overlap_size: 4 } },
    });
    expect(await send(['parser'], { parser: { model: 'fixed', params: {} } })).toEqual({
      module_1: { model: 'fixed', params: { chunk_size: 10, overlap_size: 4 } },
    });
  });

  it('requires the position of a module that occurs twice', async () => {
    const chain = ['sentiment', 'sentiment'] as const;
    const { client: other } = await hostedService();
    const pipeline = other.createPipeline('notes', ['parser', ...chain]);
    const failure = pipeline.process(await textFile(await scratch()), { modules: { sentiment: {} } as never });
    await expect(failure).rejects.toThrow(/because a module occurs more than once/);
    expect(
      await send(['parser', ...chain], { module_3: { model: 'bert-base-multilingual-uncased-sentiment' } }),
    ).toMatchObject({
      module_2: { model: 'distilbert-base-uncased-finetuned-sst-2-english' },
      module_3: { model: 'bert-base-multilingual-uncased-sentiment' },
    });
  });

  it('is not modified', async () => {
    const given = { parser: { model: 'fixed', params: { chunk_size: 9 } } };
    await send(['parser'], given);
    expect(given).toEqual({ parser: { model: 'fixed', params: { chunk_size: 9 } } });
  });

  it('is validated against the models of the server', async () => {
    const createPipeline = (service: { client: Client }) => service.client.createPipeline('notes', ['parser']);
    const modules = { parser: { model: 'paragraph' as 'fixed' } };
    const hosted = await hostedService();
    const file = await textFile(await scratch());
    await expect(createPipeline(hosted).process(file, { modules, waitForProcess: false })).rejects.toThrow(
      /a model for parser \(sentence, fixed\), got "paragraph"/,
    );
    const parser = {
      name: 'parser',
      input: 'text',
      output: 'json',
      inputKey: null,
      outputKey: 'snippet',
      defaultModel: 'sentence',
      models: ['sentence', 'paragraph'].map((name) => ({ name, params: {}, available: true })),
    };
    const ours = await millraceService({ '/v1/modules': { json: { items: [parser] } } });
    await createPipeline(ours).process(file, { modules, waitForProcess: false });
    expect(ours.to('/krixik-core-process')[0]?.json?.['modules']).toEqual({
      module_1: { model: 'paragraph', params: {} },
    });
  });
});
