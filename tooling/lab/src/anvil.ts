import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

const require = createRequire(import.meta.url);

/** A chain of one's own. */
export type Anvil = {
  readonly url: string;
  readonly rpc: (method: string, ...params: readonly unknown[]) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

let requests = 0;

export async function startAnvil(...options: readonly string[]): Promise<Anvil> {
  const port = await freePort();
  const child = spawn(findProgram(), ['--port', String(port), '--silent', '--hardfork', 'cancun', ...options], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  let failure: Error | undefined;
  const over = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  });

  const rpc: Anvil['rpc'] = async (method, ...params) => {
    requests += 1;
    const body = JSON.stringify({ jsonrpc: '2.0', id: requests, method, params });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer: unknown = await response.json();
    const error: unknown = Reflect.get(Object(answer), 'error');
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    const result: unknown = Reflect.get(Object(answer), 'result');
    return result;
  };

  for (let attempt = 0; ; attempt += 1) {
    try {
      await rpc('eth_chainId');
      break;
    } catch (error) {
      // Refused at once until it listens, some tens of milliseconds from now.
      if (failure !== undefined) throw noProgram(failure);
      if (attempt > 20_000) throw error;
    }
  }
  return {
    url,
    rpc,
    stop: async () => {
      child.kill('SIGTERM');
      await over;
    },
  };
}

/** Its package holds the program for Linux on x64; elsewhere it is looked for on the path. */
function findProgram(): string {
  const { platform, arch } = process;
  if (platform !== 'linux' || arch !== 'x64') return 'anvil';
  return require.resolve('@foundry-rs/anvil-linux-amd64/bin/anvil');
}

function noProgram(cause: Error): Error {
  return new Error('anvil did not start; where there is no package of it, install it: https://getfoundry.sh', {
    cause,
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
