import type { Answer, ErrorKind, Verdict } from '@hb/connector-core';
import * as v from 'valibot';

import * as wire from './wire.js';

type Meaning = Pick<Verdict, 'kind' | 'outcome'>;
const refused = (kind: ErrorKind): Meaning => ({ kind, outcome: 'refused' });
const unknown = (kind: ErrorKind): Meaning => ({ kind, outcome: 'unknown' });

/** By meaning, codes and the statuses of answers without one; what is not here proves nothing about an order. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
const meanings: readonly (readonly [meaning: Meaning, codes: readonly number[]])[] = [
  [unknown('venue-unavailable'), [-1000, -1001, -1006, -1007, -1008, -1016]],
  [refused('auth'), [-1002, -1022, -2014, -2015, -2017, -4056, -4087, -4088]],
  [refused('rate-limited'), [-1003, -1015, 418, 429]],
  [unknown('rate-limited'), [403]], // the firewall
  [refused('clock-skew'), [-1021]],
  [refused('unsupported'), [-1014, -1020, -2026, -5025]],
  [refused('insufficient-balance'), [-2018, -2019, -4050, -4051]],
  [refused('order-not-found'), [-2013]], // by a query
  [unknown('order-not-found'), [-2011]], // a cancel of an order that is not open
  [{ kind: 'order-rejected', outcome: 'exists' }, [-4116]], // the client id is taken
  [refused('order-rejected'), [-2010, -2016, -2020, -2021, -2022, -2023, -2024, -2025, -2027, -2028]],
  [refused('order-rejected'), [-4131, -4140, -4141, -4164, -5021, -5022, -5024, -5026, -5027, -5028]],
  [refused('invalid-request'), [-1013, -1023, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1111]],
  [refused('invalid-request'), [-1114, -1115, -1116, -1117, -1118, -1119, -1120, -1121, -1122, -1125, -1127]],
  [refused('invalid-request'), [-1128, -1130, -1136, -4001, -4002, -4003, -4004, -4005, -4013, -4014, -4015]],
  [refused('invalid-request'), [-4016, -4023, -4024, -4028, -4029, -4030, -4046, -4047, -4048, -4055, -4059]],
  [refused('invalid-request'), [-4060, -4061, -4062, -4067, -4068]],
];
/** The same by code: `-2013` is `{ kind: 'order-not-found', outcome: 'refused' }`. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
const codes: ReadonlyMap<string, Meaning> = new Map(
  meanings.flatMap(([meaning, listed]) => listed.map((code) => [String(code), meaning])),
);

/** Of `{ "code": -2013, "msg": "Order does not exist." }`. A 5xx proves nothing, whatever its code. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info#http-return-codes */
export function judge({ status, body }: Answer): Verdict | undefined {
  if (status < 400) return undefined;
  const told = v.safeParse(wire.Failure, body);
  const { code, msg } = told.success ? told.output : { code: String(status), msg: 'no error code' };
  const listed = codes.get(code) ?? codes.get(String(status)) ?? unknown('invalid-request');
  const meaning = status < 500 ? listed : codes.get('-1000');
  return { code, message: msg, ...(meaning ?? unknown('venue-unavailable')) };
}

/** What became of one order of a batch that was not placed. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Place-Multiple-Orders */
export function judgeOne({ code, msg }: v.InferOutput<typeof wire.Failure>): Verdict {
  return { code, message: msg, ...(codes.get(code) ?? unknown('invalid-request')) };
}
