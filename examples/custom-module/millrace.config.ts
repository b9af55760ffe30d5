/**
 * Defines a custom module. Start a server with `npx millrace serve --config millrace.config.ts`, or put this file into its data
 * directory.
 */
import { defineModule } from '@millrace/server';
import { z } from 'zod';

const address = /[\w.+-]+@[\w-]+\.[\w.-]*\w/g;
const digits = /\d(?:[ -]?\d){5,}/g;

export default {
  modules: [
    defineModule({
      name: 'redact',
      input: 'json',
      output: 'json',
      params: z.object({
        mask: z.string().min(1).max(20).default('[…]'),
        numbers: z.boolean().default(true),
      }),
      async run(file, { params, progress, log, warn }) {
        const items = await file.items();
        let count = 0;
        const hide = (text: string, pattern: RegExp): string =>
          text.replaceAll(pattern, () => {
            count++;
            return params.mask;
          });
        const redacted = items.map(({ text, lineNumbers }, index) => {
          progress(index + 1, items.length);
          const withoutAddresses = hide(text, address);
          const snippet = params.numbers ? hide(withoutAddresses, digits) : withoutAddresses;
          return { snippet, line_numbers: lineNumbers };
        });
        if (count === 0) warn({ code: 'nothing-hidden', message: 'The text has no addresses and no numbers to hide.' });
        log(`hid ${count} addresses and numbers`);
        return redacted;
      },
    }),
  ],
};
