import { SETTINGS } from '../../src/config/defaults.js';

/** The limits of chunks that a run has by default. */
export const CHUNK_LIMITS = {
  maxLines: SETTINGS['chunk.maxLines'].default,
  minLines: SETTINGS['chunk.minLines'].default,
  maxChars: SETTINGS['chunk.maxChars'].default,
  maxParseBytes: SETTINGS['chunk.maxParseBytes'].default,
  parseDeadlineMs: SETTINGS['chunk.parseDeadlineMs'].default,
};
