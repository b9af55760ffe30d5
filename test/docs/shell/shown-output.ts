/** Ids, URLs and directories on the page, with their actual values. */
export type Meanings = ReadonlyMap<string, string>;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * Text that differs from run to run. `on` matches the text of the page, and `as` the actual text. With `isSame`, the text is the same on
 * the whole page, and later commands use the actual text.
 */
const variableText: readonly { readonly on: string; readonly as: string; readonly isSame?: true }[] = [
  { on: uuid, as: uuid, isSame: true },
  { on: '[0-9a-f]{8}-…', as: uuid },
  { on: 'http://127\\.0\\.0\\.1:\\d+', as: 'http://127\\.0\\.0\\.1:\\d+', isSame: true },
  // the letters that the server adds to a file name
  { on: '(?<=[\\w]-)[a-z]{10}(?=\\.)', as: '[a-z]{10}', isSame: true },
  // the name of a run, after its id
  { on: '(?<=[0-9a-f]{12} \\()[a-z]+-[a-z]+(?=\\))', as: '[a-z]+-[a-z]+' },
  // a masked key
  { on: '\\b[0-9a-f]{2}…[0-9a-f]{2}\\b', as: '[0-9a-f]{2}…[0-9a-f]{2}' },
  { on: '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z', as: '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z' },
  { on: '\\b\\d+(?:\\.\\d+)? (?:ms|s|min)\\b', as: '\\d+(?:\\.\\d+)? (?:ms|s|min)' },
  { on: '\\b\\d+\\.\\d+\\.\\d+\\b(?!\\.)', as: '\\d+\\.\\d+\\.\\d+' },
  { on: '…', as: '[\\s\\S]*?' },
  // the width of a column depends on its content
  { on: ' {2,}', as: ' {2,}' },
];

/** The length from which a line may continue on the next line of the page. */
const wrapLength = 100;

/**
 * Compares what a page shows with what was printed.
 *
 * @returns The actual values of the ids and URLs that are new on the page, or undefined if the output does not match.
 */
export function matchShown(shown: string, printed: string, known: Meanings): Map<string, string> | undefined {
  const captured: string[] = [];
  const alternatives = variableText.map(({ on }) => `(${on})`).join('|');
  const names = [...known.keys()].sort((one, other) => other.length - one.length).map(escape);
  const parts = new RegExp(`(${names.length > 0 ? names.join('|') : '(?!)'})|(\\n)|${alternatives}`, 'g');
  let pattern = '';
  let rest = 0;
  for (const match of shown.matchAll(parts)) {
    const text = match[0];
    // groups that did not match are undefined
    const [name, lineEnd, ...kinds]: (string | undefined)[] = match.slice(1);
    pattern += escape(shown.slice(rest, match.index));
    rest = match.index + text.length;
    const kind = variableText[kinds.findIndex((found) => found !== undefined)];
    if (name !== undefined) pattern += escape(known.get(name)!);
    else if (lineEnd !== undefined) pattern += lineLength(shown, match.index) >= wrapLength ? '\\s+' : '\\n';
    else if (!kind!.isSame) pattern += kind!.as;
    else if (captured.includes(text)) pattern += `(?:\\${captured.indexOf(text) + 1})`;
    else {
      pattern += `(${kind!.as})`;
      captured.push(text);
    }
  }
  const found = new RegExp(`^${pattern}${escape(shown.slice(rest))}$`).exec(printed.trimEnd());
  return found ? new Map(captured.map((text, index) => [text, found[index + 1]!])) : undefined;
}

/** Replaces the names in a command of the page with their actual values. */
export function withMeanings(command: string, meanings: Meanings): string {
  const names = [...meanings.keys()].sort((one, other) => other.length - one.length);
  return names.length === 0
    ? command
    : command.replace(new RegExp(names.map(escape).join('|'), 'g'), (name) => meanings.get(name)!);
}

function lineLength(text: string, end: number): number {
  return end - (text.lastIndexOf('\n', end - 1) + 1);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
