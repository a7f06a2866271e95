import { runEmulated } from './emulated.js';
import { showLive } from './live.js';

const [flag, pair = 'BTC-USDT'] = process.argv.slice(2);

try {
  if (flag === '--live') await showLive(pair);
  else if (flag === undefined) await runEmulated();
  else throw new Error(`unknown argument ${flag}; there is --live PAIR`);
} catch (error) {
  console.error(error instanceof Error ? error.message.split('\n')[0] : String(error));
  process.exitCode = 1;
}
