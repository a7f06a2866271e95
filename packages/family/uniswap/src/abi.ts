import { once } from '@hb/connector-ethereum';
import { parseAbi } from 'viem/utils';

const [path, until] = ['address[] path', 'address to, uint256 deadline'] as const;
const least = 'uint256 amountAMin, uint256 amountBMin' as const;

/** @see https://docs.uniswap.org/contracts/v2/reference/smart-contracts/factory, https://docs.uniswap.org/contracts/v2/reference/smart-contracts/router-02 */
export const v2 = once(() =>
  parseAbi([
    'function getPair(address tokenA, address tokenB) view returns (address pair)',
    `function getAmountsOut(uint256 amountIn, ${path}) view returns (uint256[] amounts)`,
    `function getAmountsIn(uint256 amountOut, ${path}) view returns (uint256[] amounts)`,
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

/** @see https://docs.uniswap.org/contracts/v3/reference/core/UniswapV3Factory */
export const v3Factory = once(() =>
  parseAbi(['function getPool(address tokenA, address tokenB, uint24 fee) view returns (address pool)']),
);

/** Of `slot0`, the part that forks have too. @see https://docs.uniswap.org/contracts/v3/reference/core/interfaces/pool/IUniswapV3PoolState */
export const v3Pool = once(() =>
  parseAbi([
    'function slot0() view returns (uint160 sqrtPriceX96, int24 tick)',
    'function liquidity() view returns (uint128)',
  ]),
);

const told = 'uint256 amount, uint160[] sqrtPricesX96After, uint32[] ticksCrossed, uint256 gasEstimate' as const;

/** @see https://docs.uniswap.org/contracts/v3/reference/periphery/lens/QuoterV2 */
export const quoter = once(() =>
  parseAbi([
    `function quoteExactInput(bytes path, uint256 amountIn) returns (${told})`,
    `function quoteExactOutput(bytes path, uint256 amountOut) returns (${told})`,
  ]),
);

const [tokens, ticks] = ['address token0; address token1; uint24 fee;', 'int24 tickLower; int24 tickUpper;'] as const;
const [wanted, atLeast] = [
  'uint256 amount0Desired; uint256 amount1Desired;',
  'uint256 amount0Min; uint256 amount1Min;',
] as const;
const moved = 'uint256 amount0, uint256 amount1' as const;
const ofPosition = 'address token0, address token1, uint24 fee, int24 tickLower, int24 tickUpper' as const;

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
    `function positions(uint256 tokenId) view returns (uint96 nonce, address operator, ${ofPosition}, uint128 liquidity)`,
  ]),
);

/** What the position manager tells. */
export const positionEvents = once(() =>
  parseAbi([
    `event IncreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, ${moved})`,
    `event DecreaseLiquidity(uint256 indexed tokenId, uint128 liquidity, ${moved})`,
  ]),
);
