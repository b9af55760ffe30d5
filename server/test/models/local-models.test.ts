import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { detectLanguage } from '../../src/models/transformers/detect-language.js';
import { loadPipeline } from '../../src/models/transformers/load-pipeline.js';
import { encodePng } from '../convert/make/draw-png.js';
import { noise, tinyClassifier } from '../support/tiny-models/bag-of-words.js';
import { knownWords, makeTinyModels } from '../support/tiny-models/make-models.js';
import { writeModel } from '../support/tiny-models/model-folder.js';
import { failureOf } from '../runner/fixture-runner.js';
import { near } from './near.js';
import { createTestDirectory, openTestModel } from './open.js';

const modelDir = await createTestDirectory();
makeTinyModels(modelDir);
const minilm = 'all-MiniLM-L6-v2';

/** Returns the row of a word in the table of the tiny embedder. */
const rowOf = (token: string): number => ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...knownWords].indexOf(token);

function meanOf(tokens: readonly string[]): number[] {
  return Array.from({ length: 8 }, (_, column) => {
    const sum = tokens.reduce((total, token) => total + noise(rowOf(token), column), 0);
    return sum / tokens.length;
  });
}

const closeTo = (expected: readonly number[], scale = 1) => expected.map((value) => near(value * scale, 5));
const embed = async (text: string, quantize = false): Promise<number[]> => {
  const { model } = await openTestModel('embeddings', minilm, { modelDir }, { params: { quantize } });
  const [vector] = await model.embed([text]);
  return [...vector!];
};

describe('embeddings', () => {
  it("are the mean of the model's vectors for the tokens, not normalized", async () => {
    expect(await embed('the mill turns.')).toEqual(closeTo(meanOf(['[CLS]', 'the', 'mill', 'turns', '.', '[SEP]'])));
  });

  it('are computed by the quantized file if quantize is true, and otherwise by the exact one', async () => {
    const tokens = ['[CLS]', 'good', 'water', '[SEP]'];
    expect(await embed('good water', false)).toEqual(closeTo(meanOf(tokens)));
    expect(await embed('good water', true)).toEqual(closeTo(meanOf(tokens), 2));
  });

  it('are identical for a text alone and in a batch', async () => {
    const { model } = await openTestModel('embeddings', minilm, { modelDir });
    const [alone] = await model.embed(['the mill']);
    const [, among] = await model.embed(['the water is good and the wheel turns', 'the mill', 'bad']);
    expect(among).toEqual(alone);
  });

  it('cover all of a text that is longer than the window', async () => {
    const long = Array.from({ length: 10 }, () => 'the mill stands still and the wheel turns.').join(' ');
    const [good, bad] = [await embed(`${long} good`), await embed(`${long} bad`)];
    expect(good).not.toEqual(bad);
    expect(await embed(`good ${long}`)).toEqual(good.map((value) => near(value, 1)));
  });

  it('are computed even for a text without words', async () => {
    expect(await embed('')).toEqual(closeTo(meanOf(['[CLS]', '[SEP]'])));
  });
});

describe('sentiment', () => {
  const classify = async (name: string, text: string) => {
    const { model } = await openTestModel('sentiment', name, { modelDir, module: 'sentiment' });
    return (await model.classify([text]))[0]!;
  };

  it('maps the two labels of a model to scores', async () => {
    const name = 'distilbert-base-uncased-finetuned-sst-2-english';
    expect(await classify(name, 'good')).toEqual({
      positive: near(0.9975, 3),
      negative: near(0.0025, 3),
      neutral: 0,
    });
    expect((await classify(name, 'is bad')).negative).toBeGreaterThan(0.9);
  });

  it.each([
    ['good', 'positive'],
    ['bad', 'negative'],
    ['still', 'neutral'],
  ] as const)('maps the five stars of a model to scores: "%s" is %s', async (text, sentiment) => {
    const scores = await classify('bert-base-multilingual-uncased-sentiment', text);
    expect(scores[sentiment]).toBeGreaterThan(0.9);
    expect(scores.positive + scores.negative + scores.neutral).toBeCloseTo(1, 5);
  });

  it('scores all of a text that is longer than the window', async () => {
    const text = [...Array.from({ length: 40 }, () => 'good'), ...Array.from({ length: 40 }, () => 'bad')].join(' ');
    const scores = await classify('distilbert-base-uncased-finetuned-sst-2-english', text);
    expect(scores).toEqual({ positive: near(0.5, 1), negative: near(0.5, 1), neutral: 0 });
  });

  it('rejects a model with other labels', async () => {
    const classifier = await createModelDir('distilroberta-finetuned-financial-news-sentiment-analysis');
    writeModel(classifier.folder, tinyClassifier(['spam', 'ham'], { good: [1, 0] }));
    const { model } = await openTestModel('sentiment', classifier.name, {
      modelDir: classifier.modelDir,
      module: 'sentiment',
    });
    await expect(model.classify(['good'])).rejects.toThrow(
      /does not classify sentiment.*got 'spam'|does not classify sentiment.*got 'ham'/,
    );
  });
});

describe('translation', () => {
  it('translates texts in their order, and a blank text to an empty one', async () => {
    const { model, access } = await openTestModel('translate', 'opus-mt-en-es', { modelDir, module: 'translate' });
    expect(await model.translate(['the mill turns .', ' ', 'the mill'])).toEqual(['el molino gira.', '', 'el molino']);
    expect(access.usedModel).toEqual({ name: 'opus-mt-en-es', route: 'transformers' });
  });

  it('translates all of a text that is longer than the window', async () => {
    const { model } = await openTestModel('translate', 'opus-mt-en-es', { modelDir, module: 'translate' });
    const [translation] = await model.translate([Array.from({ length: 300 }, () => 'the mill').join(' ')]);
    expect(translation!.split(' ')).toEqual(Array.from({ length: 300 }, () => ['el', 'molino']).flat());
  });
});

