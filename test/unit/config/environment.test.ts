import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.js';

describe('the environment', () => {
  test('gives our variables that are not empty, and no others', () => {
    const { variables } = readEnvironment({ MIND_INDEX_LIMIT: '3', MIND_INDEX_JSON: '', LIMIT: '4' }, 'linux');
    expect(variables).toEqual({ MIND_INDEX_LIMIT: '3' });
  });

  test.each([
    ['linux', { HOME: '/h' }, '/h/.cache/mind-index'],
    ['linux', { HOME: '/h', XDG_CACHE_HOME: '/cache' }, '/cache/mind-index'],
    ['darwin', { HOME: '/h' }, '/h/Library/Caches/mind-index'],
    ['win32', { USERPROFILE: '/u', LOCALAPPDATA: '/u/local' }, '/u/local/mind-index'],
  ] as const)('names the cache folder of %s', (platform, variables, folder) => {
    expect(readEnvironment(variables, platform).cacheDir).toBe(folder);
  });

  test('says who watches and whether colour is wanted', () => {
    const facts = (variables: Record<string, string>) => readEnvironment(variables, 'linux').terminal;
    expect(facts({})).toEqual({ ci: false, noColor: false, forceColor: undefined, dumb: false });
    expect(facts({ CI: 'true', NO_COLOR: '1', FORCE_COLOR: '1', TERM: 'dumb' })).toEqual({
      ci: true,
      noColor: true,
      forceColor: 'on',
      dumb: true,
    });
    expect(facts({ CI: 'false', NO_COLOR: '', FORCE_COLOR: '0' })).toEqual({
      ci: false,
      noColor: false,
      forceColor: 'off',
      dumb: false,
    });
  });
});
