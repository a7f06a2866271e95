const port = 'goes through a port';

const globals = [
  ...['Date', 'performance', 'Intl'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask'],
  ...['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'navigator', 'crypto'],
  ...['process', 'console', 'Buffer', 'require', 'module', '__dirname', '__filename'],
  ...['Worker', 'MessageChannel', 'BroadcastChannel', 'Atomics', 'SharedArrayBuffer'],
  ...['globalThis', 'global', 'self', 'window', 'eval', 'Function'],
].map((name) => ({ name, message: `${name} ${port}.` }));

const losslessDecoding = {
  object: 'JSON',
  property: 'parse',
  message: 'JSON.parse rounds numbers: decode losslessly.',
};

const properties = [
  losslessDecoding,
  { object: 'Math', property: 'random', message: `Chance ${port}.` },
  { object: 'AbortSignal', property: 'timeout', message: `Time ${port}.` },
  ...['toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase', 'localeCompare'].map((property) => ({
    property,
    message: 'The result depends on the machine.',
  })),
];

/** No clock, chance, network, disk or process but through a port. */
export const portsOnly = {
  'no-restricted-globals': ['error', ...globals],
  'no-restricted-properties': ['error', ...properties],
};

/** For the files that implement the ports. */
export const isPort = {
  'no-restricted-globals': 'off',
  'no-restricted-properties': ['error', losslessDecoding],
};

/** Tests run on a virtual clock. */
export const virtualTime = {
  'no-restricted-globals': [
    'error',
    ...globals.filter(({ name }) => ['Date', 'performance'].includes(name) || /^set|queue/.test(name)),
  ],
  'no-restricted-properties': [
    'error',
    ...properties.filter(({ object }) => object === 'Math' || object === 'AbortSignal'),
  ],
};
