import { readXml } from '../document/read-xml.js';
import { FormulaText } from './formula-text.js';
import type { Numbering, NumberingPosition } from './numbering.js';
import { parseLevel } from './numbering.js';
import { PartOutput } from './part-output.js';
import { isDroppedElement, isKeptElement, isSplittableElement } from './word-elements.js';
import { toTextBoxXml, escapeXml, toParagraphXml, toRunXml } from './word-markup.js';
import { isOn, type WordStyles } from './word-styles.js';

export interface PartContext {
  readonly numbering: Numbering;
  readonly styles: WordStyles;
  /** Returns the lines of the embedded file, chart or diagram with the given relationship ID. */
  readonly readRelatedLines: (kind: 'file' | 'chart' | 'diagram', relationshipId: string) => readonly string[];
  /** Returns the number to show for a reference to a note, or `undefined` to omit the reference. */
  readonly assignNoteNumber: (kind: 'footnote' | 'endnote', id: string) => number | undefined;
  /** Number of items left out so far: hidden runs and rows that contain text, and pictures. */
  readonly omittedCounts: { hidden: number; pictures: number };
}

type Attributes = Readonly<Record<string, string>>;

/** An open run or row. */
interface Span {
  /** The index of the first piece of the run or row in the output. */
  readonly firstPiece: number;
  isHidden: boolean;
  /** Whether this run was merged with the previous run. */
  readonly isMerged?: boolean;
}

interface Paragraph {
  style: string | undefined;
  /** The list and level from the paragraph's properties. */
  position: NumberingPosition | undefined;
  /** Whether the next paragraph continues this one, because this one is a drop cap or its paragraph mark was deleted. */
  isJoinedToNext: boolean;
}

/**
 * Simplifies the body of a Word document for mammoth, which does not support all elements. Converts formulas to text, removes hidden and
 * deleted text, adds the numbers of paragraphs and notes, and wraps text boxes in the VML that mammoth reads.
 *
 * @returns The XML content of the body, in chunks.
 */
export function simplifyBody(part: Buffer, context: PartContext): string[] {
  return new Simplifier(context).simplify(part).end();
}

/** Simplifies footnotes or endnotes like {@link simplifyBody}. Returns the XML content of each note by ID. */
export function simplifyNotes(part: Buffer, context: PartContext): Map<string, string> {
  const notes = new Map<string, string>();
  new Simplifier(context, notes).simplify(part);
  return notes;
}

class Simplifier {
  readonly #context: PartContext;
  readonly #notes: Map<string, string> | undefined;
  readonly #out = new PartOutput();
  readonly #openNames: string[] = [];
  readonly #runs: Span[] = [];
  readonly #rows: Span[] = [];
  /** For each open `mc:AlternateContent`, the index of its first piece and the number of pictures before it. */
  readonly #alternateContents: { readonly firstPiece: number; readonly pictureCount: number }[] = [];
  readonly #paragraphs: Paragraph[] = [];
  /** The ID of the current note, or `undefined` for a note separator. */
  #noteId: string | undefined;
  #formula: FormulaText | undefined;
  /** Number of open elements within a dropped element, including that element. */
  #droppedDepth = 0;
  #formulaDepth = 0;

  constructor(context: PartContext, notes?: Map<string, string>) {
    this.#context = context;
    this.#notes = notes;
  }

  simplify(part: Buffer): PartOutput {
    readXml(part, 'DOCX', {
      open: (name, attributes) => this.#open(name, attributes),
      text: (text) => this.#text(text),
      close: (name) => this.#close(name),
    });
    return this.#out;
  }

