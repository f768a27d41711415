import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listenForInterrupt, tellOutputLost } from '../../../src/cli/interrupt.js';

function listen() {
  const source = new EventEmitter();
  const told: string[] = [];
  const interrupt = listenForInterrupt(
    source,
    () => told.push('stopping'),
    () => told.push('at once'),
  );
  return { source, told, interrupt };
}

describe('an interrupt', () => {
  test('ends the run cleanly the first time, and at once the second time', () => {
    const { source, told, interrupt } = listen();
    expect(interrupt.signal.aborted).toBe(false);
    source.emit('SIGINT');
    expect(interrupt.signal.aborted).toBe(true);
    source.emit('SIGTERM');
    expect(told).toEqual(['stopping', 'at once']);
  });

  test('that ends the reader of the output too is one interrupt, in whichever order they are noticed', () => {
    for (const order of [
      ['SIGINT', 'lost'],
      ['lost', 'SIGINT'],
    ]) {
      const { source, told, interrupt } = listen();
      for (const event of order) {
        if (event === 'lost') tellOutputLost(source);
        else source.emit(event);
      }
      expect([interrupt.signal.aborted, told]).toEqual([true, expect.not.arrayContaining(['at once'])]);
      source.emit('SIGINT');
      expect(told.at(-1)).toBe('at once');
    }
  });

  test('by lost output is silent, and holds for all that begins afterwards', () => {
    const { source, told, interrupt } = listen();
    tellOutputLost(source);
    expect([interrupt.signal.aborted, told]).toEqual([true, []]);
    interrupt.release();
    const later = listenForInterrupt(
      source,
      () => told.push('stopping'),
      () => told.push('at once'),
    );
    expect([later.signal.aborted, told]).toEqual([true, []]);
  });

  test('is not listened for any longer once the run has ended', () => {
    const { source, interrupt } = listen();
    interrupt.release();
    expect(source.eventNames()).toEqual([]);
  });
});
