import type { PastEvents, PastRun } from './past-run.js';

const hourMs = 3_600_000;
const days = 14;

/** The state of a pseudorandom number generator with a fixed seed, so that the runs are the same each time. */
let randomState = 17;
const random = (): number => (randomState = (randomState * 16_807) % 2_147_483_647) / 2_147_483_647;
const between = (min: number, max: number): number => min + random() * (max - min);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

const adjectives = ['amber', 'brisk', 'calm', 'early', 'gentle', 'quiet', 'silver', 'steady', 'tidy', 'warm'];
const nouns = ['alder', 'brook', 'heron', 'linden', 'meadow', 'otter', 'sluice', 'sparrow', 'weir', 'willow'];
const makeName = (): string => `${pick(adjectives)}-${pick(nouns)}`;

const suppliers = ['Albion Paper', 'Castle Freight', 'Hartmann GmbH', 'Lindqvist AB', 'Papelera Sur', 'Wren & Sons'];
const contracts = ['lease-harbour-12.pdf', 'supply-hartmann.pdf', 'cleaning-2026.pdf', 'insurance-fleet.pdf'];

/** Adds the runs of an office's programs over two weeks: invoices, contract checks, price updates and nightly imports. */
export function addOfficeRuns(past: PastEvents, now: number, worker: string | null): void {
  for (let hour = days * 24; hour > 0; hour--) {
    const at = now - hour * hourMs;
    const age = hour / 24;
    // the office is open for ten hours a day
    const isOpen = hour % 24 > 3 && hour % 24 < 14;
    const count = isOpen ? Math.round(between(2, 7)) : Math.round(between(0, 1.4));
    for (let i = 0; i < count; i++) past.add(makeInvoiceRun(at + between(0, hourMs), age, worker));
    if (isOpen && random() < 0.6) past.add(makeContractCheck(at + between(0, hourMs), worker));
    if (hour % 2 === 0) past.add(makePriceUpdate(at));
    if (hour % 24 === 9) past.add(makeNightlyImport(at, age, worker));
  }
}

function makeInvoiceRun(at: number, age: number, worker: string | null): PastRun {
  const number = Math.round(between(48_000, 52_000));
  const supplier = pick(suppliers);
  const chance = random();
  const isOrderUnknown = chance < 0.04;
  const isDatabaseDown = !isOrderUnknown && chance < 0.07 && age < 2;
  return {
    of: 'book-invoice',
    kind: 'pipeline',
    version: age < 6 ? 'v2.1' : 'v2.0',
    name: makeName(),
    at,
    worker,
    input: { invoice: `INV-${number}.pdf`, supplier },
    result: { booked: true, amount: Math.round(between(80, 9000)) },
    steps: [
      { name: 'read-invoice', seconds: between(0.8, 2.4), output: { supplier, order: number } },
      {
        name: 'match-order',
        seconds: between(0.3, 0.9),
        ...(isOrderUnknown && { error: `The order ${number} is unknown` }),
      },
      {
        name: 'book',
        seconds: between(0.4, 1.6),
        ...(isDatabaseDown && { error: 'connect ECONNREFUSED 10.0.0.12:5432' }),
      },
    ],
  };
}

function makeContractCheck(at: number, worker: string | null): PastRun {
  const file = pick(contracts);
  const end = random() < 0.03 ? 'cancelled' : random() < 0.02 ? 'crashed' : undefined;
  return {
    of: 'check-contract',
    kind: 'flow',
    version: 'v1.4',
    name: makeName(),
    at,
    worker,
    ...(end && { end }),
    input: [file],
    result: { clauses: Math.round(between(12, 40)), open: Math.round(between(0, 3)) },
    steps: [
      { name: 'fetch', seconds: between(1, 3) },
      {
        name: 'find-clauses',
        seconds: between(4, 18),
        ...(random() < 0.2 && { retries: ['429: rate limit reached'] }),
      },
      { name: 'compare', seconds: between(1, 4) },
    ],
  };
}

function makePriceUpdate(at: number): PastRun {
  return {
    of: 'paper-prices',
    kind: 'task',
    name: makeName(),
    at,
    input: ['https://prices.example/paper'],
    result: { tonne: Math.round(between(640, 720)) },
    seconds: between(0.2, 0.6),
    steps: [],
  };
}

/** In the last seven days, imports take about twice as long as before. */
function makeNightlyImport(at: number, age: number, worker: string | null): PastRun {
  const slowdown = age < 7 ? 2.2 : 1;
  return {
    of: 'nightly-import',
    kind: 'flow',
    version: 'v3.0',
    name: makeName(),
    at,
    worker,
    input: { since: new Date(at - 24 * hourMs).toISOString().slice(0, 10) },
    result: { rows: Math.round(between(18_000, 22_000)) },
    steps: [
      { name: 'download', seconds: between(20, 30) },
      { name: 'clean', seconds: between(30, 40) * slowdown },
      { name: 'load', seconds: between(40, 60) * slowdown },
    ],
  };
}

/** Returns the run whose page is shown in the screenshots. It has a subflow, a retried step and, if `fails` is true, a failed step. */
export function makeWeeklyReport(at: number, worker: string | null, fails: boolean): PastRun {
  const read = (file: string, seconds: number) => ({ name: `read-${file}`, seconds, output: { file, pages: 4 } });
  return {
    of: 'weekly-report',
    kind: 'flow',
    version: 'v1.3',
    name: fails ? 'quiet-heron' : 'steady-willow',
    at,
    worker,
    input: { week: 48, recipients: ['board@example.org'] },
    result: { chapters: 4, pages: 11 },
    steps: [
      {
        name: 'collect-invoices',
        seconds: 2.1,
        output: { invoices: 212, total: 184_320.5 },
        logs: [['info', '212 invoices of week 48']],
      },
      {
        name: 'read-contracts',
        seconds: 0,
        output: { contracts: 3 },
        subflow: {
          of: 'read-contracts',
          kind: 'flow',
          name: 'early-otter',
          input: [contracts.slice(0, 3)],
          result: { contracts: 3 },
          steps: [read('lease', 1.4), read('supply', 1.9), read('cleaning', 0.9)],
        },
      },
      {
        name: 'summarise',
        seconds: 3.2,
        output: { words: 412, chapters: ['Invoices', 'Contracts', 'Prices', 'Outlook'] },
        retries: ['The endpoint 10.0.0.7:8000 responded with 429: rate limit reached'],
        logs: [
          ['info', 'requesting 412 words'],
          ['info', 'chapter 1 of 4: Invoices'],
          ['info', 'chapter 2 of 4: Contracts'],
          ['info', 'chapter 3 of 4: Prices'],
          ['info', 'chapter 4 of 4: Outlook'],
        ],
      },
      { name: 'render', seconds: 1.7, output: 'report-48.pdf', logs: [['debug', 'A4, 11 pages']] },
      {
        name: 'send',
        seconds: 0.8,
        logs: [['info', 'sending report-48.pdf to board@example.org']],
        ...(fails && { error: 'The mail server refused report-48.pdf: 552 message size exceeds 10 MB' }),
      },
    ],
  };
}
