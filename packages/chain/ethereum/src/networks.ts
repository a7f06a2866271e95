import type { Network, Token } from '@hb/connector-core';

/** What stands for a network's own coin among tokens. */
export const nativeId = 'native';

type Row = readonly [symbol: string, decimals: number, address: string];

const token = ([symbol, decimals, id]: Row): Token => ({ id, symbol, decimals });

/** Rows as `['USDC', 6, '0xa0b8…eb48']`, addresses in lower case; the first one wraps the native coin. */
const network = (
  [symbol, chainId, blockMs, finalDepth]: readonly [
    native: string,
    chainId: number,
    blockMs: number,
    finalDepth: number,
  ],
  [wrapped, ...others]: readonly [Row, ...Row[]],
): Network => ({
  chainId,
  native: { id: nativeId, symbol, decimals: 18 },
  wrapped: token(wrapped),
  blockMs,
  finalDepth,
  tokens: others.map(token),
});

/**
 * By environment. Chain ids and block times: https://chainlist.org, https://docs.etherscan.io/etherscan-v2/supported-chains.
 * Deeper than `finalDepth` no block was seen to be taken back; where one sequencer orders all, it is a minute.
 * A symbol is a label that anybody can use: what is listed here was looked up at the issuers' pages.
 */
export const networks = {
  mainnet: network(
    ['ETH', 1, 12_000, 12],
    [
      ['WETH', 18, '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2'],
      ['AAVE', 18, '0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9'],
      ['DAI', 18, '0x6b175474e89094c44da98b954eedeac495271d0f'],
      ['HBOT', 18, '0xe5097d9baeafb89f9bcb78c9290d545db5f9e9cb'],
      ['LINK', 18, '0x514910771af9ca656af840dff83e8264ecf986ca'],
      ['UNI', 18, '0x1f9840a85d5af5bf1d1762f925bdaddc4201f984'],
      ['USDC', 6, '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'],
      ['USDT', 6, '0xdac17f958d2ee523a2206206994597c13d831ec7'],
      ['WBTC', 8, '0x2260fac5e5542a773aa44fbcfedf7c193bc2c599'],
    ],
  ),
  arbitrum: network(
    ['ETH', 42_161, 250, 240],
    [
      ['WETH', 18, '0x82af49447d8a07e3bd95bd0d56f35241523fbab1'],
      ['ARB', 18, '0x912ce59144191c1204e64559fe8253a0e49e6548'],
      ['DAI', 18, '0xda10009cbd5d07dd0cecc66161fc93d7c9000da1'],
      ['USDC', 6, '0xaf88d065e77c8cc2239327c5edb3a432268e5831'],
      ['USDT', 6, '0xfd086bc7cd5c481dcc9c85ebe478a1c0b69fcbb9'],
      ['WBTC', 8, '0x2f2a2543b76a4166549f7aab2e75bef0aefc5b0f'],
    ],
  ),
  base: network(
    ['ETH', 8453, 2_000, 30],
    [
      ['WETH', 18, '0x4200000000000000000000000000000000000006'],
      ['cbBTC', 8, '0xcbb7c0000ab88b473b1f5afd9ef808440eed33bf'],
      ['DAI', 18, '0x50c5725949a6f0c72e6c4a641f24049a917db0cb'],
      ['USDC', 6, '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'],
      ['USDT', 6, '0xfde4c96c8593536e31f229ea8f37b2ada2699bb2'],
    ],
  ),
  optimism: network(
    ['ETH', 10, 2_000, 30],
    [
      ['WETH', 18, '0x4200000000000000000000000000000000000006'],
      ['DAI', 18, '0xda10009cbd5d07dd0cecc66161fc93d7c9000da1'],
      ['OP', 18, '0x4200000000000000000000000000000000000042'],
      ['USDC', 6, '0x0b2c639c533813f4aa9d7837caf62653d097ff85'],
      ['USDT', 6, '0x94b008aa00579c1307b0ef2c499ad98a8ce58e58'],
      ['WBTC', 8, '0x68f180fcce6836688e9084f035309e29bf0a2095'],
    ],
  ),
  polygon: network(
    ['POL', 137, 2_000, 64],
    [
      ['WPOL', 18, '0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270'],
      ['USDC', 6, '0x3c499c542cef5e3811e1192ce70d8cc03d5c3359'],
      ['USDC.e', 6, '0x2791bca1f2de4661ed88a30c99a7a9449aa84174'],
      ['USDT', 6, '0xc2132d05d31c914a87c6611c10748aeb04b58e8f'],
      ['WBTC', 8, '0x1bfd67037b42cf73acf2047067bd4f2c47d9bfd6'],
    ],
  ),
  bsc: network(
    ['BNB', 56, 750, 15],
    [
      ['WBNB', 18, '0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c'],
      ['ASTER', 18, '0x000ae314e2a2172a039b26378814c252734f556a'],
      ['BUSD', 18, '0xe9e7cea3dedca5984780bafc599bd69add087d56'],
      ['Cake', 18, '0x0e09fabb73bd3ade0a17ecc321fd13a19e81ce82'],
      ['USDC', 18, '0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d'],
      ['USDT', 18, '0x55d398326f99059ff775485246999027b3197955'],
    ],
  ),
  avalanche: network(
    ['AVAX', 43_114, 1_500, 5],
    [
      ['WAVAX', 18, '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7'],
      ['USDC', 6, '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e'],
      ['USDT', 6, '0x9702230a8ea53601f5cd2dc00fdbc13d4df4a8c7'],
    ],
  ),
  celo: network(
    ['CELO', 42_220, 1_000, 30],
    [
      ['WCELO', 18, '0x3d5c2dd10a315de15f6e6d0a19c0c37dd5ccf599'],
      ['CELO', 18, '0x471ece3750da237f93b8e339c536989b8978a438'],
      ['DAI', 18, '0x97926a82930bb7b33178e3c2f4ed1bfdc91a9fbf'],
      ['USDC', 6, '0xceba9300f2b948710d2653dd7b07f33a8b32118c'],
      ['WBTC', 18, '0xd71ffd0940c920786ec4dbb5a12306669b5b81ef'],
      ['WETH', 18, '0x66803fb87abd4aac3cbb3fad7c3aa01f6f3fb207'],
    ],
  ),
  sepolia: network(
    ['ETH', 11_155_111, 12_000, 6],
    [
      ['WETH', 18, '0xfff9976782d46cc05630d1f6ebab18b2324d6b14'],
      ['DAI', 18, '0xff34b3d4aee8ddcd6f9afffb6fe49bd371b8a357'],
      ['UNI', 18, '0x1f9840a85d5af5bf1d1762f925bdaddc4201f984'],
    ],
  ),
} as const satisfies Readonly<Record<string, Network>>;

