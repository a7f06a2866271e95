import { attribute } from '../errors/attribute.js';
import { detailOf } from '../errors/classify.js';
import { ConnectorError } from '../errors/connector-error.js';
import { toDecimal, type Decimal } from '../model/decimal.js';
import type { LiquidityMoved, LiquidityRequest, Operation } from '../model/liquidity.js';
import type { Pair } from '../model/market.js';
import { fromUnits } from '../model/units.js';
import { toFailure } from '../orders/failure.js';
import { isOperationOver, toOperation } from '../orders/operation.js';
import type { OperationFacts } from '../orders/record.js';
import type { Receipt, SignedTransaction } from '../spec/chain.js';
import type { DexCall, DexMarket, DexPublic, LiquidityChange, LiquidityOutcome, LiquiditySpec } from '../spec/dex.js';
import type { Liquidity } from './connector.js';
import type { Attempts } from './dex-follow.js';
import type { DexMarkets } from './dex-markets.js';
import type { DexNode } from './dex-node.js';
import { toLiquidityChange } from './dex-liquidity-change.js';
import { toLedger, type OperationLog } from './dex-operations.js';
import type { Keep, Ready, Transact } from './dex-transact.js';
import { invalid } from './known.js';

/** A chain takes its time: so long a change may wait to be included, after which it has no effect. */
const defaultValidMs = 120_000;

export type LiquidityOptions<O, C, Op, W> = {
  readonly id: string;
  readonly spec: LiquiditySpec<O, Op, W>;
  readonly node: DexNode<O, C>;
  readonly markets: Pick<DexMarkets<W>, 'load'>;
  readonly log: OperationLog;
  readonly transact: Transact<Op>;
  readonly slippage: Decimal;
  readonly nextId: () => string;
  /** Throws when nothing may be sent now. */
  readonly checkReady: (request: LiquidityRequest) => void;
  /** Watches what was sent. */
  readonly follow: (attempts: Attempts) => void;
  /** What is signed under the nonce of a transaction. */
  readonly attemptsOf: (transaction: SignedTransaction) => Pick<Attempts, 'all' | 'tend'>;
  /** All nodes refused it: nobody has it, and its nonce is free. */
  readonly giveUp: (transaction: SignedTransaction) => void;
  /** An earlier run signed it, and it may be included. */
  readonly hold: (transaction: SignedTransaction) => void;
  /** Watches a step of an earlier run, for which nobody waits any more, and sends it again where nodes have forgotten it. */
  readonly followStep: (transaction: SignedTransaction) => void;
  /** Balances have changed. */
  readonly onMoved: () => void;
  readonly onProblem: (error: unknown) => void;
};

/** Changes liquidity. Each change is signed once, and on record before it leaves. */
export type LiquidityDesk = {
  readonly calls: Omit<Liquidity, 'done'>;
  /** Follows again what an earlier run signed. What it had not signed never left. */
  readonly resume: () => Promise<void>;
};

