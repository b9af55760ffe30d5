import { readAudio } from '../../convert/audio/read-audio.js';
import { openModel } from '../../models/open-model.js';
import { writeJsonArray } from '../../formats/json-output.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { toTranscriptItem } from './transcript.js';

/** Transcribes a recording with timestamps. The output has one item. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('transcribe', context);
  const { samples, seconds, isSilent } = await readAudio(input.path, context.limits, context.signal, context.warn);
  const totalSeconds = Math.ceil(seconds);
  // do not transcribe silence, because models invent words for it
  const transcription = isSilent
    ? { text: '', segments: [] }
    : await model.transcribe(samples, (transcribedSeconds) => {
        context.signal.throwIfAborted();
        context.progress(Math.min(Math.round(transcribedSeconds), totalSeconds), totalSeconds);
      });
  context.signal.throwIfAborted();
  const { path } = await writeJsonArray(context, { itemName: 'items' }, async (writer) => {
    await writer.add(toTranscriptItem(transcription));
  });
  context.progress(totalSeconds, totalSeconds);
  return { path, facts: { num_lines: 1 } };
}
