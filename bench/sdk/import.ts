import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { minifiedModule } from '../../test/packaging/minified.js';
import { median, show } from '../support/measure.js';
import type { Result } from '../support/report.js';

const rounds = 15;
const built = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** Milliseconds that a statement takes in a new process, measured by the process itself. */
function inNewProcess(statement: string): number {
  const program = `const start = performance.now(); ${statement}; console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }));
}

/** Measures the import of the SDK in a new process. */
export async function importing(): Promise<Result[]> {
  const cold = Array.from({ length: rounds }, () => inNewProcess(`await import('${built('index.js')}')`));
  const axios = import.meta.resolve('axios');
  const heavy = Array.from({ length: rounds }, () => inNewProcess(`await import('${axios}')`));
  const code = readFileSync(built('core.cjs'));
  const minified = await minifiedModule(built('index.cjs'));
  const compressed = gzipSync(minified).length / 1000;
  return [
    {
      what: 'import of the SDK in a new process, p50',
      measured: `${show(median(cold))} ms`,
      against: `axios alone, which waits for the first request: ${show(median(heavy))} ms`,
      goal: '< 120 ms',
      isMet: median(cold) < 120,
    },
    {
      what: 'size of what an import of the SDK reads, as it is and compressed (gzip)',
      measured: `${show(code.length / 1000)} kB, ${show(gzipSync(code, { level: 9 }).length / 1000)} kB`,
    },
    {
      what: 'the same, minified as bundlers do, and compressed',
      measured: `${show(minified.length / 1000)} kB, ${show(compressed)} kB`,
      goal: 'compressed < 60 kB',
      isMet: compressed < 60,
    },
  ];
}
