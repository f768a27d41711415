/** What is ignored where no git repository says so: dependencies, build output, caches, environments, version control. */
export const DEFAULT_IGNORES = `
# Version control
.hg/
.svn/
.bzr/
.jj/
.sl/
_darcs/
CVS/

# Dependencies
node_modules/
bower_components/
jspm_packages/
Pods/
Carthage/
.bundle/
deps/_build/
elm-stuff/
.stack-work/
.pnpm-store/
.yarn/cache/
.yarn/unplugged/

# Build output
dist/
build/
out/
target/
_build/
.build/
bazel-*/
cmake-build-*/
DerivedData/
.next/
.nuxt/
.output/
.svelte-kit/
.astro/
.docusaurus/
.vercel/
.netlify/
.serverless/
.dart_tool/
dist-newstyle/
zig-out/
*.egg-info/
*.dSYM/

# Caches
.cache/
.parcel-cache/
.turbo/
.nx/
.gradle/
.zig-cache/
zig-cache/
.terraform/
.eslintcache
__pycache__/
.mypy_cache/
.pytest_cache/
.ruff_cache/
.hypothesis/
.ipynb_checkpoints/
.tox/
.nox/
.nyc_output/
coverage/
htmlcov/
*.pyc

# Virtual environments
.venv/
venv/
.virtualenv/
.conda/
.direnv/
.devenv/

# Editors and systems
.idea/
.vs/
.DS_Store
Thumbs.db
*.swp
*~
`;
