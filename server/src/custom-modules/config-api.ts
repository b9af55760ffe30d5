/** The exports that a configuration file imports from `@millrace/server`. They are kept small, because every child process loads them. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
