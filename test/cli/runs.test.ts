import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, log, pipeline } from 'millrace';
import { startCliServer, type CliServer } from './support/cli-server.js';

const unknownId = '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001';

let served: CliServer;
let client: Client;
beforeAll(async () => {
  served = await startCliServer('--no-worker');
  client = new Client({ apiUrl: served.url, apiKey: served.apiKey });
});
afterAll(async () => {
  await client.close();
  await served.close();
});

const shout = pipeline<{ text: string }>('shout').step('upper', (d) => {
  log(`shouting ${d.text}`);
  if (d.text === '') throw new Error('nothing to shout');
  return { text: d.text.toUpperCase() };
});

async function reportRun(text: string): Promise<string> {
  const run = shout.start({ text }, { report: client });
  await run.wait();
  await client.flush();
  return run.id;
}

describe('millrace runs', () => {
  it('lists runs with their states, and filters them', async () => {
    const [good, bad] = [await reportRun('hey'), await reportRun('')];
    const { code, stdout } = await served.run(['runs']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RUN ID +NAME +KIND +OF +STATE +CREATED +TOOK\n/);
    expect(stdout).toMatch(new RegExp(`^${good} +\\S+ +pipeline +shout +completed +\\d{4}-`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${bad} +\\S+ +pipeline +shout +failed +\\d{4}-`, 'm'));
    const failed = await served.run([
      'runs',
      '--state',
      'failed,crashed',
      '--of',
      'shout',
      '--kind',
      'pipeline',
      '--json',
    ]);
    const { items } = JSON.parse(failed.stdout) as { items: { requestId: string }[] };
    expect(items.map(({ requestId }) => requestId)).toEqual([bad]);
    expect((await served.run(['runs', '--since', '2999-01-01'])).stdout).toBe('');
    const options = ['--root', '--search', 'NOTHING shout', '--until', '2999-01-01', '--sort', 'created', '--json'];
    const searched = JSON.parse((await served.run(['runs', ...options])).stdout) as { items: { requestId: string }[] };
    expect(searched.items.map(({ requestId }) => requestId)).toEqual([bad]);
    expect((await served.run(['runs', '--parent', good])).stdout).toBe('');
  });

  it('follows changed runs with --follow until it is interrupted', async () => {
    const following = served.start(['runs', '--follow', '--of', 'shout', '--state', 'completed']);
    // reports runs until one is printed, because nothing else shows that the stream is open
    const printed = following.waitForOutput('stdout', / {2}shout {2}completed {2}/);
    const state = { isPrinted: false };
    void printed.then(() => (state.isPrinted = true));
    while (!state.isPrinted) await reportRun('followed');
    const { code, stdout } = await following.stop();
    expect(code).toBe(130);
    expect(stdout).toMatch(/^[0-9a-f-]{36} {2}\S+ {2}pipeline {2}shout {2}completed {2}/);
  });

  it.each([
    [['--state', 'lost'], /--state/],
    [['--follow', '--since', '1h'], /--since cannot be used with --follow, which accepts only --state, --kind/],
    [['--since', 'soon'], /--since/],
    [['--until', 'later'], /--until/],
    [['--sort', 'name'], /--sort/],
    [['--limit', '0'], /--limit/],
    [['remove'], /Expected resume, rerun, cancel or delete after 'runs', got 'remove'/],
    [['delete'], /Missing run id/],
    [['delete', unknownId, '--state', 'failed'], /either run ids or options that select runs/],
  ])('refuses %o', async (args, message) => {
    const { code, stderr } = await served.run(['runs', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('millrace runs delete', () => {
  it('deletes the other runs even if one does not exist', async () => {
    const id = await reportRun('bye');
    const { code, stdout, stderr } = await served.run(['runs', 'delete', unknownId, id]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: `deleted ${id}\n` });
    expect(stderr).toMatch(new RegExp(`^millrace: ${unknownId}: .*\n$`));
    expect((await served.run(['status', id])).code).toBe(5);
    const again = await served.run(['runs', 'delete', id, '--json']);
    expect(again.code).toBe(5);
    expect(JSON.parse(again.stdout)).toMatchObject({ deleted: [], failed: [{ requestId: id }] });
  });
});

describe('millrace runs with an action', () => {
  it('previews and changes the runs that the options select, and says why others are refused', async () => {
    const name = ['--of', 'shout'];
    const before = await served.run(['runs', 'delete', ...name, '--state', 'completed,failed']);
    expect(before.code).toBe(0);
    const [bad, good] = [await reportRun(''), await reportRun('hey')];
    const preview = await served.run(['runs', 'resume', ...name, '--dry-run']);
    expect(preview).toMatchObject({ code: 0, stderr: '' });
    expect(preview.stdout).toBe(
      'would be resumed: 1 of 2 runs\n  1 refused: it has already completed, so there is nothing to resume\n',
    );
    const done = await served.run(['runs', 'resume', ...name]);
    expect(done.code).toBe(1);
    expect(done.stdout).toMatch(/^resumed: 1 of 2 runs\n {2}1 refused: /);
    expect((await client.runs.get(bad)).state).toBe('pending');
    const rerun = await served.run(['runs', 'rerun', good, '--from', 'upper']);
    const [, id = ''] = new RegExp(`^rerun ${good} as (\\S+)\n$`).exec(rerun.stdout) ?? [];
    expect(await client.runs.get(id)).toMatchObject({ rerunOf: good, state: 'pending' });
    expect((await served.run(['status', id])).stdout).toContain(`rerun of  ${good}`);
    const from = (step: string) => served.run(['runs', 'rerun', ...name, '--dry-run', '--from', step]);
    expect((await from('upper')).stdout).toMatch(
      /^would be rerun: 1 of 3 runs\n {2}2 refused: it has not ended yet\n$/,
    );
    expect((await from('lower')).stdout).toContain('1 refused: it has no module, step or task "lower"');
    const cancelled = await served.run(['runs', 'cancel', ...name, '--state', 'pending', '--json']);
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ action: 'cancel', state: 'completed', succeeded: 2 });
  });

  it.each([
    [['cancel', '--dry-run'], /Missing run id or option that selects runs/],
    [['resume', '--state', 'failed', '--from', 'upper'], /--from can only be used with rerun/],
    [['--dry-run'], /--dry-run can only be used with an action/],
    [['cancel', '--of', 'shout', '--limit', '3'], /--limit can only be used to list runs/],
  ])('refuses %o', async (args, message) => {
    const { code, stderr } = await served.run(['runs', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('an empty list', () => {
  it.each([
    [['runs', '--since', '2999-01-01'], /^No runs match\.\n$/],
    [['list', '--pipeline', 'notes'], /^No finished files in pipeline 'notes' yet\. Add some: millrace process /],
    [['list', '--pipeline', 'notes', '--name', 'a.txt'], /No finished files in pipeline 'notes' match\.\n$/],
    [['tree', '--pipeline', 'notes'], /No finished files in pipeline 'notes' yet/],
    [['search', 'mill', '--pipeline', 'notes'], /Nothing found\..*millrace list --pipeline notes\n$/],
    [['workers'], /^No active workers\./],
    [['webhooks'], /^No webhooks yet\. Add one: millrace webhooks add URL\n$/],
    [['webhooks', 'deliveries'], /^No deliveries\.\n$/],
  ])('%j prints a note to stderr on a terminal, and nothing in a pipe', async (args, message) => {
    const onTerminal = await served.runOnTerminal(args);
    expect(onTerminal.code).toBe(0);
    expect(onTerminal.stderr).toMatch(message);
    const piped = await served.run(args);
    expect(piped).toMatchObject({ code: 0, stdout: onTerminal.stdout });
    expect(piped.stderr).not.toMatch(message);
    const json = await served.runOnTerminal([...args, '--json']);
    expect(json.stderr).not.toMatch(message);
  });
});

describe('millrace logs', () => {
  it('prints the lines, filters them, and prints each as JSON', async () => {
    const id = await reportRun('hey');
    const all = await served.run(['logs', id]);
    expect(all.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} \| INFO {4}\| upper-0 - shouting hey$/m);
    expect((await served.run(['logs', id, '--level', 'warning'])).stdout).toBe('');
    const filtered = await served.run(['logs', id, '--search', 'SHOUTING', '--task', 'upper-0', '--tail', '1']);
    expect(filtered.stdout).toMatch(/shouting hey\n$/);
    expect((await served.run(['logs', id, '--task', 'lower-0'])).stdout).toBe('');
    const lines = (await served.run(['logs', id, '--json'])).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
      lines.map((_, index) => index + 1),
    );
  });

  it('follows a run until its end with --follow, as does status --watch', async () => {
    let proceed = (): void => undefined;
    const gate = new Promise<void>((resolve) => (proceed = resolve));
    const slow = pipeline('slow').step('wait', async () => {
      log('before');
      await gate;
      log('after');
    });
    const run = slow.start({}, { report: client });
    await client.flush();
    const logs = served.start(['logs', run.id, '--follow']);
    const status = served.start(['status', run.id, '--watch']);
    await logs.waitForOutput('stdout', /before/);
    proceed();
    const ended = await Promise.all([logs.ended, status.ended]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(ended[0].stdout).toMatch(/before[^]*after/);
    expect(ended[1].stdout).toMatch(/state +completed/);
  });

  it('ends with exit code 5 for an unknown run', async () => {
    expect((await served.run(['logs', unknownId])).code).toBe(5);
  });
});

describe('millrace workers', () => {
  it('lists workers with their status', async () => {
    const worker = await client.worker({ name: 'shouter', version: 'v1', pipelines: [shout] });
    const { code, stdout } = await served.run(['workers']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${worker.id ?? ''} +shouter +v1 +online +\\d{4}-.* 0 +0 +0$`, 'm'));
    await worker.close();
  });
});

