import { expandBraces } from './path-globs.js';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Exact names of files that hold credentials, in lower case. */
const NAMES = words(`
  .npmrc .netrc _netrc .authinfo .pgpass .my.cnf .mylogin.cnf .pypirc .dockercfg .dockerconfigjson .git-credentials
  .s3cfg .boto .passwd-s3fs .databrickscfg .htpasswd .vault-token .vault_pass .vault-password .envrc .secrets
  credentials credentials.json credentials.toml credentials.csv credentials.tfrc.json .terraformrc
  master.key local.settings.json kubeconfig .kubeconfig accesskeys.csv
  .bash_history .zsh_history .sh_history .psql_history .mysql_history .rediscli_history .node_repl_history .python_history
`);

/** Files whose name alone says nothing, with the directory that does. */
const IN_DIRECTORIES = words(`.kube/config .docker/config.json .aws/config .composer/auth.json .config/hosts.yml`);

/** Directories that hold nothing else. */
const DIRECTORIES = words(`.ssh .gnupg .aws .azure`);

/** Extensions of key material and of what tools write their secrets into, in lower case. */
const EXTENSIONS = words(`
  env pem key p12 pfx jks jceks keystore bks ppk p8 pkcs8 pkcs12 kdbx kdb gpg age keytab agekey ovpn kubeconfig
  tfstate keychain
`);

/** Words before or after `env` in the names of files that only show what to fill in. */
const TEMPLATES = words(`example sample template dist defaults schema tpl tmpl`);

const PATTERNS: readonly RegExp[] = [
  /^id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?([._-].*)?(?<!\.pub)$/,
  /^client_secrets?([._-].*)?\.json$/,
  /^service[._-]?account[._-]?(key)?\.json$/,
  /\.tfstate\.(.*\.)?backup$/,
];

/** What programs read their secrets from, also a chart of Helm that only says how they are made. */
const SECRETS_FILE = /^secrets?\.(ya?ml|json|toml)$/;
const CHART_DIRECTORY = 'templates';

/**
 * Whether a path looks like one of keys or passwords. A list of what tools and people call such files, and no scanner: a
 * password in an ordinary source file is not found.
 */
export function isSecretPath(path: string): boolean {
  const names = path.toLowerCase().split('/');
  const name = names.at(-1)!;
  const directory = names.at(-2) ?? '';
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1);
  if (isEnvironmentTemplate(name)) return false;
  if (NAMES.has(name) || IN_DIRECTORIES.has(`${directory}/${name}`) || DIRECTORIES.has(directory)) return true;
  if (/^\.env([._-]|$)/.test(name) || (dot >= 0 && EXTENSIONS.has(extension))) return true;
  if (SECRETS_FILE.test(name)) return directory !== CHART_DIRECTORY;
  return PATTERNS.some((pattern) => pattern.test(name));
}

/** Such as `.env.example`, `.env.local.sample` and `example.env`. */
function isEnvironmentTemplate(name: string): boolean {
  const parts = name.split('.');
  return parts.includes('env') && (TEMPLATES.has(parts.at(-1)!) || TEMPLATES.has(parts[0]!));
}

/**
 * Those of the patterns that name a kind of secret (`.env`, `certs/*.pem`, `.env.*`) and not merely everything that there is
 * somewhere (`src/**`): whoever writes one wants these files although they look like secrets.
 */
export function patternsOfSecrets(patterns: readonly string[]): string[] {
  return patterns
    .flatMap(expandBraces)
    .filter((pattern) => !pattern.startsWith('!'))
    .filter((pattern) => ['', 'x'].some((any) => isSecretPath(pattern.replace(/\*+/g, any).replaceAll('?', 'x'))));
}
