import { readCommandLines, type CommandLine } from '../command-lines.js';
import type { Block, Page } from '../page.js';

/** A step of a reader who follows the page: writing a file that it shows, or typing a command. */
export type Step =
  | { readonly file: string; readonly text: string }
  | (CommandLine & { readonly file?: never; readonly page: string });

/** Commands that are not run, with the reason. */
export interface NotRun {
  readonly where: string;
  readonly commands: readonly string[];
  readonly reason: string;
}

/** Returns the steps of a page, including those in comments. A block of text directly below commands is the output of the last one. */
export function readScript({ path, blocks }: Page): Step[] {
  return blocks.flatMap((block, index): Step[] => {
    if (block.file !== undefined) return [{ file: block.file, text: `${block.code}\n` }];
    if (block.notRun !== undefined) return [];
    const commands = readCommandLines(block).map((command) => ({ ...command, page: path }));
    const next = blocks[index + 1];
    const last = commands.at(-1);
    if (last && next && block.language === 'sh' && isOutput(next)) {
      return [...commands.slice(0, -1), { ...last, shown: next.code.trimEnd() }];
    }
    return commands;
  });
}

export function readNotRun(page: Page): NotRun[] {
  return page.blocks.flatMap((block) => {
    if (block.notRun === undefined) return [];
    const commands = readCommandLines(block).map(({ text }) => text.replace(/\s+#.*$/, '').trim());
    return [{ where: `${page.path}:${block.line}`, commands, reason: block.notRun }];
  });
}

function isOutput(block: Block): boolean {
  return block.language === '' && block.followsBlock === true && readCommandLines(block).length === 0;
}
