import { startServer } from '../../dist/index.js';

// A program for tests that kill a server: starts the built server with the options in its argument, prints its address and key,
// and closes it on SIGTERM.

const server = await startServer({ port: 0, logLevel: 'error', ...JSON.parse(process.argv[2] ?? '{}') });
console.log(JSON.stringify({ url: server.url, apiKey: server.apiKey }));

process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
// ends with the process that started it
process.stdin.resume().once('end', () => process.exit(1));
