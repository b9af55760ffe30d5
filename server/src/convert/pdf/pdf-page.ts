import { ModuleError } from '../../module-contract/module.js';
import type { Box } from './line.js';
import { fieldTypes, readAnnotation, type PdfAnnotation } from './pdf-annotation.js';
import type { Pdfium } from './pdfium.js';
import { computeImageShare, renderPage, type RenderedPage } from './render-page.js';

/** A character on a page. */
export interface PdfChar extends Box {
  /** The code point, or 0 if PDFium cannot determine it. */
  readonly code: number;
  /** The horizontal position of the character's origin, in points. Not rotated, unlike the other coordinates. */
  readonly x: number;
  /** The vertical position of the baseline, in points. */
  readonly y: number;
  /** In points. */
  readonly fontSize: number;
  /** Whether PDFium added the character: a space for a gap, or a line break. */
  readonly isGenerated: boolean;
  /** Whether the character is the hyphen of a word that continues on the next line. PDFium adds no line break after the hyphen. */
  readonly isHyphen: boolean;
  /** Whether the font does not map the character to Unicode, so that `code` is a guess. */
  readonly hasGuessedCode: boolean;
}

const space = 0x20;
/** Maximum number of signatures to check per page. The check stops at the first visible signature. */
const maxSignatures = 100;

export class PdfPage {
  readonly #pdfium: Pdfium;
  readonly #handle: number;
  readonly #form: number;
  /** The direction of most of the page's text, in quarter turns. Set by `readChars`. */
  #quarterTurns = 0;
  #charCount = 0;
  #outsideCharCount = 0;

  /** @param form The handle of the document's form, or 0 if the document has no form. */
  constructor(pdfium: Pdfium, handle: number, form: number) {
    this.#pdfium = pdfium;
    this.#handle = handle;
    this.#form = form;
  }

  /** Whether the page has no text and no graphics, except in annotations. */
  get isEmpty(): boolean {
    return this.#pdfium._FPDFPage_CountObjects(this.#handle) <= 0;
  }

