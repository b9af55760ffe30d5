import { readXml } from '../document/read-xml.js';
import { FormulaText } from './formula-text.js';
import type { Numbering, NumberingPlace } from './numbering.js';
import { levelNumber } from './numbering.js';
import { boxOf, escapeXml, paragraphOf, runOf } from './word-markup.js';
import { isOn, type WordStyles } from './word-styles.js';

/** What is kept of a part. Other elements go, and their content stays in their place. */
const kept = new Set([
  ...['w:document', 'w:body', 'w:footnotes', 'w:footnote', 'w:endnotes', 'w:endnote'],
  ...['w:p', 'w:pPr', 'w:r', 'w:rPr', 'w:t', 'w:tab', 'w:br', 'w:noBreakHyphen', 'w:sym', 'w:fldChar', 'w:instrText'],
  ...['w:tbl', 'w:tr', 'w:trPr', 'w:tc', 'w:tcPr', 'w:gridSpan', 'w:vMerge', 'w:ffData', 'w:checkBox', 'w:checked'],
  ...['w:default', 'w:footnoteReference', 'w:endnoteReference', 'w:sdt', 'w:sdtPr', 'w:sdtContent'],
  ...['w14:checkbox', 'w14:checked'],
]);
/** What goes with its content: earlier versions, layout, and the reading aid above or beside a character. */
const dropped = new Set([
  ...[
    'w:moveFrom',
    'w:delText',
    'w:delInstrText',
    'w:tblGrid',
    'w:sectPr',
    'w:tabs',
    'w:rt',
    'w:rubyPr',
    'w:softHyphen',
  ],
  ...[
    'w:pPrChange',
    'w:rPrChange',
    'w:sectPrChange',
    'w:tblPrChange',
    'w:trPrChange',
    'w:tcPrChange',
    'w:numberingChange',
  ],
]);
const declarations =
  ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"' +
  ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';

export interface PartContext {
  readonly numbering: Numbering;
  readonly styles: WordStyles;
  /** Returns the lines of what a relationship leads to: an embedded file, a chart or a diagram. */
  readonly linesOf: (kind: 'file' | 'chart' | 'diagram', relationship: string) => readonly string[];
  /** Counts what is left out. */
  readonly leftOut: { hidden: number; pictures: number };
}

type Attributes = Readonly<Record<string, string>>;

interface Span {
  /** Where its output begins. */
  readonly at: number;
  isHidden: boolean;
  /** Whether the run before has been opened again. */
  readonly isMerged?: boolean;
}

interface Choice {
  readonly at: number;
  readonly pictures: number;
}

/**
 * Rewrites a part of a Word document for mammoth, which does not know some of its elements: formulas become text, hidden text goes,
 * numbered paragraphs get their labels, and text boxes are where mammoth looks for them.
 */
export function simplifyPart(part: Buffer, context: PartContext): string {
  return new Simplifier(context).run(part);
}

class Simplifier {
  readonly #context: PartContext;
  readonly #out: string[] = [];
  readonly #path: string[] = [];
  readonly #runs: Span[] = [];
  readonly #rows: Span[] = [];
  readonly #choices: Choice[] = [];
  /** For each open paragraph, what its properties say. */
  readonly #paragraphs: { style: string | undefined; place: NumberingPlace | undefined }[] = [];
  #formula: FormulaText | undefined;
  /** The number of open elements from the dropped one on. */
  #droppedDepth = 0;
  #formulaDepth = 0;

  constructor(context: PartContext) {
    this.#context = context;
  }

  run(part: Buffer): string {
    readXml(part, 'DOCX', {
      open: (name, attributes) => this.#open(name, attributes),
      text: (text) => this.#text(text),
      close: (name) => this.#close(name),
    });
    return this.#out.join('');
  }

  #open(name: string, attributes: Attributes): void {
    const parent = this.#path.at(-1);
    if (this.#droppedDepth > 0 || this.#isDropped(name, parent)) {
      this.#droppedDepth++;
      return;
    }
    if (this.#formula) {
      this.#formulaDepth++;
      this.#formula.open(name, attributes);
      return;
    }
    this.#path.push(name);
    if (name === 'm:oMath') this.#formula = new FormulaText();
    else if (name === 'mc:AlternateContent') {
      this.#choices.push({ at: this.#out.length, pictures: this.#context.leftOut.pictures });
    } else if (name === 'w:txbxContent') this.#out.push('<w:pict><v:textbox><w:txbxContent>');
    else if (name === 'w:cr') this.#out.push('<w:br/>');
    else if (name === 'w:ptab') this.#out.push('<w:tab/>');
    else if (name === 'w:altChunk') this.#addLines('file', attributes['r:id'], paragraphOf);
    else if (name === 'c:chart') this.#addLines('chart', attributes['r:id'], boxOf);
    else if (name === 'dgm:relIds') this.#addLines('diagram', attributes['r:dm'], boxOf);
    else if (name === 'a:blip' || name === 'v:imagedata') this.#context.leftOut.pictures++;
    else if (this.#isKept(name)) this.#keep(name, attributes);
    else this.#readProperty(name, attributes, parent);
  }

