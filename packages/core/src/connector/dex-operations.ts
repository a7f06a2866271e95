import { ConnectorError } from '../errors/connector-error.js';
import type { Journal } from '../orders/journal.js';
import { isOperationOver } from '../orders/operation.js';
import { isAsideRecord, type AsideRecord, type OperationFacts } from '../orders/record.js';
import type { SignedTransaction } from '../spec/chain.js';
import type { Liquidity } from './connector.js';
import type { Attempts } from './dex-follow.js';
import type { Replace, SignedLedger } from './dex-replace.js';
import { firstOf, type End } from './ends.js';
import type { Hub } from './hub.js';
import { invalid } from './known.js';

export type OperationLogOptions = {
  readonly journal: Journal;
  /** Whether the journal takes no more. */
  readonly isClosed: () => boolean;
  /** Hands on what was written. */
  readonly tell: (record: AsideRecord) => void;
};

/** The changes of liquidity of an account, on record. */
export type OperationLog = {
  readonly get: (operationId: string) => OperationFacts | undefined;
  /** Oldest first. */
  readonly all: () => readonly OperationFacts[];
  readonly write: (facts: OperationFacts) => void;
  /** Resolves when what was written is safe; only then may anything leave. */
  readonly safe: () => Promise<void>;
  /** Takes in the records of an earlier run. */
  readonly replay: () => Promise<void>;
};

export function createOperationLog({ journal, isClosed, tell }: OperationLogOptions): OperationLog {
  const operations = new Map<string, OperationFacts>();

  return {
    get: (operationId) => operations.get(operationId),
    all: () => [...operations.values()],
    write: (facts) => {
      if (isClosed()) return;
      operations.set(facts.operationId, facts);
      const record = journal.append(facts.operationId, { kind: 'operation', operation: facts });
      if (isAsideRecord(record)) tell(record);
    },
    safe: async () => {
      if (isClosed()) throw invalid('journal', 'the journal is closed', 'aborted');
      await journal.durable();
    },
    replay: async () => {
      for await (const record of journal.read()) {
        if (record.kind === 'operation') operations.set(record.operation.operationId, record.operation);
      }
    },
  };
}

/** What was signed for operations. */
export function toLedger(log: Pick<OperationLog, 'get' | 'write' | 'safe'>): SignedLedger {
  return {
    signedFor: (of) => log.get(of)?.signed ?? [],
    isOver: (of) => {
      const facts = log.get(of);
      return facts === undefined || isOperationOver(facts);
    },
    keep: async (of, transaction, what) => {
      const facts = log.get(of);
      if (facts === undefined) throw invalid('journal', `no operation ${JSON.stringify(of)} is known here`);
      const isItself = (what.step ?? what.cancels) === undefined;
      const signed = [...facts.signed, { transaction, ...what }];
      log.write({ ...facts, signed, ...(isItself && { hash: transaction.hash }) });
      await log.safe();
    },
  };
}

/** What is signed for an operation under the nonce of one of its transactions. */
export function toAttemptsOf(
  log: Pick<OperationLog, 'get' | 'all'>,
  replace: Pick<Replace, 'tend'>,
): (transaction: SignedTransaction) => Pick<Attempts, 'all' | 'tend'> {
  return ({ hash, nonce }) => {
    const isOf = ({ signed }: OperationFacts): boolean => signed.some(({ transaction }) => transaction.hash === hash);
    const of = log.all().find(isOf)?.operationId ?? '';
    return {
      all: () =>
        (log.get(of)?.signed ?? []).flatMap(({ transaction }) => (transaction.nonce === nonce ? [transaction] : [])),
      tend: () => replace.tend({ of, nonce }, log.get(of)?.deadline),
    };
  };
}

/** Waits until nothing of an operation is under way any more, the signal aborts or the connector stops. */
export function createDone(
  id: string,
  { hub, operation, stopped }: { readonly hub: Hub; readonly stopped: End } & Pick<Liquidity, 'operation'>,
): Liquidity['done'] {
  return (operationId, signal) =>
    new Promise((resolve, reject) => {
      const known = operation(operationId);
      if (known === undefined) throw invalid(id, `no operation ${JSON.stringify(operationId)} is known here`);
      if (isOperationOver(known)) {
        resolve(known);
        return;
      }
      const end = firstOf(signal, stopped);
      const abort = (): void => {
        forget();
        const message = `the wait for operation ${operationId} was ended`;
        reject(new ConnectorError(message, { kind: 'aborted', outcome: 'not-sent', operation: `${id} done` }));
      };
      const forgetEnd = end.on(abort);
      const forgetEvents = hub.on('operation', (event) => {
        if (event.operation.operationId !== operationId || !isOperationOver(event.operation)) return;
        forget();
        resolve(event.operation);
      });
      const forget = (): void => {
        forgetEnd();
        forgetEvents();
      };
      if (end.isOver()) abort();
    });
}
