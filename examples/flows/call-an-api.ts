/** Two tasks: one calls an API, with retries and a timeout, and the other reads the response. Dependencies follow from the data. */
import { currentSignal, flow, log, task } from 'millrace';

interface Fact {
  readonly fact: string;
}

const callApi = task(
  'call-api',
  async (url: string) => {
    const response = await fetch(url, { signal: currentSignal() });
    log(response.status);
    if (!response.ok) throw new Error(`${url} returned ${response.status}`);
    return (await response.json()) as Fact;
  },
  { retries: 3, retryDelay: { base: 200, cap: 5000 }, timeout: 10_000 },
);

const readFact = task('read-fact', ({ fact }: Fact) => {
  log(fact);
  return fact;
});

const tellFact = flow('tell-fact', async (url: string) => readFact(await callApi(url)), { verbose: true });

const run = tellFact.start(process.env['FACT_API'] ?? 'https://catfact.ninja/fact');
console.log(await run.result());
for (const { key, after, attempt } of run.status().tasks)
  console.log(`${key} (attempt ${attempt}) after [${after.join()}]`);
