import { describe, expect, it } from 'vitest';
import { ParseDeadline } from '../../../src/chunking/parse-deadline.js';
import { preparedGrammars } from './prepared-grammars.js';

describe('the deadline of a parse', () => {
  it('passes once the thread has computed for the whole limit after it was late', () => {
    let cpuMs = 40;
    const deadline = new ParseDeadline(100, () => cpuMs);
    expect([deadline.sliceMs, deadline.isPassed(), deadline.sliceMs]).toEqual([100, false, 10]);
    cpuMs = 139;
    expect(deadline.isPassed()).toBe(false);
    cpuMs = 140;
    expect(deadline.isPassed()).toBe(true);
  });

  it('passes on the real clock too', () => {
    const deadline = new ParseDeadline(1);
    let asked = 0;
    while (!deadline.isPassed()) asked++;
    expect(asked).toBeGreaterThan(0);
  });

  it.each([{ forceWasm: false }, { forceWasm: true }])(
    'leaves a parse that was late many times as if it had never been (%o)',
    async (options) => {
      const parser = (await preparedGrammars(options)).parser('javascript')!;
      const text = 'const basket = { pear: [1, 2, 3] };\n'.repeat(4_000);
      let slices = 0;
      const suspended = new ParseDeadline(1, () => 0 * slices++);
      const ends = (deadline: ParseDeadline) =>
        parser.parse(text, deadline, (root) => {
          const found: number[] = [];
          if (root.gotoFirstChild())
            do found.push(root.endIndex);
            while (root.gotoNextSibling());
          return found;
        });
      expect(ends(suspended)).toEqual(ends(new ParseDeadline(60_000)));
      expect(slices).toBeGreaterThan(1);
    },
  );
});
