import { readFileSync } from 'node:fs';
import { startServer, startWorker } from '../../dist/index.js';

// A program for tests that kill it: runs the built server, or a worker, with the options in its argument. Its clock is behind by the
// number of milliseconds in a file, which it reads again on SIGUSR2.

const { clockFile, isWorker, ...options } = JSON.parse(process.argv[2] ?? '{}');
const readClock = () => Number(readFileSync(clockFile, 'utf8'));
let behind = readClock();
process.on('SIGUSR2', () => {
  behind = readClock();
});
const clock = { now: () => new Date(Date.now() - behind) };
const settings = { logLevel: 'off', ...options, clock };
const running = isWorker ? await startWorker(settings) : await startServer(settings);
console.log(JSON.stringify({ url: running.url, apiKey: running.apiKey }));
// ends with the process that started it
process.stdin.resume().once('end', () => process.exit(1));
