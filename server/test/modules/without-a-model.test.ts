import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { runModule, temporaryDirectory } from './run-module.js';

describe('a module whose model cannot run', () => {
  it.for([
    ['sentiment', 'distilbert-base-uncased-finetuned-sst-2-english', 'MILLRACE_SENTIMENT_BASE_URL'],
    ['summarize', 'bart-large-cnn', 'MILLRACE_SUMMARIZE_BASE_URL'],
    ['translate', 'opus-mt-en-es', 'MILLRACE_TRANSLATE_BASE_URL'],
    ['transcribe', 'whisper-tiny', 'MILLRACE_TRANSCRIBE_BASE_URL'],
    ['caption', 'vit-gpt2-image-captioning', 'MILLRACE_CAPTION_BASE_URL'],
  ] as const)('explains how to get the model before it reads the file: %s', async ([module, model, variable]) => {
    const modelDir = await temporaryDirectory();
    const refused = runModule(module, 'neither JSON, nor a recording, nor an image', { model, models: { modelDir } });
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(
      `Model "${model}" is not installed and downloads are disabled. Put its files into ${modelDir}/Xenova/${model}`,
    );
    await expect(refused).rejects.toThrow(`run \`millrace models pull ${model}\``);
    await expect(refused).rejects.toThrow(`set ${variable} to an OpenAI-compatible endpoint`);
  });

  it('names the model to use instead if its architecture is not supported', async () => {
    const refused = runModule('caption', 'no image', { model: 'blip-image-captioning-base' });
    await expect(refused).rejects.toThrow(
      'Model "blip-image-captioning-base" cannot run locally (its type "blip" is not supported). ' +
        'Use vit-gpt2-image-captioning, or set MILLRACE_CAPTION_BASE_URL',
    );
  });
});
