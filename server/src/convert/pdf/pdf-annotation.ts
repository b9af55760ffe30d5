import type { Box } from './line.js';
import { readString, type Pdfium } from './pdfium.js';

export interface PdfAnnotation {
  /** One of PDFium's `FPDF_ANNOT_…` constants. */
  readonly subtype: number;
  readonly flags: number;
  readonly box: Box;
  readonly contents: string;
  readonly field: PdfField | undefined;
}

interface PdfField {
  /** One of PDFium's `FPDF_FORMFIELD_…` constants. */
  readonly type: number;
  readonly flags: number;
  readonly value: string;
  readonly isChecked: boolean;
  /** The labels of the selected options. */
  readonly selectedOptions: readonly string[];
  /** Whether the field is a visible signature with a non-empty appearance. `false` if the signature was not checked. */
  readonly isVisibleSignature: boolean;
}

interface ReadOptions {
  /** The handle of the document's form, or 0 if the document has no form. */
  readonly form: number;
  /** Whether to check if a signature is visible. The check takes time and memory. */
  readonly shouldCheckSignature: boolean;
}

/** The subtype of form fields, `FPDF_ANNOT_WIDGET`. */
const widgetSubtype = 20;
/** The types of form fields, `FPDF_FORMFIELD_…`. */
export const fieldTypes = { checkBox: 2, radioButton: 3, comboBox: 4, listBox: 5, textField: 6, signature: 7 } as const;
/** The flags `Hidden` and `NoView`. */
const hiddenFlags = 2 | 32;
/** The appearance to read, `FPDF_ANNOT_APPEARANCEMODE_NORMAL`. */
const normalAppearance = 0;
const maxOptions = 10_000;

export function isHidden(flags: number): boolean {
  return (flags & hiddenFlags) !== 0;
}

export function readAnnotation(
  pdfium: Pdfium,
  handle: number,
  { form, shouldCheckSignature }: ReadOptions,
): PdfAnnotation {
  const pointer = pdfium.wasmExports.malloc(16);
  pdfium._FPDFAnnot_GetRect(handle, pointer);
  const [left = 0, top = 0, right = 0, bottom = 0] = new Float32Array(pdfium.HEAPU8.buffer, pointer, 4);
  pdfium.wasmExports.free(pointer);
  const subtype = pdfium._FPDFAnnot_GetSubtype(handle);
  const flags = pdfium._FPDFAnnot_GetFlags(handle);
  const isVisible = !isHidden(flags) && right !== left && top !== bottom;
  const field = subtype === widgetSubtype ? readField(pdfium, handle, form) : undefined;
  const isVisibleSignature =
    shouldCheckSignature && isVisible && field?.type === fieldTypes.signature && hasAppearance(pdfium, handle);
  return {
    subtype,
    flags,
    box: { left, right, bottom, top },
    contents: readEntry(pdfium, handle, 'Contents'),
    field: field && { ...field, isVisibleSignature },
  };
}

function readField(pdfium: Pdfium, handle: number, form: number): Omit<PdfField, 'isVisibleSignature'> {
  const type = form === 0 ? -1 : pdfium._FPDFAnnot_GetFormFieldType(form, handle);
  if (type < 0) return readFieldWithoutForm(pdfium, handle);
  const selectedOptions: string[] = [];
  const optionCount = Math.min(maxOptions, pdfium._FPDFAnnot_GetOptionCount(form, handle));
  for (let i = 0; i < optionCount; i++) {
    if (pdfium._FPDFAnnot_IsOptionSelected(form, handle, i) !== 1) continue;
    selectedOptions.push(
      readString(pdfium, (...buffer) => pdfium._FPDFAnnot_GetOptionLabel(form, handle, i, ...buffer)),
    );
  }
  return {
    type,
    flags: pdfium._FPDFAnnot_GetFormFieldFlags(form, handle),
    value: readString(pdfium, (...buffer) => pdfium._FPDFAnnot_GetFormFieldValue(form, handle, ...buffer)),
    isChecked: isChecked(pdfium, handle),
    selectedOptions,
  };
}

/** Reads a field that does not belong to a form, as on a page that was extracted from another document. */
function readFieldWithoutForm(pdfium: Pdfium, handle: number): Omit<PdfField, 'isVisibleSignature'> {
  const isButton = readEntry(pdfium, handle, 'AS') !== '';
  const types: Readonly<Record<string, number>> = {
    Tx: fieldTypes.textField,
    Ch: fieldTypes.comboBox,
    Sig: fieldTypes.signature,
    ...(isButton && { Btn: fieldTypes.checkBox }),
  };
  // PDFium cannot read the type that a radio button inherits from its parent, but only buttons have an appearance state (AS)
  const typeName = readEntry(pdfium, handle, 'FT') || (isButton ? 'Btn' : '');
  return {
    type: types[typeName] ?? 0,
    flags: readNumber(pdfium, handle, 'Ff'),
    value: readEntry(pdfium, handle, 'V'),
    isChecked: isChecked(pdfium, handle),
    selectedOptions: [],
  };
}

function isChecked(pdfium: Pdfium, handle: number): boolean {
  return !['', 'Off'].includes(readEntry(pdfium, handle, 'AS'));
}

/** Returns whether an annotation has a non-empty normal appearance. */
function hasAppearance(pdfium: Pdfium, handle: number): boolean {
  const operators = readString(pdfium, (...buffer) => pdfium._FPDFAnnot_GetAP(handle, normalAppearance, ...buffer));
  return operators.trim() !== '';
}

/** Reads a string or name from the dictionary of an annotation. Returns an empty string if the key is missing. */
function readEntry(pdfium: Pdfium, handle: number, key: string): string {
  return withKey(pdfium, key, (keyPointer) =>
    readString(pdfium, (...buffer) => pdfium._FPDFAnnot_GetStringValue(handle, keyPointer, ...buffer)),
  );
}

function readNumber(pdfium: Pdfium, handle: number, key: string): number {
  return withKey(pdfium, key, (keyPointer) => {
    const pointer = pdfium.wasmExports.malloc(4);
    const exists = pdfium._FPDFAnnot_GetNumberValue(handle, keyPointer, pointer) === 1;
    const [value = 0] = new Float32Array(pdfium.HEAPU8.buffer, pointer, 1);
    pdfium.wasmExports.free(pointer);
    return exists ? value : 0;
  });
}

/** Calls `read` with a pointer to the key as a C string. */
function withKey<T>(pdfium: Pdfium, key: string, read: (keyPointer: number) => T): T {
  const keyPointer = pdfium.wasmExports.malloc(key.length + 1);
  pdfium.HEAPU8.set(Buffer.from(`${key}\0`), keyPointer);
  const result = read(keyPointer);
  pdfium.wasmExports.free(keyPointer);
  return result;
}
