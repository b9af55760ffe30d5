import { ModuleError } from '../../module-contract/module.js';
import { PdfPage } from './pdf-page.js';
import { loadPdfium, releasePdfium, type Pdfium } from './pdfium.js';

export type OpenFailure = 'password' | 'encryption' | 'damaged';

/** Maps PDFium's error codes `FPDF_ERR_PASSWORD` and `FPDF_ERR_SECURITY` to failures. Any other code counts as `damaged`. */
const failureByErrorCode = new Map<number, OpenFailure>([
  [4, 'password'],
  [5, 'encryption'],
]);
/** The form type `FORMTYPE_XFA_FULL`. */
const fullXfa = 2;
/** Number of bytes to allocate for an `FPDF_FORMFILLINFO`. The structure is smaller. */
const formInfoBytes = 256;

/** An open PDF. PDFium runs synchronously, in WebAssembly on the calling thread. */
export class PdfDocument {
  readonly #pdfium: Pdfium;
  readonly #handle: number;
  #form: { readonly handle: number; readonly info: number } | undefined;

  private constructor(pdfium: Pdfium, handle: number) {
    this.#pdfium = pdfium;
    this.#handle = handle;
  }

  /** Opens a PDF, passes it to `work`, and closes it. Returns the result of `work`, or the reason why the PDF cannot be opened. */
  static async use<T extends object>(
    bytes: Uint8Array,
    work: (document: PdfDocument) => Promise<T>,
  ): Promise<T | OpenFailure> {
    const pdfium = await loadPdfium();
    let isIntact = false;
    try {
      const data = pdfium.wasmExports.malloc(bytes.length);
      pdfium.HEAPU8.set(bytes, data);
      const handle = pdfium._FPDF_LoadMemDocument(data, bytes.length, 0);
      let result: T | OpenFailure;
      if (handle === 0) result = failureByErrorCode.get(pdfium._FPDF_GetLastError()) ?? 'damaged';
      else {
        const document = new PdfDocument(pdfium, handle);
        result = await work(document);
        document.#close();
      }
      pdfium.wasmExports.free(data);
      isIntact = true;
      return result;
    } catch (error) {
      // a `RuntimeError` means that PDFium ran out of memory or crashed
      if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
      throw new ModuleError(
        'The PDF could not be read: it needs too much memory, or makes PDFium crash. Print it to a PDF, and send that file.',
        { cause: error },
      );
    } finally {
      releasePdfium(pdfium, isIntact);
    }
  }

  get pageCount(): number {
    return this.#pdfium._FPDF_GetPageCount(this.#handle);
  }

  /** Whether PDFium had to rebuild the cross-reference table because it was invalid. */
  get isRepaired(): boolean {
    return this.#pdfium._FPDF_DocumentHasValidCrossReferenceTable(this.#handle) === 0;
  }

  get attachmentCount(): number {
    return Math.max(0, this.#pdfium._FPDFDoc_GetAttachmentCount(this.#handle));
  }

  /** Whether the document is a full XFA form. The pages of a full XFA form usually contain only a notice to open it in another program. */
  get isFullXfaForm(): boolean {
    return this.#pdfium._FPDF_GetFormType(this.#handle) === fullXfa;
  }

  /** Passes a page to `work` and returns the result, or `undefined` if PDFium cannot load the page. @param index The 0-based page index. */
  usePage<T>(index: number, work: (page: PdfPage) => T): T | undefined {
    const handle = this.#pdfium._FPDF_LoadPage(this.#handle, index);
    if (handle === 0) return undefined;
    const result = work(new PdfPage(this.#pdfium, handle, this.#openForm()));
    this.#pdfium._FPDF_ClosePage(handle);
    return result;
  }

  /** Opens the document's form if necessary. Returns its handle, or 0 if the document has no form. */
  #openForm(): number {
    if (this.#pdfium._FPDF_GetFormType(this.#handle) === 0) return 0;
    if (!this.#form) {
      const info = this.#pdfium.wasmExports.malloc(formInfoBytes);
      this.#pdfium.HEAPU8.fill(0, info, info + formInfoBytes);
      // the structure starts with its version; no callbacks are set
      this.#pdfium.HEAPU8[info] = 1;
      this.#form = { handle: this.#pdfium._FPDFDOC_InitFormFillEnvironment(this.#handle, info), info };
    }
    return this.#form.handle;
  }

  #close(): void {
    if (this.#form) {
      if (this.#form.handle !== 0) this.#pdfium._FPDFDOC_ExitFormFillEnvironment(this.#form.handle);
      this.#pdfium.wasmExports.free(this.#form.info);
    }
    this.#pdfium._FPDF_CloseDocument(this.#handle);
  }
}
