import { defineCommand, noArguments } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { exitCode } from '../../output/exit-code.js';
import { connect } from '../../session/connect.js';
import { openBrowser } from '../../session/open-browser.js';

export const dashboardCommand = defineCommand({
  name: 'dashboard',
  summary: 'open the dashboard in a browser, signed in',
  arguments: noArguments,
  details: [
    "Creates a link that signs one browser in with this command's key, once and within five minutes, and opens it: in the program",
    'that BROWSER names, or else in the default browser. Without a browser, it prints the link. Other users of this machine may',
    'see the arguments of a browser; use --print if you share the machine with them.',
  ],
  options: {
    print: { type: 'boolean', help: 'print the link instead of opening it' },
    ...serverOptions,
  },
  examples: [
    ['open it', 'millrace dashboard'],
    ['sign in a browser on another machine', 'millrace dashboard --print'],
  ],
  async run(call) {
    const { values, output, terminal, signal } = call;
    const client = connect(call);
    try {
      const link = await client.keys.createSignInLink({ signal });
      const isOpen = !values.print && !values.json && (await openBrowser(link.url, terminal.env));
      if (isOpen) output.note(`Opened ${new URL('/ui/', link.url).href} in a browser.`);
      else output.result(link, () => [link.url]);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
