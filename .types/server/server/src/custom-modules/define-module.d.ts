import type { CustomModule } from './custom-module.js';
/**
 * Defines a custom module for `millrace.config.ts`. This function only adds types; the server validates the module at startup.
 *
 * @example
 * ```ts
 * import { defineModule } from '@millrace/server';
 * import { z } from 'zod';
 *
 * export default {
 *   modules: [
 *     defineModule({
 *       name: 'redact',
 *       input: 'json',
 *       output: 'json',
 *       params: z.object({ mask: z.string().default('█') }),
 *       async run(file, { params }) {
 *         const items = await file.items();
 *         return items.map(({ text }) => ({ snippet: text.replace(/\d/g, params.mask) }));
 *       },
 *     }),
 *   ],
 * };
 * ```
 */
export declare function defineModule<P = Readonly<Record<string, never>>>(module: CustomModule<P>): CustomModule<P>;
