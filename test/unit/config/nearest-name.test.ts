import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearestName } from '../../../src/config/nearest-name.js';

const word = fc.string({ maxLength: 12 });

describe('the edit distance', () => {
  test('is a metric: zero only for equals, the same both ways, never longer than a detour', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

test('the nearest name is found for a slip, and none for another word', () => {
  const known = ['search', 'status', 'verify'];
  expect(nearestName('serach', known)).toBe('search');
  expect(nearestName('STATUS', known)).toBe('status');
  expect(nearestName('banana', known)).toBeUndefined();
});
