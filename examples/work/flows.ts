/** The flow that the worker executes and the other program starts. Both import this file. */
import { flow, progress, task } from 'millrace';

export const clean = task('clean', (text: string) => text.trim().toLowerCase());

export const count = task('count', (text: string) => text.split(/\s+/).length);

export const digest = flow('digest', async (texts: string[]) => {
  const counts: number[] = [];
  for (const [i, text] of texts.entries()) {
    counts.push(await count(await clean(text)));
    progress(i + 1, texts.length);
  }
  return { words: counts.reduce((sum, words) => sum + words, 0) };
});
