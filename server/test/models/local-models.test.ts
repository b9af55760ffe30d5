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
import { fileDirectory, open } from './open.js';

const modelDir = await fileDirectory();
makeTinyModels(modelDir);
const minilm = 'all-MiniLM-L6-v2';

/** Where a word is in the table of the tiny embedder. */
const rowOf = (token: string): number => ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...knownWords].indexOf(token);

function meanOf(tokens: readonly string[]): number[] {
  return Array.from({ length: 8 }, (_, column) => {
    const sum = tokens.reduce((total, token) => total + noise(rowOf(token), column), 0);
    return sum / tokens.length;
  });
}

const closeTo = (expected: readonly number[], scale = 1) => expected.map((value) => near(value * scale, 5));
const embedding = async (text: string, quantize = false): Promise<number[]> => {
  const { model } = await open('embeddings', minilm, { modelDir }, { params: { quantize } });
  const [vector] = await model.embed([text]);
  return [...vector!];
};

describe('embeddings', () => {
  it('are the mean of what the model says of each token, not normalised', async () => {
    expect(await embedding('the mill turns.')).toEqual(
      closeTo(meanOf(['[CLS]', 'the', 'mill', 'turns', '.', '[SEP]'])),
    );
  });

  it('come from the quantised file, or from the other, as `quantize` says', async () => {
    const tokens = ['[CLS]', 'good', 'water', '[SEP]'];
    expect(await embedding('good water', false)).toEqual(closeTo(meanOf(tokens)));
    expect(await embedding('good water', true)).toEqual(closeTo(meanOf(tokens), 2));
  });

  it('depend on their own text alone, to the bit', async () => {
    const { model } = await open('embeddings', minilm, { modelDir });
    const [alone] = await model.embed(['the mill']);
    const [, among] = await model.embed(['the water is good and the wheel turns', 'the mill', 'bad']);
    expect(among).toEqual(alone);
  });

  it('take in a text that is longer than the window to its end', async () => {
    const long = Array.from({ length: 10 }, () => 'the mill stands still and the wheel turns.').join(' ');
    const [good, bad] = [await embedding(`${long} good`), await embedding(`${long} bad`)];
    expect(good).not.toEqual(bad);
    expect(await embedding(`good ${long}`)).toEqual(good.map((value) => near(value, 1)));
  });

  it('give a text without words a vector too', async () => {
    expect(await embedding('')).toEqual(closeTo(meanOf(['[CLS]', '[SEP]'])));
  });
});

describe('sentiment', () => {
  const classify = async (name: string, text: string) => {
    const { model } = await open('sentiment', name, { modelDir, module: 'sentiment' });
    return (await model.classify([text]))[0]!;
  };

  it('reads the two labels of one model', async () => {
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
  ] as const)('reads the five stars of another: "%s" is %s', async (text, mood) => {
    const scores = await classify('bert-base-multilingual-uncased-sentiment', text);
    expect(scores[mood]).toBeGreaterThan(0.9);
    expect(scores.positive + scores.negative + scores.neutral).toBeCloseTo(1, 5);
  });

  it('weighs all of a text that is longer than the window', async () => {
    const text = [...Array.from({ length: 40 }, () => 'good'), ...Array.from({ length: 40 }, () => 'bad')].join(' ');
    const scores = await classify('distilbert-base-uncased-finetuned-sst-2-english', text);
    expect(scores).toEqual({ positive: near(0.5, 1), negative: near(0.5, 1), neutral: 0 });
  });

  it('refuses a model whose labels are no moods', async () => {
    const own = await fileModelDir('distilroberta-finetuned-financial-news-sentiment-analysis');
    writeModel(own.folder, tinyClassifier(['spam', 'ham'], { good: [1, 0] }));
    const { model } = await open('sentiment', own.name, { modelDir: own.modelDir, module: 'sentiment' });
    await expect(model.classify(['good'])).rejects.toThrow(
      /does not classify sentiment.*got 'spam'|does not classify sentiment.*got 'ham'/,
    );
  });
});

describe('translation', () => {
  it('answers each text in order, and nothing for nothing', async () => {
    const { model, access } = await open('translate', 'opus-mt-en-es', { modelDir, module: 'translate' });
    expect(await model.translate(['the mill turns .', ' ', 'the mill'])).toEqual(['el molino gira.', '', 'el molino']);
    expect(access.used).toEqual({ name: 'opus-mt-en-es', route: 'transformers' });
  });

  it('translates a text that is longer than the window to its end', async () => {
    const { model } = await open('translate', 'opus-mt-en-es', { modelDir, module: 'translate' });
    const [translation] = await model.translate([Array.from({ length: 300 }, () => 'the mill').join(' ')]);
    expect(translation!.split(' ')).toEqual(Array.from({ length: 300 }, () => ['el', 'molino']).flat());
  });
});

