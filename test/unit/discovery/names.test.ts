import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { directoryClass, fileClass } from '../../../src/discovery/file-class.js';
import { decodeName, toByteString } from '../../../src/discovery/path-bytes.js';
import { compareByPriority } from '../../../src/discovery/priority.js';
import { patternsOfSecrets } from '../../../src/discovery/secret-names.js';
import { BINARY_EXTENSIONS, reasonByName } from '../../../src/discovery/skipped-names.js';
import { LANGUAGES } from '../../../src/shared/languages.js';
import type { Candidate, FileClass } from '../../../src/shared/model.js';

describe('names that are skipped unopened', () => {
  it.each([
    ['package-lock.json', 'lock-file'],
    ['Cargo.lock', 'lock-file'],
    ['go.sum', 'lock-file'],
    ['.env', 'secret'],
    ['.env.production', 'secret'],
    ['id_rsa', 'secret'],
    ['server.pem', 'secret'],
    ['.npmrc', 'secret'],
    ['shop.min.js', 'minified'],
    ['shop.css.map', 'minified'],
    ['apple.PNG', 'binary'],
    ['fruit.tar.gz', 'binary'],
  ])('skips %s as %s', (name, reason) => {
    expect(reasonByName(name)).toBe(reason);
  });

  it.each([
    '.env.example',
    '.env.local.sample',
    'id_rsa.pub',
    'package.json',
    'admin.js',
    'lock',
    'png',
    'LICENSE',
    '.envoy',
  ])('leaves %s to its content', (name) => {
    expect(reasonByName(name)).toBeUndefined();
  });

  it.each([
    ...['.env', '.env.production', '.env.local', '.ENV', 'prod.env', 'config/.env-staging', '.envrc', '.env.vault'],
    ...[
      'server.pem',
      'tls.KEY',
      'id_rsa',
      'id_ed25519',
      'id_rsa.bak',
      'keys/id_ecdsa_sk',
      'store.p12',
      'store.pfx',
      'a.jks',
    ],
    ...['.netrc', '_netrc', '.npmrc', '.pypirc', '.dockercfg', '.docker/config.json', '.git-credentials', '.pgpass'],
    ...[
      'credentials.json',
      '.aws/credentials',
      '.aws/config',
      'credentials',
      '.cargo/credentials.toml',
      '.azure/token.json',
    ],
    ...['vault.kdbx', 'x.keytab', 'x.ovpn', '.htpasswd', '.vault-token', 'master.key', '.ssh/config', '.gnupg/x.conf'],
    ...[
      'terraform.tfstate',
      'prod.tfstate',
      'terraform.tfstate.backup',
      'terraform.tfstate.1700.backup',
      '.terraformrc',
    ],
    ...['kubeconfig', '.kube/config', 'prod.kubeconfig', 'client_secret.json', 'client_secret_9.apps.json'],
    ...[
      'service-account.json',
      'serviceAccountKey.json',
      'secrets.yml',
      'config/secrets.yaml',
      'secrets.json',
      'secret.toml',
    ],
    ...['.bash_history', '.python_history', 'local.settings.json'],
  ])('takes `%s` for a secret', (path) => {
    expect(reasonByName(path)).toBe('secret');
  });

  it.each([
    ...[
      '.env.example',
      '.env.local.sample',
      'example.env',
      'sample.env',
      '.env.template',
      '.envoy',
      'env.ts',
      'environment.rb',
    ],
    ...[
      'id_rsa.pub',
      'id_rsa_test.pub',
      'idrsa.go',
      'keys.ts',
      'key.go',
      'monkey',
      'pem.go',
      'credentials.go',
      'credentials.md',
    ],
    ...[
      'secrets.ts',
      'secrets.go',
      'chart/templates/secrets.yaml',
      'secret.go',
      'secrets.md',
      'docker/config.json',
      'config',
    ],
    ...[
      'kube/config',
      'main.tf',
      'variables.tfvars',
      'config.json',
      'service-account.ts',
      'serviceaccount.yaml',
      'history.md',
    ],
    ...[
      'ssh/config.go',
      'aws/credentials.go',
      'client_secret.go',
      'tfstate.go',
      'server.crt',
      'authorized_keys.md',
      'auth.json',
    ],
  ])('leaves `%s` to its content', (path) => {
    expect(reasonByName(path)).toBeUndefined();
  });

  it('that look like secrets are wanted where a pattern names their kind, not where it names everything', () => {
    const naming = ['.env', '.env.*', '*.pem', 'certs/*.{key,pem}', '/deploy/id_rsa', '.ssh/**', '**/secrets.yml'];
    expect(patternsOfSecrets(naming)).toEqual([
      ...['.env', '.env.*', '*.pem', 'certs/*.key', 'certs/*.pem', '/deploy/id_rsa', '.ssh/**', '**/secrets.yml'],
    ]);
    expect(patternsOfSecrets(['**', '*', 'src/**', '*.ts', 'config/*', '**/*.{ts,js}', '!*.pem', '*.*'])).toEqual([]);
  });

  it('holds no extension of a language as binary', () => {
    const textual = LANGUAGES.flatMap((language) => language.extensions).map((extension) => extension.slice(1));
    expect(textual.filter((extension) => BINARY_EXTENSIONS.has(extension))).toEqual([]);
  });
});

describe('file classes', () => {
  it.each<[string, string, FileClass]>([
    ['src', 'apple.ts', 'source'],
    ['src', 'apple.test.ts', 'test'],
    ['src/__tests__', 'apple.ts', 'test'],
    ['pkg', 'apple_test.go', 'test'],
    ['pkg/testdata', 'prices.json', 'test'],
    ['shop', 'test_apple.py', 'test'],
    ['src/main', 'AppleTest.java', 'test'],
    ['src/main', 'Latest.java', 'source'],
    ['src/main', 'Contest.kt', 'source'],
    ['Shop.Tests', 'Apple.cs', 'test'],
    ['spec/models', 'apple_spec.rb', 'test'],
    ['', 'README.md', 'docs'],
    ['docs', 'conf.py', 'docs'],
    ['docs/test', 'conf.py', 'test'],
    ['', 'prices.csv', 'data'],
    ['', 'shop.yaml', 'data'],
    ['', 'Makefile', 'source'],
    ['', 'unknown.xyz', 'source'],
    ['latest', 'attest.ts', 'source'],
  ])('in `%s`, `%s` is %s', (directory, name, expected) => {
    expect(fileClass(name, directoryClass(directory))).toBe(expected);
  });
});

describe('order', () => {
  it('of priority is source, test, docs, data, the largest first, then by path', () => {
    const file = (path: string, kind: FileClass, sizeBytes: number): Candidate => {
      return { path, fileClass: kind, sizeBytes, mtimeMs: 0, ctimeMs: 0 };
    };
    const files = [
      file('a.json', 'data', 9),
      file('a.md', 'docs', 9),
      file('b.ts', 'source', 1),
      file('a.test.ts', 'test', 9),
      file('a.ts', 'source', 1),
      file('c.ts', 'source', 5),
    ];
    const order = files.sort(compareByPriority).map((each) => each.path);
    expect(order).toEqual(['c.ts', 'a.ts', 'b.ts', 'a.test.ts', 'a.md', 'a.json']);
  });
});

describe('names as bytes', () => {
  it('survive the way to byte strings and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(decodeName(toByteString(name))).toEqual({ name, valid: true });
      }),
    );
  });

  it('that are not UTF-8 are shown with their bytes', () => {
    expect(decodeName('caf\xe9.txt')).toEqual({ name: 'caf\\xe9.txt', valid: false });
  });
});
