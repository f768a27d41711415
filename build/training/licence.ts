/** A sentence that only the licence's text has, by SPDX identifier; the first that matches names it. */
const SIGNS: readonly (readonly [identifier: string, sign: RegExp])[] = [
  ['AGPL-3.0', /GNU AFFERO GENERAL PUBLIC LICENSE/i],
  ['GPL', /GNU (LESSER |LIBRARY )?GENERAL PUBLIC LICENSE/i],
  ['BUSL', /Business Source License/i],
  ['SSPL', /Server Side Public License/i],
  ['Elastic', /Elastic License/i],
  ['MPL-2.0', /Mozilla Public License,? v(ersion|\.) ?2/i],
  ['Apache-2.0', /Apache License Version 2\.0|Licensed under the Apache License/i],
  ['BSL-1.0', /Boost Software License/i],
  ['Unlicense', /This is free and unencumbered software released into the public domain/i],
  ['Zlib', /This software is provided 'as-is', without any express or implied warranty/i],
  ['PostgreSQL', /PostgreSQL License/i],
  ['BSD-3-Clause', /Redistribution and use in source and binary forms.*Neither the names? of/i],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/i],
  ['ISC', /Permission to use, copy, modify,? and(\/or)? distribute this software for any purpose with or without fee/i],
  ['MIT-0', /MIT No Attribution/],
  ['MIT', /Permission is hereby granted, free of charge, to any person obtaining/i],
];

/** Licences that let anyone use what was made from the text, with no condition on the result but, at most, a notice. */
const PERMISSIVE: ReadonlySet<string> = new Set(
  'MIT MIT-0 Apache-2.0 BSD-2-Clause BSD-3-Clause ISC Zlib PostgreSQL Unlicense BSL-1.0'.split(' '),
);

/** The SPDX identifier of a licence's text; undefined when no sign of one is found. */
export function licenceOf(text: string): string | undefined {
  const unbroken = text.replace(/\s+/g, ' ');
  return SIGNS.find(([, sign]) => sign.test(unbroken))?.[0];
}

/** Why a licence file's text does not bear out a permissive licence; undefined when it does. */
export function licenceProblem(text: string, claimed: string): string | undefined {
  const found = licenceOf(text);
  if (found === undefined) return 'the text is of no known licence';
  if (!PERMISSIVE.has(found)) return `the text is of ${found}`;
  return found === claimed ? undefined : `the text is of ${found}, the list says ${claimed}`;
}
