/** Writes JSON as Python's `json.dumps` does: with a space after `,` and `:`, and with non-ASCII characters escaped. */
export function pythonJson(value: unknown): string {
  return writeSpaced(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function writeSpaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeSpaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${writeSpaced(item)}`);
  return `{${entries.join(', ')}}`;
}
