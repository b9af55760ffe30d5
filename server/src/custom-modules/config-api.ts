/** The exports for configuration files of `@millrace/server`. This module is kept small, because every child process loads them. */
export { defineModule } from './define-module.js';
export { ModuleError } from '../module-contract/module.js';
