// Every root script comes through here, so that node and npm are all a machine needs: npx fetches the pinned pnpm,
// and task.mjs does the work with pnpm on its PATH.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const task = fileURLToPath(new URL('task.mjs', import.meta.url));

const child = spawn('npx', ['--yes', '--package', packageManager, '--', 'node', task, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: cleanEnvironment(),
  shell: process.platform === 'win32',
});
// The child hears Ctrl-C too, and ends in its own time.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
child.on('close', (code) => process.exit(code ?? 1));

/** npm hands its own settings down as variables; pnpm would take some of them for its own. Those that say how to reach a registry stay. */
function cleanEnvironment() {
  const own = /^npm_(?!config_(registry|.*proxy|ca|cafile|cache|userconfig|globalconfig)$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !own.test(name));
  return {
    ...Object.fromEntries(kept),
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    // Part of turbo's cache key: what passed on one node says nothing about another.
    HB_NODE: process.version,
    npm_config_update_notifier: 'false',
  };
}
