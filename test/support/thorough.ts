/** `npm run chaos` goes through every place; the tests of every change go through some of each kind. */
export const isThorough = process.env['MILLRACE_CHAOS'] === '1';
