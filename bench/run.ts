/**
 * Measures what the README's reader would want to know. `npm run bench` runs all; `npm run bench -- upload start` some.
 * Each figure that has a rival is measured against it in the same run. Nothing here decides a test.
 */
import { cpus, totalmem } from 'node:os';
import { embedding } from './embedding.js';
import { conversion } from './conversion.js';
import { engine } from './engine.js';
import { flows } from './flows.js';
import { importing } from './import.js';
import { keywordDatabase } from './keyword-database.js';
import { manyFiles } from './many-files.js';
import { ocr } from './ocr.js';
import { processLatency } from './process-latency.js';
import { toMarkdown, type Result } from './report.js';
import { semanticSearch } from './semantic-search.js';
import { start } from './start.js';
import { upload } from './upload.js';

const benches: Readonly<Record<string, () => Promise<Result[]>>> = {
  import: importing,
  process: processLatency,
  upload,
  'keyword-db': keywordDatabase,
  'text-embedder': embedding,
  'semantic-search': semanticSearch,
  conversion,
  ocr,
  'many-files': manyFiles,
  start,
  engine,
  flows,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`Expected some of ${Object.keys(benches).join(', ')}, got ${unknown.join(', ')}`);
  process.exit(2);
}

const results: Result[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring ${name} …`);
  results.push(...(await bench()));
}
const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
);
console.log(toMarkdown(results));
