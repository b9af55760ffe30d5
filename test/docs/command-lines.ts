import type { Block } from './page.js';

/** A command as it is typed, and what the page shows that it printed. */
export interface CommandLine {
  readonly text: string;
  /** Of the page, from 1. */
  readonly line: number;
  readonly isHidden: boolean;
  readonly shown: string;
}

/**
 * The commands of a block marked `sh`, or those after `$` in a block without a mark, with the lines below each. A backslash at the
 * end of a line joins it with the next.
 */
export function readCommandLines({ language, code, line, isHidden = false }: Block): CommandLine[] {
  if (language !== 'sh' && language !== '') return [];
  const commands: { text: string; line: number; isHidden: boolean; shown: string }[] = [];
  let isOpen = false;
  for (const [offset, text] of code.split('\n').entries()) {
    const typed: string | undefined = language === 'sh' || isOpen ? text : /^\$ (.*)/.exec(text)?.[1];
    const last = commands.at(-1);
    if (typed === undefined) {
      if (last) last.shown += `${text}\n`;
      continue;
    }
    const command = typed.replace(/\\$/, ' ');
    if (isOpen && last) last.text += command;
    else if (/^\s*[^#\s]/.test(command)) commands.push({ text: command, line: line + offset, isHidden, shown: '' });
    isOpen = typed.endsWith('\\');
  }
  return commands.map((command) => ({ ...command, shown: command.shown.trimEnd() }));
}
