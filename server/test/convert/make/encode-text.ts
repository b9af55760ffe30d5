/**
 * Encodes a text in a legacy encoding of one or two bytes per character. Decodes every code with `TextDecoder` to find the
 * bytes of each character.
 */
export function encodeText(text: string, encoding: string): Buffer {
  const table = tableOf(encoding);
  const codes = Array.from(text, (character) => {
    const bytes = table.get(character);
    if (!bytes) throw new Error(`Expected ${encoding} to have the character ${character}`);
    return bytes;
  });
  return Buffer.from(codes.flat());
}

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const cached = tables.get(encoding);
  if (cached) return cached;
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, readonly number[]>();
  const addCode = (bytes: number[]): void => {
    const [character, ...more] = decoder.decode(Uint8Array.from(bytes));
    if (character !== undefined && character !== '\ufffd' && more.length === 0 && !table.has(character)) {
      table.set(character, bytes);
    }
  };
  for (let first = 0; first < 256; first++) addCode([first]);
  for (let first = 0x81; first < 256; first++) for (let second = 0x40; second < 256; second++) addCode([first, second]);
  tables.set(encoding, table);
  return table;
}
