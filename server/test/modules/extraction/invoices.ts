import { seeded } from '../../../../test/support/seeded.js';
import type { OpenAiRequest } from '../../support/endpoints/openai-server.js';

/** An invoice of pages that end with a form feed, its values, and the page of each value. */
export interface Invoice {
  readonly text: string;
  readonly value: InvoiceValue;
  /** The page of each field, by its path. */
  readonly pages: Readonly<Record<string, number>>;
}

interface InvoiceValue {
  readonly number: string;
  readonly date: string;
  readonly customer: string;
  readonly total: number;
  readonly lines: readonly { readonly text: string; readonly quantity: number; readonly amount: number }[];
}

export const longInvoiceSchema = {
  type: 'object',
  properties: {
    number: { type: 'string' },
    date: { type: 'string', format: 'date' },
    customer: { type: 'string' },
    total: { type: 'number' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: { text: { type: 'string' }, quantity: { type: 'integer' }, amount: { type: 'number' } },
        required: ['text', 'quantity', 'amount'],
      },
    },
  },
  required: ['number', 'date', 'customer', 'total', 'lines'],
};

const colors = ['Red', 'Blue', 'Green', 'Black', 'White', 'Long', 'Short', 'Wide'];
const things = ['bolt', 'nut', 'valve', 'wheel', 'sack', 'sieve', 'rope', 'belt', 'shaft'];
const customers = ['Clara Winter', 'The Harbour Company', 'Mill & Sons', 'Señora Ruiz'];
const notes = [
  'Goods remain ours until they are paid.',
  'Delivered to the gate behind the mill.',
  'Please quote the number of the invoice. Questions: 0417 2020 30.',
];
const months = ['January', 'February', 'March', 'April', 'May', 'June'];

type Random = () => number;

/** Generates an invoice of 1 to 30 pages, with few different texts, quantities and amounts, so that each occurs on many pages. */
export function generateInvoice(index: number): Invoice {
  const random = seeded(`invoice ${index}`);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const between = (min: number, max: number): number => min + Math.floor(random() * (max - min + 1));
  const pageCount = 1 + (index % 30);
  const euro = index % 3 === 1;
  const [month, day] = [between(1, 6), between(1, 28)];
  const value = {
    number: `INV-${1000 + index}`,
    date: `2026-0${month}-${String(day).padStart(2, '0')}`,
    customer: pick(customers),
    lines: [] as { text: string; quantity: number; amount: number }[],
  };
  const pages: Record<string, number> = { number: 1, date: 1, customer: 1, total: pageCount };
  const date = pick([
    `${day} ${months[month - 1]} 2026`,
    `${months[month - 1]} ${day}, 2026`,
    value.date,
    `${day}.${month}.2026`,
  ]);
  const texts = Array.from({ length: pageCount }, (_, i) => {
    const page = i + 1;
    const head = page === 1 ? [`Invoice ${value.number}`, `Date: ${date}`, `To: ${value.customer}`, ''] : [];
    const rows = Array.from({ length: between(4, 11) }, () => {
      // some texts have a number, others are the same on many pages
      const text = `${pick(colors)} ${pick(things)}${random() < 0.5 ? ` no. ${between(100, 999)}` : ''}`;
      const line = {
        text,
        quantity: between(1, 12),
        amount: pick([9.5, 12, 40, 250, 1250, 1999.99, between(100, 99_999) / 100]),
      };
      for (const field of ['text', 'quantity', 'amount']) pages[`lines[${value.lines.length}].${field}`] = page;
      value.lines.push(line);
      return `${line.text}\t${line.quantity}\t${money(line.amount, euro)}`;
    });
    return [...head, ...rows, '', pick(notes), `Page ${page} of ${pageCount}`];
  });
  const total = Math.round(100 * value.lines.reduce((sum, { amount }) => sum + amount, 0)) / 100;
  texts.at(-1)?.splice(-2, 0, `Total due: ${euro ? '€' : '$'}${money(total, euro)}`);
  return { text: texts.map((lines) => `${lines.join('\n')}\f`).join(''), value: { ...value, total }, pages };
}

const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const formats = { euro: new Intl.NumberFormat('de-DE', digits), dollar: new Intl.NumberFormat('en-US', digits) };

function money(amount: number, euro: boolean): string {
  return formats[euro ? 'euro' : 'dollar'].format(amount);
}

/** The mistakes that a model makes. */
export const habits = [
  'none',
  'wrong page',
  'paraphrased quotation',
  'dropped index',
  'missing rows',
  'no quotations',
  'wrong row',
] as const;
export type ModelHabit = (typeof habits)[number];

/**
 * Imitates a language model that extracts the part of the invoice in its request, and makes one kind of mistake. Half of its
 * quotations or rows have the mistake.
 */
export function imitateModel(
  { value }: Invoice,
  habit: ModelHabit,
  random: Random,
): (text: string, request: OpenAiRequest) => string {
  return (text) => {
    const has = (passage: string): boolean => text.includes(passage);
    const byLine = new Map(value.lines.map((line) => [`${line.text}\t${line.quantity}\t${line.amount}`, line]));
    const lines = text.split(/[\n\f]/).filter((line) => /\t.*\t/.test(line));
    const isMistake = (): boolean => random() < 0.5;
    const rows = lines.flatMap((line) => {
      const [name = '', quantity = '', amount = ''] = line.split('\t');
      const plain = /,\d\d$/.test(amount) ? amount.replaceAll('.', '').replace(',', '.') : amount.replaceAll(',', '');
      const row = byLine.get(`${name}\t${quantity}\t${Number(plain)}`);
      return row && !(habit === 'missing rows' && isMistake()) ? [{ row, line, amount }] : [];
    });
    const citations: object[] = [];
    const cite = (field: string, quote: string): void => {
      if (habit === 'no quotations') return;
      const isWrong = isMistake();
      const paraphrase = habit === 'paraphrased quotation' && isWrong;
      citations.push({
        field: habit === 'dropped index' && isWrong ? field.replace(/\[\d+\]/, '') : field,
        quotes: [paraphrase ? `it says that ${quote.split('\t').reverse().join(' for ')}` : quote],
        ...(habit === 'wrong page' && { page: 1 + Math.floor(random() * 30) }),
      });
    };
    const total = /Total due: [€$]([\d.,]+)/.exec(text);
    const isStart = has(`Invoice ${value.number}`);
    if (isStart) for (const field of ['number', 'customer'] as const) cite(field, value[field]);
    if (isStart) cite('date', /Date: (.*)/.exec(text)?.[1] ?? '');
    if (total) cite('total', total[0]);
    for (const [i, { line }] of rows.entries()) {
      const nextLine = rows[(i + 1) % rows.length]?.line ?? line;
      const quoted = habit === 'wrong row' && isMistake() ? nextLine : line;
      const [name = '', , amount = ''] = quoted.split('\t');
      cite(`lines[${i}].text`, name);
      // some models quote the cell, others the row
      cite(`lines[${i}].quantity`, quoted);
      cite(`lines[${i}].amount`, i % 2 === 0 ? amount : quoted);
    }
    return JSON.stringify({
      value: {
        number: isStart ? value.number : null,
        date: isStart ? value.date : null,
        customer: isStart ? value.customer : null,
        total: total ? value.total : null,
        lines: rows.map(({ row }) => row),
      },
      citations,
    });
  };
}
