import { defaultLimits } from './limits.js';
import type { Limits } from '../types/limits.js';

const anySize = { min: 0, max: Infinity };

/**
 * No server is as lenient: what breaks these breaks everywhere, and can be said before a server is asked for its own.
 */
export const looseLimits: Limits = {
  characters: 'any',
  pipelineNameLength: Infinity,
  fileNameLength: Infinity,
  pathLength: Infinity,
  descriptionLength: Infinity,
  tags: Infinity,
  tagLength: Infinity,
  listLength: Infinity,
  expireTime: { min: 1, max: Infinity },
  k: Infinity,
  maxFiles: Infinity,
  queryLength: { min: 1, max: Infinity },
  fileBytes: {
    text: anySize,
    json: anySize,
    image: anySize,
    audio: anySize,
    npy: anySize,
    faiss: anySize,
    db: anySize,
  },
  extensions: defaultLimits.extensions,
  textWords: 0,
  textLines: null,
  resumableBytes: null,
  inlineBytes: null,
};
