/** `log` writes to the log of the run: to stderr if it is verbose, to a logger, and to the server that receives its events. */
import { log, pipeline } from 'millrace';

const logged = pipeline('logged').step('work', () => {
  log('reading', 3, 'files');
  log.warning('the second is empty');
  return { files: 3 };
});

const lines: string[] = [];
const keep = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
await logged.run(
  {},
  { logger: { error: keep('error'), warn: keep('warn'), info: keep('info'), debug: keep('debug') } },
);
console.log(lines.join('\n'));
