import { describe, expect, it } from 'vitest';
import { LANGUAGES, languageById, languageOf, languageOfShebang } from '../../../src/shared/languages.js';

describe('the language table', () => {
  it('gives each id, extension, file name and interpreter to one language only', () => {
    const keys = LANGUAGES.flatMap(({ id, extensions, filenames = [], shebangs = [] }) => [
      `id ${id}`,
      ...extensions,
      ...filenames.map((name) => `/${name}`),
      ...shebangs.map((name) => `#!${name}`),
    ]);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(keys.filter((key) => key !== key.toLowerCase())).toEqual([]);
  });

  it.each([
    ['shop/basket.d.ts', 'typescript'],
    ['shop/Basket.TSX', 'tsx'],
    ['Dockerfile.dev', 'dockerfile'],
    ['CMakeLists.txt', 'cmake'],
    ['.bashrc', 'bash'],
    ['README', 'text'],
    ['fruit.tar.gz', undefined],
    ['.env', undefined],
  ])('reads %s as %s', (path, id) => {
    expect(languageOf(path)?.id).toBe(id);
  });

  it.each([
    ['#!/usr/bin/env python3', 'python'],
    ['#! /usr/bin/env -S OWNER=ada node --test', 'javascript'],
    ['#!/bin/sh -e', 'bash'],
    ['#!/opt/till', undefined],
    ['pears', undefined],
  ])('reads the first line `%s` as %s', (line, id) => {
    expect(languageOfShebang(line)?.id).toBe(id);
  });

  it('finds languages by id', () => {
    expect(languageById('go')?.name).toBe('Go');
    expect(languageById('pear')).toBeUndefined();
  });
});
