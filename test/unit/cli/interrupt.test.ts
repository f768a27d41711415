import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listenForInterrupt } from '../../../src/cli/interrupt.js';

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

  test('is not listened for any longer once the run has ended', () => {
    const { source, interrupt } = listen();
    interrupt.release();
    expect([source.listenerCount('SIGINT'), source.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });
});
