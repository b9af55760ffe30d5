import type { OptionSpecs } from '../command.js';

/** Every command has these. */
export const globalOptions = {
  verbose: { type: 'boolean', help: 'say more: requests, states, and the stack of an error' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
} as const satisfies OptionSpecs;

/** Every command that answers something a program could read has this. */
export const jsonOption = {
  json: { type: 'boolean', help: 'print JSON, and nothing else, on standard output' },
} as const satisfies OptionSpecs;

/** Every command that asks a server has these. */
export const serverOptions = {
  'api-url': {
    type: 'string',
    value: 'URL',
    help: 'where the server is (default: MILLRACE_API_URL, then the local server)',
  },
  ...jsonOption,
} as const satisfies OptionSpecs;
