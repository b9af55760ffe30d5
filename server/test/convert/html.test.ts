import { describe, expect, it } from 'vitest';
import { readConverted, type ReadOptions } from './read-converted.js';

async function read(content: string | Uint8Array, options: ReadOptions = {}): Promise<string> {
  return (await readConverted(content, options)).text;
}

describe('an HTML page', () => {
  it('is read as a browser shows it, with a line for each block', async () => {
    const page = `<!DOCTYPE html>
      <html><head><title>No</title><style>p { color: red }</style><script>if (1 < 2) alert("</p>")</script></head>
      <body><!-- no --><h1>The   mill</h1><p>By the <b>river</b>, caf&eacute; &amp; bar&#33;<br>Second
      line</p><ul><li>one<ul><li>one and a half</li></ul></li><li>two</li></ul>
      <table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table><pre>  kept
   as it is

is</pre></body></html>`;
    expect(await read(page)).toBe(
      'The mill\n\nBy the river, café & bar!\nSecond line\n\none\none and a half\ntwo\n\na\tb\nc\n\n  kept\n   as it is\n\nis',
    );
  });

  it('is read as XML if it is XHTML: a self-closing element hides nothing after it', async () => {
    const head = '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "xhtml11.dtd">';
    const open = '<html xmlns="http://www.w3.org/1999/xhtml">';
    for (const element of ['<title/>', '<script src="a.js"/>', '<iframe src="x"/>', '<h:style xmlns:h="x"/>']) {
      expect(await read(`${head}${open}<body>${element}<p>Caf&eacute; &amp; <![CDATA[<bar>]]></p></body></html>`)).toBe(
        'Café & <bar>',
      );
      expect(await read(`${open}<body>${element}<p>after</p></body></html>`, { name: 'a.xhtml' })).toBe('after');
    }
    // in HTML, <title/> does not close itself
    expect(await read('<html><body><p>before</p><title/><p>after</p></body></html>', { name: 'a.html' })).toBe(
      'before',
    );
  });

  it('is read without its hidden parts, with a warning', async () => {
    const parts = [
      '<p hidden>no</p>',
      '<p style="color: red; DISPLAY : none">no</p>',
      '<p style="visibility:hidden">no</p>',
      '<div aria-hidden="true"><p>no</p></div>',
      '<dialog>no</dialog>',
    ];
    for (const part of parts) {
      const { text, warnings } = await readConverted(`<html><p>Visible.</p>${part}<p>End.</p></html>`);
      expect(text).toBe('Visible.\n\nEnd.');
      expect(warnings).toMatchObject([{ code: 'hidden-text' }]);
    }
    expect(
      await read(
        '<html><p style="display:nonesuch" aria-hidden="false">a</p><dialog open>b</dialog><br hidden></html>',
      ),
    ).toBe('a\n\nb');
    const page = await readConverted(
      '<html><head><title>T</title></head><p>a</p><p hidden> </p><div hidden><script>1</script></div></html>',
    );
    expect(page.warnings).toEqual([]);
  });

  it('has a warning for picture descriptions left out, unless the rest of the text is much longer', async () => {
    const page = (text: string): string => `<html><img alt=""><p>${text}</p><img alt="The wheel"></html>`;
    const { text, warnings } = await readConverted(page('The mill'));
    expect(text).toBe('The mill');
    expect(warnings).toEqual([
      {
        code: 'descriptions-left-out',
        message: 'The description of a picture was left out. If it is important, add it to the text.',
      },
    ]);
    expect((await readConverted(page('The mill stands. '.repeat(20)))).warnings).toEqual([]);
  });

  it('numbers ordered lists as a browser does', async () => {
    const page =
      '<html><ol start="3"><li>three<ol type="a"><li><p>three a</p></li><li>three b</li></ol></li><li></li>' +
      '<li value="9">nine</li></ol><ul><li>bullet</li></ul><ol type="I"><li>first</li></ol></html>';
    expect(await read(page)).toBe('3. three\n\na. three a\n\nb. three b\n9. nine\n\nbullet\n\nI. first');
    for (const type of ['none', 'lowerLetter', 'hasOwnProperty']) {
      expect(await read(`<html><ol type="${type}"><li>one</li></ol></html>`)).toBe('1. one');
    }
    for (const [start, number] of Object.entries({ '': 1, a: 1, 0: 0, '-2': -2 })) {
      expect(await read(`<html><ol start="${start}"><li>first</li></ol></html>`)).toBe(`${number}. first`);
    }
  });

  it('has a line for each row of a table, with its columns aligned', async () => {
    const table = (rows: string): Promise<string> => read(`<html><table>${rows}</table></html>`);
    expect(
      await table(
        '<tr><th></th><th>Jan</th><th>Feb</th></tr><tr><td>Rent</td><td></td><td>500</td></tr><tr><td></td><td>7</td><td>8</td></tr>',
      ),
    ).toBe('\tJan\tFeb\nRent\t\t500\n\t7\t8');
    expect(
      await table(
        '<tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<td><p>e</p><p>f</p><td rowspan=0>g<tr><td>h<td colspan=x>i',
      ),
    ).toBe('a\tb\t\tc\n\td\te f\tg\nh\ti');
    // the text of a cell is always kept, but not every empty column of a huge colspan
    const wide = await table('<tr><td rowspan=2 colspan=1000>a<td rowspan=3>b<td>c<tr><td>d<tr><td>e');
    expect(wide.split('\n').map((row) => row.replaceAll(/\t+/g, ' '))).toEqual(['a b c', ' d', 'e']);
  });

  it('may have a row of any number of cells, separated by tabs', async () => {
    const cells = Array.from({ length: 2500 }, (_, i) => `${i}`);
    expect(await read(`<html><table><tr><td>${cells.join('<td>')}<tr><td>a<td><td>c</table></html>`)).toBe(
      `${cells.join('\t')}\na\t\tc`,
    );
  });

  it('is read cell by cell if its layout is a table', async () => {
    const column = Array.from({ length: 10 }, (_, i) => `<p>Paragraph ${i} of the text that fills a column.</p>`);
    const text = await read(
      `<html><table><tr><td><p>Menu</p><p>Home</p></td><td>${column.join('')}</td></tr></table></html>`,
    );
    expect(text).toMatch(/^Menu\n\nHome\nParagraph 0 of[^\n]*\n\nParagraph 1 of/);
    // even with thousands of nested tables
    const deep = `${'<table><tr><td>'.repeat(3000)}deep${'<td>next</table>'.repeat(30)}`;
    expect(await read(`<html>${deep}</html>`)).toMatch(/^deep\s+next/);
  });

  it.for(['', '<p></p>', '<script>document.write("text")</script>', '<img src="a.png">', '<p hidden>no</p>'])(
    'is rejected without visible text: %j',
    async (body) => {
      await expect(
        read(`<!DOCTYPE html><html><head><title>T</title></head><body>${body}</body></html>`),
      ).rejects.toThrow('The page contains no visible text');
    },
  );

  it('is recognized by its content or by its name', async () => {
    expect(await read('<!-- a --><HTML lang="es"><p>Hola', { name: 'a.txt' })).toBe('Hola');
    expect(await read('<p>Hola</p><p>y adiós</p>', { name: 'a.html' })).toBe('Hola\n\ny adiós');
    expect(await read('A <p> is a tag.', { name: 'a.txt' })).toBe('A <p> is a tag.');
  });

  it('may declare its encoding', async () => {
    const page = '<html><head><meta charset="iso-8859-2"></head><body>Łódź</body></html>';
    const bytes = Buffer.from(page.replace('Łódź', '\xa3\xf3d\xbc'), 'latin1');
    expect(await read(bytes)).toBe('Łódź');
    const xhtml =
      '<?xml version="1.0" encoding="ISO-8859-2"?><html xmlns="http://www.w3.org/1999/xhtml"><p>Ml\xfdn u \xf8eky</p></html>';
    expect(await read(Buffer.from(xhtml, 'latin1'))).toBe('Mlýn u řeky');
  });

  it('may be deeply nested, but not so deeply that reading it takes minutes', async () => {
    expect(await read(`<html>${'<div>'.repeat(9000)}deep`)).toBe('deep');
    expect(await read(`<html>${'<div>and<br><img></div>'.repeat(20_000)}`)).toContain('and');
    await expect(read(`<html>${'<div>'.repeat(200_000)}deep`)).rejects.toThrow('at most 10000 open elements');
    expect(await read(`${'<!---->'.repeat(300)}<p>`, { name: 'a.txt' })).toContain('<!---->');
  });
});
