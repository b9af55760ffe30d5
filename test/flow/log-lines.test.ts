import { afterEach, describe, expect, it, vi } from 'vitest';
import { flow, log, pipeline, task, type RunEvent } from 'millrace';

afterEach(() => vi.restoreAllMocks());

/** Returns the lines that `work` prints to stderr, with each run's name replaced by the name of its pipeline, flow or task. */
async function captureStderr(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  await work().catch(() => undefined);
  vi.restoreAllMocks();
  return replaceRunNames(lines.join('').trimEnd().split('\n'));
}

function replaceRunNames(lines: readonly string[]): string[] {
  const names = new Map<string, string>();
  for (const line of lines) {
    const [, name, of] = /Created \w+ run '([a-z]+-[a-z]+)' for \w+ '(.+)'$/.exec(line) ?? [];
    if (name !== undefined && of !== undefined) names.set(name, of);
  }
  return lines.map((line) =>
    line.replaceAll(/'([a-z]+-[a-z]+)'/g, (all, name: string) => (names.has(name) ? `<${names.get(name)}>` : all)),
  );
}

const withoutTime = (lines: readonly string[]) => lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} \| /, ''));

const tarea1 = task('tarea1', () => ({ response: 'y' }));
const flujo1 = flow('flujo1', async () => {
  const { response } = await tarea1();
  log(response === 'y' ? 'Vas a aprobar' : 'Vas a reprobar');
  return 9;
});
const flujo2 = flow('flujo2', async () => {
  log.warning('Excelente obtuviste un %d', await flujo1());
});

describe('verbose output', () => {
  it('has the lines of a flow, its subflow and its tasks in order', async () => {
    const lines = await captureStderr(() => flujo2.with({ verbose: true })());
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} \| [A-Z]+ *\| /);
    expect(withoutTime(lines)).toEqual([
      "INFO    | engine - Created flow run <flujo2> for flow 'flujo2'",
      "INFO    | Flow run <flujo2> - Created subflow run <flujo1> for flow 'flujo1'",
      "INFO    | Flow run <flujo1> - Created task run 'tarea1-0' for task 'tarea1'",
      "INFO    | Task run 'tarea1-0' - Finished in state Completed()",
      'INFO    | Flow run <flujo1> - Vas a aprobar',
      'INFO    | Flow run <flujo1> - Finished in state Completed()',
      'WARNING | Flow run <flujo2> - Excelente obtuviste un 9',
      'INFO    | Flow run <flujo2> - Finished in state Completed()',
    ]);
  });

  it("shows a pipeline's failure and retries", async () => {
    const broken = pipeline('p', { verbose: true })
      .step('fine', () => ({ a: 1 }))
      .step(
        'bad',
        () => {
          log.error('about to');
          throw new Error('no flour');
        },
        undefined,
        { retries: 1, retryDelay: 0 },
      );
    expect(withoutTime(await captureStderr(() => broken.run({})))).toEqual([
      "INFO    | engine - Created pipeline run <p> for pipeline 'p'",
      "INFO    | Pipeline run <p> - Created task run 'fine-0' for task 'fine'",
      "INFO    | Task run 'fine-0' - Finished in state Completed()",
      "INFO    | Pipeline run <p> - Created task run 'bad-0' for task 'bad'",
      "ERROR   | Task run 'bad-0' - about to",
      "WARNING | Task run 'bad-0' - Attempt 1 failed: no flour. Retrying in 0 s",
      "ERROR   | Task run 'bad-0' - about to",
      "ERROR   | Task run 'bad-0' - Finished in state Failed('no flour')",
      "ERROR   | Pipeline run <p> - Finished in state Failed('no flour')",
    ]);
  });

  it('shows a task outside a flow under the name of its run', async () => {
    const said = task(
      'said',
      () => {
        log('hello', { deep: { er: [1] } });
      },
      { verbose: true },
    );
    expect(withoutTime(await captureStderr(() => said()))).toEqual([
      "INFO    | engine - Created task run <said> for task 'said'",
      'INFO    | Task run <said> - hello { deep: { er: [ 1 ] } }',
      'INFO    | Task run <said> - Finished in state Completed()',
    ]);
  });

  it('is off by default, and has every line once', async () => {
    expect(await captureStderr(() => flujo2())).toEqual(['']);
    expect(await captureStderr(() => flujo2.with({ verbose: true }).with({ verbose: false })())).toEqual(['']);
    const inner = pipeline('inner', { verbose: true }).step('s', () => ({ a: 1 }));
    const lines = await captureStderr(() => pipeline('outer', { verbose: true }).step('inner', inner).run({}));
    expect(lines.filter((line) => line.includes("'s-0' - Finished"))).toHaveLength(1);
  });

  it('starts each line with the local time of day', async () => {
    const [line] = await captureStderr(() => pipeline('p', { verbose: true }).run({}));
    const [, hours, minutes] = /^(\d\d):(\d\d):/.exec(line!)!;
    const now = new Date();
    const apart = Math.abs(now.getHours() * 60 + now.getMinutes() - (Number(hours) * 60 + Number(minutes)));
    expect(Math.min(apart, 1440 - apart)).toBeLessThanOrEqual(1);
  });
});

describe('a logger', () => {
  it('receives the lines of a run and its nested runs at their levels', async () => {
    const lines: string[] = [];
    const at = (level: string) => (message: string, fields?: Record<string, unknown>) =>
      void lines.push(`${level}: ${message} ${Object.keys(fields ?? {}).join()}`);
    const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    await flujo2.with({ logger })();
    expect(replaceRunNames(lines)).toContain("info: Task run 'tarea1-0' - Finished in state Completed() run,task");
    expect(lines.filter((line) => line.startsWith('warn: '))).toHaveLength(1);
  });

  it('that throws does not fail the run', async () => {
    const logger = {
      debug: () => undefined,
      info: () => {
        throw new Error('disk full');
      },
      warn: () => undefined,
      error: () => undefined,
    };
    expect(await flujo1.with({ logger })()).toBe(9);
  });
});

describe('the log of a run', () => {
  it('can have 10,000 lines with their tasks and levels', async () => {
    const events: Extract<RunEvent, { type: 'log' }>[] = [];
    const chatty = task('chatty', async () => {
      for (let i = 0; i < 10_000; i++) {
        log.debug('line', i);
        if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const run = flow('talk', () => chatty()).start();
    for await (const event of run) if (event.type === 'log' && event.level === 'debug') events.push(event);
    expect(events).toHaveLength(10_000);
    expect(events.at(-1)).toMatchObject({ task: 'chatty-0', level: 'debug', message: 'line 9999' });
  });

  it('truncates a line that is too long, and has a placeholder for a value that cannot be shown', async () => {
    const messages: string[] = [];
    const odd = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => {
        throw new Error('never');
      },
    };
    const run = task('t', () => {
      log('x'.repeat(1_000_000));
      log(odd);
      log();
    }).start();
    for await (const event of run) if (event.type === 'log' && event.task !== null) messages.push(event.message);
    expect(messages[0]!.length).toBeLessThan(20_000);
    expect(messages.slice(1)).toEqual(['[a value that cannot be shown]', '']);
    expect(run.status().state).toBe('completed');
  });
});
