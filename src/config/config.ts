import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errors } from '../shared/errors.js';
import { findConfigFile, readConfigFile, type ConfigFile } from './config-file.js';
import { SETTINGS, type Setting } from './defaults.js';
import { readEnvironment, VARIABLE_PREFIX, type Environment } from './environment.js';
import { contentFingerprint } from './fingerprint.js';
import { nearestName } from './nearest-name.js';
import { resolveRoot } from './root-folder.js';
import { describeSource, type SettingSource } from './setting-source.js';

type Table = typeof SETTINGS;

/** Key of a setting; keys with a dot are groups. */
export type SettingKey = keyof Table;

/** The value of every setting by its key. */
export type SettingValues = { readonly [Key in SettingKey]: Table[Key] extends Setting<infer Value> ? Value : never };

type Group<Name extends string> = {
  readonly [Key in SettingKey as Key extends `${Name}.${infer Member}` ? Member : never]: SettingValues[Key];
};

type Ungrouped = {
  readonly [Key in SettingKey as Key extends `${string}.${string}` ? never : Key]: SettingValues[Key];
};

/** The settings of one call: validated, merged and frozen. Sizes are bytes, times milliseconds, paths absolute. */
export interface Config extends Ungrouped {
  readonly chunk: Group<'chunk'>;
  readonly scaling: Group<'scaling'>;
  /** The folder that is indexed: absolute, symbolic links resolved. */
  readonly root: string;
  /** The config file that was read, if there was one. */
  readonly configFile: string | undefined;
  readonly gitConfigHome: Environment['gitConfigHome'];
  readonly terminal: Environment['terminal'];
  /** Every setting by its key, as `mind-index config` prints them. */
  readonly values: SettingValues;
  /** Where each value came from. */
  readonly sources: Readonly<Record<SettingKey, SettingSource>>;
  /** Equal for two configs that make the same content of the same tree; see `contentFingerprint`. */
  readonly fingerprint: string;
}

/** What a config is made from. */
export interface ConfigRequest {
  /** The folder to index or search; relative to `cwd`. */
  readonly path: string;
  readonly cwd?: string;
  readonly environment?: Environment;
  /** What was typed on the command line, by setting key, unparsed. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** What a program passed to the library, by setting key. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** A config file to read in place of the root's own; relative to `cwd`. */
  readonly configFile?: string;
}

/** Values as one source wrote them. Relative paths in it are relative to `base`. */
interface Layer {
  readonly values: Readonly<Record<string, unknown>>;
  readonly base: string;
  readonly source: (key: string) => SettingSource;
  /** A folder that paths in it must not lead out of, since whoever wrote it need not be whoever runs this. */
  readonly within?: string;
  /** The spelling that this source uses for a key. */
  readonly spelling: (key: SettingKey) => string;
}

/** Every key in the order of the table. */
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** The entry of the table for a key, its value type erased. */
export function settingOf(key: SettingKey): Setting<unknown> {
  return SETTINGS[key] as Setting<unknown>;
}

/** The variable of a setting: `chunk.maxLines` is set by `MIND_INDEX_CHUNK_MAX_LINES`. */
export function variableOf(key: SettingKey): string {
  return VARIABLE_PREFIX + key.replace('.', '_').replace(/[A-Z]/g, '_$&').toUpperCase();
}

/** The long spelling of a setting's flag, or its key where it has none. */
export function flagOf(key: SettingKey): string {
  return settingOf(key).flag?.split(', ').at(-1) ?? key;
}

/** Merges defaults < file < variables < flags, checks every value, and freezes the result. Opens no file but the config file. */
export async function loadConfig(request: ConfigRequest): Promise<Config> {
  const cwd = request.cwd ?? process.cwd();
  const environment = request.environment ?? readEnvironment();
  const root = resolveRoot(request.path, cwd);
  const file = request.configFile ? await readConfigFile(resolve(cwd, request.configFile)) : await findConfigFile(root);
  const layers = [
    ...(file ? [{ ...fileLayer(file, root), ...(request.configFile ? {} : { within: root }) }] : []),
    variableLayer(environment, cwd),
    callLayer('flag', request.flags ?? {}, cwd),
    callLayer('option', request.options ?? {}, cwd),
  ];

  const values: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  for (const key of SETTING_KEYS) {
    values[key] = settingOf(key).default;
    sources[key] = { kind: 'default' };
  }
  values['indexDir'] = resolve(root, SETTINGS.indexDir.default);
  values['cacheDir'] = environment.cacheDir;
  for (const layer of layers) applyLayer(layer, values, sources);

  return freeze({
    ...nest(values),
    root,
    configFile: file?.path,
    gitConfigHome: environment.gitConfigHome,
    terminal: environment.terminal,
    values,
    sources,
    fingerprint: contentFingerprint(values),
  }) as unknown as Config;
}

function fileLayer(file: ConfigFile, root: string): Layer {
  return { values: file.values, base: root, source: () => ({ kind: 'file', path: file.path }), spelling: (key) => key };
}

function variableLayer(environment: Environment, base: string): Layer {
  const keys = new Map<string, string>(SETTING_KEYS.map((key) => [variableOf(key), key]));
  const values = Object.entries(environment.variables).map(([name, value]) => [keys.get(name) ?? name, value]);
  return {
    values: Object.fromEntries(values) as Record<string, string>,
    base,
    source: (key) => ({ kind: 'variable', name: key in SETTINGS ? variableOf(key as SettingKey) : key }),
    spelling: variableOf,
  };
}

function callLayer(kind: 'flag' | 'option', values: Readonly<Record<string, unknown>>, base: string): Layer {
  const spelling = (key: SettingKey) => (kind === 'flag' ? flagOf(key) : key);
  return { values, base, source: (key) => ({ kind, name: spelling(key as SettingKey) }), spelling };
}

function applyLayer(layer: Layer, values: Record<string, unknown>, sources: Record<string, SettingSource>): void {
  for (const [key, raw] of Object.entries(layer.values)) {
    if (raw === undefined) continue;
    const source = layer.source(key);
    if (!Object.hasOwn(SETTINGS, key))
      throw errors.settingUnknown(
        key,
        source.kind === 'file' ? describeSource(source) : source.kind,
        nearest(key, layer),
      );
    const setting = settingOf(key as SettingKey);
    if (setting.notFromFile && source.kind === 'file')
      throw errors.settingNotFromFile(key, source.path, variableOf(key as SettingKey));
    const value = setting.kind.parse(raw);
    if (value === undefined) throw errors.settingInvalid(key, describeSource(source), raw, setting.kind.allowed);
    values[key] = setting.kind.isPath ? resolve(layer.base, value as string) : value;
    if (setting.kind.isPath && layer.within !== undefined && leadsOut(layer.within, values[key] as string)) {
      throw errors.indexDirOutside(value as string, describeSource(source));
    }
    sources[key] = source;
  }
}

/** True for the folder itself as well: an index needs one of its own. */
function leadsOut(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
}

function nearest(key: string, layer: Layer): string | undefined {
  return nearestName(key, SETTING_KEYS.map(layer.spelling));
}

/** Turns `group.member` keys into objects. */
function nest(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const [name, member] = key.split('.') as [string, string | undefined];
    if (member === undefined) nested[name] = value;
    else nested[name] = { ...(nested[name] as object | undefined), [member]: value };
  }
  return nested;
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) freeze(member as object);
  return Object.freeze(value);
}
