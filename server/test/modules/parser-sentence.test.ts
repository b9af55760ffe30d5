import { describe, expect, it } from 'vitest';
import { runModule, type RunOptions } from './run-module.js';

interface Snippet {
  readonly snippet: string;
  readonly line_numbers: readonly number[];
}

async function parse(text: string, options: RunOptions = {}): Promise<Snippet[]> {
  return JSON.parse((await runModule('parser', text, options)).text) as Snippet[];
}

const snippetsOf = async (text: string, options: RunOptions = {}): Promise<string[]> =>
  (await parse(text, options)).map(({ snippet }) => snippet);

const ferry = `The Ferry

Dr. Amara Voss met Mr. J. B. Ortega at 5 p.m. on the quay. "Is it late?" she asked. "Very late," he said.
They waited... and waited. No. 7 came first! It carried
(by mistake) forty goats.) Nobody laughed -- the U.S. captain did not either.

  Was that all?! Yes. The rest is in ch. 3 of his diary. "I saw it."--so he wrote.
“Curly quotes cut less.” They do. 3.5 kg of rope e.g. hemp was lost. End`;

describe('the model sentence', () => {
  // the expected snippets are those of NLTK 3.8 with the same parameters
  it('splits where Punkt does', async () => {
    expect(await snippetsOf(ferry)).toEqual([
      'The Ferry\n\nDr. Amara Voss met Mr. J.',
      'B. Ortega at 5 p.m. on the quay.',
      '"Is it late?"',
      'she asked.',
      '"Very late," he said.',
      'They waited... and waited.',
      'No.',
      '7 came first!',
      'It carried\n(by mistake) forty goats.)',
      'Nobody laughed -- the U.S. captain did not either.',
      'Was that all?!',
      'Yes.',
      'The rest is in ch.',
      '3 of his diary.',
      '"I saw it."',
      '--so he wrote.',
      '“Curly quotes cut less.” They do.',
      '3.5 kg of rope e.g.',
      'hemp was lost.',
      'End',
    ]);
  });

  it('splits at the sentence marks of other scripts', async () => {
    expect(await snippetsOf('磨坊在河边。“几点了？”他问。真好！！\n九袋面粉')).toEqual([
      '磨坊在河边。',
      '“几点了？”',
      '他问。',
      '真好！！',
      '九袋面粉',
    ]);
    expect(await parse('चक्की नदी के पास है। वह बंद है।\n\nأين الطاحونة؟ هناك.')).toEqual([
      { snippet: 'चक्की नदी के पास है।', line_numbers: [1] },
      { snippet: 'वह बंद है।', line_numbers: [1] },
      { snippet: 'أين الطاحونة؟', line_numbers: [2, 3] },
      { snippet: 'هناك.', line_numbers: [3] },
    ]);
    // in a document, a paragraph ends a sentence as well
    const upload = 'mill.html';
    expect(await snippetsOf('<p>朝。夜。</p><p>水門', { upload })).toEqual(['朝。', '夜。', '水門']);
  });

  it('splits at the rows of a CSV file, and at the cells of a long row', async () => {
    expect(await parse('id,name\n1,Mill. Old\n\n2,"Wheel"\n', { upload: 'a.csv' })).toEqual([
      { snippet: 'id,name', line_numbers: [1] },
      { snippet: '1,Mill.', line_numbers: [2] },
      { snippet: 'Old', line_numbers: [2] },
      { snippet: '2,"Wheel"', line_numbers: [4] },
    ]);
    const long = await snippetsOf(Array.from({ length: 300 }, () => 'cell').join('\t'), { upload: 'a.tsv' });
    expect(long.map((snippet) => snippet.length)).toEqual([999, 499]);
  });

  it('splits at the lines of a log', async () => {
    const log = '10:04 mill stopped\n  at wheel.ts:7\n\n10:05 mill turns. Slowly\n';
    expect(await parse(log, { upload: 'a.log' })).toEqual([
      { snippet: '10:04 mill stopped', line_numbers: [1] },
      { snippet: 'at wheel.ts:7', line_numbers: [2] },
      { snippet: '10:05 mill turns.', line_numbers: [4] },
      { snippet: 'Slowly', line_numbers: [4] },
    ]);
  });

  it('keeps a long sentence of plain text whole, and splits a text without full stops at line ends', async () => {
    const sentence = `It went on${', and on'.repeat(240)}.`;
    expect(await snippetsOf(`${sentence} End.`)).toEqual([sentence, 'End.']);
    const rows = Array.from({ length: 500 }, (_, i) => `row ${i} of the mill`);
    const cut = await parse(rows.join('\n'));
    expect(cut.map(({ snippet }) => snippet).join('\n')).toBe(rows.join('\n'));
    for (const { snippet } of cut) expect(snippet.length).toBeLessThanOrEqual(2000);
    expect(cut.flatMap(({ line_numbers }) => line_numbers)).toEqual(rows.map((_, i) => i + 1));
    // this must take linear time: a restart at each cut would take minutes
    const words = await snippetsOf('x'.repeat(2 ** 24));
    expect(words[0]).toHaveLength(2000);
    expect(words).toHaveLength(Math.ceil(2 ** 24 / 2000));
  });

  it('leaves out terminal escape sequences', async () => {
    expect(await snippetsOf('\x1b[31mERROR\x1b[0m mill \x1b]0;title\x07stopped.', { upload: 'a.log' })).toEqual([
      'ERROR mill stopped.',
    ]);
  });

  it('numbers lines, and counts blank lines before a sentence as part of it', async () => {
    const lines = (await parse(ferry)).map(({ line_numbers }) => line_numbers.join(' '));
    expect(lines).toEqual([
      '1 2 3', // The Ferry … J.
      ...['3', '3', '3', '3'],
      ...['4', '4', '4'],
      '4 5', // It carried (by mistake) …
      '5', // Nobody laughed
      '6 7', // the blank line, and Was that all?!
      ...['7', '7', '7', '7', '7'],
      ...['8', '8', '8', '8'],
    ]);
  });

  it('keeps the white space inside a snippet and at the start of the text', async () => {
    expect(await parse('\n  One\n  two.   \n\nThree.  \n')).toEqual([
      { snippet: '\n  One\n  two.', line_numbers: [1, 2, 3] },
      { snippet: 'Three.', line_numbers: [4, 5] },
    ]);
  });

  it('counts lines by LF, CRLF and CR only', async () => {
    expect(await parse('One.\r\nTwo.\rThree\u2028lines. Four.\x0bFive.')).toEqual([
      { snippet: 'One.', line_numbers: [1] },
      { snippet: 'Two.', line_numbers: [2] },
      { snippet: 'Three\u2028lines.', line_numbers: [3] },
      { snippet: 'Four.', line_numbers: [3] },
      { snippet: 'Five.', line_numbers: [3] },
    ]);
  });

  it('writes JSON as Python does, including a byte order mark', async () => {
    const { text, output } = await runModule('parser', '\ufeffEl niño “rió”. Fin');
    expect(text).toBe(
      String.raw`[{"snippet": "\ufeffEl ni\u00f1o \u201cri\u00f3\u201d.", "line_numbers": [1]}, {"snippet": "Fin", "line_numbers": [1]}]`,
    );
    expect(output.facts).toEqual({ num_lines: 2 });
  });

  it.for(['', '  \n\t\n', '\u3000'])('returns an empty list for a text without words: %j', async (text) => {
    const { text: json, output } = await runModule('parser', text);
    expect(json).toBe('[]');
    expect(output.facts).toEqual({ num_lines: 0 });
  });

  it('uses the abbreviations of the given language', async () => {
    const spanish = 'Murió en el s. XX. Vive en EE.UU. desde entonces. ¿Por qué? ¡Quién sabe!';
    expect(await snippetsOf(spanish, { params: { language: 'spanish' } })).toEqual([
      'Murió en el s. XX.',
      'Vive en EE.UU. desde entonces.',
      '¿Por qué?',
      '¡Quién sabe!',
    ]);
    expect(await snippetsOf(spanish)).toContain('Vive en EE.UU.');
    expect(await snippetsOf(spanish, { params: { language: 'english' } })).toEqual(await snippetsOf(spanish));
  });

  it('splits a text with words that are names of inherited properties', async () => {
    expect(await snippetsOf('See Mr. constructor. See p. __proto__ or no. toString. Done.')).toEqual([
      'See Mr. constructor.',
      'See p. __proto__ or no.',
      'toString.',
      'Done.',
    ]);
  });

  it.for<[RunOptions, string]>([
    [{ params: { language: 'klingon' } }, 'parameter language to be one of czech, danish, dutch, english, '],
    [{ params: { language: '../english' } }, 'got "../english".'],
    [{ params: { language: 7 } }, "Expected the parser's parameter language to be a language name, got 7."],
    [{ model: 'words' }, 'Expected the parser\'s model to be sentence or fixed, got "words".'],
  ])('rejects %j', async ([options, message]) => {
    await expect(parse('One. Two.', options)).rejects.toThrow(message);
  });
});
