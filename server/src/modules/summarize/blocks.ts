import { pythonWhitespaceClass } from '../../convert/python-whitespace.js';

/**
 * The number of paragraphs that are summarized together. The hosted service summarized eight paragraphs as four blocks, and two
 * paragraphs as one block.
 */
const paragraphsPerBlock = 2;
const wordsPerLine = 12;

const blankLine = new RegExp(`^[${pythonWhitespaceClass}]*$`);
const whitespaceRun = new RegExp(`[${pythonWhitespaceClass}]+`);

/** Splits a text into blocks of two paragraphs. The last block can have only one paragraph. Paragraphs are separated by blank lines. */
export function splitIntoBlocks(text: string): string[] {
  const paragraphs = splitIntoParagraphs(text);
  const blocks: string[] = [];
  for (let start = 0; start < paragraphs.length; start += paragraphsPerBlock) {
    blocks.push(paragraphs.slice(start, start + paragraphsPerBlock).join('\n\n'));
  }
  return blocks;
}

function splitIntoParagraphs(text: string): string[] {
  const paragraphs: string[][] = [];
  let isInParagraph = false;
  for (const line of text.split('\n')) {
    if (blankLine.test(line)) isInParagraph = false;
    else if (isInParagraph) paragraphs.at(-1)?.push(line);
    else {
      paragraphs.push([line]);
      isInParagraph = true;
    }
  }
  return paragraphs.map((lines) => lines.join('\n'));
}

/** Breaks a summary into lines of at most twelve words. */
export function wrap(summary: string): string {
  const words = summary.split(whitespaceRun).filter((word) => word !== '');
  const lines: string[] = [];
  for (let start = 0; start < words.length; start += wordsPerLine)
    lines.push(words.slice(start, start + wordsPerLine).join(' '));
  return lines.join('\n');
}
