import { pascalCase } from './layout.js';
import type { Random } from './random.js';
import { ADJECTIVES, FIELDS, NOUNS, SENTENCES, VERBS } from './words.js';

/** `cold-chain` -> `coldChain`. */
export function camelCase(words: string): string {
  const name = pascalCase(words);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Name of a function or method: a verb, at times an adjective, a noun. */
export function functionName(random: Random): string {
  const middle = random.chance(0.4) ? `-${random.pick(ADJECTIVES)}` : '';
  return camelCase(`${random.pick(VERBS)}${middle}-${random.pick(NOUNS)}`);
}

/** Name of a variable: an adjective and a noun. */
export function variableName(random: Random): string {
  return camelCase(`${random.pick(ADJECTIVES)}-${random.pick(NOUNS)}`);
}

/** One sentence of prose as comments hold it. */
export function sentence(random: Random): string {
  return random
    .pick(SENTENCES)
    .replace('{noun}', random.pick(NOUNS).replace('-', ' '))
    .replace('{other}', random.pick(NOUNS).replace('-', ' '))
    .replace('{adjective}', random.pick(ADJECTIVES))
    .replace('{verb}', random.pick(VERBS));
}

/** A documentation comment of one to three sentences. */
export function docComment(random: Random, indent: string): string {
  const lines = Array.from({ length: random.integer(1, 3) }, () => sentence(random));
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** Statements of a body that ends with a return; every name is declared before it is used. */
export function body(random: Random, indent: string, parameter: string, returned: string): string {
  const known = [parameter];
  let text = '';
  const count = random.integer(2, 7);
  for (let index = 0; index < count; index++) text += statement(random, indent, known);
  return `${text}${indent}return ${returned};\n`;
}

const FIELDS_BUT_ENABLED = FIELDS.filter(([name]) => name !== 'enabled');

function statement(random: Random, indent: string, known: string[]): string {
  const used = random.pick(known);
  const name = `${variableName(random)}${known.length}`;
  const [field] = random.pick(FIELDS_BUT_ENABLED);
  switch (random.integer(0, 9)) {
    case 0:
      known.push(name);
      return `${indent}const ${name} = ${used}.filter((entry) => entry.${field} !== undefined && entry.quantity > ${random.integer(0, 90)});\n`;
    case 1:
      known.push(name);
      return `${indent}const ${name} = [...${used}].sort((left, right) => left.${random.pick(['amount', 'priority', 'share'])} - right.amount);\n`;
    case 2:
      return (
        `${indent}for (const entry of ${used}) {\n` +
        `${indent}  if (entry.region === '${random.pick(NOUNS)}' || entry.attempts > ${random.integer(1, 9)}) continue;\n` +
        `${indent}  messages.push(\`${random.pick(ADJECTIVES)} ${random.pick(NOUNS)} \${entry.id}\`);\n` +
        `${indent}}\n`
      );
    case 3:
      return `${indent}if (${used}.length === 0) throw new RangeError('no ${random.pick(ADJECTIVES)} ${random.pick(NOUNS)} to ${random.pick(VERBS)}');\n`;
    case 4:
      return `${indent}// ${sentence(random)}\n`;
    case 5:
      return `${indent}messages.push('${random.pick(VERBS)} the ${random.pick(ADJECTIVES)} ${random.pick(NOUNS)}');\n`;
    case 6:
      return (
        `${indent}const ${name}Total = ${used}.reduce((sum, entry) => sum + entry.quantity * ${random.integer(2, 400)}, 0);\n` +
        `${indent}if (${name}Total > ${random.integer(100, 90_000)}) messages.push(String(${name}Total));\n`
      );
    case 7:
      known.push(name);
      return `${indent}const ${name} = ${used}.map((entry) => ({ ...entry, ${field}: entry.${field}, enabled: ${random.chance(0.5)} }));\n`;
    case 8:
      return (
        `${indent}switch (${used}[0]?.currency) {\n` +
        `${indent}  case '${random.pick(NOUNS)}':\n${indent}    messages.push('${sentence(random)}');\n${indent}    break;\n` +
        `${indent}  default:\n${indent}    messages.push('${random.pick(ADJECTIVES)}');\n${indent}}\n`
      );
    default:
      return (
        `${indent}try {\n${indent}  messages.push(JSON.stringify(${used}.slice(0, ${random.integer(1, 50)})));\n` +
        `${indent}} catch (error) {\n${indent}  messages.push(error instanceof Error ? error.message : '${random.pick(NOUNS)} failed');\n${indent}}\n`
      );
  }
}
