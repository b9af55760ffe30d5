/** What can go wrong, and how to tell: every error has a `code`, and says what to do next. */
import { Client, isMillraceError } from 'millrace';

const client = new Client();
const titles = client.createPipeline('titles', ['json-to-txt']);

// the request never leaves: the file does not exist
await titles.process('./no-such-file.json').catch((error: unknown) => {
  if (isMillraceError(error, 'validation')) console.log(`validation: ${error.message}`);
});

// the module refuses its input: the run fails, with the module's own reason
const broken = new TextEncoder().encode('{ "not": "a list" }');
await titles.process(broken, { fileName: 'broken.json' }).catch((error: unknown) => {
  if (isMillraceError(error, 'process_failed')) console.log(`process_failed: ${error.message}`);
});

// unknown, deleted and expired ids are the same
await titles.delete('00000000-0000-4000-8000-000000000000').catch((error: unknown) => {
  if (isMillraceError(error, 'api')) console.log(`api: ${error.message}`);
});

client.close();
