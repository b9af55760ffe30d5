import type { KnownModel } from './known-models.js';
import type { LocalModel } from './local-model.js';
import type { ModelSettings } from '../module-contract/model-settings.js';
/** Explains why a supported model is unavailable, and lists the ways to make it available. */
export declare function explainAbsence(name: string, model: KnownModel, settings: ModelSettings, local?: Pick<LocalModel, 'folder' | 'missing'>): string;
/** Explains why a model cannot run locally, and suggests alternatives. */
export declare function explainUnsupported(name: string, model: KnownModel, settings: ModelSettings): string;
