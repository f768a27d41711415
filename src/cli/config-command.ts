import type { Command } from 'commander';
import { SETTING_KEYS, settingOf, variableOf, type Config, type SettingKey } from '../config/config.js';
import { describeSource } from '../config/setting-source.js';
import type { Colors } from './colors.js';
import type { Invocation } from './invocation.js';
import { settingText } from './quantities.js';
import { addSettingFlags } from './setting-flags.js';
import { escapeControls } from './terminal-text.js';

/** Adds `mind-index config [path]`: prints every setting that would hold for a run, and where it came from. */
export function registerConfig(program: Command, invocation: Invocation): void {
  const command = program
    .command('config')
    .description('print the effective settings and where each came from')
    .argument('[path]', 'folder the settings are for', '.')
    .action(async (path: string) => {
      const config = await invocation.readConfig(command, path);
      const { output } = invocation;
      if (config.json) output.json(configJson(config));
      else output.data(configTable(config, invocation.colorsFor(output.stdout)));
    });
  addSettingFlags(command, 'index');
  addSettingFlags(command, 'search');
}

/** The settings as `--json` prints them. */
export function configJson(config: Config): object {
  const { root, configFile, fingerprint } = config;
  const settings = SETTING_KEYS.map((key) => {
    const { kind, default: value, unit, reason, affectsContent, flag } = settingOf(key);
    const told = {
      value: config.values[key],
      source: config.sources[key],
      default: value,
      unit,
      allowed: kind.allowed,
    };
    return [key, { ...told, reason, affectsContent, flag, variable: variableOf(key) }];
  });
  return { root, configFile, fingerprint, settings: Object.fromEntries(settings) };
}

/** The settings as a table; what differs from its default stands out by its source. */
export function configTable(config: Config, colors: Colors): string {
  const rows = SETTING_KEYS.map(
    (key) => [key, valueText(config, key), escapeControls(describeSource(config.sources[key]))] as const,
  );
  const keyColumns = Math.max(...rows.map(([key]) => key.length));
  const valueColumns = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(([key, value, source]) => {
    const line = `${key.padEnd(keyColumns)}  ${value.padEnd(valueColumns)}  `;
    return source === 'default' ? line + colors.faint(source) : colors.strong(line + source);
  });
  return [
    `root         ${escapeControls(config.root)}`,
    `config file  ${config.configFile === undefined ? 'none' : escapeControls(config.configFile)}`,
    `fingerprint  ${config.fingerprint}`,
    '',
    ...lines,
  ].join('\n');
}

function valueText(config: Config, key: SettingKey): string {
  return escapeControls(settingText(config.values[key], settingOf(key).unit));
}