/** Public nodes, three a network; a node of one's own goes into `hosts`. */
export const environments = {
  mainnet: nodes('https://ethereum-rpc.publicnode.com', 'https://eth.drpc.org', 'https://eth.merkle.io'),
  arbitrum: nodes(
    'https://arbitrum-one-rpc.publicnode.com',
    'https://arbitrum.drpc.org',
    'https://arb1.arbitrum.io/rpc',
  ),
  base: nodes('https://base-rpc.publicnode.com', 'https://base.drpc.org', 'https://mainnet.base.org'),
  optimism: nodes('https://optimism-rpc.publicnode.com', 'https://optimism.drpc.org', 'https://mainnet.optimism.io'),
  polygon: nodes('https://polygon-bor-rpc.publicnode.com', 'https://polygon.drpc.org', 'https://polygon-rpc.com'),
  bsc: nodes('https://bsc-rpc.publicnode.com', 'https://bsc.drpc.org', 'https://bsc-dataseed.bnbchain.org'),
  avalanche: nodes(
    'https://avalanche-c-chain-rpc.publicnode.com',
    'https://avalanche.drpc.org',
    'https://api.avax.network/ext/bc/C/rpc',
  ),
  celo: nodes('https://celo-rpc.publicnode.com', 'https://celo.drpc.org', 'https://forno.celo.org'),
  sepolia: nodes(
    'https://ethereum-sepolia-rpc.publicnode.com',
    'https://sepolia.drpc.org',
    'https://sepolia.gateway.tenderly.co',
  ),
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

function nodes(rpc: string, rpc2: string, rpc3: string): Readonly<Record<'rpc' | 'rpc2' | 'rpc3', string>> {
  return { rpc, rpc2, rpc3 };
}
