/** Elements that are kept. Others are replaced by their content. */
const kept = new Set([
  ...['w:p', 'w:r', 'w:t', 'w:tab', 'w:br', 'w:noBreakHyphen', 'w:sym', 'w:fldChar', 'w:instrText'],
  ...['w:tbl', 'w:tr', 'w:trPr', 'w:tc', 'w:tcPr', 'w:gridSpan', 'w:vMerge', 'w:ffData', 'w:checkBox', 'w:checked'],
  ...['w:default', 'w:sdt', 'w:sdtPr', 'w:sdtContent', 'w14:checkbox', 'w14:checked'],
]);
/** Elements that are removed with their content: earlier revisions, layout, and phonetic guides (ruby). */
const dropped = new Set([
  ...['w:moveFrom', 'w:delText', 'w:delInstrText', 'w:tblGrid', 'w:sectPr', 'w:tabs', 'w:rt', 'w:rubyPr'],
  ...['w:softHyphen', 'w:pPrChange', 'w:rPrChange', 'w:sectPrChange', 'w:tblPrChange', 'w:trPrChange'],
  ...['w:tcPrChange', 'w:numberingChange'],
]);
/** Elements that can be split between their children, to split a part into chunks. */
const divisible = new Set(['w:document', 'w:body', 'w:altChunk', 'w:tbl', 'w:sdt', 'w:sdtContent', 'w:customXml']);

/** Returns whether an element is kept. @param parent The name of the element's parent. */
export function isKept(name: string, parent?: string): boolean {
  return kept.has(name) || (name === 'w:del' && parent === 'w:trPr');
}

/** Returns whether an element is removed with its content. */
export function isDropped(name: string, parent: string | undefined): boolean {
  // in the properties of a paragraph or row, `w:del` only marks the end of the paragraph, or the row, as deleted
  return dropped.has(name) || (name === 'w:del' && parent !== 'w:rPr' && parent !== 'w:trPr');
}

/** Returns whether a part can be split between the children of an element. */
export const isDivisible = (name: string): boolean => divisible.has(name);
