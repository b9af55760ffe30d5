import { describe, expect, it } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { runModule, temporaryDirectory } from './run-module.js';

describe('a module whose model cannot run says what to do, and does not look at the file before', () => {
  it.for([
    ['sentiment', 'distilbert-base-uncased-finetuned-sst-2-english', 'MILLRACE_SENTIMENT_BASE_URL'],
    ['summarize', 'bart-large-cnn', 'MILLRACE_SUMMARIZE_BASE_URL'],
    ['translate', 'opus-mt-en-es', 'MILLRACE_TRANSLATE_BASE_URL'],
    ['transcribe', 'whisper-tiny', 'MILLRACE_TRANSCRIBE_BASE_URL'],
    ['caption', 'vit-gpt2-image-captioning', 'MILLRACE_CAPTION_BASE_URL'],
  ] as const)('%s', async ([module, model, variable]) => {
    const modelDir = await temporaryDirectory();
    const refused = runModule(module, 'neither JSON, nor a recording, nor an image', { model, models: { modelDir } });
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(
      `Model "${model}" is not installed and downloads are disabled. Put its files into ${modelDir}/Xenova/${model}`,
    );
    await expect(refused).rejects.toThrow(`run \`millrace models pull ${model}\``);
    await expect(refused).rejects.toThrow(`set ${variable} to an OpenAI-compatible endpoint`);
  });

  it('and of a network that no library has, which model to take instead', async () => {
    const refused = runModule('caption', 'no image', { model: 'blip-image-captioning-base' });
    await expect(refused).rejects.toThrow(
      'Model "blip-image-captioning-base" cannot run locally (its type "blip" is not supported). ' +
        'Use vit-gpt2-image-captioning, or set MILLRACE_CAPTION_BASE_URL',
    );
  });
});
