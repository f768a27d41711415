import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparePaths } from '../../../src/shared/path-order.js';

describe('the order of paths', () => {
  test('is the order of their bytes in UTF-8, also beyond U+FFFF', () => {
    const unit = fc.constantFrom('a', 'b', '/', 'é', '水', '\uff5e', '🍎', '🍐', '\ue000');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 4 }), fc.string({ unit, maxLength: 4 }), (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