describe('summaries', () => {
  it('are the output of the model', async () => {
    const { model } = await openTestModel('summarize', 'bart-large-cnn', { modelDir, module: 'summarize' });
    expect(await model.summarize('the mill turns . the water is good .')).toBe('the mill turns');
    expect(await model.summarize(' \n')).toBe('');
  });

  it('cover all of a text that is longer than the window', async () => {
    const { model } = await openTestModel('summarize', 'bart-large-cnn', { modelDir, module: 'summarize' });
    const paragraphs = ['the mill turns', 'the water is good', 'the wheel stands still', 'water is bad'];
    const text = paragraphs.map((sentence) => `${sentence} . ${'and the water and the mill '.repeat(2)}.`).join('\n');
    const summary = await model.summarize(text);
    expect(summary.startsWith('the mill turns')).toBe(true);
    expect(summary).toContain('the wheel stands still');
  });
});

describe('transcription', () => {
  const seconds = 16_000;
  const loud = Float32Array.from({ length: 2 * seconds }, (_, i) => Math.sin(i / 10));

  it('returns the text and its segments, with null for what the model does not return', async () => {
    const { model } = await openTestModel('transcribe', 'whisper-tiny', { modelDir, module: 'transcribe' });
    expect(await model.transcribe(loud)).toEqual({
      text: ' hello world',
      segments: [{ text: ' hello world', start: 0, end: 1, noSpeechProb: null, confidence: null, words: null }],
    });
    expect((await model.transcribe(new Float32Array(seconds))).text).toBe(' silence.');
    expect(await model.transcribe(new Float32Array())).toEqual({ text: '', segments: [] });
  });

  it('continues after the 30 seconds that a model can process at once', async () => {
    const { model } = await openTestModel('transcribe', 'whisper-tiny', { modelDir, module: 'transcribe' });
    const long = Float32Array.from({ length: 70 * seconds }, (_, i) => Math.sin(i / 10));
    const progress: number[] = [];
    const { text, segments } = await model.transcribe(long, (second) => progress.push(second));
    expect(progress.length).toBeGreaterThan(2);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(70);
    expect(text.match(/ hello world/g)!.length).toBe(segments.length);
    const starts = segments.map(({ start }) => start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(40);
    expect(segments.at(-1)!.end).toBeLessThanOrEqual(70);
  });

  it('detects the language of the recording', async () => {
    const pipeline = await loadPipeline('transcribe', 'whisper-tiny', {
      folder: join(modelDir, 'Xenova/whisper-tiny'),
      precision: 'fp32',
    });
    expect(await detectLanguage(pipeline, loud)).toBe('es');
    expect(await detectLanguage(pipeline, new Float32Array(seconds))).toBe('en');
  });
});

describe('captions', () => {
  const drawPicture = async (shade: number): Promise<string> => {
    const path = join(modelDir, `shade-${shade}.png`);
    await writeFile(path, encodePng(20, 10, new Uint8Array(20 * 10).fill(shade)));
    return path;
  };

  it('describe a picture', async () => {
    const { model } = await openTestModel('caption', 'vit-gpt2-image-captioning', { modelDir, module: 'caption' });
    expect(await model.caption(await drawPicture(250))).toBe('a bright picture');
    expect(await model.caption(await drawPicture(5))).toBe('a dark picture');
  });

  it('are rejected for a file that is not a picture', async () => {
    const { model } = await openTestModel('caption', 'vit-gpt2-image-captioning', { modelDir, module: 'caption' });
    const path = join(modelDir, 'words.png');
    await writeFile(path, 'not a picture');
    await expect(model.caption(path)).rejects.toThrow(/The image could not be read .* PNG or JPEG/);
  });
});

describe('a model with a damaged file', () => {
  it.each([
    [
      'network',
      'onnx/model.onnx',
      /could not be loaded from .*all-MiniLM-L6-v2: .*millrace models pull all-MiniLM-L6-v2 --force/,
    ],
    ['configuration', 'config.json', /could not be loaded from/],
    ['tokenizer', 'tokenizer.json', /could not be loaded from/],
  ])('is rejected if the file is its %s, and loads once the file is repaired', async (_, file, message) => {
    const copy = await createModelDir(minilm);
    await cp(join(modelDir, `Xenova/${minilm}`), copy.folder, { recursive: true });
    const whole = await readFile(join(copy.folder, file));
    await writeFile(join(copy.folder, file), whole.subarray(0, whole.length / 2));
    const options = { params: { quantize: false } };
    const failure = await failureOf(openTestModel('embeddings', minilm, { modelDir: copy.modelDir }, options));
    expect(failure).toBeInstanceOf(ModuleError);
    expect((failure as Error).message).toMatch(message);
    await writeFile(join(copy.folder, file), whole);
    await expect(openTestModel('embeddings', minilm, { modelDir: copy.modelDir }, options)).resolves.toBeDefined();
  });
});

let folders = 0;
async function createModelDir(name: string): Promise<{ modelDir: string; folder: string; name: string }> {
  const directory = join(modelDir, `own-${(folders += 1)}`);
  return { modelDir: directory, folder: join(directory, 'Xenova', name), name };
}
