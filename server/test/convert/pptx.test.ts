import { describe, expect, it } from 'vitest';
import { runModule } from '../modules/run-module.js';
import { makeZip } from './make/make-documents.js';
import { readConverted } from './read-converted.js';

const openXml = 'http://schemas.openxmlformats.org';
const spaces =
  `xmlns:p="${openXml}/presentationml/2006/main" xmlns:a="${openXml}/drawingml/2006/main" xmlns:c="${openXml}/drawingml/2006/chart"` +
  ` xmlns:r="${openXml}/officeDocument/2006/relationships" xmlns:m="${openXml}/officeDocument/2006/math"` +
  ` xmlns:dgm="${openXml}/drawingml/2006/diagram" xmlns:mc="${openXml}/markup-compatibility/2006"`;
const paragraph = (text: string): string => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;

/** Returns a presentation of slides with these shapes. `parts` are its other files. */
function makeSlides(slides: readonly string[], parts: Readonly<Record<string, string>> = {}): Buffer {
  const ids = slides.map((_, i) => `<p:sldId r:id="r${i}"/>`).join('');
  const relationships = slides.map((_, i) => `<Relationship Id="r${i}" Target="slides/slide${i}.xml"/>`).join('');
  const named = Object.entries(parts).map(([name, content]) => ({
    name,
    content: content.replaceAll('SPACES', spaces),
  }));
  return makeZip([
    {
      name: 'ppt/presentation.xml',
      content: `<p:presentation ${spaces}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    },
    { name: 'ppt/_rels/presentation.xml.rels', content: `<Relationships>${relationships}</Relationships>` },
    ...slides.map((shapes, i) => ({
      name: `ppt/slides/slide${i}.xml`,
      content: shapes.startsWith('<p:sld')
        ? shapes.replace('<p:sld', `<p:sld ${spaces}`)
        : `<p:sld ${spaces}>${shapes}</p:sld>`,
    })),
    ...named,
  ]);
}

describe('the slides of a presentation', () => {
  it('have a line for each paragraph and each row of a table, and keep its columns', async () => {
    const cell = (text: string): string => `<a:tc><a:txBody>${text}</a:txBody></a:tc>`;
    const row = (...texts: string[]): string => `<a:tr>${texts.map(cell).join('')}</a:tr>`;
    const table =
      row('', paragraph('Jan'), paragraph('Feb')) + row(paragraph('Rent'), '', paragraph('650') + paragraph('euros'));
    const slide = `${paragraph('Costs')}<a:tbl>${table}${row('', '')}</a:tbl><a:p><a:r><a:t>one</a:t></a:r><a:br/><a:r><a:t>two</a:t></a:r></a:p>`;
    const { text, warnings } = await readConverted(makeSlides([slide, paragraph('Next')]));
    expect(text).toBe('Costs\n\tJan\tFeb\nRent\t\t650 euros\none\ntwo\n\nNext');
    expect(warnings).toEqual([]);
  });

  it('may use any namespace prefixes, and the namespaces of the strict format', async () => {
    const strict =
      '<s:sld xmlns:s="http://purl.oclc.org/ooxml/presentationml/main" xmlns:d="http://purl.oclc.org/ooxml/drawingml/main"><d:p><d:r><d:t>text</d:t></d:r></d:p></s:sld>';
    const bytes = makeZip([
      {
        name: 'ppt/presentation.xml',
        content: `<x:presentation xmlns:x="${openXml}/presentationml/2006/main" xmlns:y="${openXml}/officeDocument/2006/relationships"><x:sldId y:id="a"/></x:presentation>`,
      },
      {
        name: 'ppt/_rels/presentation.xml.rels',
        content: `<q:Relationships xmlns:q="${openXml}/package/2006/relationships"><q:Relationship Id="a" Target="/ppt/slides/s.xml"/></q:Relationships>`,
      },
      { name: 'ppt/slides/s.xml', content: strict },
    ]);
    expect((await readConverted(bytes)).text).toBe('text');
  });

  it('are read with the text of charts, diagrams and formulas', async () => {
    const parts = {
      'ppt/slides/_rels/slide0.xml.rels':
        '<Relationships><Relationship Id="c" Target="../charts/chart1.xml"/><Relationship Id="d" Target="../diagrams/data1.xml"/></Relationships>',
      'ppt/charts/chart1.xml':
        `<c:chartSpace SPACES><c:title>${paragraph('Flour sold')}</c:title><c:ser><c:tx><c:strCache><c:pt><c:v>Mill</c:v></c:pt></c:strCache></c:tx></c:ser><c:ser><c:tx><c:v>Bakery</c:v></c:tx>` +
        '<c:cat><c:multiLvlStrCache><c:lvl><c:pt><c:v>North</c:v></c:pt><c:pt><c:v>South</c:v></c:pt></c:lvl></c:multiLvlStrCache></c:cat><c:val><c:numCache><c:pt><c:v>7</c:v></c:pt></c:numCache></c:val></c:ser></c:chartSpace>',
      'ppt/diagrams/data1.xml': `<dgm:dataModel SPACES><dgm:pt><dgm:t>${paragraph('Grain')}</dgm:t></dgm:pt><dgm:pt><dgm:t>${paragraph('Flour')}</dgm:t></dgm:pt></dgm:dataModel>`,
    };
    const formula =
      '<a:p><m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath></a:p>';
    const slide = `${paragraph('Title')}<c:chart r:id="c"/><dgm:relIds r:dm="d"/><mc:AlternateContent><mc:Choice>${formula}</mc:Choice><mc:Fallback>${paragraph('no')}</mc:Fallback></mc:AlternateContent>`;
    expect((await readConverted(makeSlides([slide], parts))).text).toBe(
      'Title\nFlour sold\nMill\nBakery\nNorth\nSouth\nGrain\nFlour\nx^2',
    );
  });

  it('are left out with a warning if they are hidden, as are notes, comments and pictures', async () => {
    const slides = [
      paragraph('shown'),
      `<p:sld show="0">${paragraph('no')}<a:blip/></p:sld>`,
      `${paragraph('too')}<a:blip/><a:blip/>`,
    ];
    const parts = {
      'ppt/notesSlides/notesSlide1.xml': `<p:notes SPACES>${paragraph('2')}</p:notes>`,
      'ppt/notesSlides/notesSlide2.xml': `<p:notes SPACES>${paragraph('Remember to smile.')}</p:notes>`,
      'ppt/comments/comment1.xml': '<p:cmLst SPACES><p:cm><p:text>Really?</p:text></p:cm></p:cmLst>',
    };
    const { text, warnings } = await readConverted(makeSlides(slides, parts));
    expect(text).toBe('shown\n\ntoo');
    expect(warnings).toMatchObject([
      { code: 'hidden-slide', page: 2 },
      { code: 'pictures-left-out', message: '2 pictures were left out. Text in pictures is not read.' },
      { code: 'notes-left-out' },
      { code: 'comments-left-out' },
    ]);
    const page = { 'ppt/notesSlides/notesSlide1.xml': parts['ppt/notesSlides/notesSlide1.xml'] };
    expect((await readConverted(makeSlides([paragraph('shown')], page))).warnings).toEqual([]);
  });

  it('have a warning if they show text of their master, which is left out', async () => {
    const type = `${openXml}/officeDocument/2006/relationships`;
    const relationship = (kind: string, target: string): string =>
      `<Relationships><Relationship Id="m" Type="${type}/${kind}" Target="${target}"/></Relationships>`;
    const shape = (text: string, entries = ''): string => `<p:sp><p:nvPr>${entries}</p:nvPr>${paragraph(text)}</p:sp>`;
    const read = async (slide: string, layout: string, master: string): Promise<string[]> => {
      const parts = {
        'ppt/slides/_rels/slide0.xml.rels': relationship('slideLayout', '../slideLayouts/slideLayout1.xml'),
        'ppt/slideLayouts/slideLayout1.xml': `<p:sldLayout SPACES ${layout}>${shape('Title', '<p:ph/>')}</p:sldLayout>`,
        'ppt/slideLayouts/_rels/slideLayout1.xml.rels': relationship('slideMaster', '../slideMasters/slideMaster1.xml'),
        'ppt/slideMasters/slideMaster1.xml': `<p:sldMaster SPACES>${master}</p:sldMaster>`,
      };
      return (await readConverted(makeSlides([slide], parts))).warnings.map(({ code }) => code);
    };
    const slide = `<p:sld>${paragraph('shown')}</p:sld>`;
    expect(await read(slide, '', shape('Mill Ltd'))).toEqual(['master-left-out']);
    expect(await read(slide, '', shape('Click to edit', '<p:ph type="body"/>') + shape('12'))).toEqual([]);
    const picture = '<p:pic><p:nvPr><p:ph type="pic"/></p:nvPr></p:pic>';
    expect(await read(slide, '', picture + shape('Mill Ltd'))).toEqual(['master-left-out']);
    expect(await read(slide, 'showMasterSp="0"', shape('Mill Ltd'))).toEqual([]);
    expect(await read(slide.replace('<p:sld', '<p:sld showMasterSp="0"'), '', shape('Mill Ltd'))).toEqual([]);
  });

  it('are rejected with the reason if they have no text', async () => {
    await expect(readConverted(makeSlides(['<a:p/>']))).rejects.toThrow('because its slides are empty');
    await expect(readConverted(makeSlides(['<a:blip/>']))).rejects.toThrow('because its slides contain only pictures');
    const hidden = `<p:sld show="0">${paragraph('no')}</p:sld>`;
    await expect(readConverted(makeSlides([hidden]))).rejects.toThrow('because its slides are hidden');
  });

  it('are separate snippets', async () => {
    const { text } = await runModule('parser', makeSlides([paragraph('No stop'), paragraph('Nor here')]), {
      upload: 'a.pptx',
    });
    expect((JSON.parse(text) as { snippet: string }[]).map(({ snippet }) => snippet)).toEqual(['No stop', 'Nor here']);
  });
});

it('rejects an encrypted document or presentation as password-protected, but not an old one', async () => {
  const compound = (name: string): Buffer =>
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.alloc(4096),
      Buffer.from(name, 'utf16le'),
      Buffer.alloc(100),
    ]);
  for (const name of ['a.docx', 'a.pptx']) {
    await expect(readConverted(compound('EncryptedPackage'), { name })).rejects.toThrow(
      'The document is password-protected',
    );
  }
  await expect(readConverted(compound('WordDocument'), { name: 'a.doc' })).rejects.toThrow('an old Office document');
});