describe('summaries', () => {
  it('are what the model writes', async () => {
    const { model } = await open('summarize', 'bart-large-cnn', { modelDir, module: 'summarize' });
    expect(await model.summarize('the mill turns . the water is good .')).toBe('the mill turns');
    expect(await model.summarize(' \n')).toBe('');
  });

  it('cover a text that is longer than the window to its end', async () => {
    const { model } = await open('summarize', 'bart-large-cnn', { modelDir, module: 'summarize' });
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

  it('gives the text and its segments, without what the model does not know', async () => {
    const { model } = await open('transcribe', 'whisper-tiny', { modelDir, module: 'transcribe' });
    expect(await model.transcribe(loud)).toEqual({
      text: ' hello world',
      segments: [{ text: ' hello world', start: 0, end: 1, noSpeechProb: null, confidence: null, words: null }],
    });
    expect((await model.transcribe(new Float32Array(seconds))).text).toBe(' silence.');
    expect(await model.transcribe(new Float32Array())).toEqual({ text: '', segments: [] });
  });

  it('goes on behind the half minute that a model hears at once', async () => {
    const { model } = await open('transcribe', 'whisper-tiny', { modelDir, module: 'transcribe' });
    const long = Float32Array.from({ length: 70 * seconds }, (_, i) => Math.sin(i / 10));
    const heard: number[] = [];
    const { text, segments } = await model.transcribe(long, (second) => heard.push(second));
    expect(heard.length).toBeGreaterThan(2);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.at(-1)).toBe(70);
    expect(text.match(/ hello world/g)!.length).toBe(segments.length);
    const starts = segments.map(({ start }) => start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(40);
    expect(segments.at(-1)!.end).toBeLessThanOrEqual(70);
  });

  it('hears which language it is before it writes', async () => {
    const pipeline = await loadPipeline('transcribe', 'whisper-tiny', {
      folder: join(modelDir, 'Xenova/whisper-tiny'),
      precision: 'fp32',
    });
    expect(await detectLanguage(pipeline, loud)).toBe('es');
    expect(await detectLanguage(pipeline, new Float32Array(seconds))).toBe('en');
  });
});

describe('captions', () => {
  const picture = async (shade: number): Promise<string> => {
    const path = join(modelDir, `shade-${shade}.png`);
    await writeFile(path, encodePng(20, 10, new Uint8Array(20 * 10).fill(shade)));
    return path;
  };

  it('say what is in a picture', async () => {
    const { model } = await open('caption', 'vit-gpt2-image-captioning', { modelDir, module: 'caption' });
    expect(await model.caption(await picture(250))).toBe('a bright picture');
    expect(await model.caption(await picture(5))).toBe('a dark picture');
  });

  it('refuse a file that is no picture', async () => {
    const { model } = await open('caption', 'vit-gpt2-image-captioning', { modelDir, module: 'caption' });
    const path = join(modelDir, 'words.png');
    await writeFile(path, 'not a picture');
    await expect(model.caption(path)).rejects.toThrow(/The image could not be read .* PNG or JPEG/);
  });
});

describe('a model whose files are wrong', () => {
  it.each([
    [
      'network',
      'onnx/model.onnx',
      /could not be loaded from .*all-MiniLM-L6-v2: .*millrace models pull all-MiniLM-L6-v2 --force/,
    ],
    ['configuration', 'config.json', /could not be loaded from/],
    ['tokenizer', 'tokenizer.json', /could not be loaded from/],
  ])('is refused when its %s is damaged, and runs again when that is mended', async (_, file, message) => {
    const own = await fileModelDir(minilm);
    await cp(join(modelDir, `Xenova/${minilm}`), own.folder, { recursive: true });
    const whole = await readFile(join(own.folder, file));
    await writeFile(join(own.folder, file), whole.subarray(0, whole.length / 2));
    const options = { params: { quantize: false } };
    const failure = await failureOf(open('embeddings', minilm, { modelDir: own.modelDir }, options));
    expect(failure).toBeInstanceOf(ModuleError);
    expect((failure as Error).message).toMatch(message);
    await writeFile(join(own.folder, file), whole);
    await expect(open('embeddings', minilm, { modelDir: own.modelDir }, options)).resolves.toBeDefined();
  });
});

let folders = 0;
async function fileModelDir(name: string): Promise<{ modelDir: string; folder: string; name: string }> {
  const own = join(modelDir, `own-${(folders += 1)}`);
  return { modelDir: own, folder: join(own, 'Xenova', name), name };
}
