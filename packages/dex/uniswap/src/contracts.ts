import type { PoolContracts } from '@hb/uniswap-pools';

/** Where the contracts are. */
export type Contracts = PoolContracts & {
  readonly v3: PoolContracts['v3'] & { readonly router: string };
};

/**
 * By network: V2's factory and Router02, V3's factory, SwapRouter02, QuoterV2 and NonfungiblePositionManager.
 * @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/v2-deployments, https://docs.uniswap.org/contracts/v3/reference/deployments
 */
export const contracts = {
  mainnet: {
    v2: {
      factory: '0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f',
      router: '0x7a250d5630b4cf539739df2c5dacb4c659f2488d',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      router: '0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
  },
  arbitrum: {
    v2: {
      factory: '0xf1d7cc64fb4452f05c498126312ebe29f30fbcf9',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      router: '0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
  },
  base: {
    v2: {
      factory: '0x8909dc15e40173ff4699343b6eb8132c65e18ec6',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0x33128a8fc17869897dce68ed026d694621f6fdfd',
      router: '0x2626664c2603336e57b271c5c0b26f421741e481',
      quoter: '0x3d4e44eb1374240ce5f1b871ab261cd16335b76a',
      positions: '0x03a520b32c04bf3beef7beb72e919cf822ed34f1',
    },
  },
  optimism: {
    v2: {
      factory: '0x0c3c1c532f1e39edf36be9fe0be1410313e074bf',
      router: '0x4a7b5da61326a6379179b40d00f57e5bbdc962c2',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      router: '0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
  },
  polygon: {
    v2: {
      factory: '0x9e5a52f57b3038f1b8eee45f28b3c1967e22799c',
      router: '0xedf6066a2b290c185783862c7f4776a2c8077ad1',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      router: '0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
  },
  bsc: {
    v2: {
      factory: '0x8909dc15e40173ff4699343b6eb8132c65e18ec6',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0xdb1d10011ad0ff90774d0c6bb92e5c5c8b4461f7',
      router: '0xb971ef87ede563556b2ed4b1c0b0019111dd85d2',
      quoter: '0x78d78e420da98ad378d7799be8f4af69033eb077',
      positions: '0x7b8a01b39d58278b5de7e48c8449c9f4f5170613',
    },
  },
  avalanche: {
    v2: {
      factory: '0x9e5a52f57b3038f1b8eee45f28b3c1967e22799c',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0x740b1c1de25031c31ff4fc9a62f554a55cdc1bad',
      router: '0xbb00ff08d01d300023c629e8ffffcb65a5a578ce',
      quoter: '0xbe0f5544ec67e9b3b2d979aaa43f18fd87e6257f',
      positions: '0x655c406ebfa14ee2006250925e54ec43ad184f8b',
    },
  },
  celo: {
    v3: {
      factory: '0xafe208a311b21f13ef87e33a90049fc17a7acdec',
      router: '0x5615cdab10dc425a742d643d949a7f474c01abc4',
      quoter: '0x82825d0554fa07f7fc52ab63c961f330fdefa8e8',
      positions: '0x3d79edaabc0eab6f08ed885c05fc0b014290d95a',
    },
  },
  sepolia: {
    v2: {
      factory: '0xf62c03e08ada871a0beb309762e260a7a6a880e6',
      router: '0xee567fe1712faf6149d80da1e6934e354124cfe3',
    },
    v3: {
      factory: '0x0227628f3f023bb0b980b67d528571c95c6dac1c',
      router: '0x3bfa4769fb09eefc5a80d6e87c3b9c650f7ae48e',
      quoter: '0xed1f6473345f45b75f8179591dd5ba1888cf2fb3',
      positions: '0x1238536071e1c677a632429e3655c799b22cda52',
    },
  },
} as const satisfies Readonly<Record<string, Contracts>>;
