/** Pipelines are values: `step` returns a new one. They can share their first steps, and a pipeline can be a step of another. */
import { pipeline } from 'millrace';

const read = pipeline<{ text: string }>('read').step('words', (d) => ({ words: d.text.trim().split(/\s+/) }));

const counted = read.step('count', (d) => ({ count: d.words.length }));
const longest = read.step('longest', (d) => ({ longest: d.words.toSorted((a, b) => b.length - a.length)[0] }));

const both = pipeline<{ text: string }>('both').step('counted', counted).step('longest', longest);

const { count, longest: word } = await both.run({ text: ' the wheel of the mill ' });
console.log(`${count} words, the longest is ${word}`);
