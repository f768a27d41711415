import { relative, dirname } from 'node:path/posix';
import { pascalCase, type PlannedFile } from './layout.js';
import type { Random } from './random.js';
import { body, camelCase, docComment, functionName, sentence, variableName } from './statements.js';
import { ADJECTIVES, FIELDS, NOUNS, VERBS } from './words.js';

/** Modules below this many bytes hold types and tables only. */
const SMALLEST_WITH_METHODS = 2600;

/** Writes the TypeScript of a planned file. It compiles under `strict`: what it imports is exported there. */
export function sourceText(file: PlannedFile, random: Random): string {
  const names = new UniqueNames();
  let text = `${header(file)}${importLines(file)}\n`;
  if (file.subject !== undefined) return text + testText(file, text.length, random);
  if (file.targetBytes < SMALLEST_WITH_METHODS) return text + typesText(file, text.length, random);
  const entry = `${file.className}Entry`;
  text += recordType(entry, random);
  text += classText(file, entry, random, names);
  while (text.length < file.targetBytes) text += declaration(file, entry, random, names);
  return text;
}

/** The path is in the first line, as many projects have it; it also makes every file unique. */
function header({ path }: PlannedFile): string {
  return `// ${path}\n`;
}

function importLines(file: PlannedFile): string {
  const test = file.subject === undefined ? '' : `import { describe, expect, it } from 'vitest';\n`;
  const lines = file.imports.map((imported) => {
    const target = relative(dirname(file.path), imported.path).replace(/\.ts$/, '.js');
    return `import { ${imported.className} } from '${target.startsWith('.') ? target : `./${target}`}';\n`;
  });
  return test + lines.join('');
}

function recordType(name: string, random: Random): string {
  const fields = FIELDS.map(([field, type]) => {
    const comment = random.chance(0.2) ? `  /** ${sentence(random)} */\n` : '';
    return `${comment}  readonly ${field}: ${type};\n`;
  });
  return `${docComment(random, '')}export interface ${name} {\n${fields.join('')}}\n\n`;
}

function classText(file: PlannedFile, entry: string, random: Random, names: UniqueNames): string {
  const collaborators = file.imports.map(({ className }) => ({ className, field: camelCase(className) }));
  const fields = collaborators.map(({ className, field }) => `    private readonly ${field}: ${className},\n`).join('');
  const members: string[] = [];
  let length = 0;
  // The class takes about half of the file; free functions, types and tables take the rest.
  do {
    const member = method(
      entry,
      random,
      names.of(() => functionName(random)),
    );
    members.push(member);
    length += member.length;
  } while (length < file.targetBytes * 0.5 - 900);
  return (
    `${docComment(random, '')}export class ${file.className} {\n` +
    `  private readonly ${names.of(() => variableName(random))} = new Map<string, ${entry}>();\n\n` +
    (fields === '' ? '' : `  constructor(\n${fields}  ) {}\n\n`) +
    `${members.join('\n')}}\n\n`
  );
}

function method(entry: string, random: Random, name: string): string {
  const parameter = camelCase(`${random.pick(NOUNS)}-list`);
  const [prefix, result] = random.chance(0.3) ? ['async ', 'Promise<string[]>'] : ['', 'string[]'];
  return (
    (random.chance(0.6) ? docComment(random, '  ') : '') +
    `  ${prefix}${name}(${parameter}: readonly ${entry}[]): ${result} {\n    const messages: string[] = [];\n` +
    `${body(random, '    ', parameter, 'messages')}  }\n`
  );
}

function declaration(file: PlannedFile, entry: string, random: Random, names: UniqueNames): string {
  if (random.chance(0.3)) return typeOrTable(entry, random, names);
  const name = names.of(() => functionName(random));
  const parameter = camelCase(`${random.pick(NOUNS)}-list`);
  const exported = random.chance(0.6) ? 'export ' : '';
  return (
    (random.chance(0.7) ? docComment(random, '') : '') +
    `${exported}function ${name}(${parameter}: readonly ${entry}[], owner: ${file.className}): number {\n` +
    `  const messages: string[] = [owner.constructor.name];\n${body(random, '  ', parameter, 'messages.length')}}\n\n`
  );
}

function typeOrTable(base: string, random: Random, names: UniqueNames): string {
  const kind = random.pick(['interface', 'type', 'table']);
  if (kind === 'interface') {
    const name = names.of(() => pascalCase(`${random.pick(ADJECTIVES)}-${random.pick(NOUNS)}`));
    const fields = FIELDS.filter(() => random.chance(0.3)).map(([field, type]) => `  ${field}?: ${type};\n`);
    return `${docComment(random, '')}export interface ${name} extends Partial<${base}> {\n${fields.join('')}}\n\n`;
  }
  if (kind === 'type') {
    const name = names.of(() => pascalCase(`${random.pick(NOUNS)}-state`));
    const states = Array.from({ length: random.integer(2, 5) }, () => `'${random.pick(ADJECTIVES)}'`);
    return `${docComment(random, '')}export type ${name} = ${states.join(' | ')};\n\n`;
  }
  const name = names.of(() => `${random.pick(ADJECTIVES)}_${random.pick(NOUNS)}`.replaceAll('-', '_').toUpperCase());
  const keys = Array.from({ length: random.integer(3, 9) }, () => `${random.pick(VERBS)}-${random.pick(NOUNS)}`);
  const rows = [...new Set(keys)].map((key) => `  ${camelCase(key)}: ${random.integer(1, 9999)},\n`);
  return `${docComment(random, '')}export const ${name} = {\n${rows.join('')}} as const;\n\n`;
}

/** A small module: its class holds its collaborators, types and tables fill the rest. */
function typesText(file: PlannedFile, written: number, random: Random): string {
  const names = new UniqueNames();
  const fields = file.imports.map(({ className }) => `  ${camelCase(className)}?: ${className};\n`).join('');
  let text = `${docComment(random, '')}export class ${file.className} {\n  ${names.of(() => variableName(random))} = '';\n${fields}}\n\n`;
  while (written + text.length < file.targetBytes) text += typeOrTable(file.className, random, names);
  return text;
}

function testText({ className, targetBytes }: PlannedFile, written: number, random: Random): string {
  let text = `describe('${className}', () => {\n`;
  do {
    const subject = `${variableName(random)}Case`;
    text +=
      `  it('${random.pick(VERBS)}s the ${random.pick(ADJECTIVES)} ${random.pick(NOUNS)} when the ${random.pick(NOUNS)} is ${random.pick(ADJECTIVES)}', () => {\n` +
      `    const ${subject} = { id: '${random.pick(NOUNS)}-${random.integer(1, 999)}', quantity: ${random.integer(1, 500)} };\n` +
      `    // ${sentence(random)}\n` +
      `    expect(${className}.name).toContain('${className.slice(0, 6)}');\n` +
      `    expect(${subject}.quantity * ${random.integer(2, 9)}).toBeGreaterThan(${random.integer(0, 1)});\n  });\n`;
  } while (written + text.length < targetBytes);
  return `${text}});\n`;
}

/** Names of one file, none of them twice. */
class UniqueNames {
  private readonly taken = new Set<string>();

  of(draw: () => string): string {
    const drawn = draw();
    let name = drawn;
    for (let next = 2; this.taken.has(name); next++) name = `${drawn}${next}`;
    this.taken.add(name);
    return name;
  }
}
