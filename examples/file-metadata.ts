/** Gives files names, directories and tags, to find them again. */
import { Client } from 'millrace';

const client = new Client();
const letters = client.createPipeline('letters', ['keyword-db']);
const text = (words: string) => new TextEncoder().encode(words);

for (const [year, words] of [
  ['1911', 'The orchard bore well this year, and the cider is in the cellar.'],
  ['1912', 'Frost took the orchard; we live on flour and hope.'],
] as const) {
  await letters.process(text(words), {
    symbolicFilePath: `/Letters/${year}/To Clara.txt`,
    fileTags: [{ year }, { to: 'Clara' }],
    fileDescription: `A letter of ${year}`,
    downloadOutput: false,
  });
}

const page = await letters.list({ fileTags: [{ year: '*' }] });
for await (const file of page) console.log(file.symbolicFilePath, file.fileTags, file.fileDescription);

const [first] = page.items;
if (first) await letters.update(first.fileId, { fileTags: [{ year: '1912' }, { weather: 'frost' }] });

const frost = await letters.keywordSearch('orchards', { fileTags: [{ weather: 'frost' }] });
console.log(frost.items.map((item) => item.file.symbolicFilePath));

console.log(String(await letters.showTree('/letters/*')));
console.log(`deleted ${await letters.reset()} files`);
await client.close();
