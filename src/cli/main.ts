#!/usr/bin/env node
import { endWithReader } from './session/reader.js';
import { runCli } from './run-cli.js';

endWithReader();
process.exitCode = await runCli(process.argv.slice(2));
