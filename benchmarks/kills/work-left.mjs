// Prints, as JSON, the paths that a run would work on: `node work-left.mjs <program> <root> <index directory>`. A process
// of its own, so that nobody keeps the index open while programs are killed over it.
import { pathToFileURL } from 'node:url';

const [program, path, indexDir] = process.argv.slice(2);
const load = (file) => import(new URL(`dist/${file}`, pathToFileURL(`${program}/`)).href);
const [{ loadConfig }, { discover }, { planChanges }, { openSqliteReader }] = await Promise.all(
  ['config/config.js', 'discovery/walk.js', 'pipeline/change-plan.js', 'storage/sqlite-reader.js'].map(load),
);

const config = await loadConfig({ path, options: { indexDir } });
const discovery = await discover(config);
let known = [];
try {
  known = [...openSqliteReader(indexDir).files()];
} catch (error) {
  if (error.code !== 'index-missing') throw error;
}
const plan = planChanges(known, discovery.candidates, discovery, () => true);
console.log(JSON.stringify(plan.tasks.map((task) => task.path)));