  /** Whether an element on top of the path is kept. Of the properties of a run, nothing is. */
  #isKept(name: string): boolean {
    if (name === 'w:rPr') return this.#path.includes('w:pPr');
    return kept.has(name) || name === 'w:del';
  }

  #isDropped(name: string, parent: string | undefined): boolean {
    if (dropped.has(name)) return true;
    // in properties, it marks the paragraph or row itself as deleted
    if (name === 'w:del') return parent !== 'w:rPr' && parent !== 'w:trPr';
    // a fallback is for programs that do not know the choice
    if (name === 'mc:Fallback') {
      const choice = this.#choices.at(-1);
      if (!choice || this.#hasText(choice.at)) return true;
      this.#out.length = choice.at;
      this.#context.leftOut.pictures = choice.pictures;
    }
    return false;
  }

  #keep(name: string, attributes: Attributes): void {
    if (name === 'w:r') this.#openRun();
    else if (name === 'w:t') this.#openText();
    else {
      if (name === 'w:tr') this.#rows.push({ at: this.#out.length, isHidden: false });
      else if (name === 'w:p') this.#paragraphs.push({ style: undefined, place: undefined });
      const own = Object.entries(attributes).filter(([key]) => /^(w|w14):/.test(key));
      const text = own.map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
      this.#out.push(`<${name}${this.#path.length === 1 ? declarations : ''}${text}>`);
    }
  }

  /** Opens a run, or the one before again: without their properties, they are the same to mammoth, and it is slow with many. */
  #openRun(): void {
    const isHidden = this.#context.styles.isHidden(this.#paragraphs.at(-1)?.style);
    const isMerged = this.#out.at(-1) === '</w:r>';
    if (isMerged) this.#out.pop();
    this.#runs.push({ at: this.#out.length, isHidden, isMerged });
    if (!isMerged) this.#out.push('<w:r>');
  }

  #openText(): void {
    const isMerged = this.#out.at(-1) === '</w:t>' && (this.#runs.at(-1)?.at ?? 0) < this.#out.length;
    if (isMerged) this.#out.pop();
    else this.#out.push('<w:t>');
  }

  #readProperty(name: string, attributes: Attributes, parent: string | undefined): void {
    const value = attributes['w:val'];
    const paragraph = this.#paragraphs.at(-1);
    const run = this.#runs.at(-1);
    const isOfRun = parent === 'w:rPr' && this.#path.at(-3) === 'w:r';
    if (name === 'w:pStyle' && paragraph) paragraph.style = value;
    else if (name === 'w:numId' && paragraph) paragraph.place = { ...paragraph.place, list: value };
    else if (name === 'w:ilvl' && paragraph) paragraph.place = { ...paragraph.place, level: levelNumber(value) };
    else if (name === 'w:rStyle' && isOfRun && run) run.isHidden ||= this.#context.styles.isHidden(value);
    else if (name === 'w:vanish' && isOfRun && run) run.isHidden = isOn(value);
    else if (name === 'w:hidden' && parent === 'w:trPr') {
      const row = this.#rows.at(-1);
      if (row) row.isHidden = isOn(value);
    }
  }

  #text(text: string): void {
    if (this.#droppedDepth > 0) return;
    if (this.#formula) this.#formula.text(text);
    else if (this.#path.at(-1) === 'w:t') this.#out.push(escapeXml(text));
    else if (this.#path.at(-1) === 'w:instrText') this.#out.push(`${this.#out.pop() ?? ''}${escapeXml(text)}`);
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
    this.#path.pop();
    if (name === 'm:oMath') {
      this.#out.push(runOf(this.#formula?.toString() ?? ''));
      this.#formula = undefined;
    } else if (name === 'mc:AlternateContent') this.#choices.pop();
    else if (name === 'w:txbxContent') this.#out.push('</w:txbxContent></v:textbox></w:pict>');
    else if (this.#isKept(name)) {
      this.#out.push(`</${name}>`);
      this.#endKept(name);
    }
  }

  #endKept(name: string): void {
    const spans = name === 'w:r' ? this.#runs : name === 'w:tr' ? this.#rows : undefined;
    const span = spans?.pop();
    if (span?.isHidden) {
      if (this.#hasText(span.at)) this.#context.leftOut.hidden++;
      this.#out.length = span.at;
      if (span.isMerged) this.#out.push('</w:r>');
    }
    if (name === 'w:p') this.#paragraphs.pop();
    else if (name === 'w:pPr' && this.#path.at(-1) === 'w:p') {
      const { style, place } = this.#paragraphs.at(-1) ?? {};
      const inherited = this.#context.styles.numbering(style);
      const label = this.#context.numbering.next({ ...inherited, ...place }, style);
      if (label !== '') this.#out.push(runOf(`${label} `));
    }
  }

  #addLines(kind: 'file' | 'chart' | 'diagram', id: string | undefined, write: (line: string) => string): void {
    if (id === undefined) return;
    for (const line of this.#context.linesOf(kind, id)) this.#out.push(write(line));
  }

  /** Whether there is text in the output from an index on. Text is in pieces of its own, and its tags are not. */
  #hasText(from: number): boolean {
    return this.#out.slice(from).some((piece) => !piece.startsWith('<') || /^<w:(?:sym|r><w:t)/.test(piece));
  }
}
