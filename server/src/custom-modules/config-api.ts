/** The API that configuration files import from `@millrace/server`. Every child process loads this file, so keep it small. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
