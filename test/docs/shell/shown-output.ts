/** What stands on the page, and what there is for it here: ids, addresses, directories. */
export type Meanings = ReadonlyMap<string, string>;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * Text that differs from run to run. `as` matches the current text. With `isSame`, the text is the same in the whole page, and later
 * commands use the current one.
 */
const changing: readonly { readonly on: string; readonly as: string; readonly isSame?: true }[] = [
  { on: uuid, as: uuid, isSame: true },
  { on: '[0-9a-f]{8}-…', as: uuid },
  { on: 'http://127\\.0\\.0\\.1:\\d+', as: 'http://127\\.0\\.0\\.1:\\d+', isSame: true },
  // the letters that the server adds to the name of a file
  { on: '(?<=[\\w]-)[a-z]{10}(?=\\.)', as: '[a-z]{10}', isSame: true },
  // a run's name, behind its id
  { on: '(?<=[0-9a-f]{12} \\()[a-z]+-[a-z]+(?=\\))', as: '[a-z]+-[a-z]+' },
  // a masked key
  { on: '\\b[0-9a-f]{2}…[0-9a-f]{2}\\b', as: '[0-9a-f]{2}…[0-9a-f]{2}' },
  { on: '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z', as: '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z' },
  { on: '\\b\\d+(?:\\.\\d+)? (?:ms|s|min)\\b', as: '\\d+(?:\\.\\d+)? (?:ms|s|min)' },
  { on: '\\b\\d+\\.\\d+\\.\\d+\\b(?!\\.)', as: '\\d+\\.\\d+\\.\\d+' },
  { on: '…', as: '[\\s\\S]*?' },
  // columns are as wide as what is in them
  { on: ' {2,}', as: ' {2,}' },
];

/** A line of the page that is as long as this may go on in the next. */
const wrapsAt = 100;

/**
 * Compares what a page shows with what was printed.
 *
 * @returns What the page's ids and addresses turned out to be here; nothing when it does not fit.
 */
export function matchShown(shown: string, printed: string, known: Meanings): Map<string, string> | undefined {
  const learnt: string[] = [];
  const alternatives = changing.map(({ on }) => `(${on})`).join('|');
  const names = [...known.keys()].sort((one, other) => other.length - one.length).map(escape);
  const parts = new RegExp(`(${names.length > 0 ? names.join('|') : '(?!)'})|(\\n)|${alternatives}`, 'g');
  let pattern = '';
  let rest = 0;
  for (const match of shown.matchAll(parts)) {
    const text = match[0];
    // a group that takes no part is undefined
    const [name, lineEnd, ...kinds]: (string | undefined)[] = match.slice(1);
    pattern += escape(shown.slice(rest, match.index));
    rest = match.index + text.length;
    const kind = changing[kinds.findIndex((found) => found !== undefined)];
    if (name !== undefined) pattern += escape(known.get(name)!);
    else if (lineEnd !== undefined) pattern += lineLength(shown, match.index) >= wrapsAt ? '\\s+' : '\\n';
    else if (!kind!.isSame) pattern += kind!.as;
    else if (learnt.includes(text)) pattern += `(?:\\${learnt.indexOf(text) + 1})`;
    else {
      pattern += `(${kind!.as})`;
      learnt.push(text);
    }
  }
  const found = new RegExp(`^${pattern}${escape(shown.slice(rest))}$`).exec(printed.trimEnd());
  return found ? new Map(learnt.map((text, index) => [text, found[index + 1]!])) : undefined;
}

/** What the page means here, in a command of it. */
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
