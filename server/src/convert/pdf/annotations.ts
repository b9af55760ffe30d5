import { createLine, type Line, type Piece } from './line.js';
import { replacePresentationForms } from './page-lines.js';
import { fieldTypes, isHidden, type PdfAnnotation } from './pdf-annotation.js';

/** The subtype of text typed on the page, `FPDF_ANNOT_FREETEXT`. */
const freeTextSubtype = 3;
/** The subtypes of annotations that contain comments: notes, marked text, drawings and stamps. */
const commentSubtypes = new Set([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
const passwordFlag = 1 << 13;
/** The font size to assume on a page without text, in points. */
const defaultSize = 12;

/**
 * Adds the values of form fields and typed text to a page's lines at their positions, and comments after the last line. A comment that
 * only repeats text of the page is left out.
 */
export function addAnnotations(lines: readonly Line[], annotations: readonly PdfAnnotation[]): Line[] {
  const added = [...lines];
  const text = lines.map((line) => line.text).join(' ');
  const comments: Piece[] = [];
  for (const annotation of annotations) {
    if (isHidden(annotation.flags)) continue;
    const value = replacePresentationForms(
      annotation.subtype === freeTextSubtype ? annotation.contents : getFieldValue(annotation),
    );
    for (const [i, part] of splitLines(value).entries()) insertText(added, part, annotation, i);
    if (!commentSubtypes.has(annotation.subtype)) continue;
    const { left, right } = annotation.box;
    for (const part of splitLines(replacePresentationForms(annotation.contents))) {
      if (!text.includes(part.replaceAll(/\s+/g, ' '))) comments.push({ text: part, left, right });
    }
  }
  // comments have no position in the text, so add them below the last line
  const bottom = added.reduce((lowest, { y }) => Math.min(lowest, y), 0);
  const below = comments.map((comment, i) => createLine([comment], bottom - 10 * defaultSize * (i + 1), defaultSize));
  return [...added, ...below];
}

/** Returns whether a signature is visible on the page. The text of the signature is not read. */
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
  const { type, flags, value, isChecked, selected } = field;
  if (type === fieldTypes.checkBox || type === fieldTypes.radioButton) return isChecked ? '☒' : '☐';
  if (type === fieldTypes.comboBox || type === fieldTypes.listBox) return selected.join('\n') || value;
  return type === fieldTypes.textField && (flags & passwordFlag) === 0 ? value : '';
}

/** Inserts text into the line at the same height, or as a new line. @param row The index of the text's line in the annotation. */
function insertText(lines: Line[], text: string, { box }: PdfAnnotation, row: number): void {
  const size = lines[0]?.size ?? defaultSize;
  const isOneLine = box.top - box.bottom < 2.5 * size;
  const y = isOneLine ? (box.top + box.bottom) / 2 - size / 3 - row : box.top - size - row * 1.2 * size;
  const piece = { text, left: box.left, right: box.right };
  const at = row > 0 ? -1 : lines.findIndex((line) => Math.abs(line.y - y) < size / 2);
  const line = lines[at];
  if (line) {
    const before = line.pieces.filter(({ left }) => left < piece.left);
    const after = line.pieces.filter(({ left }) => left >= piece.left);
    lines[at] = createLine(joinClosePieces([...before, piece, ...after], size), line.y, line.size, line.isHyphenated);
    return;
  }
  const below = lines.findIndex((other) => other.y < y);
  lines.splice(below === -1 ? lines.length : below, 0, createLine([piece], y, size));
}

/** Joins pieces that are close together, such as a label and its field. */
function joinClosePieces(pieces: Line['pieces'], size: number): Line['pieces'] {
  const joined: { text: string; left: number; right: number }[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last && (last.text.endsWith(':') || piece.left - last.right < 4 * size)) {
      last.text += ` ${piece.text}`;
      last.right = piece.right;
    } else joined.push({ ...piece });
  }
  return joined;
}
