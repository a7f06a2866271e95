import { base, language, noClasses, noModuleState, noReexports, oneShape, size } from '../parts/base.js';
import { portsOnly, virtualTime } from '../parts/ports.js';
import { tests } from '../parts/tests.js';

/** `@noble/hashes` for venues that sign Keccak hashes, which the crypto port does not make. */
const contract = ['@hb/connector-core', 'valibot', '@noble/hashes'];
/** A DEX builds calls of its chain, and both write them with viem's functions; its client and its list of chains stay out. Forks share functions. */
const onChain = ['@hb/connector-ethereum', '@hb/uniswap-pools', '@hb/uniswap-liquidity', 'viem/utils'];
/** What emulated venues are made of: testkit, and what products of one venue share. */
const emulation = ['@hb/connector-testkit', '@hb/binance-emulation'];
/** Files of keys are encrypted by AES. */
const keystores = ['@noble/ciphers'];

/** A connector: values in, values out, no state, and an emulator that shares nothing with it. */
export function connector(directory) {
  const syntax = [...language, ...noClasses, ...noReexports, ...noModuleState];
  const pure = {
    ...size,
    ...portsOnly,
    '@typescript-eslint/explicit-module-boundary-types': 'error',
    'no-restricted-syntax': ['error', ...syntax],
  };
  return [
    ...base(directory),
    {
      files: ['src/**/*.ts'],
      rules: {
        ...pure,
        'no-restricted-syntax': ['error', ...syntax, ...oneShape],
        'hb/word-tables': 'error',
        'hb/imports': ['error', { packages: [...contract, ...onChain, ...keystores], within: ['src'] }],
      },
    },
    {
      files: ['emulator/**/*.ts'],
      rules: {
        ...pure,
        'hb/imports': ['error', { packages: [...contract, ...emulation, 'viem/utils'], within: ['emulator'] }],
      },
    },
    {
      files: ['**/index.ts'],
      rules: { 'no-restricted-syntax': ['error', ...language, ...noClasses, ...noModuleState] },
    },
    { files: ['test/**/*.ts'], rules: { ...tests, ...virtualTime } },
  ];
}
