/** Processes a file in a CommonJS program. */
const { join } = require('node:path');
const { Client } = require('millrace');

async function main() {
  const client = new Client();
  const sentences = client.createPipeline('sentences-cjs', ['parser']);
  const done = await sentences.process(join(__dirname, 'files/the-mill.txt'), {
    localSaveDirectory: join(__dirname, 'out'),
    ifExists: 'overwrite',
  });
  console.log(`${done.output.length} sentences in ${done.outputFiles[0]}`);
  await sentences.delete(done.fileId);
  await client.close();
}

main();
