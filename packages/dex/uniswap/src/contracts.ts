import type { PoolContracts, Through } from '@hb/uniswap-pools';

/** Where the contracts are, and which tokens swaps may go by way of. */
export type Contracts = PoolContracts &
  Through & {
    /** The Universal Router, through which all swaps go. */
    readonly router: string;
    readonly v4?: V4Contracts;
  };

/** The PoolManager, the PositionManager, V4Quoter and StateView. */
export type V4Contracts = {
  readonly manager: string;
  readonly positions: string;
  readonly quoter: string;
  readonly state: string;
  /** Whether pools of the native coin stand for pools of its wrapped token; `true` when left out. */
  readonly hasNative?: boolean;
};

/** At the same address on every network. @see https://docs.uniswap.org/contracts/permit2/overview */
export const permit2 = '0x000000000022d473030f116ddee9f6b43ac78ba3';

/**
 * By network: the Universal Router; V2's factory and Router02; V3's factory, QuoterV2 and
 * NonfungiblePositionManager; V4.
 * @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/v2-deployments, https://docs.uniswap.org/contracts/v3/reference/deployments, https://docs.uniswap.org/contracts/v4/deployments
 */
export const contracts = {
  mainnet: {
    router: '0x66a9893cc07d91d95644aedd05d03f95e1dba8af',
    v2: {
      factory: '0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f',
      router: '0x7a250d5630b4cf539739df2c5dacb4c659f2488d',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
    v4: {
      manager: '0x000000000004444c5dc75cb358380d2e3de08a90',
      positions: '0xbd216513d74c8cf14cf4747e6aaa6420ff64ee9e',
      quoter: '0x52f0e24d1c21c8a0cb1e5a5dd6198556bd9e1203',
      state: '0x7ffe42c4a5deea5b0fec41c94c136cf115597227',
    },
  },
  arbitrum: {
    router: '0xa51afafe0263b40edaef0df8781ea9aa03e381a3',
    v2: {
      factory: '0xf1d7cc64fb4452f05c498126312ebe29f30fbcf9',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
    v4: {
      manager: '0x360e68faccca8ca495c1b759fd9eee466db9fb32',
      positions: '0xd88f38f930b7952f2db2432cb002e7abbf3dd869',
      quoter: '0x3972c00f7ed4885e145823eb7c655375d275a1c5',
      state: '0x76fd297e2d437cd7f76d50f01afe6160f86e9990',
    },
  },
  base: {
    router: '0x6ff5693b99212da76ad316178a184ab56d299b43',
    v2: {
      factory: '0x8909dc15e40173ff4699343b6eb8132c65e18ec6',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0x33128a8fc17869897dce68ed026d694621f6fdfd',
      quoter: '0x3d4e44eb1374240ce5f1b871ab261cd16335b76a',
      positions: '0x03a520b32c04bf3beef7beb72e919cf822ed34f1',
    },
    v4: {
      manager: '0x498581ff718922c3f8e6a244956af099b2652b2b',
      positions: '0x7c5f5a4bbd8fd63184577525326123b519429bdc',
      quoter: '0x0d5e0f971ed27fbff6c2837bf31316121532048d',
      state: '0xa3c0c9b65bad0b08107aa264b0f3db444b867a71',
    },
  },
  optimism: {
    router: '0x851116d9223fabed8e56c0e6b8ad0c31d98b3507',
    v2: {
      factory: '0x0c3c1c532f1e39edf36be9fe0be1410313e074bf',
      router: '0x4a7b5da61326a6379179b40d00f57e5bbdc962c2',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
    v4: {
      manager: '0x9a13f98cb987694c9f086b1f5eb990eea8264ec3',
      positions: '0x3c3ea4b57a46241e54610e5f022e5c45859a1017',
      quoter: '0x1f3131a13296fb91c90870043742c3cdbff1a8d7',
      state: '0xc18a3169788f4f75a170290584eca6395c75ecdb',
    },
  },
  polygon: {
    router: '0x1095692a6237d83c6a72f3f5efedb9a670c49223',
    v2: {
      factory: '0x9e5a52f57b3038f1b8eee45f28b3c1967e22799c',
      router: '0xedf6066a2b290c185783862c7f4776a2c8077ad1',
    },
    v3: {
      factory: '0x1f98431c8ad98523631ae4a59f267346ea31f984',
      quoter: '0x61ffe014ba17989e743c5f6cb21bf9697530b21e',
      positions: '0xc36442b4a4522e871399cd717abdd847ab11fe88',
    },
    v4: {
      manager: '0x67366782805870060151383f4bbff9dab53e5cd6',
      positions: '0x1ec2ebf4f37e7363fdfe3551602425af0b3ceef9',
      quoter: '0xb3d5c3dfc3a7aebff71895a7191796bffc2c81b9',
      state: '0x5ea1bd7974c8a611cbab0bdcafcb1d9cc9b3ba5a',
    },
  },
  bsc: {
    router: '0x1906c1d672b88cd1b9ac7593301ca990f94eae07',
    v2: {
      factory: '0x8909dc15e40173ff4699343b6eb8132c65e18ec6',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0xdb1d10011ad0ff90774d0c6bb92e5c5c8b4461f7',
      quoter: '0x78d78e420da98ad378d7799be8f4af69033eb077',
      positions: '0x7b8a01b39d58278b5de7e48c8449c9f4f5170613',
    },
    v4: {
      manager: '0x28e2ea090877bf75740558f6bfb36a5ffee9e9df',
      positions: '0x7a4a5c919ae2541aed11041a1aeee68f1287f95b',
      quoter: '0x9f75dd27d6664c475b90e105573e550ff69437b0',
      state: '0xd13dd3d6e93f276fafc9db9e6bb47c1180aee0c4',
    },
  },
  avalanche: {
    router: '0x94b75331ae8d42c1b61065089b7d48fe14aa73b7',
    v2: {
      factory: '0x9e5a52f57b3038f1b8eee45f28b3c1967e22799c',
      router: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
    },
    v3: {
      factory: '0x740b1c1de25031c31ff4fc9a62f554a55cdc1bad',
      quoter: '0xbe0f5544ec67e9b3b2d979aaa43f18fd87e6257f',
      positions: '0x655c406ebfa14ee2006250925e54ec43ad184f8b',
    },
    v4: {
      manager: '0x06380c0e0912312b5150364b9dc4542ba0dbbc85',
      positions: '0xb74b1f14d2754acfcbbe1a221023a5cf50ab8acd',
      quoter: '0xbe40675bb704506a3c2ccfb762dcfd1e979845c2',
      state: '0xc3c9e198c735a4b97e3e683f391ccbdd60b69286',
    },
  },
  celo: {
    router: '0xcb695bc5d3aa22cad1e6df07801b061a05a0233a',
    v3: {
      factory: '0xafe208a311b21f13ef87e33a90049fc17a7acdec',
      quoter: '0x82825d0554fa07f7fc52ab63c961f330fdefa8e8',
      positions: '0x3d79edaabc0eab6f08ed885c05fc0b014290d95a',
    },
    v4: {
      manager: '0x288dc841a52fca2707c6947b3a777c5e56cd87bc',
      positions: '0xf7965f3981e4d5bc383bfbcb61501763e9068ca9',
      quoter: '0x28566da1093609182dff2cb2a91cfd72e61d66cd',
      state: '0xbc21f8720babf4b20d195ee5c6e99c52b76f2bfb',
      // CELO is a token itself there, and nothing wraps it. https://docs.celo.org/tooling/contracts/uniswap-contracts
      hasNative: false,
    },
  },
  sepolia: {
    router: '0x3a9d48ab9751398bbfa63ad67599bb04e4bdf98b',
    v2: {
      factory: '0xf62c03e08ada871a0beb309762e260a7a6a880e6',
      router: '0xee567fe1712faf6149d80da1e6934e354124cfe3',
    },
    v3: {
      factory: '0x0227628f3f023bb0b980b67d528571c95c6dac1c',
      quoter: '0xed1f6473345f45b75f8179591dd5ba1888cf2fb3',
      positions: '0x1238536071e1c677a632429e3655c799b22cda52',
    },
    v4: {
      manager: '0xe03a1074c86cfedd5c142c4f04f1a1536e203543',
      positions: '0x429ba70129df741b2ca2a85bc3a2a3328e5c09b4',
      quoter: '0x61b3f2011a92d183c7dbadbda940a7555ccf9227',
      state: '0xe1dd9c3fa50edb962e442f60dfbc432e24537e4c',
    },
  },
} as const satisfies Readonly<Record<string, Contracts>>;
