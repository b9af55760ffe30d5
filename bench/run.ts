/**
 * Runs the benchmarks whose results are in README.md. `npm run bench` runs all benchmarks except the long ones, and
 * `npm run bench -- upload start` only the named ones. Other systems are measured in the same run. No test depends on the results.
 */
import { cpus, totalmem } from 'node:os';
import { dashboard } from './dashboard/dashboard.js';
import { dashboard100k } from './dashboard/dashboard-100k.js';
import { embedding } from './search/embedding.js';
import { conversion } from './documents/conversion.js';
import { documentsProof } from './documents/documents-proof.js';
import { engine } from './engine/engine.js';
import { flows } from './sdk/flows.js';
import { growth } from './growth.js';
import { importing } from './sdk/import.js';
import { keywordDatabase } from './search/keyword-database.js';
import { liveStream } from './engine/live-stream.js';
import { meaning } from './search/meaning.js';
import { manyFiles } from './many-files.js';
import { manyFiles10k } from './many-files-10k.js';
import { ocr } from './documents/ocr.js';
import { processLatency } from './sdk/process-latency.js';
import { toMarkdown, type Result } from './support/report.js';
import { semanticSearch } from './search/semantic-search.js';
import { start } from './engine/start.js';
import { upload } from './sdk/upload.js';
import { work } from './work/work.js';

const benches: Readonly<Record<string, () => Promise<Result[]>>> = {
  import: importing,
  process: processLatency,
  upload,
  'keyword-db': keywordDatabase,
  'text-embedder': embedding,
  'semantic-search': semanticSearch,
  meaning,
  conversion,
  ocr,
  'many-files': manyFiles,
  start,
  engine,
  flows,
  work,
  'live-stream': liveStream,
  dashboard,
};

/** Benchmarks that take many minutes. They run only if they are named. */
const longBenches: typeof benches = {
  'many-files-10k': manyFiles10k,
  growth,
  'dashboard-100k': dashboard100k,
  'documents-proof': documentsProof,
};
const all = { ...benches, ...longBenches };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`Expected the names of benchmarks (${Object.keys(all).join(', ')}), got ${unknown.join(', ')}`);
  process.exit(2);
}

// exit on a signal, so that the exit handlers end all processes that the benchmarks have started
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const results: Result[] = [];
for (const [name, bench] of Object.entries(wanted.length > 0 ? all : benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring ${name} …`);
  results.push(...(await bench()));
}
const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
);
console.log(toMarkdown(results));
