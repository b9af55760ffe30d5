import type { OptionSpecs } from '../command.js';

/** Options that every command accepts. */
export const globalOptions = {
  verbose: { type: 'boolean', help: 'print more details: requests, states and stack traces' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  version: { type: 'boolean', help: 'print the version' },
} as const satisfies OptionSpecs;

/** The `--json` option, for commands with machine-readable output. */
export const jsonOption = {
  json: { type: 'boolean', help: 'print only JSON on standard output' },
} as const satisfies OptionSpecs;

/** Options for commands that send requests to a server. */
export const serverOptions = {
  'api-url': {
    type: 'string',
    placeholder: 'URL',
    help: "the server's URL (default: MILLRACE_API_URL, then the local server)",
  },
  'retry-for': {
    type: 'string',
    placeholder: 'SECONDS',
    help: 'how long to wait for a server that stops responding (default: MILLRACE_RETRY_FOR in ms, then 300)',
  },
  ...jsonOption,
} as const satisfies OptionSpecs;
