import type { PoolContracts, Through } from '@hb/uniswap-pools';

/** Where the contracts are; V3's router is its SwapRouter. */
export type Contracts = PoolContracts & Through & { readonly v3: { readonly router: string } };

/**
 * By network: V2's factory and router; V3's factory, SwapRouter, QuoterV2 and NonfungiblePositionManager.
 * V3's pools are made by a deployer of their own, so that the factory is asked where they are.
 * @see https://developer.pancakeswap.finance/contracts/v2/addresses, https://developer.pancakeswap.finance/contracts/v3/addresses
 */
export const contracts = {
  bsc: {
    v2: {
      factory: '0xca143ce32fe78f1f7019d7d551a6402fc5350c73',
      router: '0x10ed43c718714eb63d5aa57b78b54704e256024e',
    },
    v3: {
      factory: '0x0bfbcf9fa4f9c56b0f40a671ad40e0805a091865',
      router: '0x1b81d678ffb9c0263b24a97847620c99d213eb14',
      quoter: '0xb048bbc1ee6b733fffcfb9e9cef7375518e25997',
      positions: '0x46a15b0b27311cedf172ab29e4f4766fbe7f4364',
    },
  },
  mainnet: {
    v2: {
      factory: '0x1097053fd2ea711dad45caccc45eff7548fcb362',
      router: '0xeff92a263d31888d860bd50809a8d171709b7b1c',
    },
    v3: {
      factory: '0x0bfbcf9fa4f9c56b0f40a671ad40e0805a091865',
      router: '0x1b81d678ffb9c0263b24a97847620c99d213eb14',
      quoter: '0xb048bbc1ee6b733fffcfb9e9cef7375518e25997',
      positions: '0x46a15b0b27311cedf172ab29e4f4766fbe7f4364',
    },
  },
  arbitrum: {
    v2: {
      factory: '0x02a84c1b3bbd7401a5f7fa98a384ebc70bb5749e',
      router: '0x8cfe327cec66d1c090dd72bd0ff11d690c33a2eb',
    },
    v3: {
      factory: '0x0bfbcf9fa4f9c56b0f40a671ad40e0805a091865',
      router: '0x1b81d678ffb9c0263b24a97847620c99d213eb14',
      quoter: '0xb048bbc1ee6b733fffcfb9e9cef7375518e25997',
      positions: '0x46a15b0b27311cedf172ab29e4f4766fbe7f4364',
    },
  },
  base: {
    v2: {
      factory: '0x02a84c1b3bbd7401a5f7fa98a384ebc70bb5749e',
      router: '0x8cfe327cec66d1c090dd72bd0ff11d690c33a2eb',
    },
    v3: {
      factory: '0x0bfbcf9fa4f9c56b0f40a671ad40e0805a091865',
      router: '0x1b81d678ffb9c0263b24a97847620c99d213eb14',
      quoter: '0xb048bbc1ee6b733fffcfb9e9cef7375518e25997',
      positions: '0x46a15b0b27311cedf172ab29e4f4766fbe7f4364',
    },
  },
} as const satisfies Readonly<Record<string, Contracts>>;
