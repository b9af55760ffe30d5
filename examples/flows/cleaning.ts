/** Cleans raw data, step by step. */
import { pipeline } from 'millrace';

interface Row {
  readonly name: string;
  readonly tons: number;
}

const clean = pipeline<{ raw: string }>('clean')
  .step('lines', (d) => ({ lines: d.raw.split('\n').filter((line) => line.trim() !== '') }))
  .step('parse', (d) => ({ rows: d.lines.map(parse) }))
  .step('drop', (d) => ({ rows: d.rows.filter(({ tons }) => Number.isFinite(tons)) }))
  .step('sum', (d) => ({ tons: d.rows.reduce((sum, row) => sum + row.tons, 0) }));

function parse(line: string): Row {
  const [name = '', tons = ''] = line.split(',');
  return { name: name.trim().toLowerCase(), tons: Number(tons) };
}

const { rows, tons } = await clean.run({ raw: ' Wheat, 12\n\nRye , 5\nbroken, many\n' });
console.log(rows, `${tons} t`);