describe('millrace start', () => {
  it('starts a run, waits for it, and ends with the exit code of its outcome', async () => {
    const worker = await client.worker({ name: 'shouting', serves: [shout] });
    try {
      const input = JSON.stringify({ text: 'hey' });
      const good = await served.run(['start', 'shout', '--input', input, '--wait', '--json']);
      expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, { state: 'completed', result: { text: 'HEY' } }]);
      const bad = await served.run(['start', 'shout', '--input', '[{"text":""}]', '--wait']);
      expect(bad.code).toBe(1);
      expect(bad.stdout).toContain('nothing to shout');
    } finally {
      await worker.close();
    }
  });

  it('prints a delayed run, and the same run for the same idempotency key', async () => {
    const start = () => served.run(['start', 'later', '--delay', '10m', '--idempotency-key', 'once', '--json']);
    const [first, second] = [await start(), await start()];
    expect(first.code).toBe(0);
    const { requestId, waitsFor } = JSON.parse(first.stdout) as { requestId: string; waitsFor: string };
    expect(waitsFor).toMatch(/^it is scheduled for /);
    expect(JSON.parse(second.stdout)).toMatchObject({ requestId });
    await client.runs.cancel(requestId);
  });

  it('says how long the run waits for a worker', async () => {
    const startUnserved = async (...args: string[]) => (await served.run(['start', 'unserved', ...args])).stderr;
    expect(await startUnserved()).toMatch(
      /^The run waits until a worker claims it\. To limit the wait: --expires-in TIME$/m,
    );
    const [, until = ''] =
      /^The server cancels the run if no worker has claimed it by (.*Z)\.$/m.exec(
        await startUnserved('--expires-in', '2h'),
      ) ?? [];
    expect(Math.abs(Date.parse(until) - Date.now() - 7_200_000)).toBeLessThan(600_000);
    expect(await startUnserved('--json')).toBe('');
  });

  it.each([
    [['--input', '{'], /--input to be JSON/],
    [['--delay', 'soon'], /--delay to be a time/],
    [['--priority', '10'], /--priority/],
  ])('refuses %o', async (args, message) => {
    const { code, stderr } = await served.run(['start', 'x', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
