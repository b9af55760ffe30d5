import { describe, expect, it } from 'vitest';
import { runModule } from '../modules/run-module.js';
import { makeDocx, makeZip, paragraph } from './make/make-documents.js';
import { readConverted } from './read-converted.js';

async function read(content: Uint8Array): Promise<string> {
  return (await readConverted(content)).text;
}

describe('a Word document', () => {
  it('has a line for each paragraph, even if it is empty', async () => {
    const body = paragraph('First &amp; last') + paragraph('') + paragraph('Ein Müller');
    expect(await read(makeDocx(body))).toBe('First & last\n\nEin Müller');
  });

  it('joins the runs of a paragraph, and keeps tabs and line breaks', async () => {
    const body = '<w:p><w:r><w:t>one </w:t><w:t>word</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>';
    expect(await read(makeDocx(body))).toBe('one word\ttwo\nthree');
  });

  it('is read with the text of tables, and without deleted text, field codes and fallbacks', async () => {
    const body =
      `<w:tbl><w:tr><w:tc>${paragraph('cell')}</w:tc></w:tr></w:tbl>` +
      '<w:p><w:del><w:r><w:t>gone</w:t><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>' +
      `<mc:AlternateContent><mc:Choice>${paragraph('once')}</mc:Choice><mc:Fallback>${paragraph('once')}</mc:Fallback></mc:AlternateContent>`;
    expect(await read(makeDocx(body))).toBe('cell\n\nonce');
  });

  it('keeps hyphens, symbols, breaks and tabs, which Word writes as elements, but not tab stops', async () => {
    const body =
      '<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/><w:tab w:val="right" w:pos="9000"/></w:tabs></w:pPr>' +
      '<w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>24 hours, soft</w:t><w:softHyphen/><w:t xml:space="preserve">hyphen  </w:t></w:r>' +
      '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="Nowhere" w:char="F0FC"/><w:cr/><w:ptab/><w:t>end</w:t></w:r></w:p>';
    const { text, warnings } = await readConverted(makeDocx(body));
    expect(text).toBe('1‑24 hours, softhyphen  ✓\n\tend');
    expect(warnings).toMatchObject([{ code: 'unreadable-symbols', message: /^1 symbol was left out/ }]);
  });

  it('may use any namespace prefixes, and the namespaces of the strict format', async () => {
    const strict = 'http://purl.oclc.org/ooxml/wordprocessingml/main';
    for (const [prefix, space] of [
      ['ns0', 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'],
      ['w', strict],
    ]) {
      const content = `<${prefix}:document xmlns:${prefix}="${space}"><${prefix}:body><${prefix}:p><${prefix}:r><${prefix}:t>text</${prefix}:t></${prefix}:r></${prefix}:p></${prefix}:body></${prefix}:document>`;
      expect(await read(makeZip([{ name: 'word/document.xml', content }]))).toBe('text');
    }
    // another namespace is not Word's, even under Word's prefix
    const other = '<w:p><w:r xmlns:w="urn:other"><w:t>no</w:t></w:r></w:p>';
    expect(await read(makeDocx(`${other}${paragraph('yes')}`))).toBe('yes');
  });

  it('has each formula on one line', async () => {
    const t = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`;
    const e = (text: string, name = 'e'): string => `<m:${name}>${text}</m:${name}>`;
    const formulas = [
      [t('P=ρgQh'), 'P=ρgQh'],
      [`<m:f>${e(t('a+b'), 'num')}${e(t('2'), 'den')}</m:f>`, '(a+b)/2'],
      [`<m:sSup>${e(t('x'))}${e(t('2'), 'sup')}</m:sSup>${t('+1')}`, 'x^2+1'],
      [`<m:sSub>${e(t('x'))}${e(t('n-1'), 'sub')}</m:sSub>`, 'x_(n-1)'],
      [`<m:rad><m:deg/>${e(t('2'))}</m:rad>`, '√(2)'],
      [`<m:rad>${e(t('3'), 'deg')}${e(t('x'))}</m:rad>`, 'root(3, x)'],
      [
        `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>${e(t('i=1'), 'sub')}${e(t('n'), 'sup')}${e(t('i'))}</m:nary>`,
        '∑_(i=1)^n i',
      ],
      [`<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val=")"/></m:dPr>${e(t('0'))}${e(t('1'))}</m:d>`, '[0, 1)'],
      [`<m:m><m:mr>${e(t('1'))}${e(t('0'))}</m:mr><m:mr>${e(t('0'))}${e(t('1'))}</m:mr></m:m>`, '[1 0; 0 1]'],
    ];
    const body = formulas.map(([math]) => `<w:p><m:oMathPara><m:oMath>${math}</m:oMath></m:oMathPara></w:p>`).join('');
    expect((await read(makeDocx(body))).split('\n')).toEqual(formulas.map(([, line]) => line));
    expect(await read(makeDocx(`<w:p><w:r><w:t>if </w:t></w:r><m:oMath>${t('x&lt;1')}</m:oMath></w:p>`))).toBe(
      'if x<1',
    );
  });

  it('has a line for each row of a table, and keeps its columns', async () => {
    const cell = (text: string, properties = ''): string =>
      `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
    const body =
      `<w:tbl><w:tr>${cell('')}${cell('Jan')}${cell('Feb')}</w:tr>` +
      `<w:tr>${cell('Rent', '<w:vMerge w:val="restart"/>')}${cell('')}${cell('500')}</w:tr>` +
      `<w:tr>${cell('', '<w:vMerge/>')}${cell('both', '<w:gridSpan w:val="2"/>')}${cell('end')}</w:tr>` +
      `<w:tr><w:trPr><w:hidden/></w:trPr>${cell('no')}</w:tr></w:tbl>${paragraph('after')}`;
    expect(await read(makeDocx(body))).toBe('\tJan\tFeb\nRent\t\t500\n\tboth\t\tend\nafter');
  });

  it('numbers its paragraphs as Word does, even with another paragraph in between', async () => {
    const level = (ilvl: number, format: string, text: string, more = ''): string =>
      `<w:lvl w:ilvl="${ilvl}">${more}<w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
    const numbering =
      `<w:numbering WORD><w:abstractNum w:abstractNumId="0">${level(0, 'decimal', 'Article %1.')}${level(1, 'lowerLetter', '(%2)')}${level(2, 'decimal', '%1.%2.%3', '<w:isLgl/>')}</w:abstractNum>` +
      `<w:abstractNum w:abstractNumId="1">${level(0, 'bullet', '•')}</w:abstractNum>` +
      `<w:abstractNum w:abstractNumId="2">${level(0, 'upperRoman', '%1', '<w:start w:val="4"/><w:pStyle w:val="Chapter"/>')}</w:abstractNum>` +
      `<w:abstractNum w:abstractNumId="3">${level(0, 'upperLetter', '%1.', '<w:start w:val="26"/>')}</w:abstractNum>` +
      '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>' +
      '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>' +
      '<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num></w:numbering>';
    const styles =
      '<w:styles WORD><w:style w:styleId="Chapter"><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>' +
      '<w:style w:styleId="Sub"><w:basedOn w:val="Chapter"/></w:style></w:styles>';
    const item = (list: number, ilvl: number, text: string): string =>
      `<w:p><w:pPr><w:numPr><w:ilvl w:val="${ilvl}"/><w:numId w:val="${list}"/></w:numPr></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
    const styled = (style: string): string =>
      `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>Chapter</w:t></w:r></w:p>`;
    const body = [
      ...[item(1, 0, 'one'), item(1, 1, 'a'), item(1, 1, 'b'), item(1, 2, 'deep'), paragraph('between')],
      ...[item(1, 0, 'two'), item(1, 1, 'a again'), item(2, 0, 'bullet'), item(3, 0, 'seven'), item(3, 0, 'eight')],
      ...[styled('Chapter'), styled('Sub'), item(9, 0, 'no list'), item(0, 0, 'none')],
      ...[item(5, 0, 'last'), item(5, 0, 'first'), item(5, 0, 'second')],
    ];
    expect(
      (await read(makeDocx(body.join(''), { parts: { 'numbering.xml': numbering, 'styles.xml': styles } }))).split(
        '\n',
      ),
    ).toEqual([
      ...['Article 1. one', '(a) a', '(b) b', '1.2.1 deep', 'between', 'Article 2. two', '(a) a again', 'bullet'],
      ...['Article 7. seven', 'Article 8. eight', 'IV Chapter', 'V Chapter', 'no list', 'none'],
      ...['Z. last', 'AA. first', 'BB. second'],
    ]);
  });

  it('has its footnotes and endnotes at the end', async () => {
    const note = (kind: string, text: string): string =>
      `<w:${kind}s WORD><w:${kind} w:type="separator" w:id="0"><w:p/></w:${kind}><w:${kind} w:id="2">${paragraph(text)}</w:${kind}></w:${kind}s>`;
    const body =
      '<w:p><w:r><w:t>Text</w:t><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t><w:endnoteReference w:id="2"/></w:r></w:p>';
    const parts = {
      'footnotes.xml': note('footnote', ' At the foot.'),
      'endnotes.xml': note('endnote', 'At the end.'),
    };
    expect(await read(makeDocx(body, { parts }))).toBe('Text[1].[2]\n1. At the foot.\n2. At the end.');
    // a missing note, and a separator, which is not a note
    expect(await read(makeDocx(body, { parts: { 'endnotes.xml': parts['endnotes.xml'] } }))).toBe(
      'Text.[1]\n1. At the end.',
    );
    expect(await read(makeDocx(body.replaceAll('w:id="2"', 'w:id="0"'), { parts }))).toBe('Text.');
  });

  it('joins a drop cap to its paragraph, and paragraphs whose ends have been deleted', async () => {
    const letter = '<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr><w:r><w:t>T</w:t></w:r></w:p>';
    const cut = (text: string): string =>
      `<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
    const body = `${letter}<w:bookmarkStart w:id="0"/>${paragraph('he mill stands.')}${cut('One ')}${cut('long ')}${paragraph('sentence.')}`;
    const ends = `<w:tbl><w:tr><w:tc>${cut('in a cell')}</w:tc><w:tc>${paragraph('and another')}</w:tc></w:tr></w:tbl>${letter}`;
    expect(await read(makeDocx(body + ends))).toBe('The mill stands.\nOne long sentence.\nin a cell\tand another\nT');
  });

  it('keeps the numbers of its notes and the order of its columns if it is long', async () => {
    const cell = (text: string, merge = ''): string =>
      `<w:tc><w:tcPr>${merge}</w:tcPr>${text === '' ? '<w:p/>' : paragraph(text)}</w:tc>`;
    const row = (i: number): string =>
      `<w:tr>${i === 0 ? cell('all', '<w:vMerge w:val="restart"/>') : cell('', '<w:vMerge/>')}${cell(`row ${i}`)}</w:tr>`;
    const reference = (kind: string, id: number): string =>
      `<w:p><w:r><w:t>Text</w:t><w:${kind}Reference w:id="${id}"/></w:r></w:p>`;
    const table = `<w:tbl>${Array.from({ length: 2500 }, (_, i) => row(i)).join('')}</w:tbl>`;
    const body = `${reference('footnote', 2)}<w:sdt><w:sdtContent>${table}</w:sdtContent></w:sdt>${reference('endnote', 7)}${reference('footnote', 2)}`;
    const parts = {
      'footnotes.xml': `<w:footnotes WORD><w:footnote w:id="2">${paragraph(' At the foot.')}</w:footnote></w:footnotes>`,
      'endnotes.xml': `<w:endnotes WORD><w:endnote w:id="7">${paragraph('At the end.')}</w:endnote></w:endnotes>`,
    };
    const rows = Array.from({ length: 2500 }, (_, i) => `${i === 0 ? 'all' : ''}\trow ${i}`);
    expect((await read(makeDocx(body, { parts }))).split('\n')).toEqual([
      'Text[1]',
      ...rows,
      'Text[2]',
      'Text[1]',
      '1. At the foot.',
      '2. At the end.',
    ]);
  });

  it('puts text boxes on separate lines, and uses only one of two alternatives', async () => {
    const box = (text: string): string => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`;
    const choice = (content: string): string =>
      `<mc:Choice Requires="wps"><w:drawing>${content}</w:drawing></mc:Choice>`;
    const fallback = (content: string): string =>
      `<mc:Fallback><w:pict><v:oval><v:textbox>${content}</v:textbox></v:oval></w:pict></mc:Fallback>`;
    const body =
      `<w:p><w:r><w:t>Before</w:t></w:r><w:r><mc:AlternateContent>${choice(box('in the box'))}${fallback(box('in the box'))}</mc:AlternateContent></w:r><w:r><w:t> and after.</w:t></w:r></w:p>` +
      `<w:p><w:r><mc:AlternateContent>${choice('<a:blip/>')}${fallback(box('fallback'))}</mc:AlternateContent></w:r></w:p>` +
      `<w:p><w:r><w:drawing>${box('alone')}</w:drawing></w:r></w:p>`;
    const { text, warnings } = await readConverted(makeDocx(body));
    expect(text).toBe('Before and after.\nin the box\n\nfallback\n\nalone');
    expect(warnings).toEqual([]);
  });

  it('is read with the results of fields and the text of links, insertions, tags and controls', async () => {
    const run = (text: string): string => `<w:r><w:t>${text}</w:t></w:r>`;
    const body =
      `<w:p><w:fldSimple w:instr="REF x">${run('see 2')}</w:fldSimple><w:bdo w:val="rtl">${run(', so')}</w:bdo>` +
      `<w:hyperlink r:id="r1">${run(', link')}</w:hyperlink><w:ins>${run(', new')}</w:ins><w:smartTag>${run(', tag')}</w:smartTag>` +
      `<w:r><w:ruby><w:rubyPr/><w:rt>${run('かんじ')}</w:rt><w:rubyBase>${run(', 漢字')}</w:rubyBase></w:ruby></w:r></w:p>` +
      `<w:sdt><w:sdtContent>${paragraph('control')}</w:sdtContent></w:sdt>` +
      '<w:p><w:sdt><w:sdtPr><w14:checkbox xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t xml:space="preserve"> paid</w:t></w:r></w:p>';
    expect(await read(makeDocx(body))).toBe('see 2, so, link, new, tag, 漢字\ncontrol\n☑ paid');
  });

  it('is read without text that a run or its style hides, with a warning', async () => {
    const run = (properties: string, text: string): string =>
      `<w:r><w:rPr>${properties}</w:rPr><w:t>${text}</w:t></w:r>`;
    const body = `<w:p>${run('<w:vanish/>', 'no')}${run('<w:rStyle w:val="Secret"/>', 'no')}${run('<w:vanish w:val="0"/>', 'yes')}${run('<w:rStyle w:val="Secret"/><w:vanish w:val="false"/>', '!')}</w:p>`;
    const parts = {
      'styles.xml': '<w:styles WORD><w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>',
    };
    const { text, warnings } = await readConverted(makeDocx(body, { parts }));
    expect(text).toBe('yes!');
    expect(warnings).toMatchObject([{ code: 'hidden-text' }]);
  });

  it('has warnings for headers, comments and pictures left out, but not for page numbers', async () => {
    const parts = {
      'header1.xml': `<w:hdr WORD>${paragraph('Page ').replace('Page ', '12')}</w:hdr>`,
      'footer2.xml': `<w:ftr WORD>${paragraph('Confidential')}</w:ftr>`,
      'comments.xml': `<w:comments WORD><w:comment w:id="0">${paragraph('Really?')}</w:comment></w:comments>`,
    };
    const { warnings } = await readConverted(
      makeDocx(`${paragraph('text')}<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>`, { parts }),
    );
    expect(warnings).toMatchObject([
      { code: 'pictures-left-out', message: '1 picture was left out. Text in pictures is not read.' },
      { code: 'headers-left-out', part: 'footer2' },
      { code: 'comments-left-out', part: 'comments' },
    ]);
    const page = { 'header1.xml': parts['header1.xml'] };
    expect((await readConverted(makeDocx(paragraph('text'), { parts: page }))).warnings).toEqual([]);
  });

  it('is read with the text of included files and charts', async () => {
    const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const relationship = (id: string, kind: string, target: string): string =>
      `<Relationship Id="${id}" Type="${type}/${kind}" Target="${target}"/>`;
    const mht =
      'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset="utf-8"\r\n' +
      'Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><p>The rent is 650=E2=82=AC.</p><table><tr><td>a</td><td>b</td></tr></table></html>\r\n--b--\r\n';
    const parts = {
      '_rels/document.xml.rels': `<Relationships>${relationship('r1', 'aFChunk', 'chunk.mht')}${relationship('r2', 'aFChunk', '/word/chunk.rtf')}${relationship('r3', 'chart', 'charts/chart1.xml')}</Relationships>`,
      'chunk.mht': mht,
      'chunk.rtf': '{\\rtf1 no}',
      'charts/chart1.xml':
        '<c:chartSpace WORD><c:title><a:p><a:r><a:t>Rents</a:t></a:r></a:p></c:title><c:cat><c:strRef><c:strCache><c:pt><c:v>North</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache><c:pt><c:v>12</c:v></c:pt></c:numCache></c:numRef></c:val></c:chartSpace>',
    };
    const body = `${paragraph('Lease')}<w:altChunk r:id="r1"/><w:altChunk r:id="r2"/><w:p><w:r><w:drawing><c:chart r:id="r3"/></w:drawing></w:r></w:p>`;
    const { text, warnings } = await readConverted(makeDocx(body, { parts }));
    expect(text).toBe('Lease\nThe rent is 650€.\n\na\tb\n\nRents\nNorth');
    expect(warnings).toMatchObject([{ code: 'part-left-out', part: 'word/chunk.rtf' }]);
  });

  it('is rejected if it is empty or has only pictures', async () => {
    await expect(read(makeDocx('<w:p/>'))).rejects.toThrow('The DOCX contains no text, because it is empty');
    const picture = '<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>';
    await expect(read(makeDocx(picture))).rejects.toThrow('because it has only pictures. Save them as PNG or JPEG');
  });

  it('is split into snippets of at most 1000 characters at paragraphs and rows', async () => {
    const row = `<w:tr>${['a', 'b'].map((text) => `<w:tc>${paragraph(text.repeat(300))}</w:tc>`).join('')}</w:tr>`;
    const { text } = await runModule(
      'parser',
      makeDocx(`${paragraph('No full stop')}<w:tbl>${row.repeat(3)}</w:tbl>`),
      { upload: 'a.docx' },
    );
    const snippets = (JSON.parse(text) as { snippet: string }[]).map(({ snippet }) => snippet);
    expect(snippets).toEqual(['No full stop', ...Array<string>(3).fill(`${'a'.repeat(300)}\t${'b'.repeat(300)}`)]);
  });
});
