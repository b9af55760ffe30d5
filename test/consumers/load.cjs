const { Client, ChainError, isMillraceError } = require('millrace');

const loaded = Object.keys(require.cache);
const heavy = ['zod', 'axios', 'form-data'].filter((name) =>
  loaded.some((path) => path.replaceAll('\\', '/').includes(`/node_modules/${name}/`)),
);

const client = new Client({ apiKey: 'key', apiUrl: 'http://127.0.0.1:9' });
const { name, moduleChain } = client.createPipeline('words', ['parser']);

let error;
try {
  client.createPipeline('two that do not fit', ['parser', 'vector-db']);
} catch (thrown) {
  error = thrown;
}

void import('millrace').then((asModule) => {
  const known = { here: error instanceof ChainError, there: error instanceof asModule.ChainError };
  const branded = [isMillraceError(error), asModule.isMillraceError(error), isMillraceError(new Error('another'))];
  console.log(JSON.stringify({ name, moduleChain, heavy, known, branded }));
});
