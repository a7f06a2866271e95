import { runEmulated } from './emulated.js';
import { showLive } from './live.js';
import { runRebalancing } from './rebalancing.js';

const [flag, pair = 'BTC-USDT', ...others] = process.argv.slice(2);

try {
  if (flag === undefined) {
    await runRebalancing();
    await runEmulated();
  } else if (flag === '--live' && others.length === 0) await showLive(pair);
  else throw new Error(`unknown arguments ${process.argv.slice(2).join(' ')}; there is --live PAIR`);
} catch (error) {
  console.error(error instanceof Error ? error.message.split('\n')[0] : String(error));
  process.exitCode = 1;
}
