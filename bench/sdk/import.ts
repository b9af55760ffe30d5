import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { minifyModule } from '../../test/packaging/minified.js';
import { median, show } from '../support/measure.js';
import type { Result } from '../support/report.js';

const rounds = 15;
const distPath = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** Returns the milliseconds that a statement takes in a new process, as measured by the process itself. */
function timeInNewProcess(statement: string): number {
  const program = `const start = performance.now(); ${statement}; console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }));
}

/** Measures the import of the SDK in a new process. */
export async function importing(): Promise<Result[]> {
  const sdkTimes = Array.from({ length: rounds }, () => timeInNewProcess(`await import('${distPath('index.js')}')`));
  const axios = import.meta.resolve('axios');
  const axiosTimes = Array.from({ length: rounds }, () => timeInNewProcess(`await import('${axios}')`));
  const code = readFileSync(distPath('core.cjs'));
  const minified = await minifyModule(distPath('index.cjs'));
  const compressed = gzipSync(minified).length / 1000;
  return [
    {
      what: 'import of the SDK in a new process, p50',
      measured: `${show(median(sdkTimes))} ms`,
      against: `axios alone, which the SDK loads only with the first request: ${show(median(axiosTimes))} ms`,
      goal: '< 120 ms',
      isMet: median(sdkTimes) < 120,
    },
    {
      what: 'size of the code that an import of the SDK reads, raw and compressed (gzip)',
      measured: `${show(code.length / 1000)} kB, ${show(gzipSync(code, { level: 9 }).length / 1000)} kB`,
    },
    {
      what: 'the same code, minified as by bundlers, raw and compressed',
      measured: `${show(minified.length / 1000)} kB, ${show(compressed)} kB`,
      goal: 'compressed < 60 kB',
      isMet: compressed < 60,
    },
  ];
}
