/** Elements to keep. An element that is not kept, dropped or converted is replaced by its content. */
const keptElements = new Set([
  ...['w:p', 'w:r', 'w:t', 'w:tab', 'w:br', 'w:noBreakHyphen', 'w:sym', 'w:fldChar', 'w:instrText'],
  ...['w:tbl', 'w:tr', 'w:trPr', 'w:tc', 'w:tcPr', 'w:gridSpan', 'w:vMerge', 'w:ffData', 'w:checkBox', 'w:checked'],
  ...['w:default', 'w:sdt', 'w:sdtPr', 'w:sdtContent', 'w14:checkbox', 'w14:checked'],
]);
/** Elements to drop with their content: deleted text, text moved elsewhere, previous properties, layout, and phonetic guides (ruby). */
const droppedElements = new Set([
  ...['w:moveFrom', 'w:delText', 'w:delInstrText', 'w:tblGrid', 'w:sectPr', 'w:tabs', 'w:rt', 'w:rubyPr'],
  ...['w:softHyphen', 'w:pPrChange', 'w:rPrChange', 'w:sectPrChange', 'w:tblPrChange', 'w:trPrChange'],
  ...['w:tcPrChange', 'w:numberingChange'],
]);
/** Elements that can continue in the next chunk after any of their children. */
const splittableElements = new Set([
  'w:document',
  'w:body',
  'w:altChunk',
  'w:tbl',
  'w:sdt',
  'w:sdtContent',
  'w:customXml',
]);

export function isKeptElement(name: string, parent?: string): boolean {
  return keptElements.has(name) || (name === 'w:del' && parent === 'w:trPr');
}

export function isDroppedElement(name: string, parent: string | undefined): boolean {
  // in `w:rPr` or `w:trPr`, `w:del` contains no text: it records that the paragraph mark or the row was deleted
  return droppedElements.has(name) || (name === 'w:del' && parent !== 'w:rPr' && parent !== 'w:trPr');
}

export const isSplittableElement = (name: string): boolean => splittableElements.has(name);
