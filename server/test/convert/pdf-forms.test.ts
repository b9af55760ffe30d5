import { expect, it } from 'vitest';
import { drawPdf, linesAt, stream, text } from './make/draw-pdf.js';
import { readConverted } from './read-converted.js';

it('reads form fields and typed text in place, leaves hidden ones out, and puts comments last', async () => {
  const field = (entries: string, y: number): string =>
    `<< /Type /Annot /Subtype /Widget /Rect [120 ${y - 3} 300 ${y + 12}] ${entries} >>`;
  const bytes = drawPdf(
    [
      {
        content: linesAt(72, 700, ['Name:', 'City:', 'Pets:', 'PIN:']),
        annotations: ['30 0 R', '31 0 R', '32 0 R', '33 0 R', '34 0 R', '35 0 R', '36 0 R'],
      },
    ],
    {
      catalogue: '/AcroForm << /Fields [30 0 R 31 0 R 32 0 R 33 0 R] >>',
      objects: {
        30: field('/FT /Tx /T (name) /V (Lucia Garzas)', 700),
        31: field('/FT /Ch /Ff 131072 /T (city) /Opt [[(b) (Bilbao)] [(c) (Cork)]] /V (c)', 686),
        32: field('/FT /Btn /T (pets) /V /Yes /AS /Yes /AP << /N << /Yes 40 0 R /Off 40 0 R >> >>', 672),
        33: field('/FT /Tx /Ff 8192 /T (pin) /V (4711)', 658),
        34: '<< /Type /Annot /Subtype /FreeText /Rect [72 600 300 615] /Contents (typed in) /DA (/F1 12 Tf) >>',
        35: '<< /Type /Annot /Subtype /Text /Rect [500 600 520 620] /Contents (Is this her?) >>',
        36: '<< /Type /Annot /Subtype /FreeText /F 2 /Rect [72 500 300 515] /Contents (hidden) /DA (/F1 12 Tf) >>',
        40: stream('', '/Type /XObject /Subtype /Form /BBox [0 0 10 10]'),
      },
    },
  );
  const { text: read } = await readConverted(bytes);
  expect(read.split(/\n+/)).toEqual([
    'Name: Lucia Garzas',
    'City: Cork',
    'Pets: ☒',
    'PIN:',
    'typed in',
    'Is this her?',
  ]);
});

it('reads the values of fields on a page without an AcroForm', async () => {
  const field = (entries: string, y: number): string =>
    `<< /Type /Annot /Subtype /Widget /Rect [120 ${y - 3} 300 ${y + 12}] ${entries} >>`;
  const content = linesAt(72, 700, ['Name:', 'City:', 'Pets:', 'PIN:', 'Send:', 'Rent:', 'Buy:']);
  const annotations = ['30 0 R', '31 0 R', '32 0 R', '33 0 R', '34 0 R', '35 0 R', '36 0 R'];
  const objects = {
    30: field('/FT /Tx /T (name) /V (Lucia Garzas)', 700),
    31: field('/FT /Ch /T (city) /V (Cork)', 686),
    32: field('/FT /Btn /T (pets) /AS /Off', 672),
    33: field('/FT /Tx /Ff 8192 /T (pin) /V (4711)', 658),
    34: field('/FT /Btn /Ff 65536 /T (send) /V (now)', 644),
    35: field('/Parent 37 0 R /AS /rent', 630),
    36: field('/Parent 37 0 R /AS /Off', 616),
    37: '<< /FT /Btn /Ff 49152 /T (how) /V /rent /Kids [35 0 R 36 0 R] >>',
  };
  expect((await readConverted(drawPdf([{ content, annotations }], { objects }))).text.split('\n')).toEqual([
    'Name: Lucia Garzas',
    'City: Cork',
    'Pets: ☐',
    'PIN:',
    'Send:',
    'Rent: ☒',
    'Buy: ☐',
  ]);
});

it('warns that the appearance of a signature was left out, but not about an empty or hidden one', async () => {
  const signature = (entries: string): string =>
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /Rect [72 600 300 650] ${entries} >>`;
  const readWith = async (...annotations: readonly string[]): Promise<string[]> => {
    const names = annotations.map((_, i) => `${50 + i} 0 R`);
    const { warnings } = await readConverted(
      drawPdf([text(72, 740, 'First'), { content: text(72, 700, 'The lease'), annotations: names }], {
        catalogue: `/AcroForm << /Fields [${names.join(' ')}] >>`,
        objects: {
          ...Object.fromEntries(annotations.map((annotation, i) => [50 + i, annotation])),
          40: stream(text(4, 20, 'Signed by Lucia'), '/Type /XObject /Subtype /Form /BBox [0 0 228 50]'),
        },
      }),
    );
    return warnings.map(({ message }) => message);
  };
  expect(await readWith(signature('/AP << /N 40 0 R >>'))).toEqual([
    'The appearance of a signature was left out on page 2.',
  ]);
  expect(await readWith(signature('/AP << /N 40 0 R >> /F 2'))).toEqual([]);
  expect(await readWith(signature(''))).toEqual([]);
  const hidden = signature('/AP << /N 40 0 R >> /F 2');
  expect(await readWith(hidden, signature(''), signature('/AP << /N 40 0 R >>'))).toHaveLength(1);
});
