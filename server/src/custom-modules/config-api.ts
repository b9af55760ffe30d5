/** The functions that configuration files import from `@millrace/server`. Kept small, because every child process loads this file. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
