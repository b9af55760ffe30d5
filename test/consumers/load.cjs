const { Client, ChainError, isMillraceError } = require('millrace');

const client = new Client({ apiKey: 'test-key', apiUrl: 'http://127.0.0.1:9' });
const { name, moduleChain } = client.createPipeline('words', ['parser']);

let error;
try {
  client.createPipeline('two that do not fit', ['parser', 'vector-db']);
} catch (thrown) {
  error = thrown;
}

void import('millrace').then((imported) => {
  const sameClass = error instanceof ChainError && error instanceof imported.ChainError;
  const branded = [isMillraceError(error), imported.isMillraceError(error), isMillraceError(new Error('another'))];
  console.log(JSON.stringify({ name, moduleChain, sameClass, branded }));
});
