import type { GrayImage } from '../image/pixels.js';
import type { Pdfium } from './pdfium.js';

/** Maximum resolution, in dots per inch. Small print is legible at this resolution. */
const maxResolution = 200;
/** Maximum width and height of an image that Tesseract accepts, in pixels. */
const maxSide = 32_000;
/** The bitmap format with one byte per pixel, `FPDFBitmap_Gray`. */
const grayFormat = 1;
/** The flags `FPDF_ANNOT` and `FPDF_GRAYSCALE`, which render annotations and convert colors to gray. */
const renderFlags = 0x01 | 0x08;
const white = 0xffffffff;

export interface RenderedPage extends GrayImage {
  /** Pixels per point. */
  readonly scale: number;
}

/**
 * Renders a page in grayscale at the maximum resolution, or at a lower one if the image would otherwise have more than `maxPixels` pixels
 * or exceed Tesseract's size limit.
 */
export function renderPage(pdfium: Pdfium, page: number, maxPixels: number): RenderedPage {
  const [pageWidth, pageHeight] = [pdfium._FPDF_GetPageWidthF(page), pdfium._FPDF_GetPageHeightF(page)];
  const scale = Math.min(
    maxResolution / 72,
    Math.sqrt(maxPixels / Math.max(1, pageWidth * pageHeight)),
    maxSide / Math.max(1, pageWidth, pageHeight),
  );
  const width = Math.max(1, Math.floor(pageWidth * scale));
  const height = Math.max(1, Math.floor(pageHeight * scale));
  const size = width * height;
  const pointer = pdfium.wasmExports.malloc(size);
  if (pointer === 0) throw new Error('PDFium failed to allocate memory for the page image');
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, grayFormat, pointer, width);
  pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
  pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, renderFlags);
  const pixels = pdfium.HEAPU8.slice(pointer, pointer + size);
  pdfium._FPDFBitmap_Destroy(bitmap);
  pdfium.wasmExports.free(pointer);
  return { width, height, channels: 1, pixels, scale };
}

/** The object types `FPDF_PAGEOBJ_IMAGE` and `FPDF_PAGEOBJ_FORM`. A form XObject is a group of objects, which can include images. */
const imageType = 3;
const formType = 5;
/** Maximum number of objects per page to check for images. A page of text can have many more objects. */
const maxObjects = 5000;

/**
 * Returns the share of the page that its largest image covers, from 0 to 1. For an image in a form XObject, uses the bounds of the form
 * XObject.
 */
export function computeImageShare(pdfium: Pdfium, page: number): number {
  const area = pdfium._FPDF_GetPageWidthF(page) * pdfium._FPDF_GetPageHeightF(page);
  const pointer = pdfium.wasmExports.malloc(16);
  let largest = 0;
  const count = Math.min(maxObjects, pdfium._FPDFPage_CountObjects(page));
  for (let i = 0; i < count; i++) {
    const object = pdfium._FPDFPage_GetObject(page, i);
    if (
      !containsImage(pdfium, object) ||
      pdfium._FPDFPageObj_GetBounds(object, pointer, pointer + 4, pointer + 8, pointer + 12) === 0
    )
      continue;
    const [left = 0, bottom = 0, right = 0, top = 0] = new Float32Array(pdfium.HEAPU8.buffer, pointer, 4);
    largest = Math.max(largest, (right - left) * (top - bottom));
  }
  pdfium.wasmExports.free(pointer);
  return Math.min(1, largest / Math.max(1, area));
}

/**
 * Returns whether an object is an image, or a form XObject that contains one. Checks only the first 20 objects of each form XObject, and
 * at most six levels of nesting.
 */
function containsImage(pdfium: Pdfium, object: number, depth = 0): boolean {
  const type = pdfium._FPDFPageObj_GetType(object);
  if (type !== formType) return type === imageType;
  if (depth > 5) return false;
  const count = Math.min(20, pdfium._FPDFFormObj_CountObjects(object));
  for (let i = 0; i < count; i++) {
    if (containsImage(pdfium, pdfium._FPDFFormObj_GetObject(object, i), depth + 1)) return true;
  }
  return false;
}
