import { checkImage, type ImageFacts } from '../../convert/check-image.js';
import { writeJsonList } from '../../formats/json-output.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { Float } from '../../formats/python-json.js';
import { languageOf, wordsOf, type Language, type Recognition } from '../../convert/ocr/tesseract.js';
import { recognize } from '../../convert/ocr/recognize.js';

/** Recognises the text in an image and the position of each word. The output has one item. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const language = languageOf(context.model);
  const image = await checkImage(input.path, context.limits);
  context.progress(0, 1);
  const { text, tsv } = await recognizeImage(input.path, image, language, context);
  const detections = wordsOf(tsv).map((word) => ({ ...word, conf: new Float(word.conf) }));
  const { path } = await writeJsonList(context, { what: 'items' }, async (list) => {
    await list.add({ text, detections });
  });
  context.progress(1, 1);
  return { path, facts: { num_lines: 1 } };
}

async function recognizeImage(
  path: string,
  { kind }: ImageFacts,
  language: Language,
  context: ModuleContext,
): Promise<Recognition> {
  const { signal } = context;
  try {
    return await recognize(path, language, context);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModuleError) throw error;
    const name = kind === 'png' ? 'PNG' : 'JPEG';
    throw new ModuleError(
      `The image could not be read (the ${name} is damaged or in an unsupported format variant). ` +
        'Save it again as a PNG or JPEG, and send the new file.',
      { cause: error },
    );
  }
}
