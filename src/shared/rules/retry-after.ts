/**
 * Returns the delay, in milliseconds, that a server requests in `Retry-After` (seconds or a date; RFC 9110, 10.2.3) or in
 * `retry-after-ms`, which some gateways add.
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
