import { startServer } from '../../dist/index.js';

// A program of its own for the tests that kill one: starts the built server with the options in its argument, says where
// it is, and closes it on SIGTERM.

const server = await startServer({ port: 0, logLevel: 'error', ...JSON.parse(process.argv[2] ?? '{}') });
console.log(JSON.stringify({ url: server.url, apiKey: server.apiKey }));

process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0));
});
// whoever started it is gone
process.stdin.resume().once('end', () => process.exit(1));
