/** A call of a port at which a process is killed: the `n`th of its kind, while it starts or after that. */
const counted = (phase, call, most) => Array.from({ length: most }, (_, index) => ({ phase, call, n: index + 1 }));

/** Where the journal, the requests of orders, and the events of orders pass. */
export const points = [
  ...['lock', 'list', 'read'].flatMap((call) => counted('start', call, 1)),
  ...counted('start', 'append', 3),
  ...['sync', 'synced'].flatMap((call) => counted('start', call, 2)),
  ...counted('start', 'told', 1),
  ...['send query', 'answered query'].flatMap((call) => counted('start', call, 5)),
  ...counted('run', 'append', 8),
  ...['sync', 'synced'].flatMap((call) => counted('run', call, 5)),
  ...['send place', 'sent place', 'answered place'].flatMap((call) => counted('run', call, 3)),
  ...['send cancel', 'sent cancel', 'answered cancel', 'send amend', 'answered amend'].flatMap((call) =>
    counted('run', call, 1),
  ),
  ...counted('run', 'told', 5),
  ...counted('run', 'frame', 4),
];

export const nameOf = ({ phase, call, n }) => `${phase} ${call} ${n}`;

/**
 * The same ports, in which the process kills itself at a point. `enter` tells of the phase that begins, `pass` of a call that is not
 * one of a port.
 */
export function deadly(ports, point) {
  const counts = new Map();
  let phase = 'start';
  const pass = (call) => {
    const key = `${phase} ${call}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (point === null || key !== `${point.phase} ${point.call}` || counts.get(key) !== point.n) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal may take a moment; nothing must happen in it.
    for (;;);
  };
  const around = (before, run, after) => async (path) => {
    pass(before);
    const result = await run(path);
    if (after !== undefined) pass(after);
    return result;
  };
  const { disk, http, ws } = ports;
  const enter = (next) => {
    phase = next;
  };
  return {
    enter,
    pass,
    ports: {
      ...ports,
      disk: {
        ...disk,
        lock: around('lock', disk.lock),
        list: around('list', disk.list),
        sync: around('sync', disk.sync, 'synced'),
        read: (path) => {
          pass('read');
          return disk.read(path);
        },
        append: (path, bytes) => {
          pass('append');
          disk.append(path, bytes);
        },
      },
      http: { send: (request, limits) => send(http, pass, request, limits) },
      ws: {
        open: (url, on, limits) => {
          const isAccount = url.pathname.startsWith('/ws-api');
          const frame = (bytes) => {
            if (isAccount) pass('frame');
            on.frame(bytes);
          };
          return ws.open(url, { ...on, frame }, limits);
        },
      },
    },
  };
}

const commands = { 'POST /api/v3/order': 'place', 'DELETE /api/v3/order': 'cancel' };

async function send(http, pass, request, limits) {
  const { pathname } = request.url;
  const what = pathname.includes('/amend') ? 'amend' : (commands[`${request.method} ${pathname}`] ?? 'query');
  pass(`send ${what}`);
  const answer = http.send(request, limits);
  pass(`sent ${what}`);
  try {
    return await answer;
  } finally {
    pass(`answered ${what}`);
  }
}
