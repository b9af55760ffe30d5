import { Client } from 'millrace';

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9', maxRetries: 0 });
const words = client.createPipeline('words', ['keyword-db']);

const failures = {
  chain: () => client.createPipeline('two that do not fit', ['parser', 'vector-db']),
  validation: () => words.process('missing.txt'),
  connection: () => words.process(new File(['Water turns the wheel.'], 'mill.txt')),
  'in-parallel': () => client.runs.list(),
};

async function useMillrace() {
  await failures[process.argv[2]]();
}

await useMillrace();
