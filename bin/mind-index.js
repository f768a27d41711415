#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets a sentence instead of a stack.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: mind-index needs Node 20.19 or newer, this is Node ${process.versions.node}\n
hint: install a newer Node from \`https://nodejs.org\`\n`);
  process.exitCode = 2;
} else {
  import('node:module')
    .then((module) => module.enableCompileCache && module.enableCompileCache())
    .then(() => import('../dist/cli/main.js'));
}
