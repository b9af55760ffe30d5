/** Two versions of a step in one pipeline: the record distinguishes them, and the last one to write a field wins. */
import { pipeline } from 'millrace';

const price = pipeline<{ grams: number }>('price')
  .step('price', (d) => ({ cents: d.grams * 2 }), 'v1.0')
  .step('price', (d) => ({ cents: Math.round(d.grams * 1.8), before: d.cents }), 'v2.0')
  .step('show', (d) => ({ text: `${d.cents} instead of ${d.before} cents` }), 'v1.0');

const run = price.start({ grams: 500 });
console.log((await run.result()).text);
for (const { key, version, state } of run.status().tasks) console.log(`${key} ${version} ${state}`);
