/** Handles errors. Every error has a `code`, and its message says what to do next. */
import { Client, isMillraceError } from 'millrace';

const client = new Client();
const titles = client.createPipeline('titles', ['parser']);

// the file does not exist: the client sends no request
await titles.process('./no-such-file.txt').catch((error: unknown) => {
  if (isMillraceError(error, 'validation')) console.log(`validation: ${error.message}`);
});

// the module refuses its input: the run fails with the module's reason
const damaged = Buffer.from('%PDF-1.4 and nothing else');
await titles.process(damaged, { fileName: 'lease.pdf' }).catch((error: unknown) => {
  if (isMillraceError(error, 'process_failed')) console.log(`process_failed: ${error.message}`);
});

// unknown, deleted and expired ids have the same error
await titles.delete('00000000-0000-4000-8000-000000000000').catch((error: unknown) => {
  if (isMillraceError(error, 'not_found')) console.log(`not_found: ${error.message}`);
});

await client.close();
