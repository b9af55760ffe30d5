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
    "Creates a link that signs in one browser with this command's key and is valid for five minutes. Opens the link with the program",
    'that BROWSER names or, if BROWSER is not set, in the default browser. If there is no browser, prints the link. Other users of this',
    "machine may be able to see the link in the browser's command line; if you share the machine, use --print.",
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
      const isOpened = !values.print && !values.json && (await openBrowser(link.url, terminal.env));
      if (isOpened) output.note(`Opened ${new URL('/ui/', link.url).href} in a browser.`);
      else output.result(link, () => [link.url]);
      return exitCode.ok;
    } finally {
      await client.close();
    }
  },
});
