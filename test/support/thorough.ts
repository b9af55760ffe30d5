/** Whether to test every place at which a kill or a cut can happen, as `npm run chaos` does. The usual tests take a sample of each kind. */
export const isThorough = process.env['MILLRACE_CHAOS'] === '1';
