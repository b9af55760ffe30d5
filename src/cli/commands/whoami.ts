import { AuthenticationError, type Client } from '../../index.js';
import { maskKey } from '../../shared/rules/mask-secret.js';
import { defineCommand, noArguments } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { exitCode } from '../output/exit-code.js';
import { formatTable } from '../output/table.js';
import { findAccess } from '../session/access.js';
import { connect } from '../session/connect.js';

export const whoamiCommand = defineCommand({
  name: 'whoami',
  summary: 'show the server and the key in use, and whether they work',
  arguments: noArguments,
  details: ['The exit code is 4 if the server rejects the key. The key is never shown in full.'],
  options: serverOptions,
  examples: [['check the setup', 'millrace whoami']],
  async run(call) {
    const { values, output, terminal, signal, dotEnvVariables } = call;
    const { urlFrom, apiKey, keyFrom } = findAccess(values['api-url'], terminal.env, dotEnvVariables);
    const key = maskKey(apiKey);
    const client = connect(call);
    try {
      const authenticated = await isAuthenticated(client, signal);
      const { apiUrl } = client;
      const { kind, version } = authenticated ? await client.serverInfo({ signal }) : { kind: null, version: null };
      output.result({ apiUrl, urlFrom, kind, version, key, keyFrom, authenticated }, () =>
        formatTable([
          ['server', `${apiUrl} (from ${urlFrom})`],
          ...(kind === 'millrace' ? [['version', `millrace ${version ?? ''}`]] : []),
          ...(kind === 'hosted' ? [['version', 'unknown (the server supports only the hosted protocol)']] : []),
          ['key', `${key} (from ${keyFrom})`],
          ['access', authenticated ? 'the server accepts the key' : 'the server rejects the key'],
        ]),
      );
      return authenticated ? exitCode.ok : exitCode.unauthenticated;
    } finally {
      await client.close();
    }
  },
});

async function isAuthenticated(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    await client.verify({ signal });
    return true;
  } catch (error) {
    if (error instanceof AuthenticationError) return false;
    throw error;
  }
}