  get annotationCount(): number {
    return Math.max(0, this.#pdfium._FPDFPage_GetAnnotCount(this.#handle));
  }

  /** Number of drawn objects and characters. Does not include characters until `readChars` is called. */
  get objectAndCharCount(): number {
    return Math.max(0, this.#pdfium._FPDFPage_CountObjects(this.#handle)) + this.#charCount;
  }

  /** Number of characters outside the page, excluding white space. 0 until `readChars` is called. */
  get outsideCharCount(): number {
    return this.#outsideCharCount;
  }

  /** The ratio of `outsideCharCount` to the number of all characters, including white space. 0 until `readChars` is called. */
  get outsideCharShare(): number {
    return this.#outsideCharCount / Math.max(1, this.#charCount);
  }

  /** The share of the page that its largest image covers, from 0 to 1. */
  get imageShare(): number {
    return computeImageShare(this.#pdfium, this.#handle);
  }

  render(maxPixels: number): RenderedPage {
    return renderPage(this.#pdfium, this.#handle, maxPixels);
  }

  /**
   * Returns the characters inside the page, in PDFium's reading order. Rotates the coordinates so that most of the text is upright.
   *
   * @throws `ModuleError` if the page has more than `max` characters.
   */
  readChars(max: number): PdfChar[] {
    const pdfium = this.#pdfium;
    const text = pdfium._FPDFText_LoadPage(this.#handle);
    if (text === 0) return [];
    const count = Math.max(0, pdfium._FPDFText_CountChars(text));
    if (count > max) {
      throw new ModuleError(`Expected a page of the PDF to have at most ${max} characters, got ${count}. Split it.`);
    }
    this.#charCount = count;
    this.#quarterTurns = this.#findDirection(text, count);
    const pointer = pdfium.wasmExports.malloc(72);
    const pageBox = this.#readBoundingBox(pointer);
    const chars: PdfChar[] = [];
    // hot loop: reuse the views of PDFium's memory
    let coordinates = new Float64Array(pdfium.HEAPU8.buffer, pointer, 6);
    let matrix = new Float32Array(pdfium.HEAPU8.buffer, pointer + 48, 6);
    for (let i = 0; i < count; i++) {
      pdfium._FPDFText_GetCharBox(text, i, pointer, pointer + 8, pointer + 16, pointer + 24);
      pdfium._FPDFText_GetCharOrigin(text, i, pointer + 32, pointer + 40);
      pdfium._FPDFText_GetMatrix(text, i, pointer + 48);
      // views are detached when PDFium's memory grows
      if (coordinates.length === 0) {
        coordinates = new Float64Array(pdfium.HEAPU8.buffer, pointer, 6);
        matrix = new Float32Array(pdfium.HEAPU8.buffer, pointer + 48, 6);
      }
      const left = coordinates[0] ?? 0;
      const right = coordinates[1] ?? 0;
      const bottom = coordinates[2] ?? 0;
      const top = coordinates[3] ?? 0;
      if (right < pageBox.left || left > pageBox.right || top < pageBox.bottom || bottom > pageBox.top) {
        if (pdfium._FPDFText_GetUnicode(text, i) > space) this.#outsideCharCount++;
        continue;
      }
      chars.push({
        left,
        right,
        bottom,
        top,
        y: coordinates[5] ?? 0,
        x: coordinates[4] ?? 0,
        code: pdfium._FPDFText_GetUnicode(text, i),
        fontSize: Math.abs(pdfium._FPDFText_GetFontSize(text, i)) * computeHeightFactor(matrix),
        isGenerated: pdfium._FPDFText_IsGenerated(text, i) === 1,
        isHyphen: pdfium._FPDFText_IsHyphen(text, i) === 1,
        hasGuessedCode: pdfium._FPDFText_HasUnicodeMapError(text, i) === 1,
      });
    }
    pdfium.wasmExports.free(pointer);
    pdfium._FPDFText_ClosePage(text);
    if (this.#quarterTurns === 0) return chars;
    return chars.map((char) => ({
      ...char,
      ...this.#rotate(char),
      y: [char.y, -char.x, -char.y, char.x][this.#quarterTurns] ?? char.y,
    }));
  }

  /** Returns the first `max` annotations and form fields. Rotates their boxes like the characters, so call `readChars` first. */
  readAnnotations(max: number): PdfAnnotation[] {
    const count = Math.min(max, this.annotationCount);
    const annotations: PdfAnnotation[] = [];
    let checkedSignatureCount = 0;
    for (let i = 0; i < count; i++) {
      const handle = this.#pdfium._FPDFPage_GetAnnot(this.#handle, i);
      if (handle === 0) continue;
      const annotation = readAnnotation(this.#pdfium, handle, {
        form: this.#form,
        shouldCheckSignature: checkedSignatureCount < maxSignatures,
      });
      if (annotation.field?.isVisibleSignature === true) checkedSignatureCount = maxSignatures;
      else if (annotation.field?.type === fieldTypes.signature) checkedSignatureCount++;
      annotations.push({ ...annotation, box: this.#rotate(annotation.box) });
      this.#pdfium._FPDFPage_CloseAnnot(handle);
    }
    return annotations;
  }

  #readBoundingBox(pointer: number): Box {
    const pdfium = this.#pdfium;
    pdfium._FPDF_GetPageBoundingBox(this.#handle, pointer);
    const [left = 0, top = 0, right = 0, bottom = 0] = new Float32Array(pdfium.HEAPU8.buffer, pointer, 4);
    return { left, right, bottom, top };
  }

  /** Returns the most frequent direction in a sample of up to 200 characters, in quarter turns. */
  #findDirection(text: number, count: number): number {
    const counts = [0, 0, 0, 0];
    const step = Math.ceil(count / 200);
    for (let i = 0; i < count; i += step) {
      const quarterTurns = Math.round(this.#pdfium._FPDFText_GetCharAngle(text, i) / (Math.PI / 2)) & 3;
      counts[quarterTurns] = (counts[quarterTurns] ?? 0) + 1;
    }
    return counts.indexOf(Math.max(...counts));
  }

  #rotate({ left, right, bottom, top }: Box): Box {
    if (this.#quarterTurns === 1) return { left: bottom, right: top, bottom: -right, top: -left };
    if (this.#quarterTurns === 2) return { left: -right, right: -left, bottom: -top, top: -bottom };
    if (this.#quarterTurns === 3) return { left: -top, right: -bottom, bottom: left, top: right };
    return { left, right, bottom, top };
  }
}

/** Returns the factor by which a matrix scales letter height. Many programs set the font size to 1 and scale text with the matrix. */
function computeHeightFactor([, , c = 0, d = 0]: Float32Array): number {
  return Math.hypot(c, d) || 1;
}
