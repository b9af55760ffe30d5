import { AuthenticationError, type Client } from '../../index.js';
import { findAccess } from '../session/access.js';
import { defineCommand, noArguments } from '../command.js';
import { connect } from '../session/connect.js';
import { exitCode } from '../output/exit-code.js';
import { serverOptions } from '../options/global-options.js';
import { maskKey } from '../output/redact.js';
import { tableLines } from '../output/table.js';

export const whoamiCommand = defineCommand({
  name: 'whoami',
  summary: 'show which server and which key are used, and whether they work',
  arguments: noArguments,
  details: ['Ends with code 4 when the server does not know the key. The key is never shown whole.'],
  options: serverOptions,
  examples: [['is everything set up?', 'millrace whoami']],
  async run(call) {
    const { values, output, signal, fromDotEnv } = call;
    const { urlFrom, apiKey, keyFrom } = findAccess(values['api-url'], process.env, fromDotEnv);
    const key = maskKey(apiKey);
    const client = connect(call);
    try {
      const authenticated = await isKnown(client, signal);
      const { apiUrl } = client;
      const { kind, version } = authenticated ? await client.serverInfo({ signal }) : { kind: null, version: null };
      output.result({ apiUrl, urlFrom, kind, version, key, keyFrom, authenticated }, () =>
        tableLines([
          ['server', `${apiUrl} (from ${urlFrom})`],
          ...(kind === 'millrace' ? [['version', `millrace ${version ?? ''}`]] : []),
          ...(kind === 'hosted' ? [['version', 'not told: it speaks the hosted protocol only']] : []),
          ['key', `${key} (from ${keyFrom})`],
          ['access', authenticated ? 'the server knows the key' : 'the server does not know the key'],
        ]),
      );
      return authenticated ? exitCode.ok : exitCode.unauthenticated;
    } finally {
      client.close();
    }
  },
});

async function isKnown(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    await client.verify({ signal });
    return true;
  } catch (error) {
    if (error instanceof AuthenticationError) return false;
    throw error;
  }
}
