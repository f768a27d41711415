import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTextBlocks, type TextBlockLoad } from '../../../src/storage/sqlite-text-merge.js';
import { TEXT_BLOCK_BYTES } from '../../../src/storage/text-blocks.js';
import { MERGE_ALL } from '../../contract/store-samples.js';

const POLICY = { ...MERGE_ALL, maxSmallSegments: 2, maxDeadShare: 0.5 };

function block(id: number, livingBytes: number, byteLength = livingBytes): TextBlockLoad {
  return { id, byteLength, livingBytes };
}

const chosen = (blocks: readonly TextBlockLoad[]) => chooseTextBlocks(blocks, POLICY).map(({ id }) => id);

describe('the choice of texts to pack', () => {
  it('takes blocks with too many dead bytes, whatever their size', () => {
    expect(chosen([block(1, 65_000), block(2, 30_000, 65_000), block(3, 33_000, 65_000), block(4, 1, 3)])).toEqual([
      2, 4,
    ]);
  });

  it('takes small blocks together when they are too many', () => {
    expect(chosen([block(1, 20), block(2, 30), block(3, 65_000)])).toEqual([]);
    expect(chosen([block(1, 20), block(2, 30), block(3, 65_000), block(4, 40)])).toEqual([1, 2, 4]);
  });

  it('takes no more text than one step may have', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => block(i + 1, 20_000, 65_000));
    expect(chosen(many)).toHaveLength(419);
  });

  it('comes to an end', () => {
    const load = fc.record({ byteLength: fc.integer({ min: 1, max: 2 * TEXT_BLOCK_BYTES }), dead: fc.double({ min: 0, max: 1, noNaN: true }) }); // prettier-ignore
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(load, { maxLength: 300 }),
        fc.nat({ max: 5 }),
        share,
        (loads, maxSmallSegments, maxDeadShare) => {
          let blocks = loads.map(({ byteLength, dead }, i) =>
            block(i + 1, Math.ceil(byteLength * (1 - dead)), byteLength),
          );
          for (let steps = 0; ; steps++) {
            expect(steps).toBeLessThanOrEqual(loads.length);
            const step = chooseTextBlocks(blocks, { ...POLICY, maxSmallSegments, maxDeadShare });
            if (step.length === 0) break;
            let bytes = step.reduce((sum, { livingBytes }) => sum + livingBytes, 0);
            blocks = blocks.filter((one) => !step.includes(one));
            for (; bytes > 0; bytes -= TEXT_BLOCK_BYTES) {
              blocks.push(block(loads.length + steps * 1_000 + blocks.length + 1, Math.min(bytes, TEXT_BLOCK_BYTES)));
            }
          }
        },
      ),
    );
  });
});
