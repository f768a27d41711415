import type { SkipReason } from '../shared/model.js';

const MEANINGS: Readonly<Record<SkipReason, string>> = {
  binary: 'no text',
  excluded: 'left out by `include` or `exclude`',
  generated: 'written by a program',
  'lock-file': 'versions written by a package manager',
  minified: 'not meant to be read',
  'nested-repository': 'a git repository of its own: index it on its own',
  'not-regular': 'a pipe, socket or device',
  'path-not-utf8': 'its name is not valid UTF-8: rename it',
  secret: 'looks like a key or password',
  symlink: 'symbolic links are not followed',
  'too-large': 'larger than `maxFileBytes`',
  undecodable: 'neither UTF-8 nor a sure UTF-16 or Latin-1',
  unreadable: 'permission denied or a read error',
  vanished: 'deleted while it was read',
};

/** What a skip reason means, for people; empty for one this version does not know. */
export function meaningOf(reason: string): string {
  return Object.hasOwn(MEANINGS, reason) ? MEANINGS[reason as SkipReason] : '';
}
