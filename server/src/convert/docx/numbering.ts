import { formatWordNumber } from '../document/format-list-number.js';
import { readXml } from '../document/read-xml.js';

interface Level {
  start: number;
  format: string;
  /** The label's pattern, in which `%1` is the number of the first level. */
  pattern: string;
  /** Whether all numbers in the label are decimal, regardless of the formats of their levels. */
  isDecimal: boolean;
  /** The paragraph style that is linked to this level. */
  style: string | undefined;
}

interface NumberingList {
  readonly abstractId: string;
  /** The start numbers that override those of the abstract list's levels, by level index. */
  readonly startOverrides: Map<number, number>;
}

/** A paragraph's list ID and level, from the properties of the paragraph or its style. */
export interface NumberingPosition {
  readonly listId?: string | undefined;
  readonly level?: number | undefined;
}

/** Numbers the paragraphs of a Word document and returns their labels, such as `2.`, `1.3`, `(c)` or `IV.`, as Word shows them. */
export class Numbering {
  readonly #levelsByAbstractId = new Map<string, (Level | undefined)[]>();
  readonly #listById = new Map<string, NumberingList>();
  /** The current number of each level, by abstract list ID. */
  readonly #currentNumbersByAbstractId = new Map<string, (number | undefined)[]>();
  /** The levels that already have a paragraph, as `<list ID> <level index>`. */
  readonly #startedLevels = new Set<string>();

  /** @param part The content of `numbering.xml`, if the document has this part. */
  constructor(part: Buffer | undefined) {
    if (part) this.#read(part);
  }

  /** Counts a paragraph and returns its label. The label is empty for bullets, levels without numbers, and paragraphs outside lists. */
  nextLabel({ listId: id, level: explicitLevel }: NumberingPosition, style: string | undefined): string {
    const list = this.#listById.get(id ?? '');
    const levels = this.#levelsByAbstractId.get(list?.abstractId ?? '');
    if (!list || !levels || id === undefined) return '';
    const styleLevel = style === undefined ? -1 : levels.findIndex((level) => level?.style === style);
    const index = explicitLevel ?? Math.max(0, styleLevel);
    const level = levels[index];
    if (!level) return '';
    const currentNumbers = this.#currentNumbersByAbstractId.get(list.abstractId) ?? [];
    this.#currentNumbersByAbstractId.set(list.abstractId, currentNumbers);
    const startOverride = this.#startedLevels.has(`${id} ${index}`) ? undefined : list.startOverrides.get(index);
    this.#startedLevels.add(`${id} ${index}`);
    currentNumbers[index] =
      startOverride ?? (currentNumbers[index] === undefined ? level.start : currentNumbers[index] + 1);
    currentNumbers.length = index + 1;
    if (level.format === 'bullet' || level.format === 'none') return '';
    return level.pattern.replaceAll(/%([1-9])/g, (_, digit: string) => {
      const levelIndex = Number(digit) - 1;
      const number = currentNumbers[levelIndex] ?? levels[levelIndex]?.start ?? 1;
      return formatWordNumber(number, level.isDecimal ? 'decimal' : levels[levelIndex]?.format);
    });
  }

  #read(part: Buffer): void {
    let abstractId = '';
    let listId = '';
    let index = 0;
    readXml(part, 'DOCX', {
      open: (name, attributes) => {
        const value = attributes['w:val'] ?? '';
        const level = this.#levelsByAbstractId.get(abstractId)?.[index];
        if (name === 'w:abstractNum') {
          abstractId = attributes['w:abstractNumId'] ?? '';
          this.#levelsByAbstractId.set(abstractId, []);
        } else if (name === 'w:num') {
          listId = attributes['w:numId'] ?? '';
          abstractId = '';
        } else if (name === 'w:abstractNumId')
          this.#listById.set(listId, { abstractId: value, startOverrides: new Map() });
        else if (name === 'w:lvl' || name === 'w:lvlOverride') {
          index = parseLevel(attributes['w:ilvl']) ?? 0;
          const levels = name === 'w:lvl' ? this.#levelsByAbstractId.get(abstractId) : undefined;
          if (levels) levels[index] = { start: 1, format: 'decimal', pattern: '', isDecimal: false, style: undefined };
        } else if (name === 'w:startOverride')
          this.#listById.get(listId)?.startOverrides.set(index, Number(value) || 0);
        else if (level) {
          if (name === 'w:start') level.start = Number(value) || 0;
          else if (name === 'w:numFmt') level.format = value;
          else if (name === 'w:lvlText') level.pattern = value;
          else if (name === 'w:isLgl') level.isDecimal = true;
          else if (name === 'w:pStyle') level.style = value;
        }
      },
    });
  }
}

/** Parses a level's index, from 0 to 8. Returns `undefined` if it is missing or invalid. */
export function parseLevel(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-8]$/.test(text) ? Number(text) : undefined;
}
