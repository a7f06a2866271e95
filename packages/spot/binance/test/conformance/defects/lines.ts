import { isConnectorError } from '@hb/connector-core';

import {
  failedIsRefused,
  inPorts,
  inSpec,
  inTrading,
  inVerdicts,
  notRefused,
  unseenIsCanceled,
  type Planting,
} from '../defect.js';

const deafToHeaders = inPorts(({ http }) => ({
  http: {
    send: async (request, limits) => ({ ...(await http.send(request, limits)), headers: new Map() }),
  },
}));

/** Requests on a bad line, limits and clocks. One defect per case. */
export const lineDefects: Readonly<Record<string, Planting>> = {
  'gap-create-timeout': [
    inTrading(({ place }) => ({
      place: (p, order) => place(p, order).catch(() => place(p, { ...order, deadline: order.deadline + 30_000 })),
    })),
    /requests and orders at the venue/,
  ],
  'gap-create-timeout-silent': [inTrading(() => ({ fetchOrder: async () => undefined })), /the order is found/],
  'gap-create-lost': [unseenIsCanceled, /state while no one knows/],
  'gap-create-broken-after': [
    inVerdicts((verdict, status) => (status === 500 ? { ...verdict, outcome: 'refused' } : verdict)),
    /500/,
  ],
  'gap-create-reset-after': [failedIsRefused, /closed the connection/],
  'gap-create-not-connected': [
    inTrading(({ place }) => ({
      place: (p, order) =>
        place(p, order).catch((error: unknown) => {
          throw new Error('it failed', { cause: error });
        }),
    })),
    notRefused,
  ],
  'gap-cancel-timeout': [
    inTrading(({ fetchOrder }) => ({
      fetchOrder: async (p, order) => {
        const report = await fetchOrder(p, order);
        return report && { ...report, status: 'open' };
      },
    })),
    /did not answer/,
  ],
  'gap-429': [deafToHeaders, /retryAfterMs/],
  'gap-418': [deafToHeaders, /retryAfterMs/],
  'gap-429-read': [deafToHeaders, /asked again after/],
  'gap-clock-ahead': [inSpec(({ fetchTime: _, ...spec }) => spec), /-1021/],
  'gap-clock-drift': [
    inTrading(({ place }) => ({
      place: (p, order) =>
        place(p, order).catch(async (error: unknown) => {
          if (!isConnectorError(error, 'clock-skew')) throw error;
          return place({ ...p, now: () => p.now() + 60_000 }, order);
        }),
    })),
    /requests and orders/,
  ],
};
