import type { Block } from './page.js';

/** A command of a page, and the output that the page shows for it. */
export interface CommandLine {
  readonly text: string;
  /** The line number in the page, from 1. */
  readonly line: number;
  readonly isHidden: boolean;
  readonly shown: string;
}

/**
 * Returns the commands of an `sh` block, or the commands after `$` in a block without a language, each with the lines below it. A
 * backslash at the end of a line joins the line with the next one.
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