  #open(name: string, attributes: Attributes): void {
    const parent = this.#openNames.at(-1);
    if (this.#droppedDepth > 0 || this.#shouldDrop(name, parent)) {
      this.#droppedDepth++;
      return;
    }
    if (this.#formula) {
      this.#formulaDepth++;
      this.#formula.open(name, attributes);
      return;
    }
    this.#openNames.push(name);
    if (name === 'm:oMath') this.#formula = new FormulaText();
    else if (name === 'mc:AlternateContent') {
      this.#out.closeOpenParagraph();
      this.#alternateContents.push({
        firstPiece: this.#out.pieceCount,
        pictureCount: this.#context.omittedCounts.pictures,
      });
    } else if (name === 'w:txbxContent') this.#out.push('<w:pict><v:textbox><w:txbxContent>');
    else if (name === 'w:cr') this.#out.push('<w:br/>');
    else if (name === 'w:ptab') this.#out.push('<w:tab/>');
    else if (name === 'w:altChunk') this.#addLines('file', attributes['r:id'], toParagraphXml);
    else if (name === 'c:chart') this.#addLines('chart', attributes['r:id'], toTextBoxXml);
    else if (name === 'dgm:relIds') this.#addLines('diagram', attributes['r:dm'], toTextBoxXml);
    else if (name === 'a:blip' || name === 'v:imagedata') this.#context.omittedCounts.pictures++;
    else if (name === 'w:footnoteReference') this.#addReference('footnote', attributes['w:id']);
    else if (name === 'w:endnoteReference') this.#addReference('endnote', attributes['w:id']);
    else if (name === 'w:footnote' || name === 'w:endnote') {
      this.#noteId = /^(?:separator|continuation)/.test(attributes['w:type'] ?? '') ? undefined : attributes['w:id'];
    } else if (isKeptElement(name, parent)) this.#writeElement(name, attributes);
    else this.#readProperty(name, attributes, parent);
  }

  /** Returns whether to drop an element. If a fallback is kept, removes the output of the preceding choice. */
  #shouldDrop(name: string, parent: string | undefined): boolean {
    if (isDroppedElement(name, parent)) return true;
    // a fallback replaces the preceding choice only if the choice has no text
    if (name === 'mc:Fallback') {
      const alternateContent = this.#alternateContents.at(-1);
      if (!alternateContent || this.#out.hasText(alternateContent.firstPiece)) return true;
      this.#out.truncate(alternateContent.firstPiece);
      this.#context.omittedCounts.pictures = alternateContent.pictureCount;
    }
    return false;
  }

  #writeElement(name: string, attributes: Attributes): void {
    if (name === 'w:r') this.#openRun();
    else if (name === 'w:t') this.#openText();
    else if (name === 'w:p') {
      this.#paragraphs.push({ style: undefined, position: undefined, isJoinedToNext: false });
      this.#out.openParagraph();
    } else {
      if (name === 'w:tr') this.#rows.push({ firstPiece: this.#out.pieceCount, isHidden: false });
      const wordAttributes = Object.entries(attributes).filter(([key]) => /^(w|w14):/.test(key));
      this.#out.push(`<${name}${wordAttributes.map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('')}>`);
    }
  }

  /** Opens a run, or continues the one directly before it, because many runs slow mammoth down. Simplified runs have no properties. */
  #openRun(): void {
    const isHidden = this.#context.styles.hidesText(this.#paragraphs.at(-1)?.style);
    const isMerged = this.#out.removeLast('</w:r>');
    this.#runs.push({ firstPiece: this.#out.pieceCount, isHidden, isMerged });
    if (!isMerged) this.#out.push('<w:r>');
  }

  /** Opens a text element, or continues the previous one if it belongs to the same original run. */
  #openText(): void {
    const runHasOutput = (this.#runs.at(-1)?.firstPiece ?? 0) < this.#out.pieceCount;
    if (!runHasOutput || !this.#out.removeLast('</w:t>')) this.#out.push('<w:t>');
  }

  #addReference(kind: 'footnote' | 'endnote', id: string | undefined): void {
    const number = this.#runs.at(-1)?.isHidden ? undefined : this.#context.assignNoteNumber(kind, id ?? '');
    if (number !== undefined) this.#out.push('<w:t>', `[${number}]`, '</w:t>');
  }

  #readProperty(name: string, attributes: Attributes, parent: string | undefined): void {
    const value = attributes['w:val'];
    const paragraph = this.#paragraphs.at(-1);
    const run = this.#runs.at(-1);
    const isRunProperty = parent === 'w:rPr' && this.#openNames.at(-3) === 'w:r';
    if (name === 'w:pStyle' && paragraph) paragraph.style = value;
    else if (name === 'w:numId' && paragraph) paragraph.position = { ...paragraph.position, listId: value };
    else if (name === 'w:ilvl' && paragraph) paragraph.position = { ...paragraph.position, level: parseLevel(value) };
    else if (name === 'w:framePr' && paragraph)
      paragraph.isJoinedToNext ||= /^(?:drop|margin)$/.test(attributes['w:dropCap'] ?? '');
    else if (name === 'w:del' && paragraph) paragraph.isJoinedToNext ||= parent === 'w:rPr' && !isRunProperty;
    else if (name === 'w:rStyle' && isRunProperty && run) run.isHidden ||= this.#context.styles.hidesText(value);
    else if (name === 'w:vanish' && isRunProperty && run) run.isHidden = isOn(value);
    else if (name === 'w:hidden' && parent === 'w:trPr') {
      const row = this.#rows.at(-1);
      if (row) row.isHidden = isOn(value);
    }
  }

  #text(text: string): void {
    if (this.#droppedDepth > 0) return;
    if (this.#formula) this.#formula.text(text);
    else if (this.#openNames.at(-1) === 'w:t') this.#out.push(escapeXml(text));
    else if (this.#openNames.at(-1) === 'w:instrText') this.#out.append(escapeXml(text));
  }

  #close(name: string): void {
    if (this.#droppedDepth > 0) {
      this.#droppedDepth--;
      return;
    }
    if (this.#formula && this.#formulaDepth > 0) {
      this.#formulaDepth--;
      this.#formula.close();
      return;
    }
    this.#openNames.pop();
    if (name === 'm:oMath') {
      this.#out.push(toRunXml(this.#formula?.toString() ?? ''));
      this.#formula = undefined;
    } else if (name === 'mc:AlternateContent') this.#alternateContents.pop();
    else if (name === 'w:txbxContent') this.#out.push('</w:txbxContent></v:textbox></w:pict>');
    else if (name === 'w:p') this.#out.closeParagraph(this.#paragraphs.pop()?.isJoinedToNext === true);
    else if (name === 'w:pPr' && this.#openNames.at(-1) === 'w:p') this.#addLabel();
    else if (name === 'w:footnote' || name === 'w:endnote') {
      const content = this.#out.take();
      if (this.#noteId !== undefined) this.#notes?.set(this.#noteId, content);
    } else if (isKeptElement(name, this.#openNames.at(-1))) {
      this.#out.push(`</${name}>`);
      this.#removeIfHidden(name === 'w:r' ? this.#runs.pop() : name === 'w:tr' ? this.#rows.pop() : undefined);
    }
    this.#endChunkIfLong();
  }

  #removeIfHidden(span: Span | undefined): void {
    if (!span?.isHidden) return;
    if (this.#out.hasText(span.firstPiece)) this.#context.omittedCounts.hidden++;
    this.#out.truncate(span.firstPiece);
    if (span.isMerged) this.#out.push('</w:r>');
  }

  #addLabel(): void {
    const { style, position } = this.#paragraphs.at(-1) ?? {};
    const inherited = this.#context.styles.getNumbering(style);
    const label = this.#context.numbering.nextLabel({ ...inherited, ...position }, style);
    if (label !== '') this.#out.push(toRunXml(`${label} `));
  }

  #addLines(kind: 'file' | 'chart' | 'diagram', id: string | undefined, toXml: (line: string) => string): void {
    if (id === undefined) return;
    for (const line of this.#context.readRelatedLines(kind, id)) {
      this.#out.push(toXml(line));
      this.#endChunkIfLong();
    }
  }

  #endChunkIfLong(): void {
    if (!this.#out.canEndChunk || this.#alternateContents.length > 0 || !this.#openNames.every(isSplittableElement))
      return;
    this.#out.endChunk(this.#openNames.filter((name) => isKeptElement(name)));
  }
}
