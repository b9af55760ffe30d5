/**
 * Reads the delay before a retry from a response's headers, in milliseconds. Returns `undefined` if no header contains a valid delay.
 * Prefers `retry-after-ms`, which some gateways add, to `Retry-After` (seconds or a date; RFC 9110, 10.2.3).
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now = Date.now()): number | undefined {
  const precise = headers['retry-after-ms'];
  if (precise !== undefined && /^\d+(\.\d+)?$/.test(precise)) return Number(precise);
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
