import { Client, pipeline } from 'millrace';

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9', maxRetries: 0 });
const words = client.createPipeline('words', ['keyword-db']);

async function main() {
  const codes = [];
  for (const call of [
    () => words.process(new File(['Water turns the wheel.'], 'mill.txt')),
    () => words.process('missing.txt'),
    async () => client.createPipeline('two that do not fit', ['parser', 'vector-db']),
  ]) {
    await call().catch((error) => codes.push(error.code));
  }
  const shout = pipeline('shout').step('upper', ({ text }) => ({ text: text.toUpperCase() }), 'v1.0');
  const { text } = await shout.run({ text: 'hello' });
  console.log(JSON.stringify({ codes, text }));
}

void main();