export function createLiquidity<O, C, Op, W>(options: LiquidityOptions<O, C, Op, W>): LiquidityDesk {
  const { id, spec, node, markets, log, transact } = options;
  const ledger = toLedger(log);
  const change = (operationId: string, to: Partial<OperationFacts>): void => {
    const before = log.get(operationId);
    if (before !== undefined) log.write({ ...before, ...to });
  };

  const follow = (
    { operationId, transaction }: { readonly operationId: string; readonly transaction: SignedTransaction },
    market: DexMarket<W>,
    onOver = (): void => undefined,
  ): void => {
    const end = (to: Partial<OperationFacts>): void => {
      change(operationId, to);
      onOver();
      options.onMoved();
    };
    const fail = (message: string, fees: OperationFacts['fees']): void => {
      end({ state: 'failed', fees, failure: toFailure(refused(id, message)) });
    };
    options.follow({
      ...options.attemptsOf(transaction),
      included: (receipt) => {
        const { hash, fee } = receipt;
        const isLate = ledger.signedFor(operationId).some((each) => each.transaction.hash === hash && each.cancels);
        if (isLate) fail('its time was over before it was included', [fee]);
        else end({ state: 'done', hash, fees: [fee], ...read(operationId, market, receipt) });
      },
      reverted: ({ fee }) => {
        fail('the transaction was reverted', [fee]);
      },
      takenBack: () => {
        const { moved: _moved, failure: _failure, ...before } = log.get(operationId) ?? {};
        if ('operationId' in before) log.write({ ...before, state: 'open', fees: [] });
      },
      settled: (how) => {
        if (how === 'replaced') fail('another transaction took its nonce', []);
      },
    });
  };

  const read = (operationId: string, market: DexMarket<W>, receipt: Receipt): Partial<OperationFacts> => {
    const facts = log.get(operationId);
    if (facts === undefined) return {};
    try {
      const { action, positionId: of } = facts;
      const outcome = spec.read(receipt, { market, action, owner: node.owner(), positionId: of });
      const { positionId } = outcome;
      return { moved: toMoved(market, outcome), ...(positionId !== undefined && { positionId }) };
    } catch (error) {
      options.onProblem(error);
      return {};
    }
  };

  /** All that comes before anything of the change itself may leave. */
  const prepare = async (operationId: string, asked: LiquidityChange<W>): Promise<Ready> => {
    const keep: Keep = (transaction, step) => ledger.keep(operationId, transaction, step === undefined ? {} : { step });
    try {
      const build = (p: DexPublic<O>): Promise<DexCall<Op>> => spec.build(p, asked);
      // The least that it puts in or takes out is worked out from the price in the pool.
      const call = await node.alikeAtOneBlock(build, { keyOf: toText, alone: false });
      return await transact(call, keep, () => {
        if (node.now() > asked.deadline) throw late(id);
      });
    } catch (error) {
      const failure = toUnsent(attribute(error, { operation: `${id} ${asked.action}`, outcome: 'not-sent' }));
      change(operationId, { state: 'not-sent', failure: toFailure(failure) });
      throw failure;
    }
  };

  const send = async (operationId: string, asked: LiquidityChange<W>, ready: Ready): Promise<void> => {
    const { transaction, claim } = ready;
    try {
      await node.broadcast(transaction);
      change(operationId, { state: 'open' });
    } catch (error) {
      const failure = attribute(error, { operation: `${id} ${asked.action}`, outcome: 'unknown' });
      const isRefused = failure.outcome !== 'unknown';
      change(operationId, { state: isRefused ? 'failed' : 'unknown', failure: toFailure(failure) });
      if (!isRefused) return;
      claim.end();
      options.giveUp(transaction);
      throw failure;
    }
  };

  const submit: Liquidity['submit'] = async (request) => {
    const operationId = request.operationId ?? options.nextId();
    const { pair, action } = request;
    let asked: LiquidityChange<W>;
    try {
      options.checkReady(request);
      if (log.get(operationId) !== undefined) throw invalid(id, `operation id ${operationId} was used before`);
      asked = toLiquidityChange(request, {
        market: await markets.load(pair),
        owner: node.owner(),
        deadline: node.now() + (request.sendWithinMs ?? defaultValidMs),
        slippage: request.maxSlippage === undefined ? options.slippage : toDecimal(request.maxSlippage),
      });
      const positionId = 'positionId' in request ? { positionId: request.positionId } : {};
      log.write({
        operationId,
        pair,
        action,
        ...positionId,
        state: 'queued',
        createdAt: node.now(),
        ...{ fees: [], signed: [], deadline: asked.deadline },
      });
      await log.safe();
    } catch (error) {
      throw attribute(error, { operation: `${id} ${action} ${pair}`, outcome: 'not-sent' });
    }
    const ready = await prepare(operationId, asked);
    await send(operationId, asked, ready);
    follow({ operationId, transaction: ready.transaction }, asked.market, ready.claim.end);
    return known(operationId);
  };

  const known = (operationId: string): Operation => {
    const facts = log.get(operationId);
    if (facts === undefined) throw invalid(id, `no operation ${JSON.stringify(operationId)} is known here`);
    return toOperation(facts);
  };

  const knownIn = (pair: Pair): readonly string[] => [
    ...new Set(
      log.all().flatMap((each) => (each.pair === pair && each.positionId !== undefined ? [each.positionId] : [])),
    ),
  ];

  return {
    calls: {
      pools: async (pair) => spec.fetchPools(node.any(), await markets.load(pair)),
      positions: async (pair) =>
        spec.fetchPositions(node.any(), await markets.load(pair), { owner: node.owner(), known: knownIn(pair) }),
      submit,
      operation: (operationId) => (log.get(operationId) === undefined ? undefined : known(operationId)),
      operations: () => log.all().map(toOperation),
    },
    resume: async () => {
      for (const facts of log.all()) {
        const { operationId, signed, pair } = facts;
        if (isOperationOver(facts)) continue;
        for (const { transaction } of signed) options.hold(transaction);
        for (const { transaction } of toFirsts(signed.filter(({ step }) => step !== undefined)))
          options.followStep(transaction);
        const made = signed.findLast(({ step, cancels }) => (step ?? cancels) === undefined);
        if (made !== undefined) follow({ operationId, ...made }, await markets.load(pair));
        else change(operationId, { state: 'not-sent', failure: toFailure(interrupted(id)) });
      }
    },
  };
}

/** Calls hold numbers of any size. */
function toText(call: object): string {
  return JSON.stringify(call, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** One for each nonce. */
function toFirsts(signed: OperationFacts['signed']): OperationFacts['signed'] {
  return signed.filter(
    ({ transaction: { nonce } }, index) => signed.findIndex(({ transaction }) => transaction.nonce === nonce) === index,
  );
}

function toMoved({ baseToken, quoteToken }: DexMarket<unknown>, outcome: LiquidityOutcome): LiquidityMoved {
  return {
    base: fromUnits(outcome.base, baseToken.decimals),
    quote: fromUnits(outcome.quote, quoteToken.decimals),
    baseFees: fromUnits(outcome.baseFees, baseToken.decimals),
    quoteFees: fromUnits(outcome.quoteFees, quoteToken.decimals),
  };
}

function refused(operation: string, message: string): ConnectorError {
  return new ConnectorError(message, { kind: 'order-rejected', outcome: 'refused', operation });
}

function late(operation: string): ConnectorError {
  return new ConnectorError('its time was over before it could be sent', {
    kind: 'aborted',
    outcome: 'not-sent',
    operation,
  });
}

function interrupted(operation: string): ConnectorError {
  const message = 'the process ended before its transaction was signed';
  return new ConnectorError(message, { kind: 'aborted', outcome: 'not-sent', operation });
}

/** Nothing of the change itself has left, whatever became of what was asked for it. */
function toUnsent(error: ConnectorError): ConnectorError {
  const { kind, operation, code, retryAfterMs, cause } = error;
  return new ConnectorError(detailOf(error), { kind, operation, code, retryAfterMs, cause, outcome: 'not-sent' });
}
