import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../modules/run-module.js';
import { readConverted } from '../read-converted.js';
import { letter, talk } from './office-sources.js';
import { findProgram, produce } from './programs.js';

const soffice = findProgram('soffice');
if (soffice === undefined) console.warn('The tests of documents from LibreOffice are skipped: it is not installed.');

async function save(source: string, extension: string, format: string): Promise<Buffer> {
  const folder = await temporaryDirectory();
  const options = [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', format];
  const input = `a.${extension}`;
  return produce(folder, [soffice ?? '', ...options, input], { [input]: source }, `a.${format}`);
}

const notes = ['Wheel\tPower\tYear', 'Undershot\t\t1790', 'Overshot\t20.1\t1820'];

describe.skipIf(soffice === undefined)('a file saved by LibreOffice', () => {
  it('as a Word document keeps its drop cap, numbers, table and footnote, but no hidden or deleted text', async () => {
    const { text, warnings } = await readConverted(await save(letter, 'fodt', 'docx'));
    expect(text.split('\n')).toEqual([
      'The mill at Müller’s café',
      'The first office finds five flat files.[1]',
      'The rent is 650 euros.',
      '1. Pay by the third.',
      'a) In cash.',
      '2. Keep the receipt.',
      ...notes,
      'הטחנה ליד הנהר.',
      '1. See the register.',
    ]);
    expect(warnings).toMatchObject([{ code: 'hidden-text' }]);
  });

  it('as an OpenDocument text is rejected by name', async () => {
    await expect(readConverted(await save(letter, 'fodt', 'odt'))).rejects.toThrow(
      'got what looks like an OpenDocument file. Save it as one of these.',
    );
  });

  it('as a presentation keeps its slides and tables, and leaves out notes with a warning', async () => {
    const { text, warnings } = await readConverted(await save(talk, 'fodp', 'pptx'));
    expect(text).toBe(`The mill at Müller’s café\n${notes.join('\n')}\n\nFirst point\nSecond point`);
    expect(warnings).toMatchObject([{ code: 'notes-left-out' }]);
  });

  it('as a PDF keeps its drop cap, numbers, rows and footnote', async () => {
    const { text, warnings } = await readConverted(await save(letter, 'fodt', 'pdf'), { ocr: { ocr: 'never' } });
    const lines = text.split(/\n+/);
    expect(lines.slice(0, 2)).toEqual(['The mill at Müller’s café', 'The first office finds five flat files.1']);
    expect(lines.slice(3, 9)).toEqual([
      '1.Pay by the third.',
      'a)In cash.',
      '2.Keep the receipt.',
      'Wheel\tPower\tYear',
      'Undershot\t1790',
      'Overshot\t20.1\t1820',
    ]);
    expect(lines.at(-1)).toBe('1 See the register.');
    expect(warnings).toEqual([]);
  });
});
