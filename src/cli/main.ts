#!/usr/bin/env node
import { endWithReader } from './output.js';
import { runCli } from './run-cli.js';

endWithReader();
process.exitCode = await runCli(process.argv.slice(2));
