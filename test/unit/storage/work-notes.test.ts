import { existsSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WorkNotes, beginWorkNotes, endWorkNotes, readWorkNotes } from '../../../src/storage/work-notes.js';

let indexDir: string;
const noted = () => [...readWorkNotes(indexDir)];

beforeEach(() => {
  indexDir = mkdtempSync(join(tmpdir(), 'mind-index-work-notes-'));
});
afterEach(() => rmSync(indexDir, { recursive: true, force: true }));

it('names what each thread worked on last, short paths after long ones too', () => {
  beginWorkNotes(indexDir);
  const [first, third] = [new WorkNotes(indexDir, 0), new WorkNotes(indexDir, 2)];
  first.begin('a/rather/long/path/to/a/basket.ts');
  first.begin('fig.ts');
  third.begin('水果/🍐.ts');
  expect(noted()).toEqual(['fig.ts', '水果/🍐.ts']);
  first.clear();
  expect(noted()).toEqual(['水果/🍐.ts']);
  third.close();
  expect(noted()).toEqual(['水果/🍐.ts']);
});

it('forgets what the last run noted when a new one begins, and everything when it ends', () => {
  beginWorkNotes(indexDir);
  new WorkNotes(indexDir, 0).begin('fig.ts');
  beginWorkNotes(indexDir);
  expect(noted()).toEqual([]);
  endWorkNotes(indexDir);
  endWorkNotes(indexDir);
  expect([noted(), existsSync(join(indexDir, 'in-work'))]).toEqual([[], false]);
});

it('reads a file that was cut anywhere without inventing a path', () => {
  beginWorkNotes(indexDir);
  new WorkNotes(indexDir, 0).begin('plum.ts');
  new WorkNotes(indexDir, 1).begin('fig.ts');
  const path = join(indexDir, 'in-work');
  for (let length = statSync(path).size - 1; length >= 0; length--) {
    truncateSync(path, length);
    expect(noted()).toEqual(length >= 2 + 'plum.ts'.length ? ['plum.ts'] : []);
  }
});

it('does not stand in the way where no notes can be written', () => {
  const notes = new WorkNotes(join(indexDir, 'nowhere'), 0);
  notes.begin('fig.ts');
  notes.clear();
  notes.close();
  beginWorkNotes(join(indexDir, 'nowhere'));
  expect(noted()).toEqual([]);
});

it('notes paths as long as Linux opens, and longer ones not at all as others', () => {
  beginWorkNotes(indexDir);
  const longest = `${'fruit/'.repeat(681)}fig.ts`;
  const notes = new WorkNotes(indexDir, 0);
  notes.begin(longest);
  expect(noted()).toEqual([longest]);
});
