import { createLine, type Line, type Piece } from './line.js';
import { replacePresentationForms } from './page-lines.js';
import { fieldTypes, isHidden, type PdfAnnotation } from './pdf-annotation.js';

/** The subtype of text typed on the page, `FPDF_ANNOT_FREETEXT`. */
const freeTextSubtype = 3;
/** The subtypes of annotations that can contain comments: notes, text markup, drawings and stamps. */
const commentSubtypes = new Set([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
const passwordFlag = 1 << 13;
/** The font size of comments, and of field values and typed text on a page without other text, in points. */
const defaultFontSize = 12;

/**
 * Adds the values of form fields and typed text to a page's lines at their positions, and comments after the last line. Leaves out hidden
 * annotations, passwords, and lines of comments that only repeat text on the page.
 */
export function addAnnotations(lines: readonly Line[], annotations: readonly PdfAnnotation[]): Line[] {
  const allLines = [...lines];
  const text = lines.map((line) => line.text).join(' ');
  const comments: Piece[] = [];
  for (const annotation of annotations) {
    if (isHidden(annotation.flags)) continue;
    const value = replacePresentationForms(
      annotation.subtype === freeTextSubtype ? annotation.contents : getFieldValue(annotation),
    );
    for (const [i, part] of splitLines(value).entries()) insertText(allLines, part, annotation, i);
    if (!commentSubtypes.has(annotation.subtype)) continue;
    const { left, right } = annotation.box;
    for (const part of splitLines(replacePresentationForms(annotation.contents))) {
      if (!text.includes(part.replaceAll(/\s+/g, ' '))) comments.push({ text: part, left, right });
    }
  }
  // comments have no position in the text, so add them below the last line
  const bottom = allLines.reduce((lowest, { y }) => Math.min(lowest, y), 0);
  const below = comments.map((comment, i) =>
    createLine([comment], bottom - 10 * defaultFontSize * (i + 1), defaultFontSize),
  );
  return [...allLines, ...below];
}

/** Returns whether one of the signatures that were checked is visible. {@link addAnnotations} does not add the text of signatures. */
export function hasSignature(annotations: readonly PdfAnnotation[]): boolean {
  return annotations.some(({ field }) => field?.isVisibleSignature === true);
}

function splitLines(text: string): string[] {
  return text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function getFieldValue({ field }: PdfAnnotation): string {
  if (!field) return '';
  const { type, flags, value, isChecked, selectedOptions } = field;
  if (type === fieldTypes.checkBox || type === fieldTypes.radioButton) return isChecked ? '☒' : '☐';
  if (type === fieldTypes.comboBox || type === fieldTypes.listBox) return selectedOptions.join('\n') || value;
  return type === fieldTypes.textField && (flags & passwordFlag) === 0 ? value : '';
}

/**
 * Inserts one line of an annotation's text. Adds the first line of the text to the page's line at the same height, if there is one.
 * Otherwise, inserts a new line.
 *
 * @param row The index of the line in the annotation's text.
 */
function insertText(lines: Line[], text: string, { box }: PdfAnnotation, row: number): void {
  const fontSize = lines[0]?.fontSize ?? defaultFontSize;
  const isOneLine = box.top - box.bottom < 2.5 * fontSize;
  const y = isOneLine ? (box.top + box.bottom) / 2 - fontSize / 3 - row : box.top - fontSize - row * 1.2 * fontSize;
  const piece = { text, left: box.left, right: box.right };
  const at = row > 0 ? -1 : lines.findIndex((line) => Math.abs(line.y - y) < fontSize / 2);
  const line = lines[at];
  if (line) {
    const before = line.pieces.filter(({ left }) => left < piece.left);
    const after = line.pieces.filter(({ left }) => left >= piece.left);
    lines[at] = createLine(
      joinClosePieces([...before, piece, ...after], fontSize),
      line.y,
      line.fontSize,
      line.isHyphenated,
    );
    return;
  }
  const below = lines.findIndex((other) => other.y < y);
  lines.splice(below === -1 ? lines.length : below, 0, createLine([piece], y, fontSize));
}

/** Joins pieces that are close together, and joins a piece that ends with a colon, such as a label, to the next piece. */
function joinClosePieces(pieces: Line['pieces'], fontSize: number): Line['pieces'] {
  const joined: { text: string; left: number; right: number }[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last && (last.text.endsWith(':') || piece.left - last.right < 4 * fontSize)) {
      last.text += ` ${piece.text}`;
      last.right = piece.right;
    } else joined.push({ ...piece });
  }
  return joined;
}
