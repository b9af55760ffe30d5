/**
 * tslab's kernel without its sockets: what its `startKernel` puts together, with cells that come from the parent process and output
 * that goes there. Jupyter interrupts a kernel with SIGINT, and so does the parent.
 */
import { createConverter } from 'tslab/dist/converter.js';
import { createExecutor } from 'tslab/dist/executor.js';
import { JupyterHandlerImpl } from 'tslab/dist/jupyter.js';

const converter = createConverter({ isJS: false, isBrowser: false });
const converters = { node: converter, browser: undefined, close: () => converter.close() };
const executor = createExecutor(process.cwd(), converters, { log: console.log, error: console.error });
const handler = new JupyterHandlerImpl(executor, false);

process.on('SIGINT', () => executor.interrupt());
process.on('uncaughtException', (error) => console.error('UncaughtException:', error));
process.on('unhandledRejection', (reason) => console.error('UnhandledPromiseRejection:', reason));
process.on('disconnect', () => process.exit());

process.on('message', ({ cell, code }) => {
  // the names of earlier cells are gone, as after a restart
  if (code === undefined) return executor.reset();
  const stream = (name, text) => process.send({ cell, name, text });
  const display = ({ data, transient }) => process.send({ cell, id: transient.display_id, data });
  void handler.handleExecute({ code }, stream, display).then(({ status }) => process.send({ cell, status }));
});
