import { once } from '@hb/connector-ethereum';
import { parseAbi } from 'viem/utils';

const [least, until] = ['uint256 amountAMin, uint256 amountBMin', 'address to, uint256 deadline'] as const;

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/router-02 */
export const v2 = once(() =>
  parseAbi([
    `function addLiquidity(address tokenA, address tokenB, uint256 amountA, uint256 amountB, ${least}, ${until})`,
    `function removeLiquidity(address tokenA, address tokenB, uint256 liquidity, ${least}, ${until})`,
  ]),
);

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/pair, https://docs.uniswap.org/contracts/v2/reference/smart-contracts/pair-erc-20 */
export const pair = once(() =>
  parseAbi([
    'function getReserves() view returns (uint112 reserve0, uint112 reserve1, uint32 blockTimestampLast)',
    'function totalSupply() view returns (uint256)',
    'function balanceOf(address owner) view returns (uint256)',
  ]),
);

/** Of `slot0`, the part that forks have too. @see https://docs.uniswap.org/contracts/v3/reference/core/interfaces/pool/IUniswapV3PoolState */
export const v3Pool = once(() =>
  parseAbi([
    'function slot0() view returns (uint160 sqrtPriceX96, int24 tick)',
    'function liquidity() view returns (uint128)',
  ]),
);

const [tokens, ticks] = ['address token0; address token1; uint24 fee;', 'int24 tickLower; int24 tickUpper;'] as const;
const [wanted, atLeast] = [
  'uint256 amount0Desired; uint256 amount1Desired;',
  'uint256 amount0Min; uint256 amount1Min;',
] as const;
const moved = 'uint256 amount0, uint256 amount1' as const;
const ofPosition = 'address token0, address token1, uint24 fee, int24 tickLower, int24 tickUpper' as const;
const ofOwner = 'uint96 nonce, address operator' as const;

/** @see https://docs.uniswap.org/contracts/v3/reference/periphery/NonfungiblePositionManager */
export const positions = once(() =>
  parseAbi([
    `struct Mint { ${tokens} ${ticks} ${wanted} ${atLeast} address recipient; uint256 deadline; }`,
    `struct Increase { uint256 tokenId; ${wanted} ${atLeast} uint256 deadline; }`,
    `struct Decrease { uint256 tokenId; uint128 liquidity; ${atLeast} uint256 deadline; }`,
    'struct Collect { uint256 tokenId; address recipient; uint128 amount0Max; uint128 amount1Max; }',
    'function mint(Mint params) payable',
    'function increaseLiquidity(Increase params) payable',
    `function decreaseLiquidity(Decrease params) payable returns (${moved})`,
    `function collect(Collect params) payable returns (${moved})`,
    'function burn(uint256 tokenId) payable',
    'function multicall(bytes[] data) payable returns (bytes[] results)',
    'function balanceOf(address owner) view returns (uint256)',
    'function tokenOfOwnerByIndex(address owner, uint256 index) view returns (uint256)',
    `function positions(uint256 tokenId) view returns (${ofOwner}, ${ofPosition}, uint128 liquidity)`,
  ]),
);

/** What the position manager tells. */
export const positionEvents = once(() =>
  parseAbi([
    `event IncreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, ${moved})`,
    `event DecreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, ${moved})`,
  ]),
);
