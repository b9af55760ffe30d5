import type { OptionSpecs } from '../command.js';

/** The options of every command. */
export const globalOptions = {
  verbose: { type: 'boolean', help: 'print more: requests, states, and the stack of an error' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
} as const satisfies OptionSpecs;

/** For commands whose result a program may read. */
export const jsonOption = {
  json: { type: 'boolean', help: 'print only JSON on standard output' },
} as const satisfies OptionSpecs;

/** For commands that send requests to a server. */
export const serverOptions = {
  'api-url': {
    type: 'string',
    value: 'URL',
    help: 'the address of the server (default: MILLRACE_API_URL, then the local server)',
  },
  ...jsonOption,
} as const satisfies OptionSpecs;
