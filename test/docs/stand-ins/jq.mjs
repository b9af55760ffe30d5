#!/usr/bin/env node
// Runs jq as WebAssembly, because not every machine has the program.
import { text } from 'node:stream/consumers';
import jq from 'jq-wasm';

const args = process.argv.slice(2);
const filter = args.findLast((argument) => !argument.startsWith('-'));
const options = args.filter((argument) => argument !== filter);
const printed = await jq.raw(await text(process.stdin), filter, options);
if (printed !== '') console.log(printed);
